"""The builder's form of one rule: the settings of its kind as fields, its weight, its reason."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tessera.calls.eligibility import editing
from tessera.calls.eligibility.model import TO_SET
from tessera.calls.eligibility.profiles import option_names, usual_option_names
from tessera.calls.eligibility.reading import GROUPS, PARAMS
from tessera.calls.forms.questions import CHANNELS
from tessera.calls.questions.model import LEVELS, Form
from tessera.core.translated import best
from tessera.grants.queries import category_choices, table_choices
from tessera.places.queries import HOME_SCHEME, RegionInfo, SchemeInfo, language_choices, reference
from tessera.programmes.forms.choices import areas, countries_by_region
from tessera.programmes.queries import kept_scheme
from tessera.web.choices import choice_field
from tessera.web.sections import (
    Codes,
    Day,
    Flag,
    Item,
    KeyLine,
    Lines,
    Number,
    Pick,
    Picks,
    Section,
    SectionForm,
    Translations,
)
from tessera.web.sections.paths import Json

type Document = dict[str, Any]

KINDS = {
    "age_at": gettext_lazy("Age on a day"),
    "membership": gettext_lazy("Membership or a promise to join"),
    "post_level": gettext_lazy("Level of post"),
    "employer_kind": gettext_lazy("Kind of employer"),
    "country_of_work": gettext_lazy("Country of work"),
    "nationality": gettext_lazy("Nationality that a person looks at"),
    "language_level": gettext_lazy("Level of a language"),
    "experience": gettext_lazy("Years of experience"),
    "grant_pause": gettext_lazy("Pause since an earlier grant"),
    "sister_call": gettext_lazy("One of several sister calls"),
    "certificate": gettext_lazy("Certificates held before"),
    "team": gettext_lazy("A team with fixed functions"),
    "endorsement": gettext_lazy("Endorsement"),
    "prior_participation": gettext_lazy("Earlier participation"),
    "by_person": gettext_lazy("Something else that a person decides"),
}
GROUP_KINDS = {"all_of": gettext_lazy("All of these"), "any_of": gettext_lazy("One of these is enough")}
WEIGHTS = {
    "hard": gettext_lazy("hard: computed, and keeps from submitting"),
    "priority": gettext_lazy("priority: preferred, excludes nobody"),
    "person": gettext_lazy("decided by a person"),
}
SHORT_WEIGHTS = {
    "hard": gettext_lazy("hard"),
    "priority": gettext_lazy("priority"),
    "person": gettext_lazy("decided by a person"),
}


@dataclass(frozen=True)
class Years(Lines):
    """Years, one a line; what is no number stays, for the service to refuse."""

    def add_to(self, form: SectionForm, name: str, value: Json) -> None:
        super().add_to(form, name, [str(year) for year in value or ()])

    def read(self, form: SectionForm, name: str, before: Json) -> Json:
        words = [word for line in super().read(form, name, None) for word in str(line).replace(",", " ").split()]
        return [int(word) if word.isdecimal() and len(word) == 4 else word for word in words]


def own_regions() -> list[tuple[str, str]]:
    """(code, name) of the regions that the programme counts by, as rules name them."""
    places = reference()
    scheme = kept_scheme(places)
    before = "" if scheme.code == HOME_SCHEME else f"{scheme.code}."
    return [(f"{before}{region.code}", region.name.best()[0]) for region in scheme.regions]


@dataclass(frozen=True)
class Regions(Picks):
    """Regions of the programme's scheme, and those of another one that a rule names already, with that scheme's name."""

    def add_to(self, form: SectionForm, name: str, value: Json) -> None:
        super().add_to(form, name, value)
        own = own_regions()
        others = [code for code in value or () if code not in dict(own)]
        choice_field(form, name).choices = [*own, *((code, _region_words(code)) for code in others)]

    def shown(self, value: Json) -> Json:
        return [_region_words(code) for code in value or ()]


def _region_of(code: str) -> tuple[SchemeInfo | None, RegionInfo | None]:
    """The scheme and the region that a rule names; None for what is not in force."""
    named, dot, region = code.partition(".")
    scheme = reference().schemes.get(named if dot else HOME_SCHEME)
    return scheme, scheme.by_code.get(region if dot else code) if scheme else None


def _region_words(code: str) -> str:
    own = dict(own_regions())
    if code in own:
        return own[code]
    scheme, region = _region_of(code)
    return f"{region.name.best()[0]} ({scheme.name.best()[0]})" if scheme and region else code


def _with_countries(params: Mapping[str, Any]) -> Document:
    """``params`` with the countries of each region of another scheme than UNESCO's: as they were, for one that stays."""
    found, kept = dict(params), params.get("region_countries") or {}
    named = [code for code in params.get("regions") or () if "." in code]
    held = {code: kept.get(code) or sorted(region.countries) for code in named if (region := _region_of(code)[1])}
    found["region_countries"] = {code: kept[code] for code in named if code in kept} | held
    return found


