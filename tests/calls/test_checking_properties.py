"""What holds of every document of a call, its questions, its rules and its packages, however odd its values."""

import copy
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tessera.calls.checking import World, checked_call, moments_in
from tessera.calls.eligibility import read_rules
from tessera.calls.questions import bank, read_form
from tessera.core.errors import InvalidDocument
from tessera.grants.reading import read_packages

TEXT = {"en": "A", "fr": "B"}
PACKAGE = {
    "key": "full", "name": TEXT, "components": [{"kind": "travel", "covered": True, "books": "office", "ceiling": None}],
    "ceiling": {"minor": 100, "currency": "EUR"}, "fee": {"minor": 0, "currency": "EUR"},
    "condition": {
        "table": "dues", "categories": ["four"], "cities": ["Dakar"], "not_cities": ["Thiès"], "strands": ["guests"],
    },
}  # fmt: skip
FULL = {
    "id": "call", "training": "training", "main_language": "en", "answer_languages": ["en", "fr"], "title": TEXT,
    "summary": TEXT, "audience": TEXT, "offer": TEXT, "process": TEXT, "contact": "office@example.org",
    "opens": {"day": "2026-02-02", "time": "09:00"},
    "deadline": {"day": "2026-03-15", "time": "23:59", "zone": "Etc/GMT+12"},
    "timeline": {"publish": "2026-02-02", "offers": "2026-06-01"}, "channel": "individual", "sister_group": "sahel",
    "limits": {"considered_per_country": 6, "accepted_per_country": 2, "host_min": 1, "host_max": 3},
    "fee": {"minor": 0, "currency": "EUR"}, "packages": [PACKAGE],
    "strands": [
        {"key": "hosts", "name": TEXT, "places": {"min": 4, "max": 6}},
        {
            "key": "guests", "name": TEXT, "audience": TEXT, "packages": ["full"],
            "opens": {"day": "2026-02-10", "time": "08:00"},
            "deadline": {"day": "2026-03-20", "time": "18:00", "zone": "Africa/Dakar"},
        },
    ],
}  # fmt: skip
WORLD = World("training", date(2026, 9, 7), {"en": "English", "fr": "French"}, {"dues": {"four"}})
RULES = {
    "rules": [
        {"key": "age", "kind": "age_at", "weight": "hard", "reason": TEXT, "params": {"on": "2026-09-07", "max": 40}},
        {
            "key": "either", "kind": "any_of", "weight": "hard", "reason": TEXT,
            "rules": [
                {"key": "lives", "kind": "country_of_work", "params": {"countries": ["SN"]}},
                {"key": "speaks", "kind": "language_level", "params": {"language": "fr", "spoken": "B2"}},
            ],
        },
    ]
}  # fmt: skip


def sample_questions():
    """One question of each type, with no more options than two."""
    found = {row.document["type"]: copy.deepcopy(row.document) for row in bank(2027)}
    for question in found.values():
        question["label"] = TEXT
        question.pop("show_if", None)
        for part in (question, *question.get("columns", [])):
            part |= {"options": part["options"][:2]} if part.get("options") else {}
    first = found.pop("commitment")
    found["long_text"]["show_if"] = {"all": [{"question": first["key"], "op": "is", "values": ["yes"]}]}
    return [first, *found.values()]


def form_of(questions):
    return {"steps": [{"key": "all", "title": TEXT, "help": TEXT, "questions": questions}]}


MISSING = object()
ODD = (
    MISSING, None, "", 0, -1, 10**30, 1.5, float("nan"), True, [], {}, [[]], [{}], [None], [1], {"en": 1}, {"day": ""},
    {"a": []}, "24:00", "2026-02-30", "9999-12-31", "2000-01-01", "2199-12-31", "2026-W07-1", "2026-03-29", "02:30",
    "Europe/Paris", "anywhere on Earth", "…/…", "\x00", "\ud800", "%(x)s", "{0}", "x" * 9000,
)  # fmt: skip


