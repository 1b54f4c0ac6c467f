"""The pages on which those selected answer, as a reader without scripts meets them, and what the office sees of it."""

import csv
import io
import json
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from tessera.applications.models import Answer, Document
from tessera.programmes.models import Training
from tests.applications.forms_sent import fields
from tests.applications.papers import pdf, sent
from tests.applications.selected import FORM, SUBMITTED, call_with_questions, chosen
from tests.factories.accounts import UserFactory
from tests.factories.applications import AnswerFactory, ApplicationFactory, DocumentFactory, write_answers
from tests.factories.calls import CallFactory, FormVersionFactory
from tests.factories.moments import NOW
from tests.sweep.markup import parse

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock_stands", "own_files")]
MINE, STATUS = "/en/apply/", "/en/apply/sea/status/"


@pytest.fixture
def mine(client):
    made = chosen(applicant=UserFactory(language="en"))
    client.force_login(made.applicant)
    return made


def step(key="papers", language="en"):
    return f"/{language}/apply/sea/step/{key}/"


def values(row):
    return dict(Answer.objects.filter(application=row).values_list("question", "value"))


def section(html, name="selected"):
    """The text of the part of a page that ``name`` heads, and its links."""
    found = [node for node in parse(html).all("section") if node.get("aria-labelledby") == name]
    if not found:
        return None
    return " ".join(found[0].text.split()).replace("\xa0", " "), [node.get("href") for node in found[0].all("a")]


def test_the_page_of_the_application_says_what_is_missing_and_until_when(mine, client):
    page = client.get(STATUS).content

    text, links = section(page)
    assert "Questions to those selected 2 answers are still missing, or need a change." in text
    assert "Please answer by 6 September 2026." in text
    assert links == [f"{step()}?check=1#q-passport", f"{step()}?check=1#q-diet", step()]


def test_the_list_of_their_applications_says_what_is_still_missing(mine, client, django_assert_num_queries):
    def said():
        page = parse(client.get(MINE).content)
        return [
            (" ".join(link.text.split()), link.get("href"))
            for link in page.all("a")
            if "#selected" in (link.get("href") or "")
        ]

    two = ("2 answers are still missing, or need a change.", f"{STATUS}#selected")
    assert said() == [two]
    with CaptureQueriesContext(connection) as one:
        said()
    for code in ("land", "sky"):
        chosen(call_with_questions(code), applicant=mine.applicant)
    with django_assert_num_queries(len(one)):
        assert [link for _said, link in said()] == [
            STATUS.replace("sea", code) + "#selected" for code in ("sky", "land", "sea")
        ]

    Training.objects.update(status="delivered")
    assert said() == []


@pytest.mark.parametrize("status", ["submitted", "selected", "offered", "declined", "withdrawn"])
def test_nothing_is_said_of_it_before_the_place_is_taken_or_without_one(client, status):
    made = chosen(status=status)
    client.force_login(made.applicant)

    assert section(client.get("/fr/apply/sea/status/").content) is None
    assert client.get(step()).headers["Location"] == STATUS
    before = values(made)
    answer = client.post(step(), {"q-diet": "Nuts", "was-diet": "", "do": "next"})
    assert (answer.status_code, values(made)) == (409, before)
    assert "Nuts" in answer.content.decode()  # to be copied


def test_a_step_shows_what_is_asked_of_those_selected_and_nothing_of_what_was_submitted(mine, client):
    page = client.get(step("you"))

    html = page.content.decode()
    asked = [node.get("data-question") for node in parse(html).all("div") if "data-question" in node.attrs]
    assert (page.status_code, asked) == (200, ["arrival"])
    assert [words in html for words in ("Questions to those selected", "Check and send", "Deadline")] == [
        True,
        False,
        False,
    ]
    links = [node.get("data-href") for node in next(iter(parse(html).all("ol"))).all("button")]
    assert links == [step("papers"), step("trip")]
    assert len(page.content) < 40_000
    assert "Not saved yet" in html  # what is asked here; what was submitted was
    form = next(node for node in parse(html).all("form") if "data-apply" in node.attrs)
    assert (form.get("data-stage"), form.get("enctype")) == ("later", "")


