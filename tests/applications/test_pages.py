"""The pages of applying, as a reader without scripts meets them."""

import re
from datetime import timedelta

import pytest
import time_machine
from django_ox.testing import run_tasks

from tessera.accounts.models import User
from tessera.activity.services import record
from tessera.applications import services
from tessera.applications.models import Answer, Application, Document
from tessera.calls.models import Call
from tessera.calls.queries import calls_whole
from tessera.calls.services import records
from tessera.core.models import TranslationState
from tessera.messaging.models import Message
from tests.applications.asking import WIDE
from tests.applications.forms_sent import fields
from tests.applications.papers import pdf, sent
from tests.factories.accounts import UserFactory
from tests.factories.applications import ApplicationFactory, NoteFactory, write_answers
from tests.factories.calls import CLOSES_AT, CallFactory, make_call
from tests.factories.moments import NOW
from tests.sweep.markup import parse

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_files", "clock_stands")]


@pytest.fixture
def call():
    return CallFactory(form=WIDE, code="sea-2026")


@pytest.fixture
def mine(call, client):
    user = UserFactory(language="en")
    client.force_login(user)
    return services.start_application(call, call.strands.get().key, by=user, language="en", at=NOW)


def step(key="you", language="en"):
    return f"/{language}/apply/sea-2026/step/{key}/"


def values(application):
    return dict(Answer.objects.filter(application=application).values_list("question", "value"))


def test_who_is_new_gets_a_link_that_leads_back_and_begins(call, client, mailoutbox):
    page = client.get("/fr/apply/sea-2026/").content.decode()
    assert "dimanche 15 mars 2026, 23:59" in page.replace("\xa0", " ")

    answer = client.post("/fr/apply/sea-2026/", {"email": " Awa.Gres@example.org "})
    assert answer.headers["Location"] == "/fr/account/sign-in/sent/"
    assert User.objects.filter(email="Awa.Gres@example.org").count() == 0  # the worker does it, for every address alike
    run_tasks(raise_failures=True)
    [mail] = mailoutbox
    link = re.search(r"https?://[^/]+(/\S+)", mail.body).group(1)
    assert client.post(link).headers["Location"] == "/fr/apply/sea-2026/"
    begun = client.post("/fr/apply/sea-2026/", {"strand": call.strands.get().key})

    mine = Application.objects.get()
    assert begun.headers["Location"] == step(language="fr")
    assert (mine.applicant.email, mine.language, mine.status) == ("Awa.Gres@example.org", "fr", "draft")
    # Again, in another case, is the same person and the same application.
    client.logout()
    client.post("/fr/apply/sea-2026/", {"email": "awa.gres@EXAMPLE.org"})
    run_tasks(raise_failures=True)
    assert User.objects.filter(email__iexact="awa.gres@example.org").count() == 1


def test_the_way_in_shows_texts_that_are_ready_and_leads_to_the_check(client):
    strands = [{"key": "all", "name": {"en": "Region", "fr": "Région"}}, {"key": "host", "name": {"en": "Host"}}]
    rule = {"key": "age", "kind": "age_at", "weight": "hard", "params": {"on": "2026-12-31", "max": 45}}
    made = make_call(
        status="open", title={"en": "Heat", "fr": "Chaleur"}, strands=strands, rules=[rule],
        summary={"en": "Come.", "fr": "Venez."},
    )  # fmt: skip
    TranslationState.objects.filter(object_key=made.code, language="fr").update(state="draft")
    records.calls.refresh(calls_whole().get(), at=NOW)
    client.force_login(UserFactory())

    french = client.get(f"/fr/apply/{made.code}/").content.decode()

    assert [words in french for words in ("Chaleur", "Venez.", "Région")] == [False] * 3
    assert [words in french for words in ("Heat", "Come.", "Region", "Host")] == [True] * 4
    assert f'href="/fr/calls/{made.code}/check/"' in french


@pytest.mark.parametrize("address", ["", "nobody", "a b@c", "x" * 300 + "@example.org"])
def test_what_is_no_address_is_said(call, client, address):
    answer = client.post("/en/apply/sea-2026/", {"email": address})

    assert answer.status_code == 422
    assert "Type an e-mail address, for example name@example.org." in answer.content.decode()
    assert Message.objects.count() == 0


def test_a_closed_account_gets_no_way_in(call, client):
    UserFactory(email="gone@example.org", is_active=False)

    assert client.post("/en/apply/sea-2026/", {"email": "gone@example.org"}).status_code == 302
    run_tasks(raise_failures=True)

    assert Message.objects.count() == 0


def test_addresses_that_nobody_enters_are_forgotten(call, client):
    client.post("/en/apply/sea-2026/", {"email": "never@example.org"})
    run_tasks(raise_failures=True)
    invited = UserFactory()

    assert services.tidy_entrances(at=NOW + timedelta(days=29)) == 0
    assert services.tidy_entrances(at=NOW + timedelta(days=31)) == 1

    assert list(User.objects.values_list("pk", flat=True)) == [invited.pk]
    assert Message.objects.filter(address="never@example.org").count() == 0


