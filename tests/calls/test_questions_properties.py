"""What holds of every form and every answer, however odd the text."""

import json
import unicodedata
from dataclasses import replace

from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from tessera.calls.questions import (
    answer_problems,
    bank,
    changes_allowed,
    clean_answer,
    default_form,
    editing,
    problems,
    read_form,
    shown,
    to_document,
)
from tessera.calls.questions.conditions import questions_asked
from tessera.calls.questions.model import Form, Question, Type
from tessera.core.errors import InvalidDocument
from tessera.core.translated import Translated

QUICK = settings(max_examples=20, deadline=None)
DEFAULT = default_form(2027)
ALL = read_form({"steps": [{"key": "all", "title": {"en": "All"}, "questions": [row.document for row in bank(2027)]}]})
LANGUAGES = ("en", "fr", "es")

odd = st.sampled_from(
    ["\u202e", "\u202a", "\u2066", "\u2069", "\u200b", "\u200c", "\u200d", "\ufeff", "\u0000", "\ud800", "\udfff", "\u00ad",
     "\u2028", "\u2029", "\u0085", "\u009f", "\x1b", "\x7f", "\u0301", "e\u0301", "ﬁ", "\u212b", "한", "ᄒ", "ع", "👩🏽‍🏫", "=cmd|'!A0",
     "<script>", "%(x)s", "{0}", "\r\n", "\r", "\t", " ", "\u00a0", "\u3000"]
)  # fmt: skip
texts = st.lists(odd | st.text(max_size=6), max_size=8).map("".join)
raws = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.floats() | texts,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["language", "spoken", "written", "name", "email", "agreed", "wording", "on", "document", "title"]
            )
            | texts,
            inner,
            max_size=4,
        )
    ),
    max_leaves=6,
)
QUESTIONS = st.sampled_from(ALL.questions)


