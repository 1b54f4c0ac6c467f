"""The parts of a training's document that name other records, places and numbers."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any
from zoneinfo import available_timezones

from django.db.models import TextChoices
from django.utils.translation import gettext as _

from tessera.core.checks import Checked
from tessera.programmes.known import Known
from tessera.programmes.models import Basis

type Document = dict[str, Any]

SCOPES = ("national", "regional", "interregional")
_AUDIENCE = (
    "scope", "countries", "unesco_regions", "m49_subregions", "subregion", "language_area", "career_level",
    "disciplines", "networks", "basis", "note",
)  # fmt: skip
# What other sources say, by the shape of each fact; the page tells these and no others.
OUTSIDE_DATES = ("dates", "first_planned", "call_published", "calls_launched")
OUTSIDE_COUNTS = ("planned_participants", "reported_participants")
OUTSIDE_TEXTS = ("eligibility", "strands", "commitment", "grants", "additional_supporter", "partner")
_ZONES = frozenset(available_timezones())


def checked_basis(see: Checked, value: Any, path: str) -> Document:
    """{"basis": …} or {}."""
    basis = see.known(value, f"{path}.basis", Basis.values, _("“%(given)s” is not a basis of a fact."))
    return {"basis": basis} if basis else {}


def checked_zone(see: Checked, value: Any, path: str) -> str:
    """The name of a time zone, "" for none."""
    return see.known(value, path, _ZONES, _("“%(given)s” is not a time zone: write for example America/Mexico_City."))


def checked_languages(see: Checked, value: Any, known: Known) -> list[Document]:
    """Teaching languages with where that is known from."""
    found: list[Document] = []
    for n, item in enumerate(see.items(value, "languages")):
        path = f"languages[{n}]"
        given = see.mapping({"code": item} if isinstance(item, str) else item, path, ("code", "basis", "source"))
        code = see.known(
            given.get("code"), f"{path}.code", known.languages, _("“%(given)s” is not the tag of a language.")
        )
        if not code and f"{path}.code" not in see.errors:
            see.wrong(f"{path}.code", _("This may not be empty."))
        source = see.known(given.get("source"), f"{path}.source", known.sources, _("There is no source “%(given)s”."))
        if code and code in [other["code"] for other in found]:
            see.wrong(f"{path}.code", _("This language is listed twice."))
        found.append(
            {"code": code} | checked_basis(see, given.get("basis"), path) | ({"source": source} if source else {})
        )
    return found


def checked_places(see: Checked, value: Any, known: Known) -> list[Document]:
    """Where it takes place; the city may be unknown."""
    found = []
    for n, item in enumerate(see.items(value, "places")):
        path = f"places[{n}]"
        given = see.mapping(item, path, ("country", "city", "basis", "note", "time_zone"))
        country = see.known(
            given.get("country"),
            f"{path}.country",
            known.countries,
            _("“%(given)s” is not the code of a country or territory."),
        )
        if not country and f"{path}.country" not in see.errors:
            see.wrong(f"{path}.country", _("Say in which country or territory it is."))
        optional = {
            "note": see.text(given.get("note"), f"{path}.note", lines=True),
            "time_zone": checked_zone(see, given.get("time_zone"), f"{path}.time_zone"),
        }
        city = see.text(given.get("city"), f"{path}.city", limit=120)
        found.append(
            {"country": country, "city": city or None}
            | checked_basis(see, given.get("basis"), path)
            | {key: text for key, text in optional.items() if text}
        )
    return found


def checked_audience(see: Checked, value: Any, known: Known) -> Document:
    """Whom it is for. A training for one country says which."""
    given = see.mapping(value, "audience", _AUDIENCE)
    scope = see.known(given.get("scope"), "audience.scope", SCOPES, _("“%(given)s” is not a scope of an audience."))
    if not scope and "audience.scope" not in see.errors:
        see.wrong("audience.scope", _("Say whether it is for one country, a region or several regions."))
    lists: dict[str, tuple[Collection[str], str]] = {
        "countries": (known.countries, _("“%(given)s” is not the code of a country or territory.")),
        "unesco_regions": (known.regions, _("There is no region “%(given)s”.")),
        "m49_subregions": (known.areas, _("“%(given)s” is not an area of UN M49.")),
    }
    found: Document = {"scope": scope}
    for name, (options, sentence) in lists.items():
        codes = [
            see.known(code, f"audience.{name}[{n}]", options, sentence)
            for n, code in enumerate(see.items(given.get(name), f"audience.{name}"))
        ]
        codes = list(dict.fromkeys(filter(None, codes)))
        if codes or name != "m49_subregions":
            found[name] = codes
    if scope == "national" and len(found["countries"]) != 1 and not any("countries" in path for path in see.errors):
        see.wrong("audience.countries", _("A training for one country names that country."))
    area = see.known(
        given.get("language_area"),
        "audience.language_area",
        known.languages,
        _("“%(given)s” is not the tag of a language."),
    )
    networks = [
        see.text(t, f"audience.networks[{n}]")
        for n, t in enumerate(see.items(given.get("networks"), "audience.networks"))
    ]
    optional = {
        "language_area": area,
        "networks": [text for text in networks if text],
        **{
            key: see.text(given.get(key), f"audience.{key}")
            for key in ("subregion", "career_level", "disciplines", "note")
        },
    }
    found |= checked_basis(see, given.get("basis"), "audience")
    return found | {key: text for key, text in optional.items() if text}


def checked_participants(see: Checked, value: Any, known: Known) -> Document:
    """Planned, reported (each number with where it stands), recorded. Numbers that differ give a range to show."""
    given = see.mapping(
        value,
        "participants",
        ("planned", "reported", "resolved", "recorded", "display_range", "countries_count"),
    )
    planned = None
    if given.get("planned") is not None:
        number = see.mapping(given["planned"], "participants.planned", ("value", "min", "max"))
        planned = {
            key: see.whole(number[key], f"participants.planned.{key}", least=1)
            for key in ("value", "min", "max")
            if number.get(key) is not None
        }
        least, most = planned.get("min"), planned.get("max")
        if least and most and most < least:
            see.wrong("participants.planned.max", _("The most is less than the least."))
    reported: list[Document] = []
    for n, item in enumerate(see.items(given.get("reported"), "participants.reported")):
        path = f"participants.reported[{n}]"
        number = see.mapping(item, path, ("value", "where", "source"))
        heads = see.whole(number.get("value"), f"{path}.value")
        if heads is None and f"{path}.value" not in see.errors:
            see.wrong(f"{path}.value", _("This may not be empty."))
        optional = {
            "where": see.text(number.get("where"), f"{path}.where"),
            "source": see.known(
                number.get("source"), f"{path}.source", known.sources, _("There is no source “%(given)s”.")
            ),
        }
        reported.append({"value": heads} | {key: text for key, text in optional.items() if text})
    found: Document = {
        "planned": planned or None,
        "reported": reported,
        "resolved": see.whole(given.get("resolved"), "participants.resolved"),
        "countries_count": see.whole(given.get("countries_count"), "participants.countries_count", least=1, most=250),
    }
    recorded = see.whole(given.get("recorded"), "participants.recorded")
    if recorded is not None:
        found["recorded"] = recorded
    values = {item["value"] for item in reported if item["value"] is not None}
    if len(values) > 1 and found["resolved"] is None:
        found["display_range"] = [min(values), max(values)]
    return found


def checked_credits(
    see: Checked, value: Any, kind: str, options: Any, roles: type[TextChoices], sentence: str
) -> list[Document]:
    """Organisations or people with their roles, in order; the same one twice only in different roles."""
    name = "people" if kind == "person" else "organisations"
    found: list[Document] = []
    for n, item in enumerate(see.items(value, name)):
        path = f"{name}[{n}]"
        given = see.mapping(item, path, (kind, "role", "basis"))
        key = see.known(given.get(kind), f"{path}.{kind}", options, sentence)
        role = see.known(given.get("role"), f"{path}.role", dict(roles.choices), _("“%(given)s” is not a role."))
        for field, text in ((kind, key), ("role", role)):
            if not text and f"{path}.{field}" not in see.errors:
                see.wrong(f"{path}.{field}", _("This may not be empty."))
        if (key, role) in [(other[kind], other["role"]) for other in found]:
            see.wrong(path, _("This is listed twice in the same role."))
        found.append({kind: key, "role": role} | checked_basis(see, given.get("basis"), path))
    return found


def checked_external(see: Checked, value: Any, known: Known) -> list[Document]:
    """What other sources say, kept apart from the stated facts."""
    found = []
    for n, item in enumerate(see.items(value, "external")):
        path = f"external[{n}]"
        given = see.mapping(item, path, ("source", "facts"))
        source = see.known(given.get("source"), f"{path}.source", known.sources, _("There is no source “%(given)s”."))
        if not source and f"{path}.source" not in see.errors:
            see.wrong(f"{path}.source", _("Name the source."))
        facts = see.mapping(given.get("facts"), f"{path}.facts")
        told = {key: _outside_fact(see, key, fact, f"{path}.facts.{key}", known) for key, fact in facts.items()}
        found.append({"source": source, "facts": told})
    return found


def _outside_fact(see: Checked, key: str, value: Any, path: str, known: Known) -> Any:
    """A fact in the shape in which it is told; one that is told nowhere stays as it is."""
    if key in OUTSIDE_DATES or key == "city":
        return see.text(_figures(value), path)
    if key in OUTSIDE_COUNTS:
        return _outside_count(see, value, path)
    if key in OUTSIDE_TEXTS:
        if isinstance(value, list):
            texts = [_outside_text(see, line, f"{path}[{n}]") for n, line in enumerate(value)]
            return [text for text in texts if text != ""]
        return _outside_text(see, value, path)
    if key == "participant_countries":
        return _outside_countries(see, value, path, known)
    if key == "postponed" and not isinstance(value, bool | None):
        see.wrong(path, _("Write yes or no."))
    return value


def _figures(value: Any) -> Any:
    """A number or a yes as the text that it was typed as."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if isinstance(value, int) else value


