"""Whatever is typed into a question of any type is kept and shown as it was typed, or refused at its field."""

from __future__ import annotations

import json
import re
import unicodedata
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tessera.applications.models import Answer, Application
from tessera.calls.questions.cleaning import MOST_SIGNS
from tessera.core.folding import clean, fold
from tessera.places import datafiles
from tests.gates.odd import ODD
from tests.gates.world import World
from tests.sweep.markup import Node, parse

pytestmark = pytest.mark.django_db

# Control -> the step that asks for it.
TEXTS = {
    "q-full_name": "you", "q-institution": "you", "q-phone": "you", "q-email": "you", "q-member_number": "work",
    "q-letter": "why", "q-referee-name": "why", "q-referee-post": "why", "q-referee-email": "why",
    "q-signature-name": "promise",
}  # fmt: skip
# What may be put into another form, and then is as it was when it cannot be read.
READ = {
    "q-birth_date": "you", "q-country_of_work": "you", "q-years": "work", "q-posts-0-title": "work",
    "q-posts-0-from_year": "work", "q-posts-0-place": "work", "q-posts-0-kind": "work",
    "q-languages-0-language": "work", "q-languages-0-spoken": "work", "q-signature-on": "promise",
}  # fmt: skip
CHOSEN = {"q-member": "work", "q-topics": "work", "q-nationality": "you", "q-attend": "promise"}
LONG = {"q-letter"}
WITHOUT_BLANKS = {"q-email", "q-referee-email"}
TYPED = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=60),
    st.text(st.sampled_from("ab \t\r\n\0\u202e\u0301é👩🏽‍🎨<>&\"'=-/.,0١"), max_size=60),
    st.sampled_from(list(ODD.values())),
    st.dates().map(str),
    st.integers().map(str),
    st.sampled_from(["SN", "senegal", "Sénégal", "fr", "c1", "native", "paid", "yes", "care", "1"]),
)
EXAMPLES = settings(max_examples=8, suppress_health_check=list(HealthCheck), deadline=None)
NAMED = {"q-country_of_work": "countries", "q-posts-0-place": "countries", "q-languages-0-language": "languages"}


class Draft:
    """The draft of the applicant in the world, through its pages."""

    def __init__(self, world: World) -> None:
        self.client, self.row = world.clients["applicant"], world.files["draft"]
        self.base = f"/en/apply/{world.calls['draft'].code}"

    def post(self, step: str, data: dict[str, Any]) -> Any:
        answer = self.client.post(f"{self.base}/step/{step}/", {**data, "do": "stay"})
        assert answer.status_code in (200, 302, 422)
        return answer

    def shown(self, step: str) -> Node:
        page = self.client.get(f"{self.base}/step/{step}/")
        assert page.status_code == 200
        return form_of(page.content)

    def kept(self) -> tuple[int, dict[str, Any]]:
        row = Application.objects.get(pk=self.row.pk)
        return row.revision, dict(Answer.objects.filter(application=row).values_list("question", "value"))


def form_of(content: bytes) -> Node:
    return next(node for node in parse(content).all("form") if "data-apply" in node.attrs)


def sent_by(form: Node) -> dict[str, list[str]]:
    """What a browser would send back of the form, texts sign by sign."""
    found: dict[str, list[str]] = {}
    for node in form.all("input", "textarea", "select"):
        name = node.get("name")
        if not name or node.get("type") == "file":
            continue
        if node.get("type") in ("radio", "checkbox") and "checked" not in node.attrs:
            continue
        if node.tag == "select":
            value = next((o.get("value") for o in node.all("option") if "selected" in o.attrs), "")
        elif node.tag == "textarea":
            value = "".join(part for part in node.inside if isinstance(part, str)).removeprefix("\n")
        else:
            value = node.get("value")
        found.setdefault(name, []).append(value)
    return found


def question_of(control: str) -> str:
    return control.removeprefix("q-").partition("-")[0]


def typed_into(draft: Draft, control: str, step: str, value: Any) -> tuple[Any, dict[str, list[str]]]:
    data = sent_by(draft.shown(step)) | {f"was-{question_of(control)}": ["x"], control: value}
    return draft.post(step, data), data


def settled(draft: Draft, step: str) -> None:
    """What the page shows, sent back as it is, changes nothing."""
    before = draft.kept()
    draft.post(step, sent_by(draft.shown(step)))
    assert draft.kept() == before


