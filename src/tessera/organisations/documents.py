"""Organisations and persons as documents (the shapes of the archive)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from tessera.accounts.models import Person
from tessera.accounts.names import display_name, sort_name
from tessera.core.checks import Checked, taken_languages
from tessera.core.folding import fold
from tessera.organisations.models import Organisation, OrganisationType, Position
from tessera.places.queries import reference

type Document = dict[str, Any]

ORIGINS = ("source", "official", "translation")
BIOGRAPHY_LIMIT = 600
_ORGANISATION_KEYS = (
    "id", "type", "name", "name_status", "country", "city", "parent", "also_named", "icom_institutional_member",
    "website", "note",
)  # fmt: skip
_PERSON_KEYS = (
    "id", "name", "position", "affiliations", "bio", "as_of", "approved_on", "work_country", "data_quality",
)  # fmt: skip


def country_names() -> Mapping[str, str]:
    """Code > name, for naming what may have been meant."""
    return reference().country_names()


def organisation_document(organisation: Organisation) -> Document:
    """The organisation as archive JSON; keys without a value are absent."""
    optional: Document = {
        "name_status": dict(organisation.name_origin),
        "country": organisation.country_id,
        "city": organisation.city,
        "parent": organisation.parent.slug if organisation.parent else "",
        "also_named": [alias.name for alias in sorted(organisation.aliases.all(), key=lambda a: (a.order, a.pk))],
        "icom_institutional_member": organisation.institutional_member,
        "website": organisation.website,
        "note": organisation.remark,
    }
    return {
        "id": organisation.slug,
        "type": organisation.type,
        "name": dict(organisation.name),
        **{key: value for key, value in optional.items() if value},
    }


def person_document(person: Person) -> Document:
    """The person as archive JSON; keys without a value are absent."""
    name: Document = {"given": person.given, "family": person.family, "display": person.display}
    if person.sort_name and person.sort_name != sort_name(person.given, person.family, person.display):
        name["sort"] = person.sort_name
    if person.other_names:
        name["other"] = list(person.other_names)
    optional: Document = {
        "as_of": person.as_of,
        "approved_on": person.approved_on.isoformat() if person.approved_on else "",
        "work_country": person.work_country_id,
        "data_quality": list(person.remarks),
    }
    return {
        "id": person.slug,
        "name": name,
        "position": dict(person.position),
        "affiliations": [
            _affiliation(position) for position in sorted(person.positions.all(), key=lambda p: (p.order, p.pk))
        ],
        "bio": dict(person.biography),
        **{key: value for key, value in optional.items() if value},
    }


def names_of(organisation: Organisation) -> set[str]:
    """Every folded name of the organisation."""
    own = [text for text in organisation.name.values() if text]
    return {fold(name) for name in [*own, *(alias.name for alias in organisation.aliases.all())]}


def checked_organisation(
    document: Mapping[str, Any], *, organisations: Collection[str]
) -> tuple[Document, dict[str, list[str]]]:
    """(the document in canonical form, errors by path); ``organisations`` are the slugs that exist or will."""
    see = Checked()
    given = see.mapping(document, "", _ORGANISATION_KEYS)
    own = see.text(given.get("id"), "id", limit=120)
    name = see.texts(given.get("name"), "name", limit=300)
    if not name:
        see.wrong("name", _("Write the name in at least one language."))
    kind = see.known(
        given.get("type"), "type", dict(OrganisationType.choices), _("“%(given)s” is not a type of organisation.")
    )
    if not kind:
        see.wrong("type", _("Say what type of organisation it is."))
    parent = see.known(given.get("parent"), "parent", organisations, _("There is no organisation “%(given)s”."))
    if parent and parent == own:
        see.wrong("parent", _("An organisation cannot be part of itself."))
    website = see.text(given.get("website"), "website", limit=200)
    if website and not website.startswith(("http://", "https://")):
        see.wrong("website", _("Write the whole address, beginning with https://."))
    aliases = [
        see.text(text, f"also_named[{n}]", limit=300)
        for n, text in enumerate(see.items(given.get("also_named"), "also_named"))
    ]
    optional: Document = {
        "name_status": checked_origins(see, given.get("name_status"), "name_status", name),
        "country": see.known(
            given.get("country"),
            "country",
            country_names(),
            _("“%(given)s” is not the code of a country or territory."),
        ),
        "city": see.text(given.get("city"), "city", limit=120),
        "parent": parent,
        "also_named": list(dict.fromkeys(filter(None, aliases))),
        "icom_institutional_member": see.text(
            given.get("icom_institutional_member"), "icom_institutional_member", limit=10
        ),
        "website": website,
        "note": see.text(given.get("note"), "note", lines=True),
    }
    canonical = {"id": own, "type": kind, "name": name, **{key: value for key, value in optional.items() if value}}
    return canonical, see.errors


def checked_person(
    document: Mapping[str, Any], before: Document | None, *, organisations: Collection[str]
) -> tuple[Document, dict[str, list[str]]]:
    """(the document in canonical form, errors by path).

    An approval is of the text: where the biography changes and the day of approval does not, the approval goes.
    """
    see = Checked()
    given = see.mapping(document, "", _PERSON_KEYS)
    as_of = see.date(given.get("as_of"), "as_of")
    biography = see.texts(given.get("bio"), "bio", limit=BIOGRAPHY_LIMIT, lines=True)
    approved_on = checked_day(see, given.get("approved_on"), "approved_on")
    if before and before.get("bio") != biography and before.get("approved_on") == approved_on:
        approved_on = ""
    remarks = see.items(given.get("data_quality"), "data_quality")
    optional: Document = {
        "as_of": str(as_of) if as_of else "",
        "approved_on": approved_on,
        "work_country": see.known(
            given.get("work_country"),
            "work_country",
            country_names(),
            _("“%(given)s” is not the code of a country or territory."),
        ),
        "data_quality": [see.text(text, f"data_quality[{n}]", lines=True) for n, text in enumerate(remarks)],
    }
    affiliations = see.items(given.get("affiliations"), "affiliations")
    canonical = {
        "id": see.text(given.get("id"), "id", limit=120),
        "name": _name(see, given.get("name")),
        "position": see.texts(given.get("position"), "position", limit=300),
        "affiliations": [
            _checked_affiliation(see, item, f"affiliations[{n}]", organisations) for n, item in enumerate(affiliations)
        ],
        "bio": biography,
        **{key: value for key, value in optional.items() if value},
    }
    return canonical, see.errors


def _affiliation(position: Position) -> Document:
    found: Document = {"organisation": position.organisation_name, "current_on_page": position.current}
    optional = {"title": position.title, "from": position.start, "to": position.end}
    found |= {key: value for key, value in optional.items() if value}
    held = position.organisation
    if held is not None and fold(position.organisation_name) not in names_of(held):
        found["record"] = held.slug
    return found


def _checked_affiliation(see: Checked, item: Any, path: str, organisations: Collection[str]) -> Document:
    given = see.mapping(item, path, ("organisation", "current_on_page", "title", "from", "to", "record"))
    start, end = (see.date(given.get(key), f"{path}.{key}") for key in ("from", "to"))
    if start and end and end.latest_end and start.earliest_start and end.latest_end < start.earliest_start:
        see.wrong(
            f"{path}.to",
            _("The end is before the start: %(start)s comes after %(end)s.") % {"start": start, "end": end},
        )
    optional = {
        "title": see.text(given.get("title"), f"{path}.title", limit=300),
        "from": str(start) if start else "",
        "to": str(end) if end else "",
        "record": see.known(
            given.get("record"), f"{path}.record", organisations, _("There is no organisation “%(given)s”.")
        ),
    }
    return {
        "organisation": see.text(given.get("organisation"), f"{path}.organisation", limit=300, required=True),
        "current_on_page": bool(given.get("current_on_page")),
        **{key: value for key, value in optional.items() if value},
    }


def _name(see: Checked, value: Any) -> Document:
    given = see.mapping(value, "name", ("given", "family", "display", "sort", "other"))
    name: Document = {key: see.text(given.get(key), f"name.{key}", limit=150) for key in ("given", "family")}
    shown = see.text(given.get("display"), "name.display", limit=300)
    name["display"] = shown or display_name(name["given"], name["family"])
    if not name["display"]:
        see.wrong("name.display", _("Write the name as it should be shown."))
    sort = see.text(given.get("sort"), "name.sort", limit=300)
    if sort and sort != sort_name(name["given"], name["family"], name["display"]):
        name["sort"] = sort
    others = [
        see.text(text, f"name.other[{n}]", limit=300)
        for n, text in enumerate(see.items(given.get("other"), "name.other"))
    ]
    if any(others):
        name["other"] = list(dict.fromkeys(filter(None, others)))
    return name


def checked_origins(see: Checked, value: Any, path: str, texts: Mapping[str, str]) -> dict[str, str]:
    """Where the text of each language comes from; said only of languages that have a text."""
    found = {}
    for language, origin in see.mapping(value, path).items():
        if language not in taken_languages():
            see.unknown(
                language,
                f"{path}.{language}",
                settings.CONTENT_LANGUAGES,
                _("“%(given)s” is not a language of the content."),
            )
        kept = see.known(origin, f"{path}.{language}", ORIGINS, _("“%(given)s” is not an origin of a text."))
        if kept and language in texts:
            found[language] = kept
    return found


def checked_day(see: Checked, value: Any, path: str) -> str:
    text = see.text(value, path)
    if not text:
        return ""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        see.wrong(path, _("“%(given)s” is not a day: write for example 2026-03-02.") % {"given": text})
        return ""
