"""Odd input in the fields of an application: what is kept of it, and the sentence that stands at the field."""

import pytest
import time_machine
from django.core.cache import cache

from tessera.applications import services
from tessera.applications.models import Answer
from tests.applications.asking import WIDE
from tests.applications.forms_sent import fields
from tests.factories.accounts import UserFactory
from tests.factories.calls import CallFactory
from tests.factories.moments import NOW
from tests.gates.odd import ODD
from tests.sweep.markup import parse

pytestmark = pytest.mark.django_db
MAIL = "".join(ODD["markup"].split())
# Step, control, what is typed (a key of ODD), what is kept of it, the sentences at the field.
CASES = [
    ("you", "q-full_name", "NUL", "ab", []),
    ("you", "q-full_name", "only NUL", None, ["“Full name” is not answered."]),
    ("you", "q-full_name", "blanks", None, ["“Full name” is not answered."]),
    ("you", "q-full_name", "control signs", "[31m", []),
    ("you", "q-full_name", "overrides", "abcx", []),
    ("you", "q-full_name", "invisible", None, ["“Full name” is not answered."]),
    ("you", "q-full_name", "line ends", "a b c d e f", []),
    ("you", "q-full_name", "markup", "</textarea><script>alert(1)</script>\"'><img src=x onerror=alert(1)>", []),
    ("you", "q-full_name", "template", "{{ 7|add:7 }}{% debug %}%(name)s%s{0}${x}", []),
    ("you", "q-full_name", "formula", "=cmd|' /C calc'!A0", []),
    ("you", "q-email", "markup", MAIL, [f"“{MAIL}” is not an e-mail address."]),
    ("you", "q-email", "header", "xSet-Cookie:a=b<html>", ["“xSet-Cookie:a=b<html>” is not an e-mail address."]),
    ("you", "q-phone", "other digits", "٣١²Ⅷ", ["“٣١²Ⅷ” is not a telephone number."]),
    ("you", "q-phone", "markup", ODD["markup"], [f"“{ODD['markup']}” is not a telephone number."]),
    (
        "you",
        "q-birth_date",
        "a day that is not",
        "2026-02-30",
        ["“2026-02-30” in “Date of birth” is not a day: write for example 1985-07-30."],
    ),
    (
        "you",
        "q-birth_date",
        "a year that is not",
        "99999-01-01",
        ["“99999-01-01” in “Date of birth” is not a day: write for example 1985-07-30."],
    ),
    (
        "you",
        "q-birth_date",
        "markup",
        ODD["markup"],
        [f"“{ODD['markup']}” in “Date of birth” is not a day: write for example 1985-07-30."],
    ),
    (
        "you",
        "q-country_of_work",
        "path",
        "../../../../etc/passwd",
        ["“../../../../etc/passwd” is not a country or territory of the list."],
    ),
    (
        "you",
        "q-nationality",
        "query",
        ["' OR 1=1; -- %_\\"],
        ["“' OR 1=1; -- %_\\” is not a country or territory of the list."],
    ),
    ("work", "q-years", "below zero", -1, []),
    (
        "work",
        "q-years",
        "not a number",
        "NaN",
        ["“NaN” in “Years of experience” is not a number that can be read: write for example 12."],
    ),
    (
        "work",
        "q-years",
        "without end",
        "-Infinity",
        ["“-Infinity” in “Years of experience” is not a number that can be read: write for example 12."],
    ),
    (
        "work",
        "q-years",
        "exponent",
        "1e999",
        ["“1e999” in “Years of experience” is not a number that can be read: write for example 12."],
    ),
    (
        "work",
        "q-years",
        "other digits",
        "٣١²Ⅷ",
        ["“٣١²Ⅷ” in “Years of experience” is not a number that can be read: write for example 12."],
    ),
    (
        "work",
        "q-years",
        "long number",
        "9999999999999999999",
        ["“9999999999999999999” in “Years of experience” is not a number that can be read: write for example 12."],
    ),
    (
        "work",
        "q-member",
        "a list",
        '["a", {"b": [1, null]}]',
        ["“Are you a member?” has an answer that cannot be chosen here."],
    ),
    (
        "work",
        "q-topics",
        "colons",
        [":::place:a:b:999999999999999999999"],
        ["“Topics” has an answer that cannot be chosen here."],
    ),
    (
        "work",
        "q-posts-0-kind",
        "markup",
        [{"kind": ODD["markup"]}],
        ["“Posts”, row 1: “Title” is empty.", "“Posts”, row 1: “Kind” has an answer that cannot be chosen here."],
    ),
    (
        "work",
        "q-posts-0-from_year",
        "not a number",
        [{"from_year": "NaN"}],
        [
            "“Posts”, row 1: “Title” is empty.",
            "“Posts”, row 1: “NaN” in “From year” is not a number that can be read: write for example 12.",
        ],
    ),
    (
        "work",
        "q-languages-0-language",
        "formula",
        [{"language": "=cmd|' /C calc'!A0"}],
        [
            "“Languages”, row 1: “=cmd|' /C calc'!A0” is not a language of the list.",
            "“Languages”, row 1: say how well, from A1 to C2.",
        ],
    ),
    ("why", "q-letter", "line ends", "a\nb\nc\nd\ne\nf", []),
    ("why", "q-letter", "formula", "=cmd|' /C calc'!A0", []),
    (
        "why",
        "q-referee-email",
        "markup",
        {"email": MAIL},
        ["“Who recommends you?”: the name is missing.", f"“{MAIL}” is not an e-mail address."],
    ),
    ("promise", "q-attend", "markup", {"agreed": True, "wording": 1}, []),
    ("promise", "q-signature-on", "a day that is not", {"on": "2026-02-30"}, ["“Signature” is not signed."]),
]
# Sent with it in the same step, and kept whatever becomes of it: control, text, question, answer.
BESIDE = {
    "you": ("q-institution", "Musée du Basalte", "institution", "Musée du Basalte"),
    "work": ("q-years", "3", "years", 3),
    "why": ("q-referee-name", "Moussa Silex", "referee", {"name": "Moussa Silex"}),
    "promise": ("q-signature-name", "Awa Grès", "signature", {"name": "Awa Grès"}),
}