def test_it_is_answered_step_by_step_without_scripts(mine, client):
    first = client.get(step("you"))
    on = client.post(step("you"), fields(first.content) | {"q-arrival": "2026-09-06", "do": "next"})
    assert on.headers["Location"] == step("papers")
    papers = client.get(step("papers"))
    assert "For the letter." in papers.content.decode()
    given = fields(papers.content) | {
        "q-diet": "Nuts",
        "q-needs": "yes",
        "q-passport": sent("p.pdf", pdf()),
        "do": "next",
    }
    assert client.post(step("papers"), given).headers["Location"] == step("trip")
    trip = client.get(step("trip"))
    end = client.post(step("trip"), fields(trip.content) | {"q-flight-0-number": "AF 1", "do": "next"})
    assert end.headers["Location"] == f"{STATUS}#selected"

    text, links = section(client.get(STATUS).content)
    assert "One answer is still missing, or needs a change." in text
    assert links[:2] == [f"{step()}?check=1#q-why_alone", step()]
    missing = client.get(f"{step()}?check=1").content.decode()
    assert "“Why alone?” is not answered." in missing
    client.post(step(), fields(missing) | {"q-why_alone": "I snore.", "do": "stay"})
    page = client.get(STATUS).content
    text, links = section(page)
    assert "Nothing is missing You can change your answers until the training is over." in text
    assert links == [step("you")]
    assert {key: values(mine)[key] for key in SUBMITTED} == SUBMITTED
    assert Document.objects.get().question == "passport"


def test_what_is_too_long_is_kept_marked_and_named(mine, client):
    given = fields(client.get(step()).content) | {"q-diet": "one two three four five six seven", "do": "stay"}
    assert client.post(step(), given).status_code == 302

    assert values(mine)["diet"] == "one two three four five six seven"
    page = client.get(step()).content.decode()
    assert 'class="field wrong"' in page
    assert f"{step()}?check=1#q-diet" in section(client.get(STATUS).content)[1]


def test_two_devices_are_told_on_the_page(mine, client):
    first = fields(client.get(step()).content) | {"q-diet": "Nuts", "do": "stay"}
    second = fields(client.get(step()).content) | {"q-diet": "Fish", "do": "stay"}
    client.post(step(), first)

    page = client.post(step(), second).content.decode()

    assert "Another device had written the following here; yours has replaced it:" in page
    assert ("Nuts" in page, values(mine)["diet"]) == (True, "Fish")


def test_text_posted_without_a_session_comes_back_after_signing_in(mine, client):
    given = fields(client.get(step()).content) | {"q-diet": ["Neither fish nor meat"], "do": ["next"]}
    client.logout()
    answer = client.post(step(), given)
    assert answer.headers["Location"].startswith(f"/en/account/sign-in/?next={step()}")
    assert "diet" not in values(mine)
    user = mine.applicant
    user.set_password("nine stones in a row")
    user.save()
    client.post("/en/account/sign-in/", {"email": user.email, "password": "nine stones in a row", "next": step()})

    page = client.get(step())

    assert fields(page.content)["q-diet"] == ["Neither fish nor meat"]
    assert "You had been signed out. What you wrote is here again" in page.content.decode()
    client.post(step(), fields(page.content) | {"do": ["stay"]})
    assert values(mine)["diet"] == "Neither fish nor meat"


def test_what_is_written_is_saved_meanwhile_and_what_was_submitted_is_refused(mine, client):
    sent_on = {"revision": "0", "device": "x", "step": "papers", "number": mine.number, "ask": "1"}
    answer = client.post("/en/apply/sea/save/", sent_on | {"q-needs": "yes", "was-needs": "x"}).json()
    bar = next(node for node in parse(client.get(step("trip")).content.decode()).all("ol") if "data-path" in node.attrs)
    assert ",".join(answer["path"]) == bar.get("data-path")
    assert (answer["saved"], answer["asked"]) == (["needs"], ["passport", "diet", "needs", "why_alone"])

    before = values(mine)
    both = {"q-needs": "no", "was-needs": "x", "q-letter": "Other words.", "was-letter": "x"}
    refused = client.post("/en/apply/sea/save/", sent_on | both)

    assert (refused.status_code, values(mine)) == (409, before)
    assert refused.json() == {
        "error": "“Why you?” belongs to what you submitted, which cannot be changed any more. Nothing was saved."
    }
    late = client.post(step("you"), {"q-letter": "Other words.", "was-letter": "x", "do": "next"})
    assert (late.status_code, "Other words." in late.content.decode(), values(mine)) == (409, True, before)


def test_a_draft_does_not_take_what_is_asked_later(client):
    made = chosen(call_with_questions(status="open"), status="draft")
    client.force_login(made.applicant)
    before = values(made)
    assert client.get(step()).headers["Location"] == step("you")

    answer = client.post("/en/apply/sea/save/", {"q-diet": "Nuts", "was-diet": "x", "step": "papers"})

    assert (answer.status_code, values(made)) == (409, before)