def test_a_step_is_filled_without_scripts_and_shown_again_as_it_was(mine, client):
    page = client.get(step())
    given = fields(page.content) | {
        "q-full_name": ["Awa Grès"], "q-birth_date": ["1985-07-30"], "q-nationality": ["SN", "FR"],
        "q-country_of_work": ["SN"], "q-phone": ["+221 33 000"], "do": ["next"],
    }  # fmt: skip

    answer = client.post(step(), given)

    assert answer.headers["Location"] == step("work")
    assert values(mine) == {
        "full_name": "Awa Grès", "birth_date": "1985-07-30", "nationality": ["SN", "FR"], "country_of_work": "SN",
        "phone": "+221 33 000",
    }  # fmt: skip
    again = fields(client.get(step()).content)
    assert (again["q-full_name"], again["q-country_of_work"], again["q-nationality"]) == (
        ["Awa Grès"], ["SN"], ["SN", "FR", ""])  # fmt: skip


def test_rows_and_the_table_of_languages_grow_without_scripts(mine, client):
    given = fields(client.get(step("work")).content)
    assert sorted(name for name in given if name.endswith("-title")) == ["q-posts-0-title", "q-posts-1-title"]
    given |= {
        "q-posts-0-title": ["Conservatrice"], "q-posts-0-place": ["SN"], "q-posts-0-kind": ["paid"],
        "q-posts-1-title": ["Guide"], "q-languages-0-language": ["fr"], "q-languages-0-spoken": ["native"],
        "q-years": ["9"], "do": ["more:posts"],
    }  # fmt: skip

    answer = client.post(step("work"), given)

    assert answer.headers["Location"] == step("work") + "?more=posts#q-posts"
    again = fields(client.get(step("work") + "?more=posts").content)
    assert [again[f"q-posts-{n}-title"] for n in range(6)] == [["Conservatrice"], ["Guide"], [""], [""], [""], [""]]
    assert values(mine)["languages"] == [{"language": "fr", "spoken": "native"}]
    # An emptied line goes.
    client.post(
        step("work"), again | {"q-posts-0-title": [""], "q-posts-0-place": [""], "q-posts-0-kind": [""], "do": ["stay"]}
    )
    assert values(mine)["posts"] == [{"title": "Guide"}]


def test_a_condition_shows_a_question_once_it_holds_and_keeps_its_answer(mine, client):
    assert "q-member_number" not in fields(client.get(step("work")).content)
    client.post(step("work"), fields(client.get(step("work")).content) | {"q-member": ["yes"], "do": ["stay"]})
    page = fields(client.get(step("work")).content)
    assert page["q-member_number"] == [""]
    client.post(step("work"), page | {"q-member_number": ["A-7"], "do": ["stay"]})
    client.post(step("work"), page | {"q-member": ["no"], "do": ["stay"]})

    assert "q-member_number" not in fields(client.get(step("work")).content)
    client.post(step("work"), fields(client.get(step("work")).content) | {"q-member": ["yes"], "do": ["stay"]})
    assert values(mine)["member"] == "yes"


def test_a_text_that_is_too_long_is_kept_and_marked(mine, client):
    text = "un " * 25
    client.post(step("why"), fields(client.get(step("why")).content) | {"q-letter": [text], "do": ["stay"]})

    page = client.get(step("why")).content.decode()

    assert values(mine)["letter"] == text.strip()
    assert "Cut 5 words from “Why you?”: it has 25, and at most 20 fit." in page
    assert "25 of 20 words" in page
    assert 'aria-invalid="true"' in page


def test_a_file_that_is_refused_loses_nothing_else(mine, client):
    given = fields(client.get(step("why")).content)

    answer = client.post(step("why"), given | {
        "q-letter": "Parce que.", "do": "next", "q-cv": sent("cv.docx", b"PK\x03\x04" + b"x" * 90),
        "q-work_sample": sent("Ok.pdf", pdf(1)),
    })  # fmt: skip

    assert answer.headers["Location"] == step("why")  # it stays here, to mend it
    page = client.get(step("why")).content.decode()
    assert "“cv.docx” is a document of a word processor, or a ZIP file." in page
    assert values(mine)["letter"] == "Parce que."
    assert values(mine)["work_sample"]["name"] == "Ok.pdf"
    document = Document.objects.get(state="ready")
    assert f"/en/apply/file/{document.key}/" in page
    # It is taken back by its button.
    client.post(step("why"), fields(client.get(step("why")).content) | {"do": "remove:work_sample"})
    assert values(mine)["work_sample"] is None


def test_switching_the_language_keeps_what_was_saved_and_says_it_in_that_language(mine, client):
    client.post(step("work"), fields(client.get(step("work")).content) | {"q-topics": ["care"], "do": ["stay"]})

    page = client.get(step("work", "es")).content.decode()

    assert fields(page)["q-topics"] == ["care"]
    assert "Care (es)" in page
    assert 'href="/fr/apply/sea-2026/step/work/"' in page


