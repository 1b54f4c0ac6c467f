"""Cells of a table of applications: languages, people, commitments, and an example of each that is read as it stands."""

import csv
import io

import pytest

from tessera.applications.models import Answer, Application, Request
from tessera.applications.services import importing
from tessera.messaging.models import Message
from tests.applications.test_tables import confirm, send
from tests.factories.accounts import OfficeUserFactory
from tests.factories.calls import CallFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock_stands")]
LABEL = {"en": "What?", "fr": "Quoi ?", "es": "¿Qué?"}
OPTIONS = [{"key": "middle", "label": {"en": "Middle"}}, {"key": "head", "label": {"en": "Head"}}]
QUESTIONS = [
    {"key": "city", "type": "short_text"},
    {"key": "letter", "type": "long_text"},
    {"key": "level", "type": "choice", "options": OPTIONS},
    {"key": "levels", "type": "choices", "options": OPTIONS},
    {"key": "home", "type": "country", "among": ["TG", "SN"]},
    {"key": "visited", "type": "countries"},
    {"key": "born", "type": "date"},
    {"key": "years", "type": "number"},
    {"key": "mail", "type": "email"},
    {"key": "phone", "type": "phone"},
    {"key": "spoken", "type": "language_table"},
    {"key": "pledge", "type": "commitment"},
    {"key": "referee", "type": "referee", "due_days": 3},
    {"key": "endorser", "type": "endorsement", "channel": "employer", "due_days": 7},
    {"key": "committee", "type": "endorsement", "channel": "national_committee", "due_days": 7},
    {"key": "posts", "type": "rows", "columns": [{"key": "post", "type": "short_text", "label": LABEL}]},
    {"key": "cv", "type": "file"},
    {"key": "signed", "type": "signature"},
]
FORM = {
    "steps": [
        {"key": "all", "title": LABEL,
         "questions": [{"label": LABEL, "seen_by": "committee", **question} for question in QUESTIONS]}
    ]
}  # fmt: skip


@pytest.fixture
def call():
    return CallFactory(form=FORM, rules=[])


@pytest.fixture
def office(client):
    user = OfficeUserFactory()
    client.force_login(user)
    return user


def table(**cells):
    cells = {"key": "P-1", "name": "Awa Grès", "country": "SN", "email": "awa@example.org", **cells}
    out = io.StringIO()
    csv.writer(out).writerows([list(cells), list(cells.values())])
    return out.getvalue()


def read(client, call, **cells):
    """The answers that were kept, and what the page says is wrong with the row."""
    answer = send(client, call, table(**cells))
    (row,) = answer.context["plan"].rows
    return row.facts["answers"], row.problems


@pytest.mark.parametrize(
    ("cell", "rows"),
    [
        ("fr C1/B2; en B1/A2", [("fr", "C1", "B2"), ("en", "B1", "A2")]),
        ("français c1 / b2", [("fr", "C1", "B2")]),
        ("inglés première langue/C2\nEspañol langue maternelle/lengua materna",
         [("en", "native", "C2"), ("es", "native", "native")]),
        ("Kiswahili: B1/–", [("sw", "B1", None)]),
        ("Haitian Creole -/A1;", [("ht", None, "A1")]),
    ],
)  # fmt: skip
def test_languages_are_read_by_code_and_by_name(client, call, office, cell, rows):
    answers, problems = read(client, call, spoken=cell)

    assert problems == []
    assert [(row["language"], row.get("spoken"), row.get("written")) for row in answers["spoken"]] == rows


NOT_TWO = "is not a language with two levels, spoken/written: write for example fr C1/B2; en B1/A2."
NO_LANGUAGE = "is not a language of the list: write its code or its name, for example fr or French."
NO_LEVEL = "is not a level: write A1 to C2, native, or – where it is not known."


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("fr", [f"“fr” {NOT_TWO}"]),
        ("fr C1", [f"“fr C1” {NOT_TWO}"]),
        ("fr C1/B2/A1", [f"“fr C1/B2/A1” {NOT_TWO}"]),
        ("Klingon C1/B2", [f"“Klingon” {NO_LANGUAGE}"]),
        ("fr fluent/B7", [f"“fluent” {NO_LEVEL}", f"“B7” {NO_LEVEL}"]),
        ("fr C1/B2; C2/C2", [f"“C2/C2” {NOT_TWO}"]),
        ("fr C1/B2; fr A1/A1", ["“What?”, row 2: this language is named twice."]),
        ("fr –/–", ["“What?”, row 1: say how well, from A1 to C2."]),
    ],
)
def test_a_wrong_language_says_column_and_what_to_write(client, call, office, cell, said):
    answers, problems = read(client, call, spoken=cell)

    assert problems == [f"spoken: {one}" for one in said]
    assert "spoken" not in answers or said[0].startswith("“What?”")