def test_once_the_training_is_over_what_was_answered_is_read_only(mine, client):
    write_answers(mine, {"diet": "Nuts"})
    Training.objects.filter(pk=mine.call.training_id).update(status="delivered")

    text, links = section(client.get(STATUS).content)

    assert "The training is over or was called off: nothing more is asked of you." in text
    assert ("Nuts" in text, links) == (True, [])
    assert client.get(step()).headers["Location"] == STATUS
    answer = client.post(step(), {"q-diet": "Fish", "was-diet": "x", "do": "next"})
    assert (answer.status_code, values(mine)["diet"]) == (409, "Nuts")


def test_nobody_reads_or_writes_what_somebody_else_was_asked(mine, client):
    client.force_login(UserFactory())
    assert client.get(step()).headers["Location"] == "/en/apply/sea/"
    client.post(step(), {"q-diet": "Fish", "was-diet": "x", "do": "next"})
    assert client.post("/en/apply/sea/save/", {"q-diet": "Fish", "was-diet": "x"}).status_code == 404
    assert "diet" not in values(mine)


def test_the_copy_and_the_page_of_what_is_kept_have_it(mine, client):
    write_answers(mine, {"diet": "Nuts"})

    text = client.get("/en/apply/sea/copy.txt").content.decode()
    kept = client.get(f"/en/requests/of/{mine.number}/kept/").content.decode()

    assert text.index("Why you?") < text.index("Questions to those selected: Papers") < text.index("Nuts")
    assert ["Nuts" in kept, "For the letter." in kept] == [True, False]
    assert client.get("/en/apply/sea/copy.pdf").content.startswith(b"%PDF")


def test_the_pages_are_sound(mine, client, html_errors):
    write_answers(mine, {"diet": "Nuts", "needs": "yes"})
    pages = [client.get(path).content for path in (STATUS, step("you"), f"{step()}?check=1", step("trip"))]
    client.force_login(UserFactory(roles=["office"]))
    pages.append(client.get(f"/en/desk/applications/files/{mine.number}/").content)
    pages.append(client.get("/en/desk/applications/calls/sea/?column=later").content)

    assert [html_errors(page) for page in pages] == [[]] * 6


# The office


@pytest.fixture
def office(client):
    client.force_login(UserFactory(roles=["office"]))


def rows(client, query=""):
    """(name, the cell of the column) for each line of the list."""
    html = client.get(f"/en/desk/applications/calls/sea/?column=later{query}").content
    found = []
    for line in parse(html).all("tr"):
        cells = [" ".join(cell.text.split()) for cell in line.all("td", "th")]
        if "Choose" not in cells[0]:
            found.append((cells[1].split(" ")[0], cells[-1]))
    return found


def test_the_file_has_a_part_of_its_own_with_who_reads_what(mine, client, office):
    write_answers(mine, {"diet": "Nuts", "arrival": "2026-09-06"})

    page = client.get(f"/en/desk/applications/files/{mine.number}/").content

    text, _links = section(page, "later")
    assert "1 answer is missing or wrong" in text
    assert "When do you arrive? Read by the committee and the office 6 September 2026" in text
    assert "Your passport For the letter. Read by the office only –" in text


def test_the_list_says_of_whom_something_is_missing(client, office):
    call = call_with_questions()
    done = chosen(call, answers=SUBMITTED | {"full_name": "Done", "visa": "no"})
    write_answers(done, {"diet": "Nuts"})
    chosen(call, answers=SUBMITTED | {"full_name": "Lacking"})
    chosen(call, answers=SUBMITTED | {"full_name": "Reserve"}, status="reserve")

    assert rows(client) == [("Reserve", "–"), ("Lacking", "something is missing"), ("Done", "all there")]
    usual = client.get("/en/desk/applications/calls/sea/").content.decode()
    assert ">something is missing<" in usual  # a column of its own, once the call is decided
    assert rows(client, "&later=missing") == [("Lacking", "something is missing")]
    assert rows(client, "&later=given") == [("Done", "all there")]
    (line,) = csv.DictReader(io.StringIO(exported(client, "?later=given")))
    assert (line["Questions to those selected"], line["Why you?"]) == ("all there", "Parce que.")