@pytest.mark.parametrize(("wanted", "goes_to"), [("fr", "fr"), ("es", "es"), ("en", "en"), ("xx", "en"), ("", "en")])
def test_unsaved_text_goes_along_to_another_language_without_scripts(mine, client, wanted, goes_to):
    page = client.get(step("why"))
    assert [
        (button.get("value"), button.text) for button in parse(page.content).all("button") if "lang" in button.attrs
    ] == [("in:fr", "FR"), ("in:es", "ES"), ("in:fr", "Français"), ("in:es", "Español")]

    answer = client.post(step("why"), fields(page.content) | {"q-letter": ["Half a sentence"], "do": f"in:{wanted}"})

    assert (answer.status_code, answer.headers["Location"]) == (302, step("why", goes_to))
    assert values(mine)["letter"] == "Half a sentence"
    assert fields(client.get(step("why", goes_to)).content)["q-letter"] == ["Half a sentence"]


@pytest.mark.parametrize(
    ("do", "goes_to"),
    [
        ("to:why", step("why")),
        ("to:nowhere", step("work")),
        ("review", "/en/apply/sea-2026/review/"),
        ("status", "/en/apply/sea-2026/status/"),
    ],
)
def test_every_way_off_a_step_saves_first(mine, client, do, goes_to):
    page = client.get(step("work"))
    buttons = [
        (node.get("value"), node.get("data-href"))
        for node in parse(page.content.decode()).all("button") if node.get("form") == "step"
    ]  # fmt: skip

    answer = client.post(step("work"), fields(page.content) | {"q-years": "12", "do": do})

    # The first is what the key Enter presses.
    assert buttons == [
        ("next", ""), ("in:fr", step("work", "fr")), ("in:es", step("work", "es")),
        ("status", "/en/apply/sea-2026/status/"), ("to:you", step("you")), ("to:why", step("why")),
        ("to:promise", step("promise")), ("review", "/en/apply/sea-2026/review/"),
    ]  # fmt: skip
    assert (answer.headers["Location"], values(mine)) == (goes_to, {"years": 12})


def test_a_step_is_done_where_nothing_is_missing_in_it(mine, client):
    def done():
        links = client.get("/en/apply/sea-2026/review/").context["steps"]
        return {link.key for link in links if link.done}

    assert done() == set()
    write_answers(mine, {"full_name": "Awa Grès"})
    assert done() == {"you"}
    write_answers(mine, {"member": "yes", "birth_date": "Tuesday"})
    assert done() == set()
    write_answers(mine, {"member": "no", "birth_date": "1985-07-30"})
    assert done() == {"you", "work"}
    bar = next(
        node for node in parse(client.get(step("why")).content.decode()).all("ol") if node.get("class") == "steps"
    )
    assert [node.get("class") for node in bar.all("li")] == ["done", "done", "", "", ""]


def test_what_a_page_without_scripts_cannot_do_is_not_promised(mine, client):
    page = client.get(step()).content.decode()

    (about,) = [node for node in parse(page).all("p") if "data-scripted" in node.attrs]
    assert ("hidden" in about.attrs, "your answers stay on this device" in about.text) == (True, True)
    assert re.search(r"<noscript>.*Press Save often.*</noscript>", page, re.DOTALL)


def test_what_cannot_be_kept_stays_on_the_page_when_the_language_is_switched(mine, client):
    text = "x" * 100_001

    answer = client.post(
        step("why"), fields(client.get(step("why")).content) | {"q-letter": [text], "do": "in:fr"}
    )  # fmt: skip

    assert (answer.status_code, fields(answer.content)["q-letter"]) == (422, [text])


def test_text_posted_without_a_session_comes_back_after_signing_in(mine, client):
    given = fields(client.get(step("why")).content) | {"q-letter": ["Une heure de travail"], "do": ["next"]}
    client.logout()

    answer = client.post(step("why"), given)

    assert answer.headers["Location"].startswith("/en/account/sign-in/?next=/en/apply/sea-2026/step/why/")
    assert values(mine) == {}
    user = mine.applicant
    user.set_password("nine stones in a row")
    user.save()
    entered = client.post("/en/account/sign-in/", {
        "email": user.email, "password": "nine stones in a row", "next": step("why"),
    })  # fmt: skip
    assert entered.headers["Location"] == step("why")
    page = client.get(step("why"))
    assert fields(page.content)["q-letter"] == ["Une heure de travail"]
    assert (
        "You had been signed out. What you wrote is here again and not saved yet: save it now." in page.content.decode()
    )
    client.post(step("why"), fields(page.content) | {"do": ["stay"]})
    assert values(mine)["letter"] == "Une heure de travail"


def test_text_posted_without_a_session_stays_until_it_is_saved(mine, client):
    """The page that shows it may never arrive; and what another device wrote meanwhile is said."""
    given = fields(client.get(step("why")).content) | {"q-letter": ["Before signing in"], "do": ["next"]}
    client.logout()
    client.post(step("why"), given)
    session = dict(client.session)
    write_answers(mine, {"letter": "On the laptop", "full_name": "Awa"}, device="laptop")
    client.force_login(mine.applicant)
    later = client.session
    later.update({"kept_text": session["kept_text"]})
    later.save()

    client.get(step("why"))
    page = client.get(step("why"))
    answer = client.post(step("why"), fields(page.content) | {"do": ["stay"]})

    assert fields(page.content)["q-letter"] == ["Before signing in"]
    assert "On the laptop" in answer.content.decode()
    assert values(mine) == {"letter": "Before signing in", "full_name": "Awa"}
    assert "kept_text" not in client.session