def _outside_text(see: Checked, value: Any, path: str) -> Any:
    """A text; a number, yes or no stays what it is."""
    return value if isinstance(value, int) else see.text(value, path, lines=True)


def _outside_countries(see: Checked, value: Any, path: str, known: Known) -> list[str]:
    """Codes of countries, in whatever case and also several in one text: "mx, co"."""
    given = see.items([value] if isinstance(value, str) else value, path)
    codes: list[Any] = []
    for part in given:
        codes += filter(None, (code.strip() for code in part.split(","))) if isinstance(part, str) else [part]
    sentence = _("“%(given)s” is not the code of a country or territory.")
    return [
        see.known(
            code.upper() if isinstance(code, str) and code.upper() in known.countries else code,
            f"{path}[{n}]",
            known.countries,
            sentence,
        )
        for n, code in enumerate(codes)
        if code
    ]


def _outside_count(see: Checked, value: Any, path: str) -> Document | None:
    """{"value": n}, or {"min": n, "max": m} of which one may be missing; "30" and "25–30" are such too."""
    if value in (None, ""):
        return None
    if isinstance(value, str) and (match := re.fullmatch(r"([0-9]{1,6})(?:\s*[-–]\s*([0-9]{1,6}))?", value.strip())):
        value = {"min": match[1], "max": match[2]} if match[2] else {"value": match[1]}
    elif isinstance(value, int) and not isinstance(value, bool):
        value = {"value": value}
    if not isinstance(value, Mapping):
        see.wrong(path, _("Write a number of people, or from which to which: for example 30 or 25–30."))
        return None
    found: dict[str, int] = {}
    for key, number in see.mapping(value, path, ("value", "min", "max")).items():
        figures = isinstance(number, str) and number.isascii() and number.isdecimal() and len(number) <= 6
        heads = see.whole(int(number) if figures else number, f"{path}.{key}")
        if heads is not None:
            found[key] = heads
    if "value" in found and len(found) > 1:
        see.wrong(path, _("Write one number of people, or from which to which, not both."))
    elif "min" in found and "max" in found and found["max"] < found["min"]:
        see.wrong(f"{path}.max", _("The most is less than the least."))
    return found
