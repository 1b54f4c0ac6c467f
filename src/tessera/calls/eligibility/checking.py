"""Where the rules of a call and what is said about it part: for the editor, before the call opens.

Numbers and countries of the texts are read with a few patterns in three languages; a text that says nothing of a rule is
no contradiction. Nothing here refuses anything.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from tessera.calls.eligibility.kinds import CHANNEL_NAMES, FACT_NAMES, World
from tessera.calls.eligibility.model import OWN_RECORDS, TO_SET, Rule
from tessera.calls.eligibility.profiles import option_names
from tessera.calls.eligibility.reading import GROUPS, facts_of
from tessera.calls.questions.model import Form, Type
from tessera.core.folding import fold
from tessera.core.sentences import Listed, Sentence
from tessera.places import datafiles
from tessera.places.wording import countries

_MOST_NAMED = 8
# "aged 45", "45 years old", "under 46 years of age", "âgé·e de 45 ans", "45 ans", "45 años". Folded text.
_AGES = re.compile(
    r"\b(?:aged?|age limit(?: of)?|(?:age|agee|agees|ages)(?:\W?e?\W?s?)? de|edad de|edad maxima(?: de)?|menores de|mayores de)"
    r"\D{0,20}?(\d{2})\b"
    r"|\b(\d{2}) (?:years? (?:old|of age)|ans (?:au plus|au moins|revolus|maximum|ou moins|ou plus)"
    r"|anos (?:o menos|o mas|como maximo|cumplidos|de edad))"
)
_EXPERIENCE = re.compile(
    r"\b(\d{1,2})\s+(?:years?|ans|annees|anos)\s+(?:of |d'|de )?(?:[a-z]+ ){0,2}?(?:experience|experiencia)"
)


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where text or audience and rules differ. ``rule`` is the key, "" where no rule is there to name."""

    code: str
    sentence: Sentence
    rule: str = ""
    language: str = ""


def audience_differences(
    rules: Sequence[Rule],
    *,
    audience: Collection[str] | None = None,
    texts: Mapping[str, str] | None = None,
    world: World | None = None,
) -> list[Difference]:
    """Differences between hard rules and the countries of the audience (``audience``; None: not known) or its ``texts``.

    Only what holds for everybody is compared: a member of an "any of" group is one way among others.
    """
    place = world or World()
    plain = list(_plain(rules))
    found = list(_countries(plain, audience, place))
    for language, text in (texts or {}).items():
        folded = fold(text)
        found += _numbers(plain, folded, language)
        found += _named(plain, folded, language, place)
    return found


def form_differences(rules: Sequence[Rule], form: Form) -> list[Difference]:
    """Rules whose facts or channel no question asks for in time, and keys in rules that no option of the form has."""
    in_time = [question for question in form.questions if question.stage == "apply"]
    asked = {question.fact for question in in_time if question.fact}
    if "earlier_grant" in asked:
        asked.add("earlier_grant_on")
    names = option_names(form)
    found = []
    channels = {question.channel for question in in_time if question.type is Type.ENDORSEMENT}
    for rule in _flat(rules):
        channel = rule.params.get("channel") if rule.kind == "endorsement" else None
        if channel and channel not in channels:
            text = _("No question of the form asks for this endorsement: %(channel)s. The rule can never be met.")
            found.append(Difference("never_asked", Sentence(text, {"channel": CHANNEL_NAMES[channel]}), rule.key))
        absent = [fact for fact in facts_of(rule) if fact not in asked and fact not in OWN_RECORDS]
        if rule.kind == "membership" and not rule.params.get("years"):
            absent = [fact for fact in absent if fact != "dues_years"]
        if absent:
            text = _("No question of the form asks for this: %(facts)s. The rule can never be judged.")
            params = {"facts": Listed(tuple(FACT_NAMES[fact] for fact in absent))}
            found.append(Difference("never_asked", Sentence(text, params), rule.key))
        for name, fact in _KEYS.get(rule.kind, ()):
            options = names.get(fact)
            if rule.params.get(name) == TO_SET:
                continue
            unknown = [str(key) for key in rule.params.get(name, ()) if options is not None and str(key) not in options]
            if unknown:
                text = _("The form offers no such answer: %(keys)s.")
                found.append(Difference("no_option", Sentence(text, {"keys": Listed(tuple(unknown))}), rule.key))
    return found


_KEYS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "post_level": (("levels", "post_level"),),
    "employer_kind": (("kinds", "employer_kind"),),
    "certificate": (("certificates", "certificates"),),
    "team": (("functions", "team"),),
    "membership": (("years", "dues_years"),),
}