def test_text_posted_without_a_session_stays_while_other_steps_are_saved(mine, client):
    given = fields(client.get(step("why")).content) | {"q-letter": ["Before signing in"], "do": ["next"]}
    other = fields(client.get(step("you")).content) | {"q-full_name": ["Awa"]}
    client.logout()
    client.post(step("why"), given)
    posted = client.session["kept_text"]
    client.force_login(mine.applicant)
    later = client.session
    later["kept_text"] = posted
    later.save()

    client.post(step("you"), other | {"do": ["stay"]})
    client.post("/en/apply/sea-2026/save/", other | {"step": ["you"]})
    client.post("/en/apply/sea-2026/save/", other | {"step": ["no/step"]})
    assert fields(client.get(step("why")).content)["q-letter"] == ["Before signing in"]
    client.post("/en/apply/sea-2026/save/", given | {"step": ["why"]})

    assert "kept_text" not in client.session
    assert (values(mine)["full_name"], values(mine)["letter"]) == ("Awa", "Before signing in")


def test_text_posted_without_a_session_is_not_shown_to_the_next_person_on_the_device(mine, client):
    given = fields(client.get(step("why")).content) | {"q-letter": ["Only for the office"], "do": ["next"]}
    client.logout()
    client.post(step("why"), given)
    kept = client.session["kept_text"]
    other = UserFactory()
    services.start_application(mine.call, mine.strand, by=other, language="en", at=NOW)
    client.force_login(other)
    later = client.session
    later["kept_text"] = kept
    later.save()

    page = client.get(step("why")).content.decode()

    assert ("Only for the office" in page, "You had been signed out." in page) == (False, False)
    assert "kept_text" not in client.session


@pytest.mark.parametrize("path", ["save/", "step/you/"])
def test_a_page_of_another_application_saves_nothing_in_ones_own(mine, client, path):
    given = fields(client.get(step("you")).content) | {"q-full_name": ["Awa Grès"], "do": ["stay"]}
    other = UserFactory()
    services.start_application(mine.call, mine.strand, by=other, language="en", at=NOW)
    client.force_login(other)

    answer = client.post(f"/en/apply/sea-2026/{path}", given, follow=True)

    assert "this page is one of another application" in answer.content.decode()
    assert Answer.objects.count() == 0


def test_an_autosave_that_asks_leaves_what_another_device_saved_and_shows_it(mine, client):
    page = fields(client.get(step("why")).content)
    write_answers(mine, {"letter": "On the laptop"}, device="laptop")
    given = {
        "q-letter": "On the phone",
        "was-letter": page["was-letter"],
        "base-letter": f"0 {page['device'][0]}",
        "ask": "1",
    }

    held = client.post("/en/apply/sea-2026/save/", given | {"revision": "1", "device": "x", "step": "you"}).json()
    (told,) = held["elsewhere"]
    assert (told["question"], told["held"], told["replaced"], told["text"]) == ("letter", True, False, "On the laptop")
    assert (held["saved"], held["revision"], values(mine)) == ([], 1, {"letter": "On the laptop"})
    given["base-letter"] = "1 x"
    saved = client.post("/en/apply/sea-2026/save/", given | {"revision": "1", "device": "x", "step": "you"}).json()

    assert (saved["elsewhere"], saved["saved"], values(mine)) == ([], ["letter"], {"letter": "On the phone"})


def test_two_devices_are_told_on_the_page(mine, client):
    first = fields(client.get(step("why")).content) | {"q-letter": ["From the phone"], "do": ["stay"]}
    second = fields(client.get(step("why")).content) | {"q-letter": ["From the laptop"], "do": ["stay"]}
    client.post(step("why"), first)

    answer = client.post(step("why"), second)

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Another device had written the following here; yours has replaced it:" in page
    assert "From the phone" in page
    assert values(mine)["letter"] == "From the laptop"


def test_autosave_answers_in_json_without_a_template(mine, client):
    page = fields(client.get(step("work")).content)
    given = {
        "q-member": "yes",
        "was-member": page["was-member"][0],
        "revision": page["revision"][0],
        "device": "d",
        "step": "work",
    }

    with time_machine.travel(NOW + timedelta(minutes=3), tick=False):
        answer = client.post("/en/apply/sea-2026/save/", given)

    assert answer.json() == {
        "at": "2026-03-02T09:03:00+00:00", "revision": 1, "saved": ["member"], "refused": {}, "elsewhere": [], "steps": {}, "wrong": {},
        "asked": ["years", "posts", "languages", "member", "member_number", "topics"],
        "path": ["you", "work", "why", "promise"],
    }  # fmt: skip
    assert values(mine) == {"member": "yes"}


def test_autosave_says_what_another_device_wrote_and_when_it_is_too_late(mine, client):
    page = fields(client.get(step("why")).content)
    write_answers(mine, {"letter": "From the laptop"}, device="laptop")
    given = {"q-letter": "From the phone", "was-letter": page["was-letter"][0], "revision": page["revision"][0],
             "device": page["device"][0], "step": "why"}  # fmt: skip

    answer = client.post("/en/apply/sea-2026/save/", given)

    assert answer.json()["elsewhere"] == [
        {
            "question": "letter",
            "at": "2026-03-02T09:00:00+00:00",
            "replaced": True,
            "held": False,
            "text": "From the laptop",
        }
    ]
    with time_machine.travel(CLOSES_AT + timedelta(hours=1), tick=False):
        client.force_login(mine.applicant)
        late = client.post("/en/apply/sea-2026/save/", given)
    assert (late.status_code, late.json()) == (
        409, {"error": "The deadline is over. What you wrote before it is kept and can be read."})  # fmt: skip


