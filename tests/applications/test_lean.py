"""What applying weighs on the line and on the server."""

import re

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tessera.applications import services
from tessera.calls.questions import default_document
from tessera.web.weight import asset_weight
from tests.applications.forms_sent import fields
from tests.factories.accounts import UserFactory
from tests.factories.calls import CallFactory
from tests.factories.moments import NOW

pytestmark = pytest.mark.django_db
STATIC = [
    "css/tessera.css", "css/house.css", "js/tessera.js", "js/apply.js", "js/apply-files.js", "js/apply-left.js", "icon.svg",
]  # fmt: skip
FORM = default_document(2026)
ZIPPED = {"Accept-Encoding": "gzip"}
STEPS = ["person", "work", "motivation", "documents", "commitments"]


@pytest.fixture
def mine(client):
    cache.clear()
    with time_machine.travel(NOW, tick=False):
        call = CallFactory(form=FORM, code="sea")
        user = UserFactory(language="fr")
        client.force_login(user)
        yield services.start_application(call, call.strands.get().key, by=user, language="fr", at=NOW)


def small(page):
    """Bytes of the answer as it goes out."""
    assert page.headers["Content-Encoding"] == "gzip"
    return len(page.content)


def test_one_step_is_under_40_kb_and_the_whole_journey_under_150(mine, client):
    still = sum(map(asset_weight, STATIC))
    pages = [f"/fr/apply/sea/step/{key}/" for key in STEPS]
    weights = {path: small(client.get(path, headers=ZIPPED)) for path in pages}
    others = ["/fr/apply/sea/review/", "/fr/apply/sea/status/", "/fr/account/sign-in/", "/fr/account/"]
    weights |= {path: small(client.get(path, follow=True, headers=ZIPPED)) for path in others}

    assert all(weight + still < 40_000 for weight in weights.values()), (still, weights)
    # Each step is read twice, before and after a save that stays on it; scripts and styles come once.
    assert still + 2 * sum(weights.values()) < 150_000, (still, weights)


ANSWERS = {
    "q-full_name": "Awa Grès", "q-birth_date": "1985-07-30", "q-nationality": ["SN"], "q-city": "Dakar",
    "q-country_of_work": "SN", "q-institution": "Musée", "q-post": "Conservatrice",
    "q-years_of_experience": "9", "q-languages-0-language": "fr", "q-languages-0-spoken": "C1",
    "q-languages-0-written": "C1", "q-problem_now": "Des réserves pleines.", "q-motivation": "Apprendre.",
    "q-next_step": "Ranger.", "q-dissemination_plan": "Une séance.", "q-attend_all": "1", "q-pass_on": "1",
    "q-signature-name": "Awa Grès", "q-signature-on": "2026-03-02", "q-referee-name": "Moussa Silex",
    "q-referee-email": "moussa@example.org",
}  # fmt: skip


def first_options(form):
    """The first answer to each question that has options."""
    found = {}
    for step in form["steps"]:
        for question in step["questions"]:
            if question["type"] in ("choice", "choices"):
                found[f"q-{question['key']}"] = question["options"][0]["key"]
    return found


def apply_whole(client):
    """Every step opened, saved as it is written in three parts, and sent on."""
    given = first_options(FORM) | ANSWERS
    for key in STEPS:
        page = fields(client.get(f"/fr/apply/sea/step/{key}/").content)
        page |= {name: value for name, value in given.items() if any(name.startswith(f"q-{q}") for q in asked(key))}
        for part in asked(key)[:3]:
            client.post("/fr/apply/sea/save/", {
                "revision": page["revision"], "device": page["device"], "step": key,
                **{name: value for name, value in page.items() if name in (f"was-{part}", f"q-{part}")},
            })  # fmt: skip
        client.post(f"/fr/apply/sea/step/{key}/", page | {"do": "next"})
    page = client.get("/fr/apply/sea/review/").content.decode()
    assert re.findall(r"check=1#q-(\w+)", page) == []
    client.post("/fr/apply/sea/review/")


def asked(key):
    return [q["key"] for step in FORM["steps"] if step["key"] == key for q in step["questions"]]


def test_a_whole_application_costs_little_on_the_server(mine, client):
    """Five steps opened, 15 answers saved while they are written, five saves, review and submission: 27 requests.

    Counted in queries, which do not depend on who else is on the machine; processor time is the matter of
    ``bench/spike.py``.
    """
    from tests.applications.papers import pdf, sent

    services.take_file(mine, "cv", sent("cv.pdf", pdf(1)), by=mine.applicant, at=NOW)
    apply_whole(client)  # templates, forms and lists are read once in each process
    mine.refresh_from_db()
    assert mine.status == "submitted"
    services.withdraw_application(mine, by=mine.applicant, at=NOW)
    services.take_up_again(mine, by=mine.applicant, at=NOW)

    with CaptureQueriesContext(connection) as queries:
        apply_whole(client)

    mine.refresh_from_db()
    assert mine.status == "submitted"
    assert len(queries) <= 260