def exported(client, query=""):
    return client.get(f"/en/desk/applications/calls/sea/export.csv{query}").content.decode("utf-8-sig")


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_no_table_carries_what_goes_soon_after_the_end(mine, client, office, kind):
    write_answers(mine, {"diet": "Nuts", "arrival": "2026-09-06", "needs": "yes", "why_alone": "I snore"})
    DocumentFactory(application=mine, question="passport", name="N0123456.pdf")
    AnswerFactory(application=mine, question="passport", value={"document": "x", "name": "N0123456.pdf"})

    table = client.get(f"/en/desk/applications/calls/sea/export.{kind}").content

    if kind == "csv":
        heading, line = csv.reader(io.StringIO(table.decode("utf-8-sig")))
    else:
        heading, line = CalamineWorkbook.from_filelike(io.BytesIO(table)).get_sheet_by_index(0).to_python()
    assert heading[heading.index("Submitted") + 1 :] == [
        "Full name", "Why you?", "Do you need a visa?", "Your CV", "When do you arrive?", "Do you need a room alone?",
        "Why alone?", "Flights",
    ]  # fmt: skip
    assert [cell for cell in line if "Nuts" in str(cell) or "N0123456" in str(cell)] == []
    assert line[-2] == "I snore"
    html = client.get(f"/en/desk/applications/files/{mine.number}/").content.decode()
    assert ["Nuts" in html, "N0123456.pdf" in html] == [True, True]


def test_no_table_carries_what_an_earlier_version_of_the_questions_marked(mine, client, office):
    write_answers(mine, {"diet": "Nuts"})
    unmarked = json.loads(json.dumps(FORM).replace('"sensitive": true', '"sensitive": false'))
    FormVersionFactory(call=mine.call, number=2, document=unmarked)

    table = exported(client)

    assert ("What you do not eat" in table, "Nuts" in table, "Flights" in table) == (False, False, True)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Not in these tables, because it is deleted 30 days after the end of the training"),
        (
            "fr",
            "Ces réponses ne figurent pas dans les tableaux, car elles sont supprimées 30 jours après la fin de la formation",
        ),
        ("es", "Estas respuestas no figuran en las tablas, porque se borran 30 días después del final de la formación"),
    ],
)
def test_the_page_that_offers_the_tables_says_what_they_leave_out_and_why(mine, client, office, language, words):
    html = client.get(f"/{language}/desk/applications/calls/sea/").content

    (said,) = (one.text for one in parse(html).all("p") if one.text.startswith(words))
    labels = [one["label"][language] for one in FORM["steps"][1]["questions"] if one.get("sensitive")]
    assert f"{' · '.join(labels)}." in said


def test_a_call_that_asks_nothing_of_the_kind_says_nothing_of_it(client, office):
    CallFactory(code="sea")

    assert "a copy would stay" not in client.get("/en/desk/applications/calls/sea/").content.decode()


def test_a_call_that_asks_nothing_more_has_neither_column_nor_filter(client, office):
    made = CallFactory(code="sea")
    ApplicationFactory(call=made, submitted=True, status="accepted")

    html = client.get("/en/desk/applications/calls/sea/?later=missing").content.decode()

    assert ("Questions to those selected" in html, "1 application" in html) == (False, True)
    table = client.get("/en/desk/applications/calls/sea/export.csv").content.decode("utf-8-sig")
    assert "Questions to those selected" not in table


@pytest.mark.parametrize("n", [1, 3])
def test_the_list_asks_as_often_for_three_as_for_one(client, office, n, django_assert_num_queries):
    call = call_with_questions()
    for _n in range(n):
        write_answers(chosen(call), {"diet": "Nuts"})
    client.get("/en/desk/applications/calls/sea/?column=later")  # what is kept for all pages

    # session, user, roles; call, strands, countries, the form, rules, those selected with answers and files, count, rows, saved
    # views, three counts, what is sensitive, pairs, second factor
    with django_assert_num_queries(3 + 17):
        client.get("/en/desk/applications/calls/sea/?column=later&later=missing")


@pytest.mark.parametrize("n", [1, 3])
def test_the_page_of_the_application_asks_as_often_for_three_answers_as_for_one(
    mine, client, n, django_assert_num_queries
):
    write_answers(mine, dict(list({"arrival": "2026-09-06", "diet": "Nuts", "needs": "no"}.items())[:n]))
    client.get(STATUS)
    with django_assert_num_queries(7):  # session, user, application, strand, the call's, answers, notes
        client.get(STATUS)


def test_the_day_is_told_until_it_is_over(mine, client):
    with time_machine.travel(NOW + timedelta(days=190), tick=False):  # 8 September, the training has begun
        client.force_login(mine.applicant)
        text, links = section(client.get(STATUS).content)
    assert ("Please answer by" in text, len(links)) == (False, 3)
