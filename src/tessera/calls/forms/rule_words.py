"""Rules in words: what the builder calls them in lists, choices and histories."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from tessera.calls.eligibility import editing
from tessera.calls.eligibility.model import TO_SET
from tessera.calls.eligibility.reading import GROUPS
from tessera.calls.forms.rules import GROUP_KINDS, KINDS, Choices, param_items
from tessera.calls.telling import in_words
from tessera.places.wording import Country, Day
from tessera.places.wording import Language as LanguageName
from tessera.web.punctuation import labelled, listed


def settings_in_words(rule: Mapping[str, Any], choices: Choices) -> list[str]:
    """The settings of a rule, one a line."""
    found = []
    for item in param_items(rule["kind"], choices):
        name = item.path.removeprefix("params.")
        value = rule.get("params", {}).get(name)
        if value in (None, [], ""):
            continue
        if value == TO_SET:
            words: Any = _("still to be set")
        elif name in ("on", "or_commits_by"):
            words = Day(date.fromisoformat(value))
        elif name in ("countries", "flagged"):
            words = ", ".join(str(Country(code)) for code in value[:12]) + (" …" if len(value) > 12 else "")
        elif name == "language":
            words = LanguageName(value)
        elif name in ("years", "last", "most") or isinstance(value, bool):
            words = in_words(value)
        else:
            words = in_words(item.shown(value))
        found.append(labelled(item.label, words) if value is not True else str(item.label))
    return found


def rule_name(rule: Mapping[str, Any], choices: Choices) -> str:
    """A rule by its kind, with its first settings."""
    kind = str(kind_words(rule["kind"]))
    settings = [] if rule["kind"] in GROUPS else settings_in_words(rule, choices)[:2]
    return f"{kind} ({listed(settings)})" if settings else kind


def rule_names(document: Mapping[str, Any], part: str, choices: Choices) -> dict[str, str]:
    """What the rules of a part are called, by key."""
    rules = editing.rules_in(document, part)
    return {rule["key"]: rule_name(rule, choices) for rule, _group in editing.walk(rules)}


def kind_words(kind: str) -> Any:
    """A kind of rule or group."""
    return KINDS.get(kind) or GROUP_KINDS[kind]
