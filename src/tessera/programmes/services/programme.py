"""Saving the programme: its goals, and the settings of its coverage clock."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tessera.activity import documents
from tessera.activity.documents import Document, DocumentStore, Errors, Saved
from tessera.core.checks import Checked
from tessera.organisations.models import Organisation
from tessera.places.models import RegionScheme
from tessera.programmes.documents import (
    DEFAULT_FIRST_RECORD,
    DEFAULT_SCHEME,
    PROGRAMME_SLUG,
    goal_months,
    programme_document,
)
from tessera.programmes.known import Known, known
from tessera.programmes.models import Programme
from tessera.programmes.services.records import rebuild_trainings
from tessera.programmes.texts import PROGRAMME_TEXTS


class ProgrammeStore(DocumentStore[Programme]):
    name = "programme"
    text_fields = PROGRAMME_TEXTS

    def find(self, key: str) -> Programme | None:
        return Programme.objects.select_for_update(of=("self",)).select_related("owner").filter(slug=key).first()

    def read(self, obj: Programme) -> Document:
        return {"id": obj.slug, **programme_document(obj)}

    def check(self, document: Mapping[str, Any], before: Document | None, **context: Any) -> tuple[Document, Errors]:
        world: Known = context.get("known") or known()
        return checked_programme(document, world)

    def new_key(self, document: Document) -> str:
        return PROGRAMME_SLUG

    def write(self, obj: Programme | None, document: Document, *, at: datetime, **creation: Any) -> Programme:
        row = obj or Programme(slug=document["id"])
        owner = document.get("owner")
        row.owner = Organisation.objects.get(slug=owner) if owner else None
        row.name, row.goals, row.cadence = document["name"], document["goals"], document["cadence"]
        row.official_languages, row.language_rule = document["official_languages"], document["language_rule"]
        row.about = document.get("about", {})
        coverage = document.get("coverage", {})
        row.goal_months = coverage.get("months") or goal_months(row.goals)
        row.scheme_code = coverage.get("scheme") or DEFAULT_SCHEME
        first = coverage.get("first_record")
        row.first_record_on = date.fromisoformat(first) if first else DEFAULT_FIRST_RECORD
        row.save()
        return row


programmes = ProgrammeStore()
documents.register(programmes)


def save_programme(
    document: Mapping[str, Any],
    *,
    by: Any,
    at: datetime,
    expected_version: int | None = None,
    reason: str = "",
    states: Mapping[str, str] | None = None,
) -> Saved[Programme]:
    """Write the programme; see ``activity.documents.save``. Another coverage scheme rebuilds the public trainings."""
    document = {"id": PROGRAMME_SLUG, **document}
    with transaction.atomic():
        before = Programme.objects.filter(slug=PROGRAMME_SLUG).values_list("scheme_code", flat=True).first()
        saved = documents.save(
            programmes, document, by=by, at=at, expected_version=expected_version, reason=reason, states=states
        )
        if before is not None and before != saved.obj.scheme_code:
            rebuild_trainings(at)
    return saved


def checked_programme(document: Mapping[str, Any], world: Known) -> tuple[Document, Errors]:
    """(the programme's document in canonical form, errors by path)."""
    see = Checked()
    keys = ("id", "name", "owner", "goals", "cadence", "official_languages", "language_rule", "about", "coverage")
    given = see.mapping(document, "", keys)
    goals = []
    for n, item in enumerate(see.items(given.get("goals"), "goals")):
        path = f"goals[{n}]"
        goal = see.mapping(item, path, ("id", "rule", "statement"))
        rule = see.mapping(goal.get("rule"), f"{path}.rule", ("every_region_reached_within_months",))
        months = see.whole(
            rule.get("every_region_reached_within_months"),
            f"{path}.rule.every_region_reached_within_months",
            least=1,
            most=240,
        )
        goals.append(
            {"id": see.text(goal.get("id"), f"{path}.id", limit=60, required=True)}
            | ({"rule": {"every_region_reached_within_months": months}} if months else {})
            | {"statement": see.texts(goal.get("statement"), f"{path}.statement", limit=600)}
        )
    codes = see.items(given.get("official_languages"), "official_languages")
    languages = [
        see.known(code, f"official_languages[{n}]", world.languages, _("“%(given)s” is not the tag of a language."))
        for n, code in enumerate(codes)
    ]
    name = see.texts(given.get("name"), "name", limit=120)
    if not name:
        see.wrong("name", _("Write the name in at least one language."))
    owner = see.known(given.get("owner"), "owner", world.organisations, _("There is no organisation “%(given)s”."))
    canonical: Document = {
        "id": PROGRAMME_SLUG,
        "name": name,
        "owner": owner or None,
        "goals": goals,
        "cadence": see.texts(given.get("cadence"), "cadence", limit=300),
        "official_languages": [code for code in languages if code],
        "language_rule": see.texts(given.get("language_rule"), "language_rule", limit=600),
    }
    optional: Document = {
        "about": see.texts(given.get("about"), "about", limit=8000, lines=True),
        "coverage": _coverage(see, given.get("coverage"), goals),
    }
    return canonical | {key: value for key, value in optional.items() if value}, see.errors


def _coverage(see: Checked, value: Any, goals: list[Document]) -> Document:
    given = see.mapping(value, "coverage", ("months", "first_record", "scheme"))
    coverage: Document = {}
    months = see.whole(given.get("months"), "coverage.months", least=1, most=240)
    if months and months != goal_months(goals):
        coverage["months"] = months
    schemes = RegionScheme.objects.filter(active=True, kind=RegionScheme.Kind.COVERAGE).values_list("code", flat=True)
    scheme = see.known(
        given.get("scheme"), "coverage.scheme", list(schemes), _("There is no scheme “%(given)s” in force.")
    )
    if scheme and scheme != DEFAULT_SCHEME:
        coverage["scheme"] = scheme
    first = see.text(given.get("first_record"), "coverage.first_record")
    if first:
        try:
            if date.fromisoformat(first) != DEFAULT_FIRST_RECORD:
                coverage["first_record"] = date.fromisoformat(first).isoformat()
        except ValueError:
            see.wrong(
                "coverage.first_record", _("“%(given)s” is not a day: write for example 2026-03-02.") % {"given": first}
            )
    return coverage
