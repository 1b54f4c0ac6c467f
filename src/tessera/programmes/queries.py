"""Reads of trainings, topics and the programme."""

from __future__ import annotations

from django.db import models

from tessera.core.versions import version_text
from tessera.places.queries import HOME_SCHEME, Reference, SchemeInfo
from tessera.programmes.documents import PROGRAMME_SLUG, sources_named
from tessera.programmes.models import Programme, Source, Topic, Training


def trainings_whole() -> models.QuerySet[Training]:
    """Trainings with all that their documents hold, by address; seven queries for any number of rows."""
    return (
        Training.objects.select_related("series", "programme")
        .prefetch_related(
            "phases",
            "sessions__phase",
            "venues",
            "topic_links__topic",
            "credits__organisation",
            "engagements__person",
        )
        .order_by("pk")
    )


def programme() -> Programme | None:
    """The programme of this deployment, None before anything was loaded."""
    return Programme.objects.select_related("owner").filter(slug=PROGRAMME_SLUG).first()


def scheme_of(own: Programme | None, places: Reference) -> SchemeInfo:
    """The regions that a programme counts by: UNESCO's where there is no programme, or where its scheme is not in force."""
    held = places.schemes.get(own.scheme_code) if own else None
    return held or places.scheme(HOME_SCHEME)


SCHEME_TEXT = "programme.scheme"
# Read with the versions, see `core.versions.declare_text`.
SCHEME_STATEMENT = f"SELECT scheme_code FROM programmes_programme WHERE slug = '{PROGRAMME_SLUG}'"  # noqa: S608 - our own


def kept_scheme(places: Reference) -> SchemeInfo:
    """The regions that the programme of this deployment counts by, as `scheme_of`: it is read with the versions.

    One query; none where the request knows the content version.
    """
    return places.schemes.get(version_text(SCHEME_TEXT) or HOME_SCHEME) or places.scheme(HOME_SCHEME)


def trainings_naming(source: Source) -> list[Training]:
    """The trainings of which a fact names ``source``, by address; of a primary one every real training.

    Their own columns that name sources are loaded, and the title.
    """
    columns = ("title_source", "languages", "participants", "external")
    rows = Training.objects.only("slug", "title", "rehearsal", *columns).order_by("slug")
    return [
        row
        for row in rows
        if source.code in sources_named({name: getattr(row, name) for name in columns})
        or (source.kind == "primary" and not row.rehearsal)
    ]


def topic_choices(language: str | None = None) -> list[tuple[str, str]]:
    """(slug, name) of the topics in their order."""
    rows = Topic.objects.filter(rehearsal=False).order_by("order", "slug")
    return [(topic.slug, topic.name.best(language)[0] or topic.slug) for topic in rows]