def visible(text: str) -> str:
    """What a reader sees of a text, whatever it is composed of: no spaces, controls, marks of direction or halves of pairs."""
    kept = "".join(c for c in text if not c.isspace() and unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Zl", "Zp"))
    return unicodedata.normalize("NFC", kept)


@given(QUESTIONS, raws)
@settings(max_examples=60, deadline=None)
def test_cleaning_twice_is_cleaning_once_and_the_answer_can_be_stored(question, raw):
    kept = clean_answer(question, raw)

    assert clean_answer(question, kept) == kept
    stored = json.dumps(kept, ensure_ascii=False)
    stored.encode("utf-8")  # no half of a pair
    assert "\\u0000" not in stored
    assert json.loads(stored) == kept
    assert kept != ""
    assert kept != []
    assert kept != {}


@given(
    st.sampled_from([q for q in ALL.questions if q.type in (Type.SHORT_TEXT, Type.LONG_TEXT, Type.PHONE, Type.EMAIL)]),
    texts,
)
@settings(max_examples=60, deadline=None)
def test_cleaning_loses_no_visible_text(question, raw):
    kept = clean_answer(question, raw) or ""
    assert visible(kept) == visible(raw)
    assert not set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\u0000") & set(kept)


@given(st.sampled_from([q for q in ALL.questions if q.type in (Type.DATE, Type.NUMBER)]), texts)
@QUICK
def test_what_cannot_be_read_stays_as_it_was_written(question, raw):
    kept = clean_answer(question, raw)
    if isinstance(kept, str) and not any(c.isdecimal() for c in raw):
        assert visible(kept) == visible(raw)
        assert [code for code, _ in answer_problems(question, raw)] in (["no_day"], ["no_number"])


@given(QUESTIONS, raws)
@settings(max_examples=30, deadline=None)
def test_every_answer_is_taken_or_told_why_in_each_language(question, raw):
    for _code, sentence in answer_problems(question, raw):
        for language in LANGUAGES:
            with translation.override(language):
                assert str(sentence).strip()


def answers_of(form: Form) -> st.SearchStrategy[dict]:
    """Answers as people give them: some right, some missing, some odd."""
    return st.fixed_dictionaries({}, optional={question.key: _given(question) for question in form.questions})


def _given(question: Question) -> st.SearchStrategy:
    keys = [option.key for option in question.options]
    if question.type is Type.CHOICE:
        return st.sampled_from(keys)
    if question.type is Type.CHOICES:
        return st.lists(st.sampled_from(keys), max_size=3)
    if question.type is Type.COMMITMENT:
        return st.booleans()
    return texts


@st.composite
def forms(draw) -> Form:
    """Small forms with conditions on conditions."""
    questions: list[dict] = []
    for n in range(draw(st.integers(1, 5))):
        kind = draw(st.sampled_from(["choice", "choices", "short_text", "commitment"]))
        row = {
            "key": f"q{n}",
            "type": kind,
            "label": {"en": f"Q{n}"},
            "required": draw(st.booleans()),
            "stage": draw(st.sampled_from(["apply", "apply", "after_selection"])),
        }
        if kind in ("choice", "choices"):
            row["options"] = [{"key": key, "label": {"en": key}} for key in ("a", "b", "c")]
        before = [other for other in questions if row["stage"] == "after_selection" or other["stage"] == "apply"]
        if before and draw(st.booleans()):
            row["show_if"] = draw(_conditions(before))
        questions.append(row)
    cuts = sorted(draw(st.lists(st.integers(0, len(questions)), min_size=2, max_size=2)))
    steps: list[dict] = []
    for name, begin, end in zip(("one", "two", "three"), (0, *cuts), (*cuts, len(questions)), strict=True):
        step = {"key": name, "title": {"en": name}, "questions": questions[begin:end]}
        stages = {row["stage"] for row in questions[begin:end]}
        before = [row for row in questions[:begin] if stages == {"after_selection"} or row["stage"] == "apply"]
        if before and draw(st.booleans()):
            step["show_if"] = draw(_conditions(before))
        steps.append(step)
    return read_form({"steps": steps})


def _conditions(before: list[dict]) -> st.SearchStrategy[dict]:
    def one(row: dict) -> st.SearchStrategy[dict]:
        answered = st.just({"question": row["key"], "op": "answered"})
        if row["type"] == "short_text":
            return answered
        values = ["yes"] if row["type"] == "commitment" else ["a", "b", "c"]
        single = st.builds(
            lambda op, value: {"question": row["key"], "op": op, "values": [value]},
            st.sampled_from(["is", "is_not", "any_of"]),
            st.sampled_from(values),
        )
        return answered | single

    leaf = st.sampled_from(before).flatmap(one)
    return st.recursive(leaf, lambda inner: st.builds(
        lambda how, parts: {how: parts}, st.sampled_from(["all", "any"]), st.lists(inner, min_size=1, max_size=3)
    ), max_leaves=3)  # fmt: skip


@given(st.data())
@settings(max_examples=30, deadline=None)
def test_submission_demands_only_what_is_shown_and_answering_that_is_enough(data):
    form = data.draw(forms())
    answers = data.draw(answers_of(form))

    for stage in ("apply", "after_selection"):
        asked = {question.key for question in shown(form, answers, stage)}
        assert {row.question for row in problems(form, answers, stage)} <= asked
    # Whoever answers what is demanded, again and again, gets to the end: nothing is demanded that is not shown.
    for _round in range(len(form.questions) + 1):
        found = problems(form, answers)
        if not found:
            break
        for row in found:
            question = form.question(row.question)
            answers[row.question] = {"choice": "a", "choices": ["a"], "commitment": True, "short_text": "x"}[
                question.type
            ]
    assert problems(form, answers) == []


@given(st.data())
@QUICK
def test_a_question_is_shown_by_what_is_shown_before_it_alone(data):
    form = data.draw(forms())
    answers = data.draw(answers_of(form))
    visible_keys = [question.key for question in shown(form, answers)]

    only = {key: value for key, value in answers.items() if key in visible_keys}
    assert [question.key for question in shown(form, only)] == visible_keys
    for step in form.steps:
        for question in step.questions:
            conditions = [one for one in (step.show_if, question.show_if) if one is not None]
            if not conditions:
                assert question.key in visible_keys
            elif any(not questions_asked(one) & set(only) for one in conditions):
                assert question.key not in visible_keys


@given(forms())
@QUICK
def test_a_form_goes_round_through_its_document(form):
    document = to_document(form)
    assert read_form(document) == form
    assert to_document(read_form(json.loads(json.dumps(document)))) == document


@given(answers_of(DEFAULT), st.text(min_size=1, max_size=10).filter(lambda text: text.strip()))
@QUICK
def test_rewording_and_translating_options_changes_no_answer(answers, word):
    def reworded(question: Question) -> Question:
        return replace(
            question,
            label=Translated({"en": word}),
            options=tuple(
                replace(option, label=Translated({"en": word, "fr": word})) for option in reversed(question.options)
            ),
            wording=question.wording,
        )

    other = Form(tuple(replace(step, questions=tuple(map(reworded, step.questions))) for step in DEFAULT.steps))

    for question in DEFAULT.questions:
        if question.key in answers:
            assert clean_answer(other.question(question.key), answers[question.key]) == clean_answer(
                question, answers[question.key]
            )
    assert [(row.question, row.code) for row in problems(other, answers)] == [
        (row.question, row.code) for row in problems(DEFAULT, answers)
    ]


@given(forms(), st.data())
@QUICK
def test_a_harmless_change_makes_no_complete_application_incomplete(form, data):
    document = to_document(form)
    questions = [question for step in document["steps"] for question in step["questions"]]
    target = data.draw(st.sampled_from(questions + document["steps"]))
    changes = [
        {"required": False}, {"required": True}, {"stage": "after_selection"}, {"stage": "apply"}, {"show_if": None},
        {"label": {"en": "Other"}}, {"move": "one"}, {"move": "three"},
    ]  # fmt: skip
    change = data.draw(st.sampled_from(changes if "type" in target else [{"show_if": None}]))
    answers = data.draw(answers_of(form))
    if "move" in change:
        document = editing.placed_question(document, target["key"], change["move"], 0)
    else:
        target |= change
    try:
        new = read_form(document)
    except InvalidDocument:  # a change that makes it unsound never comes so far
        return
    if changes_allowed(form, new) == [] and not problems(form, answers):
        assert problems(new, {key: clean_answer(form.question(key), value) for key, value in answers.items()}) == []


@given(raws)
@QUICK
def test_any_document_is_a_form_or_refused(raw):
    for document in (raw, {"steps": raw}, {"steps": [{"key": "s", "title": {"en": "S"}, "questions": raw}]}):
        try:
            read_form(document)
        except InvalidDocument as refusal:
            for sentences in refusal.errors.values():
                assert all(sentences)
