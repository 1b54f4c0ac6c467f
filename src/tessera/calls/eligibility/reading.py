"""From a document to rules and back. What is wrong is said by path, all at once."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from tessera.calls.eligibility.model import TO_SET, WEIGHTS, Rule
from tessera.calls.questions.model import LEVELS
from tessera.core.checks import Checked
from tessera.core.errors import InvalidDocument
from tessera.core.translated import Translated
from tessera.places import datafiles
from tessera.places.wording import known_names

GROUPS = ("all_of", "any_of")
# Settings that belong to one edition: the copy of a call leaves them to be set.
DATED: Mapping[str, tuple[str, ...]] = {
    "age_at": ("on",),
    "membership": ("years", "or_commits_by"),
    "grant_pause": ("on",),
}
MOST_RULES, DEEPEST = 60, 3
CHANNELS = ("national_committee", "employer", "other")
# What each kind is told; a name with * has to be there.
PARAMS: Mapping[str, tuple[str, ...]] = {
    "age_at": ("on*", "min", "max"),
    "membership": ("years", "or_new_member", "or_commits_by"),
    "post_level": ("levels*",),
    "employer_kind": ("kinds*",),
    # Regions are UNESCO's by their code; one of another scheme is "scheme.CODE", and brings its countries along: what a
    # rule says does not change with a scheme.
    "country_of_work": ("countries", "areas", "regions", "region_countries", "table", "categories"),
    "nationality": ("flagged*",),
    "language_level": ("language*", "spoken", "written"),
    "experience": ("min", "max"),
    "grant_pause": ("years*", "on*"),
    "sister_call": ("calls*", "most"),
    "certificate": ("certificates*", "at_least"),
    "team": ("functions*", "min", "max"),
    "endorsement": ("channel", "fallback"),
    "prior_participation": ("last*", "most"),
    "by_person": (),
}
KINDS = (*PARAMS, *GROUPS)
FACTS: Mapping[str, tuple[str, ...]] = {
    "age_at": ("birth_date",),
    "membership": ("membership", "dues_years"),
    "post_level": ("post_level",),
    "employer_kind": ("employer_kind",),
    "country_of_work": ("country_of_work",),
    "nationality": ("nationality",),
    "language_level": ("languages",),
    "experience": ("years_of_experience",),
    "grant_pause": ("earlier_grant_on",),
    "sister_call": ("sister_applications",),
    "certificate": ("certificates",),
    "team": ("team",),
    "endorsement": ("endorsement",),
    "prior_participation": ("prior_editions",),
    "by_person": (),
}

_KEY = re.compile(r"[a-z][a-z0-9_]{0,63}", re.ASCII)
_WORD = re.compile(r"[\w.-]{1,80}")


def read_rules(document: Any) -> tuple[Rule, ...]:
    """The rules that ``document`` describes; InvalidDocument with a sentence for each path that cannot be taken."""
    reader = _Reader()
    given = reader.see.mapping(document, "", ("rules",))
    rules = reader.rules(given.get("rules"), "rules", None)
    if reader.see.errors:
        raise InvalidDocument(reader.see.errors)
    return rules


def to_document(rules: tuple[Rule, ...]) -> dict[str, Any]:
    """The document of ``rules``: `read_rules` of it gives equal rules."""
    return {"rules": [rule_document(rule) for rule in rules]}


def rule_document(rule: Rule, *, member: bool = False) -> dict[str, Any]:
    """One rule as it stands in a document; a member of a group has the weight of the group."""
    found: dict[str, Any] = {"key": rule.key, "kind": rule.kind}
    if not member:
        found["weight"] = rule.weight
    if rule.kind in GROUPS:
        found["rules"] = [rule_document(part, member=True) for part in rule.rules]
    else:
        found["params"] = {
            name: list(value) if isinstance(value, tuple) else value for name, value in rule.params.items()
        }
    return found | ({"reason": dict(rule.reason)} if rule.reason else {})


def facts_of(rule: Rule) -> tuple[str, ...]:
    """The names of the facts that ``rule`` may look at, none twice."""
    if rule.kind in GROUPS:
        return tuple(dict.fromkeys(fact for part in rule.rules for fact in facts_of(part)))
    return FACTS[rule.kind]


def to_set(rule: Rule) -> tuple[str, ...]:
    """The settings of ``rule`` that a copy left out and nobody has set since."""
    return tuple(name for name in DATED.get(rule.kind, ()) if rule.params.get(name) == TO_SET)


class _Reader:
    def __init__(self) -> None:
        self.see = Checked()
        self.keys: set[str] = set()

    def rules(self, value: Any, path: str, weight: Any, depth: int = 0) -> tuple[Rule, ...]:
        items = self.see.items(value, path)
        if len(items) > MOST_RULES:
            self.see.wrong(path, _("Here at most %(most)s fit.") % {"most": MOST_RULES})
        return tuple(self.rule(item, f"{path}[{n}]", weight, depth) for n, item in enumerate(items[:MOST_RULES]))

    def rule(self, item: Any, path: str, weight: Any, depth: int) -> Rule:
        given = self.see.mapping(item, path, ("key", "kind", "weight", "params", "rules", "reason"))
        key = given.get("key")
        if not isinstance(key, str) or not _KEY.fullmatch(key):
            self.see.wrong(
                f"{path}.key", _("A key has small letters, digits and underscores, and begins with a letter.")
            )
            key = ""
        elif key in self.keys:
            self.see.wrong(f"{path}.key", _("“%(key)s” is used twice.") % {"key": key})
        self.keys.add(key)
        kind = given.get("kind")
        if not isinstance(kind, str) or kind not in KINDS:
            self.see.unknown(str(kind), f"{path}.kind", KINDS, _("“%(given)s” is not a kind of rule."))
            kind = "by_person"
        weight = weight or self._weight(given.get("weight", "person" if kind == "by_person" else "hard"), path, kind)
        reason = Translated(self.see.texts(given.get("reason"), f"{path}.reason", limit=1_000, lines=True))
        if kind in GROUPS:
            return Rule(key, kind, weight, {}, reason, self._members(given, path, weight, depth))
        if "rules" in given:
            self.see.wrong(f"{path}.rules", _("Only “all of” and “any of” hold other rules."))
        if kind == "by_person" and not reason:
            self.see.wrong(f"{path}.reason", _("Say in words what a person has to look at."))
        return Rule(key, kind, weight, self._params(given.get("params"), f"{path}.params", kind), reason)

    def _members(self, given: dict[str, Any], path: str, weight: Any, depth: int) -> tuple[Rule, ...]:
        if given.get("params"):
            self.see.wrong(f"{path}.params", _("A group of rules has no settings of its own."))
        if depth >= DEEPEST:
            self.see.wrong(path, _("Groups are nested too deeply."))
            return ()
        members = self.rules(given.get("rules"), f"{path}.rules", weight, depth + 1)
        if not members:
            self.see.wrong(f"{path}.rules", _("A group holds at least one rule."))
        return members

    def _weight(self, value: Any, path: str, kind: str) -> Any:
        if value not in WEIGHTS:
            self.see.unknown(str(value), f"{path}.weight", WEIGHTS, _("“%(given)s” is not possible here."))
            return "hard"
        if kind in ("nationality", "by_person") and value != "person":
            self.see.wrong(f"{path}.weight", _("This is decided by a person, never computed."))
        return value

    def _params(self, value: Any, path: str, kind: str) -> dict[str, Any]:
        names = PARAMS[kind]
        given = self.see.mapping(value, path, [name.rstrip("*") for name in names])
        if not names and given:
            self.see.wrong(path, _("This kind of rule has no settings."))
        found: dict[str, Any] = {}
        for name in names:
            plain = name.rstrip("*")
            read = self._param(plain, given.get(plain), f"{path}.{plain}", kind)
            if read is not None and read != ():
                found[plain] = read
            elif name.endswith("*") and f"{path}.{plain}" not in self.see.errors:
                self.see.wrong(f"{path}.{plain}", _("This may not be empty."))
        self._together(found, path, kind)
        return found

    def _param(self, name: str, value: Any, path: str, kind: str) -> Any:
        if name in DATED.get(kind, ()) and value == TO_SET:
            return TO_SET
        if name in ("on", "or_commits_by"):
            return self._day(value, path)
        if name in ("min", "max", "years", "last", "most", "at_least") and (kind, name) != ("membership", "years"):
            least = 1 if name in ("last", "at_least") or (kind, name) == ("grant_pause", "years") else 0
            return self.see.whole(value, path, least=least, most=120)
        if name in ("or_new_member", "fallback"):
            return self._flag(value, path)
        if (kind, name) == ("membership", "years"):
            return self._years(value, path)
        if name == "region_countries":
            given = self.see.mapping(value, path)
            return {region: self._countries(codes, f"{path}.{region}") for region, codes in given.items()} or None
        if name in ("countries", "flagged"):
            return self._countries(value, path)
        if name == "areas":
            return self._codes(
                value, path, tuple(datafiles.area_countries()), _("“%(given)s” is not an area of UN M49.")
            )
        if name in ("language", "spoken", "written", "channel"):
            return self._one_of(name, value, path)
        if name == "table":
            return self.see.text(value, path, limit=64) or None
        return self._words(value, path)

    def _one_of(self, name: str, value: Any, path: str) -> str | None:
        known, sentence = {
            "language": (known_names("languages"), _("“%(given)s” is not the tag of a language.")),
            "channel": (CHANNELS, _("“%(given)s” is not possible here.")),
        }.get(name, (LEVELS, _("“%(given)s” is not a level: they go from A1 to C2.")))
        return self.see.known(value, path, known, sentence) or None

    def _together(self, found: dict[str, Any], path: str, kind: str) -> None:
        """What only holds of several settings at once."""
        least, most = found.get("min"), found.get("max")
        if least is not None and most is not None and most < least:
            self.see.wrong(f"{path}.max", _("The most is less than the least."))
        needed = {
            "age_at": (("min", "max"), _("Say the least or the greatest age, or both.")),
            "experience": (("min", "max"), _("Say the least or the greatest number of years, or both.")),
            "language_level": (("spoken", "written"), _("Say which level is needed, spoken or written.")),
            "membership": (
                ("years", "or_new_member", "or_commits_by"), _("Say what makes a member: dues of years, or joining."),
            ),
            "country_of_work": (
                ("countries", "areas", "regions", "table"), _("Name countries, areas, regions or a category of countries."),
            ),
        }  # fmt: skip
        if kind in needed and not any(found.get(name) for name in needed[kind][0]):
            self.see.wrong(path, needed[kind][1])
        for region in found.get("regions", ()):
            if "." in region and not found.get("region_countries", {}).get(region):
                self.see.wrong(
                    f"{path}.regions", _("“%(given)s” is no region of a scheme in force.") % {"given": region}
                )
        if ("table" in found) != ("categories" in found):
            self.see.wrong(path, _("A category of countries needs both: the table and the categories."))
        wanted = len(found.get("certificates", ()))
        if found.get("at_least", 0) > wanted:
            self.see.wrong(f"{path}.at_least", _("That is more than are listed: %(listed)s.") % {"listed": wanted})

    def _day(self, value: Any, path: str) -> str | None:
        text = self.see.text(value, path)
        if not text:
            return None
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError:
            self.see.wrong(path, _("“%(given)s” is not a day: write for example 2027-03-15.") % {"given": text})
            return None

    def _flag(self, value: Any, path: str) -> bool | None:
        if value is not None and not isinstance(value, bool):
            self.see.wrong(path, _("Here yes or no is expected."))
        return True if value is True else None

    def _years(self, value: Any, path: str) -> tuple[int, ...]:
        years = [
            self.see.whole(year, f"{path}[{n}]", least=1950, most=2200)
            for n, year in enumerate(self.see.items(value, path))
        ]
        return tuple(sorted({year for year in years if year is not None}))

    def _countries(self, value: Any, path: str) -> tuple[str, ...]:
        sentence = _("“%(given)s” is not the code of a country or territory.")
        return self._codes(value, path, known_names("countries"), sentence)

    def _codes(
        self, value: Any, path: str, known: Collection[str] | Mapping[str, str], sentence: str
    ) -> tuple[str, ...]:
        codes = [
            self.see.known(code, f"{path}[{n}]", known, sentence) for n, code in enumerate(self.see.items(value, path))
        ]
        return tuple(sorted(set(filter(None, codes))))

    def _words(self, value: Any, path: str) -> tuple[str, ...]:
        found = []
        for n, word in enumerate(self.see.items(value, path)):
            if not isinstance(word, str) or not _WORD.fullmatch(word):
                self.see.wrong(f"{path}[{n}]", _("Here a key is expected."))
            else:
                found.append(word)
        return tuple(dict.fromkeys(found))