def complete(mine):
    from tests.applications.asking import ANSWERS

    write_answers(mine, ANSWERS)
    services.take_file(mine, "cv", sent("cv.pdf", pdf(1)), by=mine.applicant, at=NOW)


def test_the_review_lists_what_is_missing_with_its_place(mine, client):
    page = client.get("/en/apply/sea-2026/review/").content.decode()
    for link in ("you/?check=1#q-full_name", "why/?check=1#q-cv", "promise/?check=1#q-attend"):
        assert f"/en/apply/sea-2026/step/{link}" in page

    assert ["6 answers are missing" in page, "needs a change" in page] == [True, False]

    answer = client.post("/en/apply/sea-2026/review/")

    assert answer.status_code == 422
    assert "Your application is not submitted: something is missing." in answer.content.decode()
    mine.refresh_from_db()
    assert mine.status == "draft"
    marked = client.get(step("you") + "?check=1").content.decode()
    assert "“Full name” is not answered." in marked


def test_the_account_leads_to_ones_applications(mine, client):
    page = client.get("/en/account/").content.decode()
    links = [link.text for link in parse(page).all("a") if link.get("href") == "/en/apply/"]
    assert links.count("Your applications") == 2  # beside the page, and in its list


def test_what_is_missing_is_counted_apart_from_what_has_to_be_changed(mine, client):
    complete(mine)
    write_answers(mine, {"letter": "word " * 21, "full_name": ""})
    page = client.get("/en/apply/sea-2026/review/").content.decode()

    assert [said in page for said in ("One answer is missing", "One answer needs a change before you send")] == [
        True
    ] * 2


def test_conditions_that_are_not_met_are_told_apart_from_those_that_are_not_known(mine, client):
    version = mine.call.rule_versions.get()
    version.document = {"rules": [
        {"key": "age", "kind": "age_at", "weight": "hard", "params": {"max": 45, "on": "2026-09-01"}},
        {"key": "years", "kind": "experience", "weight": "hard", "params": {"min": 3}},
    ]}  # fmt: skip
    version.save()
    write_answers(mine, {"birth_date": "1970-01-01"})
    page = client.get("/en/apply/sea-2026/review/")

    told = {name: [verdict.rule for verdict in page.context[name]] for name in ("stopped", "unknown")}
    assert told == {"stopped": ["age"], "unknown": ["years"]}
    assert page.content.decode().count("Conditions that cannot be judged before you answer more") == 1


def test_a_signature_of_a_day_to_come_is_refused_and_one_of_another_day_is_pointed_out(mine, client):
    complete(mine)
    later, remark = (
        "is still to come. Write the day on which you sign.",
        "which is not today. Leave it if that is right.",
    )
    told = {}
    for day in ("2026-02-27", "2026-03-01", "2026-03-02", "2026-03-03", "2026-03-04"):
        write_answers(mine, {"signature": {"name": "Awa Grès", "on": day}})
        page = client.get(step("promise")).content.decode()
        told[day] = (later in page, remark in page, later in client.get("/en/apply/sea-2026/review/").content.decode())
    # At nine in the morning, UTC, the first of March still lasts somewhere, and the third has begun nowhere.
    assert told == {
        "2026-02-27": (False, True, False), "2026-03-01": (False, False, False), "2026-03-02": (False, False, False),
        "2026-03-03": (True, False, True), "2026-03-04": (True, False, True),
    }  # fmt: skip

    assert client.post("/en/apply/sea-2026/review/").status_code == 422
    mine.refresh_from_db()
    assert mine.status == "draft"


def test_ones_own_address_as_referee_is_said_as_soon_as_it_is_saved(mine, client):
    said = "“Who recommends you?”: this is your own address. Name somebody else."
    page = fields(client.get(step("why")).content)
    given = {"q-referee-name": "Awa Grès", "q-referee-email": mine.applicant.email.upper(), "step": "why", "ask": "1"}

    saved = client.post("/en/apply/sea-2026/save/", {**page, **given}).json()

    assert saved["wrong"] == {"referee": [said]}
    assert said in client.get(step("why")).content.decode()


@pytest.mark.parametrize("known", [True, False])
def test_on_the_way_in_everybody_reads_that_a_message_comes(call, client, known):
    if known:
        UserFactory(email="awa@example.org")
    client.post("/en/apply/sea-2026/", {"email": "awa@example.org"})
    way_in = client.get("/en/account/sign-in/sent/").content.decode()
    client.post("/en/account/sign-in/", {"email": "awa@example.org", "do": "link"})
    sign_in = client.get("/en/account/sign-in/sent/").content.decode()

    assert "A message with a link is on its way to awa@example.org." in way_in
    assert "If this address has an account" not in way_in
    assert ["If this address has an account" in sign_in, "awa@example.org" in sign_in] == [True, False]


