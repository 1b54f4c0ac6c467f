"""Is a file of the archive's shape clean? Every row is read before anything is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from tessera.activity.documents import DocumentStore
from tessera.core.checks import also_in
from tessera.organisations.documents import checked_organisation, checked_person
from tessera.organisations.services import organisations, persons
from tessera.organisations.services.organisation import organisation_slugs
from tessera.places.queries import reference
from tessera.programmes import archive_states
from tessera.programmes.checking import checked_training
from tessera.programmes.documents import PROGRAMME_SLUG
from tessera.programmes.known import Known, known
from tessera.programmes.services.programme import checked_programme, programmes
from tessera.programmes.services.records import series, sources, topics, trainings

SCHEMA = "tessera-archive"
SECTIONS = (
    "schema", "schema_version", "about", "languages", "sources", "programme", "vocabularies", "topics", "series",
    "region_schemes", "default_region_scheme", "countries", "organisations", "people", "trainings", archive_states.SECTION,
)  # fmt: skip
_LISTS = ("sources", "organisations", "people", "trainings")
_GROUPS = (
    "programme",
    "vocabularies",
    "topics",
    "series",
    "region_schemes",
    "countries",
    "about",
    archive_states.SECTION,
)
_ONES = {"sources": "source", "organisations": "organisation", "people": "person", "trainings": "training"}


@dataclass(frozen=True)
class Row:
    """One thing that is wrong: where ("trainings[3].places[0].country"), of which record, what."""

    path: str
    key: str
    problem: str

    def __str__(self) -> str:
        whose = f" ({self.key})" if self.key else ""
        return f"{self.path}{whose}: {self.problem}"


def languages_of(data: Any) -> set[str]:
    """The languages in which a file says that its texts are; those that the content has not are kept all the same."""
    told = data.get("languages") if isinstance(data, Mapping) else None
    return {code for code in told if isinstance(code, str)} if isinstance(told, list) else set()


def check(data: Any) -> list[Row]:
    """Everything that is wrong with a file, in its order; an empty list where it can be loaded."""
    with also_in(languages_of(data)):
        return _check(data)


def _check(data: Any) -> list[Row]:
    rows = _shape(data)
    if rows:
        return rows
    ids = {name: [_id(item) for item in data.get(name, [])] for name in _LISTS}
    for name in _LISTS:
        rows += _keys(name, ids[name])
    if rows:
        return rows
    world = known(
        topics=data.get("topics", {}),
        organisations=ids["organisations"],
        people=ids["people"],
        sources=ids["sources"],
        series=data.get("series", {}),
    )
    slugs = organisation_slugs(ids["organisations"])
    rows += _places(data)
    for slug, name in data.get("topics", {}).items():
        document = {"id": slug, **name} if "name" in name else {"id": slug, "name": name}
        document.pop("published", None)
        rows += _rows(f"topics.{slug}", slug, topics.check(document, None)[1])
    for slug, name in data.get("series", {}).items():
        rows += _rows(f"series.{slug}", slug, series.check({"id": slug, "name": name}, None)[1])
    if data.get("programme"):
        rows += _rows("programme", "", checked_programme(data["programme"], world)[1])
    for name, n, row in _documents(data):
        rows += _rows(f"{name}[{n}]", row["id"], _errors(name, row, world, slugs))
    if not rows:
        rows += [Row(*one) for one in archive_states.problems(data.get(archive_states.SECTION, {}), _by_kind(data))]
    return rows


def _by_kind(data: Mapping[str, Any]) -> dict[str, tuple[DocumentStore[Any], dict[str, dict[str, Any]]]]:
    """Every record of a file that holds texts, by its kind and key."""
    named = {
        slug: {"id": slug, **name} if "name" in name else {"id": slug, "name": name}
        for slug, name in data.get("topics", {}).items()
    }
    listed = {
        name: {row["id"]: dict(row) for row in data.get(name, [])} for name in ("organisations", "people", "trainings")
    }
    own = {PROGRAMME_SLUG: dict(data["programme"])} if data.get("programme") else {}
    return {
        "topic": (topics, named),
        "series": (series, {slug: {"id": slug, "name": name} for slug, name in data.get("series", {}).items()}),
        "organisation": (organisations, listed["organisations"]),
        "person": (persons, listed["people"]),
        "training": (trainings, listed["trainings"]),
        "programme": (programmes, own),
    }


def _errors(name: str, row: Mapping[str, Any], world: Known, slugs: set[str]) -> dict[str, list[str]]:
    document: dict[str, Any] = {key: value for key, value in row.items() if key != "published"}
    if name == "sources":
        canonical, errors = sources.check(document, None)
    elif name == "organisations":
        canonical, errors = checked_organisation(document, organisations=slugs)
    elif name == "people":
        canonical, errors = checked_person(document, None, organisations=slugs)
    else:
        canonical, errors = checked_training(document, None, world, any_status=True)
    if not errors and canonical != document:
        lost = sorted(key for key in document if document[key] != canonical.get(key))
        errors = {
            key: [_("This would not be kept as it is written: it follows from other facts, or is not in order.")]
            for key in lost
        }
    return errors


def _documents(data: Mapping[str, Any]) -> Iterable[tuple[str, int, Mapping[str, Any]]]:
    for name in _LISTS:
        for n, document in enumerate(data.get(name, [])):
            yield name, n, document


def _shape(data: Any) -> list[Row]:
    if not isinstance(data, Mapping):
        return [Row("", "", _("This is not an archive: the file holds no named sections."))]
    rows = []
    if data.get("schema") != SCHEMA:
        rows.append(Row("schema", "", _("This is not an archive: “schema” is not “%(name)s”.") % {"name": SCHEMA}))
    rows += [Row(name, "", _("There is no such section.")) for name in data if name not in SECTIONS]
    rows += [
        Row(name, "", _("Here a list is expected."))
        for name in _LISTS
        if name in data and not isinstance(data[name], list)
    ]
    rows += [
        Row(name, "", _("Here a group of named values is expected."))
        for name in _GROUPS
        if name in data and not isinstance(data[name], Mapping)
    ]
    for name in _LISTS:
        for n, item in enumerate(data.get(name, []) if isinstance(data.get(name), list) else []):
            if not isinstance(item, Mapping):
                rows.append(Row(f"{name}[{n}]", "", _("Here a group of named values is expected.")))
    for name in ("topics", "series", "countries", "region_schemes"):
        group = data.get(name)
        for key, item in group.items() if isinstance(group, Mapping) else ():
            if not isinstance(item, Mapping):
                rows.append(Row(f"{name}.{key}", key, _("Here a group of named values is expected.")))
    return rows


def _keys(name: str, ids: list[str]) -> list[Row]:
    rows = []
    for n, key in enumerate(ids):
        if not key:
            rows.append(Row(f"{name}[{n}].id", "", _("This row has no key.")))
        elif key in ids[:n]:
            rows.append(
                Row(
                    f"{name}[{n}].id",
                    key,
                    _("This key is there twice (first in row %(row)s).") % {"row": ids.index(key)},
                )
            )
    return rows


def _places(data: Mapping[str, Any]) -> list[Row]:
    """Countries and schemes are facts of their own here: a file may repeat them, not change them."""
    here = reference()
    rows: list[Row] = []
    for code, facts in data.get("countries", {}).items():
        country = here.countries.get(code)
        path = f"countries.{code}"
        if country is None:
            rows.append(Row(path, code, _("“%(given)s” is not the code of a country or territory.") % {"given": code}))
            continue
        expected = {
            "alpha3": country.alpha3,
            "m49": country.m49,
            "name": dict(country.name),
            "unesco_region": here.region_of(code, "unesco"),
            "m49_subregion": country.area,
        }
        rows += [
            Row(
                f"{path}.{key}",
                code,
                _("Here it is “%(here)s”, in the file “%(given)s”.") % {"here": value, "given": facts[key]},
            )
            for key, value in expected.items()
            if key in facts and facts[key] != value
        ]
        rows += [
            Row(f"{path}.{key}", code, _("“%(given)s” is not known here.") % {"given": key})
            for key in facts
            if key not in (*expected, "note")
        ]
    for code, facts in data.get("region_schemes", {}).items():
        if code not in here.schemes:
            rows.append(
                Row(f"region_schemes.{code}", code, _("There is no scheme “%(given)s” in force.") % {"given": code})
            )
            continue
        regions = here.scheme(code).by_code
        for key, name in facts.get("regions", {}).items():
            if key not in regions or dict(regions[key].name) != name:
                rows.append(
                    Row(f"region_schemes.{code}.regions.{key}", key, _("This is not the region as it is known here."))
                )
    return rows


def _rows(path: str, key: str, errors: Mapping[str, list[str]]) -> list[Row]:
    return [Row(f"{path}.{where}", key, problem) for where, problems in errors.items() for problem in problems]


def _id(item: Any) -> str:
    value = item.get("id") if isinstance(item, Mapping) else None
    return value if isinstance(value, str) else ""