@pytest.fixture
def mine(client):
    cache.clear()
    with time_machine.travel(NOW, tick=False):
        call = CallFactory(form=WIDE, code="sea")
        user = UserFactory()
        client.force_login(user)
        yield services.start_application(call, call.strands.get().key, by=user, language="en", at=NOW)


def at_field(html, key):
    box = next(node for node in parse(html).all("div") if node.get("data-question") == key)
    marked = [node for node in box.all("div") if "err" in (node.get("class") or "").split()]
    return [" ".join(line.text.split()) for node in marked for line in node.all("p")]


@pytest.mark.parametrize(("step", "control", "odd", "kept", "sentences"), CASES)
def test_odd_input_is_kept_as_far_as_it_can_be_read_and_said_at_its_field(
    mine, client, step, control, odd, kept, sentences
):
    place, question = f"/en/apply/sea/step/{step}/", control.removeprefix("q-").partition("-")[0]
    beside, text, other, answer = BESIDE[step] if control != "q-years" else ("q-member", "no", "member", "no")
    page = fields(client.get(place).content)

    sent = client.post(place, page | {beside: [text], control: [ODD[odd]], "do": "stay"})

    assert (sent.status_code, sent.headers["Location"]) == (302, place)
    values = dict(Answer.objects.values_list("question", "value"))
    assert values.pop(other) == (answer if other != question else answer | kept)
    assert values.pop(question, None) == (kept if other != question else None)
    assert set(values.values()) <= {None}
    html = client.get(f"{place}?check").content.decode()
    if other != question:
        assert at_field(html, question) == sentences
    assert "<script>alert(1)</script>" not in html
    assert ODD["invisible"] not in html


@pytest.mark.parametrize("odd", ["huge number", "long"])
def test_a_text_of_thousands_of_signs_is_kept_whole_and_marked(mine, client, odd):
    place = "/en/apply/sea/step/you/"

    client.post(place, fields(client.get(place).content) | {"q-birth_date": [ODD[odd]], "do": "stay"})

    assert Answer.objects.get(question="birth_date").value == ODD[odd]
    (said,) = at_field(client.get(f"{place}?check").content, "birth_date")
    assert said == f"“{ODD[odd]}” in “Date of birth” is not a day: write for example 1985-07-30."


def test_more_than_can_be_kept_is_refused_with_its_sentence_and_stays_on_the_page(mine, client):
    place, text = "/en/apply/sea/step/why/", "x" * 200_001
    page = fields(client.get(place).content)

    answer = client.post(place, page | {"q-letter": [text], "q-referee-name": ["Moussa Silex"], "do": "next"})

    assert answer.status_code == 422
    (said,) = at_field(answer.content, "letter")
    assert said.startswith("This is too long to be kept: at most ")
    assert fields(answer.content)["q-letter"] == [text]
    kept = dict(Answer.objects.values_list("question", "value"))
    assert {question: value for question, value in kept.items() if value is not None} == {
        "referee": {"name": "Moussa Silex"}
    }


@pytest.mark.parametrize("odd", sorted(ODD))
def test_a_save_while_writing_keeps_the_same_as_the_button(mine, client, odd):
    place = "/en/apply/sea/step/why/"
    page = fields(client.get(place).content)

    saved = client.post("/en/apply/sea/save/", page | {"q-letter": [ODD[odd]]}, headers={"Accept": "application/json"})
    first = Answer.objects.filter(question="letter").values_list("value", flat=True).first()
    again = client.post(place, fields(client.get(place).content) | {"q-letter": [ODD[odd]], "do": "stay"})

    assert (saved.status_code, saved.json()["refused"], again.status_code) == (200, {}, 302)
    assert saved.json()["saved"] == (["letter"] if first is not None else [])
    assert Answer.objects.filter(question="letter").values_list("value", flat=True).first() == first
    mine.refresh_from_db()
    assert mine.revision == (1 if first is not None else 0)