class Choices:
    """What settings of rules are chosen from, asked for once in a request: options of the form, sister calls, tables."""

    def __init__(self, form: Form | None, sisters: list[tuple[str, str]]) -> None:
        self.sisters = sisters
        self._usual = usual_option_names()
        self._own = option_names(form) if form else {}

    def options(self, fact: str) -> list[tuple[str, str]]:
        """The options of the question that gives a fact; the usual ones where the form has no such question."""
        names = self._own.get(fact) or self._usual.get(fact, {})
        return [(key, best(label)[0] or key) for key, label in names.items()]

    @cached_property
    def tables(self) -> list[tuple[str, str]]:
        return table_choices()

    @cached_property
    def categories(self) -> list[tuple[str, str]]:
        return category_choices()


def rule_section(
    kind: str, choices: Choices, *, new: bool, member: bool, places: list[tuple[str, str]]
) -> Section:  # fmt: skip
    """What is asked about a rule of ``kind``. ``places`` are the groups it can stand in, and rules it can stand beside."""
    items: list[Item] = list(param_items(kind, choices))
    if kind in GROUPS:
        items.append(Pick("kind", _("It holds if"), choices=list(GROUP_KINDS.items()), empty=None, radio=True))
    if not member:
        weights = [("person", WEIGHTS["person"])] if kind in ("nationality", "by_person") else list(WEIGHTS.items())
        items.append(Pick("weight", _("Weight"), choices=weights, empty=None, radio=True))
    items.append(
        Translations(
            "reason", _("Reason"), long=True, rows=2, limit=1000, states=False,
            help=_("In the office’s own words; shown beside the verdict."),
        )
    )  # fmt: skip
    if places:
        items.append(Pick("place", _("It stands"), choices=places, empty=_("on its own")))
    if new:
        items.append(KeyLine("key", _("Key"), limit=64, help=_("Left empty: made of the kind. Decisions quote it.")))
    return Section("rule", KINDS.get(kind) or GROUP_KINDS[kind], tuple(items))


def param_items(kind: str, choices: Choices) -> tuple[Item, ...]:
    """The settings of a kind; none of a group."""
    levels = [(level, level) for level in LEVELS]
    found: dict[str, tuple[Item, ...]] = {
        "age_at": (
            Day("params.on", _("On the day")),
            Number("params.min", _("At least, in years"), largest=120),
            Number("params.max", _("At most, in years"), largest=120),
        ),
        "membership": (
            Years("params.years", _("Dues paid for the years"), rows=2, help=_("One a line, for example 2026.")),
            Flag("params.or_new_member", _("New members are admitted")),
            Day("params.or_commits_by", _("Or commits to join by")),
        ),
        "post_level": (Picks("params.levels", _("Levels"), choices=lambda: choices.options("post_level")),),
        "employer_kind": (Picks("params.kinds", _("Kinds of employer"), choices=lambda: choices.options("employer_kind")),),
        "country_of_work": (
            Codes("params.countries", _("Countries and territories"), groups=countries_by_region),
            Regions("params.regions", _("Regions"), choices=own_regions),
            Picks("params.areas", _("Areas of UN M49"), choices=areas),
            Pick("params.table", _("By the table of categories"), choices=lambda: choices.tables),
            Picks("params.categories", _("Categories of that table"), choices=lambda: choices.categories),
        ),
        "nationality": (
            Codes(
                "params.flagged", _("Nationalities that a person looks at"), groups=countries_by_region,
                help=_("The law of a funder may ask for it. Said to applicants before the form."),
            ),
        ),
        "language_level": (
            Pick("params.language", _("Language"), choices=language_choices, empty=_("Choose")),
            Pick("params.spoken", _("Spoken, at least"), choices=levels, empty=_("any level")),
            Pick("params.written", _("Written, at least"), choices=levels, empty=_("any level")),
        ),
        "experience": (
            Number("params.min", _("At least, in years"), largest=120),
            Number("params.max", _("At most, in years"), largest=120),
        ),
        "grant_pause": (
            Number("params.years", _("Full years since the last grant"), smallest=1, largest=120),
            Day("params.on", _("Counted on the day")),
        ),
        "sister_call": (
            Picks("params.calls", _("Sister calls"), choices=choices.sisters),
            Number("params.most", _("Applications allowed in those"), largest=120, help=_("Left empty: none.")),
        ),
        "certificate": (
            Picks("params.certificates", _("Certificates"), choices=lambda: choices.options("certificates")),
            Number("params.at_least", _("At least how many of these"), smallest=1, largest=120, help=_("Left empty: all.")),
        ),
        "team": (
            Picks("params.functions", _("Functions that somebody holds"), choices=lambda: choices.options("team")),
            Number("params.min", _("At least how many people"), largest=120),
            Number("params.max", _("At most how many people"), largest=120),
        ),
        "endorsement": (
            Pick("params.channel", _("Who endorses"), choices=CHANNELS),
            Flag("params.fallback", _("Where nobody can endorse, a person of the office decides")),
        ),
        "prior_participation": (
            Number("params.last", _("Of the last editions, how many are looked at"), smallest=1, largest=120),
            Number("params.most", _("Took part in at most"), largest=120, help=_("Left empty: in none.")),
        ),
        "by_person": (),
    }  # fmt: skip
    return found.get(kind, ())