def test_a_complete_application_is_sent_and_its_page_is_the_receipt(mine, client):
    complete(mine)
    page = client.get("/en/apply/sea-2026/review/").content.decode()
    assert "need a change" not in page
    assert "Parce que nos réserves sont pleines." in page

    answer = client.post("/en/apply/sea-2026/review/")

    assert answer.headers["Location"] == "/en/apply/sea-2026/status/"
    status = client.get("/en/apply/sea-2026/status/").content.decode()
    for words in ("Received", mine.number, "Your receipt", "What happens next"):
        assert words in status
    assert client.get(step()).headers["Location"] == "/en/apply/sea-2026/status/"
    assert client.get("/en/apply/sea-2026/").headers["Location"] == "/en/apply/sea-2026/status/"
    assert client.get(f"/en/apply/{mine.number}/").headers["Location"] == "/en/apply/sea-2026/status/"
    pdf_copy, text = client.get("/en/apply/sea-2026/copy.pdf"), client.get("/en/apply/sea-2026/copy.txt")
    assert (pdf_copy.headers["Content-Disposition"], pdf_copy.content[:5]) == (
        f'attachment; filename="{mine.number}.pdf"', b"%PDF-")  # fmt: skip
    assert mine.number in text.content.decode()


def test_withdrawing_asks_first_and_can_be_taken_back(mine, client):
    complete(mine)
    assert "Withdraw it" in client.get("/en/apply/sea-2026/withdraw/").content.decode()
    mine.refresh_from_db()
    assert mine.status == "draft"

    client.post("/en/apply/sea-2026/withdraw/", {"reason": ""})
    mine.refresh_from_db()
    assert mine.status == "withdrawn"
    assert "Take it up again" in client.get("/en/apply/sea-2026/status/").content.decode()
    client.post("/en/apply/sea-2026/again/")
    mine.refresh_from_db()
    assert mine.status == "draft"


STRANDS = [
    {"key": "care", "name": {"en": "Care"}, "deadline": {"day": "2026-02-20", "time": "23:59", "zone": "Africa/Dakar"}},
    {"key": "law", "name": {"en": "Law"}, "deadline": {"day": "2026-02-22", "time": "18:00", "zone": "Africa/Dakar"}},
]


@pytest.mark.parametrize("deadline", [{"day": "2026-03-15", "time": "23:59", "zone": "Etc/GMT+12"}, {}])
def test_a_call_is_closed_once_the_deadline_of_each_strand_is_over(client, deadline):
    with time_machine.travel(NOW - timedelta(days=20), tick=False):
        make_call(id="two", strands=STRANDS, deadline=deadline or {"zone": "Etc/GMT+12"}, status="open",
                  at=NOW - timedelta(days=20))  # fmt: skip

    page = client.get("/en/apply/two/").content.decode()

    assert "This call is closed." in page
    assert "not open yet" not in page
    assert 'name="late"' in page
    told = [" ".join(one.text.split()) for one in parse(page).all("section") if one.text.strip().startswith("Deadline")]
    assert [words.split(" (")[0] for words in told] == [
        "Deadline: Care Friday 20 February 2026, 23:59, Dakar time",
        "Deadline: Law Sunday 22 February 2026, 18:00, Dakar time",
    ]


@pytest.mark.parametrize(
    ("status", "said", "late"),
    [
        ("published", "This call is not open yet.", False),
        ("closed", "This call is closed.", True),
        ("in_review", "This call is closed.", False),
        ("archived", "This call is closed.", False),
        ("cancelled", "This call is cancelled.", False),
    ],
)
def test_a_call_says_why_nobody_can_begin(call, client, status, said, late):
    Call.objects.update(status=status)

    page = client.get("/en/apply/sea-2026/").content.decode()

    found = re.findall(r"<p><b>(This call [^<]*)</b></p>", page)
    assert (found, 'name="late"' in page) == ([said], late)


def test_the_status_page_says_the_dates_of_the_call(mine, client):
    mine.call.timeline = {"offers": "2026-06-01"}
    mine.call.save()
    complete(mine)
    services.submit_application(mine, by=mine.applicant, at=NOW)
    NoteFactory(application=mine, visibility="applicant", text="Your CV was hard to read.")
    NoteFactory(application=mine, visibility="office", text="Strong file.")

    page = client.get("/en/apply/sea-2026/status/").content.decode()

    assert "by 1 June 2026" in page
    assert "Your CV was hard to read." in page
    assert "Strong file." not in page


def test_the_lead_and_the_stage_agree_on_when_the_conditions_are_checked(mine, client):
    Application.objects.filter(pk=mine.pk).update(status="submitted", submitted_at=NOW)
    said = {}
    for name, at, status in (("open", NOW, "open"), ("closed", CLOSES_AT, "closed")):
        Call.objects.filter(pk=mine.call_id).update(status=status)
        with time_machine.travel(at, tick=False):
            client.force_login(mine.applicant)
            page = client.get("/en/apply/sea-2026/status/")
            listed = client.get("/en/apply/").content.decode()
        said[name] = (page.context["said"], [(one.when, one.state) for one in page.context["path"][1:2]])
        assert page.context["said"] in listed

    assert said == {
        "open": (
            "Your application has arrived whole. After the deadline the programme office checks the conditions.",
            [("after the deadline", "part")],
        ),
        "closed": (
            "Your application has arrived whole. The programme office checks the conditions now.", [("now", "part")],
        ),
    }  # fmt: skip