def same(control: str, shown: str, typed: str) -> bool:
    """Whether ``shown`` is what was typed, written otherwise: the same day, the same number, the code of that name."""
    if control in ("q-birth_date", "q-signature-on"):
        return [int(part) for part in re.findall(r"\d+", shown)] == [int(part) for part in re.findall(r"\d+", typed)]
    if control in ("q-years", "q-posts-0-from_year"):
        western = "".join(str(unicodedata.decimal(sign, sign)) for sign in "".join(clean(typed).split()))
        return Decimal(shown) == Decimal(western.replace(",", "."))
    if control in NAMED:
        names = datafiles.read(NAMED[control])[NAMED[control]][shown]["name"].values()
        return fold(typed) in {fold(name) for name in (shown, *names)}
    return shown.casefold() == clean(typed).casefold()


@pytest.mark.parametrize("control", TEXTS)
@EXAMPLES
@given(text=TYPED)
def test_a_text_is_shown_again_as_it_was_typed(world: World, control: str, text: str) -> None:
    with transaction.atomic():
        draft, step = Draft(world), TEXTS[control]
        if step == "work":
            draft.post("work", sent_by(draft.shown("work")) | {"q-member": ["yes"]})

        answer, _data = typed_into(draft, control, step, [text])

        wanted = clean(text, lines=control in LONG)
        if control in WITHOUT_BLANKS:
            wanted = "".join(wanted.split())
        assert answer.status_code == 302
        assert sent_by(draft.shown(step))[control] == [wanted]
        settled(draft, step)
        transaction.set_rollback(True)


@pytest.mark.parametrize("control", READ)
@EXAMPLES
@given(text=TYPED)
def test_what_cannot_be_read_is_shown_again_as_it_was_typed(world: World, control: str, text: str) -> None:
    with transaction.atomic():
        draft, step = Draft(world), READ[control]

        answer, _data = typed_into(draft, control, step, [text])

        shown = sent_by(draft.shown(step)).get(control, [""])[0]
        assert answer.status_code == 302
        assert shown == clean(text, lines=False) or same(control, shown, text)
        settled(draft, step)
        transaction.set_rollback(True)


@pytest.mark.parametrize("control", CHOSEN)
@EXAMPLES
@given(values=st.lists(TYPED, max_size=6))
def test_any_list_of_values_for_a_choice_gets_an_answer_and_settles(
    world: World, control: str, values: list[str]
) -> None:
    with transaction.atomic():
        draft, step = Draft(world), CHOSEN[control]

        answer, _data = typed_into(draft, control, step, values)

        assert answer.status_code == 302
        draft.post(step, sent_by(draft.shown(step)))  # what is no answer of the question is not offered again
        settled(draft, step)
        transaction.set_rollback(True)


@EXAMPLES
@given(
    data=st.dictionaries(
        st.one_of(
            st.sampled_from([f"{kind}{name}" for kind in ("q-", "was-", "base-") for name in (
                "letter", "posts", "posts-0", "posts-999-title", "posts-0-nothing", "posts--1-title", "languages-0",
                "attend", "signature", "signature-name-name", "cv", "nothing", "", "-", "letter-0-a",
            )]),
            st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
        ),
        st.lists(TYPED, max_size=3),
        max_size=8,
    )
)  # fmt: skip
def test_fields_of_any_shape_get_an_answer(world: World, data: dict[str, list[str]]) -> None:
    with transaction.atomic():
        draft = Draft(world)
        for step in ("you", "work", "why", "promise"):
            draft.post(step, data)
        saved = draft.client.post(f"{draft.base}/save/", {**data, "step": "why"})

        assert saved.status_code == 200
        assert set(json.loads(saved.content)) == {
            "at",
            "revision",
            "saved",
            "asked",
            "path",
            "refused",
            "elsewhere",
            "steps",
            "wrong",
        }
        for step in ("you", "work", "why", "promise"):
            draft.post(step, sent_by(draft.shown(step)))
            settled(draft, step)
        transaction.set_rollback(True)


@pytest.mark.parametrize("length", [MOST_SIGNS, MOST_SIGNS + 1])
def test_a_text_that_is_too_long_to_be_kept_is_refused_at_its_field_and_stays_in_it(world: World, length: int) -> None:
    with transaction.atomic():
        draft, text = Draft(world), "x" * length
        before = draft.kept()

        answer, _data = typed_into(draft, "q-letter", "why", [text])

        if length > MOST_SIGNS:
            assert answer.status_code == 422
            form = form_of(answer.content)
            field = next(node for node in form.walk() if node.get("name") == "q-letter")
            assert (sent_by(form)["q-letter"], field.get("aria-invalid")) == ([text], "true")
            assert draft.kept() == before
        else:
            assert answer.status_code == 302
            assert sent_by(draft.shown("why"))["q-letter"] == [text]
        transaction.set_rollback(True)