def reason_gaps(rules: Sequence[Rule], languages: Iterable[str]) -> list[Difference]:
    """Rules whose reason is written in one language and not in another of ``languages``."""
    return [
        Difference("no_reason", Sentence(_("The reason is not written in this language yet.")), rule.key, language)
        for rule in _flat(rules)
        if rule.reason
        for language in languages
        if not rule.reason.get(language)
    ]


def _flat(rules: Iterable[Rule]) -> Iterator[Rule]:
    for rule in rules:
        if rule.kind in GROUPS:
            yield from _flat(rule.rules)
        else:
            yield rule


def _plain(rules: Iterable[Rule]) -> Iterator[Rule]:
    """Hard rules that hold for everybody."""
    for rule in rules:
        if rule.weight == "hard" and rule.kind == "all_of":
            yield from _plain(rule.rules)
        elif rule.weight == "hard" and rule.kind != "any_of":
            yield rule


def _countries(rules: Sequence[Rule], audience: Collection[str] | None, world: World) -> Iterator[Difference]:
    own = [rule for rule in rules if rule.kind == "country_of_work"]
    if not audience:
        return
    if not own:
        text = ngettext_lazy(
            "The training is for %(count)d country, but no hard rule asks for the country of work.",
            "The training is for %(count)d countries, but no hard rule asks for the country of work.",
            "count",
        )
        yield Difference("no_country_rule", Sentence(text, {"count": len(set(audience))}))
    for rule in own:
        admitted = world.admitted(rule.params)
        if left_out := set(audience) - admitted:
            text = ngettext_lazy(
                "This rule turns away %(count)d country of the training: %(countries)s.",
                "This rule turns away %(count)d countries of the training: %(countries)s.",
                "count",
            )
            yield Difference("turned_away", Sentence(text, _some(left_out)), rule.key)
        if beyond := admitted - set(audience):
            text = ngettext_lazy(
                "This rule lets in %(count)d country that the training is not for: %(countries)s.",
                "This rule lets in %(count)d countries that the training is not for: %(countries)s.",
                "count",
            )
            yield Difference("let_in", Sentence(text, _some(beyond)), rule.key)


def _some(codes: Collection[str]) -> dict[str, Any]:
    first = sorted(codes)[:_MOST_NAMED]
    listed: Any = countries(first)
    if len(codes) > len(first):
        listed = Sentence(_("%(countries)s and others"), {"countries": countries(first)})
    return {"countries": listed, "count": len(codes)}


def _numbers(rules: Sequence[Rule], folded: str, language: str) -> Iterator[Difference]:
    for kind, pattern in (("age_at", _AGES), ("experience", _EXPERIENCE)):
        said = {int(number) for match in pattern.finditer(folded) for number in match.groups() if number}
        for rule in rules:
            if rule.kind != kind:
                continue
            bounds = {rule.params[name] for name in ("min", "max") if name in rule.params}
            # "under 46" says the same as "45 or under".
            near = bounds | {bound + 1 for bound in bounds if kind == "age_at"}
            if other := sorted(said - near):
                text = _("The text says %(said)s, the rule %(rule)s.")
                params = {
                    "said": Listed(tuple(str(number) for number in other)),
                    "rule": Listed(tuple(str(number) for number in sorted(bounds))),
                }
                yield Difference("other_number", Sentence(text, params), rule.key, language)
        if said and not any(rule.kind == kind for rule in rules):
            text = _("The text says %(said)s, and no hard rule does.")
            params = {"said": Listed(tuple(str(number) for number in sorted(said)))}
            code = "age_without_rule" if kind == "age_at" else "experience_without_rule"
            yield Difference(code, Sentence(text, params), "", language)


def _named(rules: Sequence[Rule], folded: str, language: str, world: World) -> Iterator[Difference]:
    """Countries that the text names and the rules turn away."""
    named = _countries_in(folded, language)
    for rule in rules:
        if rule.kind == "country_of_work" and (turned := named - world.admitted(rule.params)):
            text = _("The text names %(countries)s; this rule turns people from there away.")
            yield Difference("named_but_turned_away", Sentence(text, _some(turned)), rule.key, language)


def _countries_in(folded: str, language: str) -> set[str]:
    found, rest = set(), f" {re.sub(r'[^a-z0-9]+', ' ', folded)} "
    for name, code in _names(language):  # the longest first: "Guinea-Bissau" is not Guinea
        if f" {name} " in rest:
            found.add(code)
            rest = rest.replace(f" {name} ", "  ")
    return found


@cache
def _names(language: str) -> tuple[tuple[str, str], ...]:
    rows = datafiles.read("countries")["countries"]
    named = {
        re.sub(r"[^a-z0-9]+", " ", fold(name)).strip(): code
        for code, row in rows.items()
        if (name := row["name"].get(language))
    }
    return tuple(sorted(named.items(), key=lambda item: (-len(item[0]), item)))
