"""What a version of the questions or the rules changed, in the words of the pages on which it was changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from tessera.activity.history import Change, changes_worded
from tessera.calls.eligibility import editing as rules
from tessera.calls.eligibility.editing import EVERYBODY
from tessera.calls.eligibility.reading import GROUPS
from tessera.calls.forms.questions import condition_words, flattened, question_section, step_section
from tessera.calls.forms.rule_words import rule_name
from tessera.calls.forms.rules import Choices, rule_section, set_params
from tessera.calls.questions import editing
from tessera.calls.questions.model import Type
from tessera.core.documents import changes
from tessera.core.translated import best
from tessera.web.sections import Line, Section

type Document = dict[str, Any]

MOST = 200
# What a page asks for in another shape, or never.
_QUESTION_ELSEWHERE = ("key", "type", "show", "show_if", "whole")


@dataclass(frozen=True)
class PartChange:
    """One question, step or rule that differs. ``kind`` is added, removed or changed; ``what`` says what it is."""

    kind: str
    what: str
    name: str
    changes: list[Change] = field(default_factory=list)


def form_differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[PartChange]:
    """Steps and questions that differ, in the order of the later form, what went at the end; at most `MOST`."""
    found = [
        *_parts(_steps(before), _steps(after), _("Step"), _title, lambda old, new: step_changes(old, new, before, after)),
        *_parts(
            _questions(before), _questions(after), _("Question"), _label,
            lambda old, new: question_changes(old, new, before, after),
        ),
    ]  # fmt: skip
    return found[:MOST]


def rules_differences(before: Mapping[str, Any], after: Mapping[str, Any], choices: Choices) -> list[PartChange]:
    """Rules that differ, those of everybody first, what went at the end; at most `MOST`."""
    found: list[PartChange] = []
    for part in dict.fromkeys((EVERYBODY, *after.get("strands", {}), *before.get("strands", {}))):
        old, new = (
            {rule["key"]: rule for rule, _group in rules.walk(rules.rules_in(d, part))} for d in (before, after)
        )
        found += _parts(
            old, new, _("Rule"), lambda rule: rule_name(rule, choices),
            lambda one, other, part=part: rule_changes(one, other, before, after, part, choices),
        )  # fmt: skip
    return found[:MOST]


def _parts(before: Mapping[str, Any], after: Mapping[str, Any], what: str, name: Any, compare: Any) -> list[PartChange]:
    found = []
    for key, new in after.items():
        if key not in before:
            found.append(PartChange("added", what, name(new)))
        elif told := compare(before[key], new):
            found.append(PartChange("changed", what, name(new), told))
    return [*found, *(PartChange("removed", what, name(old)) for key, old in before.items() if key not in after)]


def step_changes(
    before: Mapping[str, Any], after: Mapping[str, Any], form_before: Mapping[str, Any], form_after: Mapping[str, Any]
) -> list[Change]:
    """What differs in the texts of a step and in its condition, each in its form."""
    more = Section("more", "", (Line("condition", _("Asked only if")),))
    old, new = _flat_step(before, form_before), _flat_step(after, form_after)
    return _worded((step_section(), more), old, new)


def _flat_step(step: Mapping[str, Any], form: Mapping[str, Any]) -> Document:
    asked = {one["key"]: one for one in editing.questions_in(form)}
    condition = condition_words(step["show_if"], asked) if step.get("show_if") else ""
    return {name: step.get(name, {}) for name in ("title", "help")} | {"condition": condition}


def question_changes(
    before: Mapping[str, Any], after: Mapping[str, Any], form_before: Mapping[str, Any], form_after: Mapping[str, Any]
) -> list[Change]:
    """What differs in a question, each in its form: another place in the order of the form is no difference."""
    steps = {step["key"]: step for form in (form_before, form_after) for step in editing.steps_in(form)}
    section = question_section(Type(after["type"]), {"steps": list(steps.values())}, [], new=False)
    more = Section("more", "", (Line("condition", _("Asked only if")), Line("wording", _("Number of the wording"))))
    asked = {one["key"]: one for form in (form_before, form_after) for one in editing.questions_in(form)}
    old, new = _flat_question(before, form_before, asked), _flat_question(after, form_after, asked)
    return _worded((section, more), old, new)


def _flat_question(question: Mapping[str, Any], form: Mapping[str, Any], asked: Mapping[str, Document]) -> Document:
    place = editing.place_of(form, question["key"])
    flat = flattened(question, form["steps"][place[0]]["key"] if place else "")
    for column in flat.get("columns", ()):
        column.pop("options", None)  # its lines say them
    condition = condition_words(question["show_if"], asked) if question.get("show_if") else ""
    return {name: value for name, value in flat.items() if name not in _QUESTION_ELSEWHERE} | {"condition": condition}


def rule_changes(
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    rules_before: Mapping[str, Any],
    rules_after: Mapping[str, Any],
    part: str,
    choices: Choices,
) -> list[Change]:
    """What differs in a rule, each in its document: another place among its like is no difference."""
    section = rule_section(after["kind"], choices, new=False, member=False, places=[])
    more = Section("more", "", (Line("group", _("In the group")),))
    old, new = (
        _flat_rule(one, document, part, choices) for one, document in ((before, rules_before), (after, rules_after))
    )
    if not (old["weight"] and new["weight"]):  # a member has the weight of its group
        old["weight"] = new["weight"] = None
    return _worded((section, more), old, new)


def _flat_rule(rule: Mapping[str, Any], document: Mapping[str, Any], part: str, choices: Choices) -> Document:
    group = rules.rule_in(document, part, rules.group_of(document, part, rule["key"]))
    flat = {name: rule.get(name) for name in ("weight", "params", "reason")}
    if flat["params"]:
        params = set_params(flat["params"])
        flat["params"] = {name: value for name, value in params.items() if name != "region_countries"}
    flat["kind"] = rule["kind"] if rule["kind"] in GROUPS else None
    return flat | {"group": rule_name(group, choices) if group else ""}


def _worded(sections: tuple[Section, ...], before: Document, after: Document) -> list[Change]:
    """The differences in the order in which the page asks, whatever the order in which a database keeps them."""
    items = [item for section in sections for item in section.items]

    def place(path: str) -> tuple[int, str]:
        found = next((found[0] for section in sections if (found := section.item_at(path))), None)
        return (items.index(found) if found else len(items)), path

    different = changes(before, after)
    return changes_worded(sections, {path: different[path] for path in sorted(different, key=place)})


def _steps(form: Mapping[str, Any]) -> Document:
    return {step["key"]: step for step in editing.steps_in(form)}


def _questions(form: Mapping[str, Any]) -> Document:
    return {question["key"]: question for question in editing.questions_in(form)}


def _title(step: Mapping[str, Any]) -> str:
    return best(step.get("title"))[0] or str(step["key"])


def _label(question: Mapping[str, Any]) -> str:
    return best(question.get("label"))[0] or str(question["key"])
