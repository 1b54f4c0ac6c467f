"""What the builder's buttons do to the documents of forms and rules."""

from tessera.calls.eligibility import editing as rules
from tessera.calls.eligibility import read_rules
from tessera.calls.questions import bank, editing, read_form
from tests.factories.calls import FORM

EXTRA = {"key": "extra", "type": "number", "label": {"en": "Extra"}}


def keys(document):
    return [[question["key"] for question in step["questions"]] for step in document["steps"]]


def test_a_question_goes_to_the_end_of_its_step_and_another_takes_its_place():
    document = editing.with_question(FORM, EXTRA, "you")
    assert keys(document) == [["name", "extra"], ["letter"]]
    assert keys(FORM) == [["name"], ["letter"]]
    changed = editing.with_question(document, {**EXTRA, "required": True}, "you", "extra")
    assert editing.question_in(changed, "extra")["required"] is True
    moved = editing.with_question(document, EXTRA, "motivation", "extra")
    assert keys(moved) == [["name"], ["letter", "extra"]]


def test_moving_goes_past_the_edge_of_a_step_and_stops_at_the_end_of_the_form():
    document = editing.with_question(FORM, EXTRA, "you")
    walked = [keys(document)]
    for _step in range(3):
        document = editing.moved_question(document, "extra", 1)
        walked.append(keys(document))
    assert walked[1:] == [
        [["name"], ["extra", "letter"]],
        [["name"], ["letter", "extra"]],
        [["name"], ["letter", "extra"]],
    ]
    for _step in range(4):
        document = editing.moved_question(document, "extra", -1)
    assert keys(document) == [["extra", "name"], ["letter"]]


def test_dragging_places_a_question_and_unknown_names_change_nothing():
    document = editing.with_question(FORM, EXTRA, "you")
    assert keys(editing.placed_question(document, "extra", "motivation", 0)) == [["name"], ["extra", "letter"]]
    assert keys(editing.placed_question(document, "extra", "you", 0)) == [["extra", "name"], ["letter"]]
    assert editing.placed_question(document, "extra", "nowhere", 0) == document
    assert editing.placed_question(document, "nothing", "you", 0) == document


def test_steps_are_added_worded_moved_and_removed_with_their_questions():
    document = editing.with_step(FORM, {"key": "last", "title": {"en": "Last"}})
    assert [step["key"] for step in document["steps"]] == ["you", "motivation", "last"]
    document = editing.with_step(document, {"title": {"en": "First"}}, "you")
    assert (document["steps"][0]["title"], keys(document)[0]) == ({"en": "First"}, ["name"])
    assert [step["key"] for step in editing.moved_step(document, "last", -1)["steps"]] == ["you", "last", "motivation"]
    assert editing.moved_step(document, "last", 1) == document
    assert keys(editing.without_step(document, "you")) == [["letter"], []]


def test_keys_are_made_of_words_and_never_taken_twice():
    assert editing.free_key({"fr": "Pourquoi vous ?"}, (), fallback="question") == "pourquoi_vous"
    assert editing.free_key({"en": "Why?"}, {"why", "why_2"}, fallback="question") == "why_3"
    assert editing.free_key({"en": "2026"}, (), fallback="question") == "question_2026"
    assert editing.free_key({"en": "2026"}, (), fallback="answer", digits=True) == "2026"
    assert editing.free_key({}, {"question"}, fallback="question") == "question_2"


def test_every_question_of_the_bank_can_be_added_alone_to_a_form():
    from tessera.calls.forms.questions import taken_from_bank

    for row in bank(2026):
        question, _lost = taken_from_bank(row.document, editing.question_keys(FORM))
        read_form(editing.with_question(FORM, question, "you"))


AGE = {"key": "age", "kind": "age_at", "weight": "hard", "params": {"on": "2026-01-01", "max": 45}}
DUES = {"key": "dues", "kind": "membership", "weight": "priority", "params": {"years": [2026]}}


def test_rules_stand_alone_in_groups_and_in_strands():
    document = rules.with_rule({}, rules.EVERYBODY, AGE)
    document = rules.with_rule(document, "host", DUES)
    assert document == {"rules": [AGE], "strands": {"host": {"rules": [DUES]}}}
    grouped = rules.beside(document, rules.EVERYBODY, DUES, "age", "any_of", "either")
    group = grouped["rules"][0]
    assert (group["key"], group["kind"], group["weight"]) == ("either", "any_of", "hard")
    assert [(part["key"], "weight" in part) for part in group["rules"]] == [("age", False), ("dues", False)]
    read_rules({"rules": grouped["rules"]})
    assert rules.group_of(grouped, rules.EVERYBODY, "dues") == "either"
    assert rules.weight_of(grouped, rules.EVERYBODY, "dues") == "hard"


def test_rules_move_among_their_like_and_an_empty_group_goes():
    grouped = rules.beside({"rules": [AGE]}, rules.EVERYBODY, DUES, "age", "any_of", "either")
    moved = rules.moved_rule(grouped, rules.EVERYBODY, "dues", -1)
    assert [part["key"] for part in moved["rules"][0]["rules"]] == ["dues", "age"]
    assert rules.moved_rule(grouped, rules.EVERYBODY, "dues", 1) == grouped
    one = rules.without_rule(grouped, rules.EVERYBODY, "age")
    assert [part["key"] for part in one["rules"][0]["rules"]] == ["dues"]
    assert rules.without_rule(one, rules.EVERYBODY, "dues") == {"rules": []}
    alone = rules.with_rule(grouped, rules.EVERYBODY, DUES, "dues", "")
    assert [rule["key"] for rule in alone["rules"]] == ["either", "dues"]
