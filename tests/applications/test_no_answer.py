"""A single choice that may be left empty can be taken back: its last option is no answer."""

import pytest
from django.urls import reverse

from tessera.applications.drawing import drawn_step
from tessera.applications.models import Answer
from tessera.calls.questions import read_form
from tests.applications.asking import options, question
from tests.applications.forms_sent import fields
from tests.factories.applications import ApplicationFactory
from tests.factories.calls import make_call
from tests.factories.moments import NOW
from tests.sweep.markup import parse

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock_stands")]
FORM = {
    "steps": [
        {
            "key": "you", "title": {"en": "You", "fr": "Vous", "es": "Usted"},
            "questions": [
                question("member", "choice", options=options("yes", "no")),
                question("grant", "choice", options=options("full", "part"), required=True),
                question("topics", "choices", options=options("care", "loans")),
            ],
        }
    ]
}  # fmt: skip
WORDS = {"en": "No answer", "fr": "Pas de réponse", "es": "Sin respuesta"}


@pytest.fixture
def mine(client):
    row = ApplicationFactory(call=make_call(status="open", form=FORM))
    client.force_login(row.applicant)
    return row


def step(mine, language="en"):
    return f"/{language}/apply/{mine.call.code}/step/you/"


def offered(html):
    """The values and words of what each question offers, as they follow each other, and what is taken."""
    found, taken = {}, {}
    for label in parse(html).all("label"):
        for node in label.all("input"):
            found.setdefault(node.get("name"), []).append((node.get("value"), label.text.strip()))
            if "checked" in node.attrs:
                taken.setdefault(node.get("name"), []).append(node.get("value"))
    return found, taken


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_only_a_single_choice_that_may_be_left_empty_ends_with_no_answer(mine, client, language):
    found, taken = offered(client.get(step(mine, language)).content)

    last = {name: pairs[-1] for name, pairs in found.items()}
    assert last["q-member"] == ("", WORDS[language])
    assert {name: [value for value, _words in pairs] for name, pairs in found.items()} == {
        "q-member": ["yes", "no", ""], "q-grant": ["full", "part"], "q-topics": ["care", "loans"],
    }  # fmt: skip
    assert taken == {"q-member": [""]}


@pytest.mark.parametrize("way", ["page", "autosave"])
def test_a_choice_is_taken_back(mine, client, way):
    def send(value):
        page = fields(client.get(step(mine)).content) | {"q-member": [value]}
        if way == "page":
            return client.post(step(mine), page | {"do": ["stay"]})
        return client.post(f"/en/apply/{mine.call.code}/save/", page | {"ask": ["1"]}, HTTP_ACCEPT="application/json")

    send("yes")
    assert (Answer.objects.get(question="member").value, offered(client.get(step(mine)).content)[1]["q-member"]) == (
        "yes", ["yes"],
    )  # fmt: skip

    send("")

    assert Answer.objects.get(question="member").value is None
    assert offered(client.get(step(mine)).content)[1] == {"q-member": [""]}
    assert "Yes" not in client.get(f"/en/apply/{mine.call.code}/copy.txt").content.decode()
    mine.refresh_from_db()
    assert (mine.revision, mine.saved_at) == (2, NOW)


def test_who_answers_nothing_changes_nothing(mine, client):
    client.post(step(mine), fields(client.get(step(mine)).content) | {"do": ["stay"]})

    assert Answer.objects.count() == 0


def test_the_preview_and_the_list_to_print_show_the_same(mine, client):
    found, _taken = offered(drawn_step(read_form(FORM).steps[0], "fr"))
    printed = parse(client.get(reverse("portal:call_questions", args=[mine.call.code])).content.decode())

    assert found["q-member"] == [("yes", "Yes (fr)"), ("no", "No (fr)"), ("", "Pas de réponse")]
    assert [[item.text.strip() for item in one.all("li")] for one in printed.all("ul") if one.within("ol")] == [
        ["Yes", "No", "No answer"], ["Full", "Part"], ["Care", "Loans"],
    ]  # fmt: skip