def test_what_is_written_after_the_deadline_is_shown_once_more_and_not_saved(mine, client):
    write_answers(mine, {"letter": "Avant."}, device="x")
    page = fields(client.get(step("why")).content)
    given = {**page, "q-letter": "Après l’heure <b>.", "do": "next"}
    with time_machine.travel(CLOSES_AT + timedelta(hours=1), tick=False):
        client.force_login(mine.applicant)
        late = client.post(step("why"), given)
        same = client.post(step("why"), {**page, "do": "next"})
        left = client.post("/en/apply/sea-2026/left/", given)
        nothing = client.post("/en/apply/sea-2026/left/", page)

    html = late.content.decode()
    assert (late.status_code, "Après l’heure &lt;b&gt;." in html, "The deadline is over." in html) == (409, True, True)
    assert (same.status_code, same.headers["Location"]) == (302, "/en/apply/sea-2026/status/")
    assert (left.status_code, left.content.decode().count("<dt>"), "Après l’heure" in left.content.decode()) == (
        200,
        1,
        True,
    )
    assert (nothing.status_code, nothing.content) == (204, b"")
    assert values(mine) == {"letter": "Avant."}


def test_what_somebody_else_left_is_not_compared_with_ones_own_answers(mine, client):
    other = UserFactory()
    client.force_login(other)
    assert client.post("/en/apply/sea-2026/left/", {"q-letter": "x", "was-letter": "x"}).status_code == 404


def test_after_the_deadline_a_draft_is_read_and_copied(mine, client):
    complete(mine)
    with time_machine.travel(CLOSES_AT + timedelta(hours=1), tick=False):
        client.force_login(mine.applicant)
        assert client.get(step()).headers["Location"] == "/en/apply/sea-2026/status/"
        User.objects.filter(pk=mine.applicant_id).update(time_zone="Africa/Dakar")
        told = client.get("/en/apply/sea-2026/status/").content.decode()
        assert "The deadline is over." in told
        assert "The call closed</h2><p>Sunday 15 March 2026, 23:59, anywhere on Earth (UTC−12)</p>" in told
        assert "Monday 16 March 2026, 11:59, Dakar time" in told
        assert "This is a draft: it was not submitted." in client.get("/en/apply/sea-2026/copy.txt").content.decode()
        assert client.post("/en/apply/sea-2026/review/").status_code == 302
    mine.refresh_from_db()
    assert mine.status == "draft"


def test_a_file_goes_in_pieces_through_the_pages(mine, client):
    data = pdf(3)
    begun = client.post("/en/apply/sea-2026/upload/", {"question": "cv", "name": "cv.pdf", "size": len(data)})
    assert begun.status_code == 201
    url = begun.json()["url"]

    def put(at, piece):
        return client.put(
            url, piece, content_type="application/offset+octet-stream", headers={"Upload-Offset": str(at)}
        )

    assert put(0, data[:500]).json() == {"received": 500}
    assert (put(700, data[700:]).status_code, put(700, data[700:]).json()) == (409, {"received": 500})
    assert client.get(url).json() == {"received": 500}
    page = client.get(step("why")).content.decode()
    assert f"{round(50_000 / len(data))} % arrived" in page
    assert put(500, data[500:]).json() == {"received": len(data)}
    done = client.post(url)
    assert (done.status_code, done.json()) == (200, {"name": "cv.pdf", "size": len(data), "pages": 3})
    assert values(mine)["cv"]["name"] == "cv.pdf"
    assert put("x", b"x").status_code == 400


@pytest.mark.parametrize("n", [1, 3])
def test_one_s_applications_are_listed_with_a_constant_number_of_queries(client, n, django_assert_num_queries):
    user = UserFactory(language="en")
    client.force_login(user)
    numbers = [ApplicationFactory(applicant=user).number for _n in range(n)]
    ApplicationFactory()
    client.get("/en/apply/")

    # Session, user, roles, applications with call, training and waiver, strands, what was asked of others.
    with django_assert_num_queries(6):
        page = client.get("/en/apply/").content.decode()

    assert set(re.findall(r"[2-9A-Z]{8}", page)) & set(Application.objects.values_list("number", flat=True)) == set(
        numbers
    )


def test_every_type_of_question_has_a_label_for_each_control(mine, client):
    for key in ("you", "work", "why", "promise"):
        tree = parse(client.get(step(key)).content)
        labelled = {node.get("for") for node in tree.all("label")}
        for node in tree.all("input", "textarea", "select"):
            if node.get("type") not in ("hidden", "submit") and not node.within("label"):
                assert node.get("id") in labelled, node.attrs
        assert [n for n in tree.all("fieldset") if not n.all("legend")] == []


def test_a_call_that_is_not_there_or_not_public_is_not_found(call, client):
    CallFactory(code="secret-2026", status="draft")

    for code in ("secret-2026", "nothing"):
        assert client.get(f"/en/apply/{code}/").status_code == 404
    assert client.get("/en/apply/NOTHERE2/").status_code == 302  # to sign in: whether it exists is not said