def places_in(value, path=()):
    """Every place in a document: keys and numbers from its root."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in inner:
        yield (*path, key)
        yield from places_in(part, (*path, key))


def changed(document, *changes):
    """A copy in which each (place, value) was put in or, for MISSING, taken out; a place that is gone is passed over."""
    fresh = copy.deepcopy(document)
    for place, value in changes:
        at = fresh
        try:
            for key in place[:-1]:
                at = at[key]
            if value is MISSING:
                del at[place[-1]]
            elif isinstance(at, dict | list):
                at[place[-1]] = copy.deepcopy(value)
        except (KeyError, IndexError, TypeError):
            continue
    return fresh


def changes_of(document):
    return st.lists(st.tuples(st.sampled_from(list(places_in(document))), st.sampled_from(ODD)), min_size=2, max_size=6)


def look_at(document):
    """Check a call as a save does; whatever is not refused has moments that can be written."""
    canonical, errors = checked_call(document, WORLD)
    assert all(isinstance(path, str) and texts and all(texts) for path, texts in errors.items())
    if not errors:
        for strand in (None, *canonical["strands"]):
            moments_in(canonical, strand)
        assert checked_call(canonical, WORLD) == (canonical, {})


QUESTIONS = sample_questions()
READERS = [
    (RULES, read_rules),
    ({"packages": [PACKAGE]}, read_packages),
    *((form_of([QUESTIONS[0], row]), read_form) for row in QUESTIONS[1:]),
]


def test_the_documents_that_are_made_odd_are_sound():
    assert checked_call(FULL, WORLD)[1] == {}
    for document, read in READERS:
        read(document)


def test_a_call_with_any_one_odd_value_is_clean_or_refused():
    for place in places_in(FULL):
        for value in ODD:
            look_at(changed(FULL, (place, value)))


@given(changes_of(FULL))
@settings(max_examples=300, deadline=None)
def test_a_call_with_several_odd_values_is_clean_or_refused(changes):
    look_at(changed(FULL, *changes))


DATES = (
    None, {}, {"day": "2026-03-01"}, {"time": "09:00"}, {"zone": "Africa/Dakar"}, {"day": "2026-03-01", "time": "09:00"},
    {"time": "09:00", "zone": "Africa/Dakar"}, {"day": "2026-03-01", "zone": "Africa/Dakar"},
    {"day": "2026-03-01", "time": "09:00", "zone": "Africa/Dakar"},
)  # fmt: skip
OPENINGS = (None, {}, {"day": "2026-02-01"}, {"time": "09:00"}, {"day": "2026-02-01", "time": "09:00"})


@pytest.mark.parametrize("deadline", DATES)
def test_any_part_of_the_dates_of_a_call_and_of_a_strand_may_be_missing(deadline):
    for opens in OPENINGS:
        for own in DATES:
            for own_opens in OPENINGS:
                strands = [{"key": "all", "deadline": own, "opens": own_opens}]
                look_at(FULL | {"opens": opens, "deadline": deadline, "strands": strands, "packages": []})


def errors_of(read, document):
    """What ``read`` says by path; {} where it takes the document."""
    try:
        read(document)
    except InvalidDocument as refused:
        return refused.errors
    return {}


@pytest.mark.parametrize(("document", "read"), READERS)
def test_what_belongs_to_a_call_with_any_one_odd_value_is_read_or_refused(document, read):
    for place in places_in(document):
        for value in ODD:
            errors = errors_of(read, changed(document, (place, value)))
            assert all(isinstance(path, str) and all(texts) for path, texts in errors.items())


def test_a_stage_that_is_no_text_is_refused_at_its_question():
    questions = [QUESTIONS[0], {**QUESTIONS[1], "stage": ["apply"]}]

    assert list(errors_of(read_form, form_of(questions))) == ["steps[0].questions[1].stage"]