def blank_rule(kind: str) -> Document:
    """What the page of a new rule begins with."""
    person = kind in ("nationality", "by_person")
    return {"kind": kind, "weight": "person" if person else "hard", "params": {}}


def flattened(rule: Mapping[str, Any], group: str) -> Document:
    """A rule as its page has it: what is left to be set is empty there."""
    flat = deepcopy(dict(rule)) | {"place": group}
    if "params" in flat:
        flat["params"] = set_params(flat["params"])
    return flat


def set_params(params: Mapping[str, Any]) -> Document:
    """The settings without those that are left to be set."""
    return {name: value for name, value in params.items() if value != TO_SET}


def put_together(
    flat: Mapping[str, Any], document: Mapping[str, Any], *, was: str = "", member: bool = False
) -> Document:
    """The rule as it goes into the document: what is empty is left out, a missing key is made of the kind."""
    kind = flat["kind"]
    found: Document = {"key": was or (flat.get("key") or "").strip() or free_key(kind, document), "kind": kind}
    if not member:
        found["weight"] = flat.get("weight") or "hard"
    if flat.get("reason"):
        found["reason"] = flat["reason"]
    if kind in GROUPS:
        found["rules"] = deepcopy(flat.get("rules", []))
    elif kind in PARAMS:
        params = flat.get("params") or {}
        if kind == "country_of_work":
            params = _with_countries(params)
        found["params"] = {name: value for name, value in params.items() if value not in (None, "", [], {}, False)}
    return found


def free_key(kind: str, document: Mapping[str, Any]) -> str:
    """The key of a new rule or group: its kind, with a number where that is taken."""
    taken = editing.rule_keys(document)
    key, n = kind, 1
    while key in taken:
        n += 1
        key = f"{kind}_{n}"
    return key


def place_choices(
    document: Mapping[str, Any], part: str, words: Mapping[str, str], *, without: str = ""
) -> list[tuple[str, str]]:
    """Groups that a rule can stand in, and rules that it can form a group with; values as `read_place` takes them."""
    rules = editing.rules_in(document, part)
    own = next((rule for rule, _group in editing.walk(rules) if rule["key"] == without), None)
    inside = {rule["key"] for rule, _group in editing.walk([own])} if own else set()
    found = []
    for rule, group in editing.walk(rules):
        if rule["key"] in inside:
            continue
        name = words.get(rule["key"], rule["key"])
        if rule["kind"] in GROUPS:
            found.append((rule["key"], _("in the group: %(group)s") % {"group": name}))
        elif not group:
            found.append((f"any_of:{rule['key']}", _("as another way beside: %(rule)s") % {"rule": name}))
            found.append((f"all_of:{rule['key']}", _("together with: %(rule)s") % {"rule": name}))
    return found