@pytest.mark.parametrize(("device", "elsewhere", "goes_to"), [("own", [], "promise"), ("other", ["cv"], "why")])
def test_a_file_sent_from_this_page_is_no_change_on_another_device(mine, client, device, elsewhere, goes_to):
    page = fields(client.get(step("why")).content)
    own = page["device"][0]
    data = pdf(1)
    begun = client.post("/en/apply/sea-2026/upload/", {"question": "cv", "name": "cv.pdf", "size": len(data)}).json()
    client.generic("PUT", begun["url"], data, HTTP_UPLOAD_OFFSET="0")
    client.post(begun["url"], {"device": own if device == "own" else "another"})
    script = {"HTTP_ACCEPT": "application/json"}

    saved = client.post(
        "/en/apply/sea-2026/save/", {**page, "q-letter": "Why not?"}, **script
    ).json()  # fmt: skip
    gone_on = client.post(step("why"), {**page, "q-letter": "Why not?", "do": "next"}, **script).json()

    assert [one["question"] for one in saved["elsewhere"]] == elsewhere
    assert gone_on == {"next": step(goes_to), "at": NOW.isoformat()}
    assert Answer.objects.get(question="cv").device == ("another" if device == "other" else own)


def test_every_condition_is_told_before_the_form_with_or_without_words_of_the_office(client):
    strands = [{"key": "care", "name": {"en": "Care"}}, {"key": "loans", "name": {"en": "Loans"}}]
    call = CallFactory(form=WIDE, code="sea-2026", strands=strands)
    age = {"key": "age", "kind": "age_at", "weight": "hard", "params": {"max": 45, "on": "2026-09-01"}}
    version = call.rule_versions.get()
    version.document = {
        "rules": [
            {"key": "flag", "kind": "nationality", "weight": "person", "params": {"flagged": ["FR", "SN"]}},
            {"key": "own", "kind": "by_person", "weight": "hard", "params": {}, "reason": {"en": "You care for things."}},
            age | {"key": "young", "reason": {"en": "For people early on."}},
            {"key": "liked", "kind": "age_at", "weight": "priority", "params": {"max": 30, "on": "2026-09-01"}},
        ],
        "strands": {"care": {"rules": [{"key": "either", "kind": "any_of", "weight": "hard", "rules": [age | {"key": "a"}]}]}},
    }  # fmt: skip
    version.save()

    page = parse(client.get("/en/apply/sea-2026/").content.decode())

    (told,) = [one for one in page.all("section") if "Conditions" in one.text]
    assert " ".join(told.text.split()) == (
        "Conditions Nationality that a person looks at Nationalities that a person looks at: France, Senegal "
        "decided by a person You care for things. "
        "For people early on. On the day: 1 September 2026 At most, in years: 45 "
        "Care One of these is enough Age on a day On the day: 1 September 2026 At most, in years: 45"
    )


@pytest.mark.parametrize(("language", "heading", "said"), [
    ("en", "This call is cancelled", "Your application is not processed any further."),
    ("fr", "Cet appel est annulé", "Votre candidature n’est plus traitée."),
    ("es", "Esta convocatoria está cancelada", "Su candidatura ya no se tramita."),
])  # fmt: skip
@pytest.mark.parametrize("state", ["draft", "submitted", "incomplete", "under_review", "accepted"])
def test_in_a_cancelled_call_the_page_says_so_and_promises_nothing(mine, client, state, language, heading, said):
    Application.objects.filter(pk=mine.pk).update(status=state, submitted_at=None if state == "draft" else NOW)
    Call.objects.filter(pk=mine.call_id).update(status="cancelled")

    page = client.get(f"/{language}/apply/sea-2026/status/")
    listed = client.get(f"/{language}/apply/").content.decode()

    (told,) = parse(page.content.decode()).all("h1")
    assert (told.text, said in page.content.decode(), said in listed) == (heading, True, True)
    assert (page.context["path"], page.context["standing"], page.context["writable"]) == ([], None, False)


@pytest.mark.parametrize(
    ("steps", "heading", "path"),
    [(("cancelled", "archived"), "This call is cancelled", 0), (("archived",), "Received", 4)],
)
def test_a_call_that_was_cancelled_and_is_put_away_was_still_cancelled(mine, client, steps, heading, path):
    Application.objects.filter(pk=mine.pk).update(status="submitted", submitted_at=NOW)
    for status in steps:
        Call.objects.filter(pk=mine.call_id).update(status=status)
        record(f"call.{status}", mine.call, by=None, at=NOW, after=status)

    page = client.get("/en/apply/sea-2026/status/")
    listed = client.get("/en/apply/").content.decode()

    (told,) = parse(page.content.decode()).all("h1")
    assert (told.text, len(page.context["path"])) == (heading, path)
    assert ("Your application is not processed any further." in listed) is (path == 0)


@pytest.mark.parametrize(("state", "heading"), [("withdrawn", "Withdrawn"), ("not_selected", "Not selected")])
def test_what_had_ended_before_its_call_was_cancelled_stays_as_it_ended(mine, client, state, heading):
    Application.objects.filter(pk=mine.pk).update(status=state, submitted_at=NOW)
    Call.objects.filter(pk=mine.call_id).update(status="cancelled")

    (told,) = parse(client.get("/en/apply/sea-2026/status/").content.decode()).all("h1")

    assert told.text == heading
