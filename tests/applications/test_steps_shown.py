"""A step under a condition: it comes and goes with the answer before it; what was written in it is kept."""

import pytest

from tessera.applications import services
from tessera.applications.models import Answer, Application
from tests.applications.asking import options, question
from tests.applications.forms_sent import fields
from tests.factories.accounts import UserFactory
from tests.factories.applications import write_answers
from tests.factories.calls import CallFactory
from tests.factories.moments import NOW
from tests.sweep.markup import parse

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock_stands")]
FORM = {
    "steps": [
        {"key": "you", "title": {"en": "You"}, "questions": [
            question("member", "choice", "Are you a member?", options=options("yes", "no"), required=True),
        ]},
        {"key": "card", "title": {"en": "Your card"}, "show_if": {"question": "member", "op": "is", "values": ["yes"]},
         "questions": [question("number", "short_text", "Its number", required=True)]},
        {"key": "why", "title": {"en": "Why"}, "questions": [question("letter", "long_text", "Why you?", required=True)]},
    ]
}  # fmt: skip


@pytest.fixture
def mine(client):
    user = UserFactory(language="en")
    client.force_login(user)
    call = CallFactory(form=FORM, code="sea-2026")
    return services.start_application(call, call.strands.get().key, by=user, language="en", at=NOW)


def step(key):
    return f"/en/apply/sea-2026/step/{key}/"


def bar(client, key="you"):
    (found,) = [one for one in parse(client.get(step(key)).content).all("ol") if one.get("class") == "steps"]
    return [" ".join(item.text.split()) for item in found.all("li")], found.get("data-path")


def go_on(client, key, **given):
    sent = fields(client.get(step(key)).content) | {f"q-{name}": [value] for name, value in given.items()}
    return client.post(step(key), sent | {"do": ["next"]}).headers["Location"]


def test_the_journey_leaves_a_hidden_step_out_and_demands_nothing_of_it(client, mine):
    assert bar(client) == (["1 of 3. You", "Why", "Check and send"], "you,why")
    assert client.get(step("card")).headers["Location"] == step("you")

    assert go_on(client, "you", member="no") == step("why")
    assert go_on(client, "why", letter="Our stores are full.") == "/en/apply/sea-2026/review/"
    review = client.get("/en/apply/sea-2026/review/").content.decode()
    assert ("Your card" in review, "Our stores are full." in review) == (False, True)
    client.post("/en/apply/sea-2026/review/")

    assert Application.objects.get().status == "submitted"


def test_a_step_that_comes_is_demanded_and_one_that_goes_keeps_what_was_written(client, mine):
    assert go_on(client, "you", member="yes") == step("card")
    assert bar(client, "card") == (["You", "2 of 4. Your card", "Why", "Check and send"], "you,card,why")
    assert go_on(client, "card") == step("why")
    go_on(client, "why", letter="Our stores are full.")
    with pytest.raises(services.NotComplete) as refused:
        services.submit_application(mine, by=mine.applicant, at=NOW)
    assert [(row.step, row.question) for row in refused.value.problems] == [("card", "number")]

    go_on(client, "card", number="M-17")
    assert go_on(client, "you", member="no") == step("why")

    assert Answer.objects.get(question="number").value == "M-17"
    assert bar(client)[1] == "you,why"
    done = services.submit_application(mine, by=mine.applicant, at=NOW)
    copy = client.get("/en/apply/sea-2026/copy.txt").content.decode()
    assert (done.status, "M-17" in copy, "Our stores are full." in copy) == ("submitted", False, True)


def test_an_autosave_says_which_steps_there_are_now(client, mine):
    sent = {"ask": "1", "step": "you", "revision": "0", "device": "d", "number": mine.number}

    def path(**given):
        page = fields(client.get(step("you")).content)
        return client.post("/en/apply/sea-2026/save/", page | sent | given).json()["path"]

    assert path(**{"q-member": "yes"}) == ["you", "card", "why"]
    write_answers(mine, {"number": "M-17"})
    assert path(**{"q-member": "no"}) == ["you", "why"]