@pytest.mark.parametrize(
    ("column", "cell", "value"),
    [
        ("referee", "Moussa Silex <moussa.silex@example.org>",
         {"name": "Moussa Silex", "email": "moussa.silex@example.org"}),
        ("referee", "Silex, Moussa (Director) < moussa@example.org >",
         {"name": "Silex, Moussa", "post": "Director", "email": "moussa@example.org"}),
        ("endorser", "Musée (City of Dakar) <musee@example.org>",
         {"name": "Musée", "organisation": "City of Dakar", "email": "musee@example.org"}),
        ("committee", "ICOM Sénégal", {"name": "ICOM Sénégal"}),
        ("pledge", "oui", {"agreed": True, "wording": 1}),
        ("pledge", "no", None),
    ],
)  # fmt: skip
def test_people_and_commitments_are_read(client, call, office, column, cell, value):
    answers, problems = read(client, call, **{column: cell})

    assert (answers.get(column), problems) == (value, [])


NOBODY = "is not a name with an address: write for example Moussa Silex (Director) <moussa.silex@example.org>."


@pytest.mark.parametrize(
    ("column", "cell", "said"),
    [
        ("referee", "Moussa Silex", f"“Moussa Silex” {NOBODY}"),
        ("referee", "moussa@example.org", f"“moussa@example.org” {NOBODY}"),
        ("referee", "<moussa@example.org>", f"“<moussa@example.org>” {NOBODY}"),
        ("committee", "ICOM moussa@example.org", f"“ICOM moussa@example.org” {NOBODY}"),
        ("referee", "Moussa <moussa>", "“moussa” is not an e-mail address."),
        ("endorser", "Moussa <>", "“What?”: the e-mail address is missing."),
        ("referee", "Awa <AWA@example.org>", "“What?”: this is your own address. Name somebody else."),
        ("pledge", "perhaps", "“perhaps” says neither yes nor no: write yes or no."),
        ("born", "31 June", "“31 June” in “What?” is not a day: write for example 1985-07-30."),
        ("country", "Atlantis", "“Atlantis” is not a country or territory of the list."),
    ],
)
def test_a_wrong_cell_says_column_and_what_to_write(client, call, office, column, cell, said):
    answer = send(client, call, table(**{column: cell}))

    (row,) = answer.context["plan"].rows
    assert (answer.status_code, row.line, Application.objects.count()) == (422, 2, 0)
    assert row.problems == [f"{column}: {said}"]


@pytest.mark.parametrize("column", ["posts", "cv", "signed"])
def test_rows_files_and_signatures_stay_out_and_the_page_says_how_they_come_in(client, call, office, column):
    answer = send(client, call, table(**{column: "x"}))

    assert answer.context["plan"].faults == [f"“{column}” cannot be read from a table: leave the column out."]
    assert column not in [one.name for one in importing.columns_of(call)]
    assert (
        "files and signatures do not come in by a table: enter them from the page of the application afterwards"
        in answer.content.decode()
    )


def test_the_page_shows_an_example_of_each_column_and_each_is_read_as_it_stands(client, call, office):
    columns = importing.columns_of(call)
    page = client.get(f"/en/desk/applications/calls/{call.code}/import/").content.decode()
    examples = {one.name: one.example for one in columns if one.example}

    assert set(examples) == {one.name for one in columns} - {"received_on", "city", "letter"}
    assert page.count("For example") == len(examples)
    assert "<code>fr C1/B2; en B1/A2</code>" in page

    confirm(client, call, send(client, call, table(**examples)))

    made = Application.objects.get()
    somebody = {"name": "Moussa Silex", "email": "moussa.silex@example.org"}
    assert dict(Answer.objects.filter(application=made).values_list("question", "value")) == {
        "level": "middle", "levels": ["middle", "head"], "home": "TG", "visited": ["SN", "TG"], "born": "1990-05-01",
        "years": 12, "mail": "awa.gres@example.org", "phone": "+221 33 000 00 00",
        "spoken": [{"language": "fr", "spoken": "C1", "written": "B2"},
                   {"language": "en", "spoken": "B1", "written": "A2"}],
        "pledge": {"agreed": True, "wording": 1}, "referee": somebody | {"post": "Director"},
        "endorser": somebody | {"organisation": "Director"}, "committee": somebody | {"organisation": "Director"},
    }  # fmt: skip
    assert Request.objects.count() == 0
    assert set(Message.objects.values_list("template", flat=True)) <= {"paper_received"}
