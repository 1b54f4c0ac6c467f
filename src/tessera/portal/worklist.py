"""What is missing or out of date over all records: texts in each language, and facts of trainings."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _

from tessera.activity.documents import stores
from tessera.activity.kinds import kinds
from tessera.core.models import TranslationState
from tessera.core.translated import best
from tessera.publications.stores import PublicStore
from tessera.web.sections import TextState, label_of

State = TranslationState.State
STATES = ("stale", "missing", "draft", "reviewed")
# The columns that hold texts, by kind: path in the document > column.
_COLUMNS: dict[str, dict[str, str]] = {
    "training": {
        "title": "title",
        "subtitle": "subtitle",
        "summary": "summary",
        "need": "need",
        "objectives": "objectives",
        "outcomes": "outcomes",
        "approach": "approach",
        "format.reason": "format_reason",
    },
    "person": {"position": "position", "bio": "biography"},
    "organisation": {"name": "name"},
    "topic": {"name": "name", "description": "description"},
    "series": {"name": "name"},
    "call": {
        "title": "title",
        "summary": "summary",
        "audience": "audience",
        "offer": "offer",
        "process": "process",
    },
    "categorytable": {"name": "name"},
    "programme": {"name": "name", "cadence": "cadence", "language_rule": "language_rule", "about": "about"},
}


@dataclass(frozen=True)
class Line:
    """One text in one language that somebody should look at."""

    kind: str
    key: str
    record: str
    record_language: str
    rehearsal: bool
    field: str
    label: str
    language: str
    state: TextState
    address: str


def kind_choices() -> list[tuple[str, Any]]:
    """The kinds of records that have texts."""
    return [(name, kinds[name].plural) for name in _COLUMNS if name in kinds]


def worklist(*, language: str = "", kind: str = "", state: str = "", rehearsal: bool = True) -> list[Line]:
    """The texts that are out of date, missing, in draft or reviewed, in this order, then by record.

    Missing is a text that another language has. One query, and one a kind, whatever the number of records; and those of its
    documents where texts lie in lists (two a table of categories): of every record where missing ones are asked for, else of
    those with a state of one.
    Of calls, those that readers are still to see or see open.
    """
    languages = [code for code in settings.CONTENT_LANGUAGES if not language or code == language]
    states = [state] if state in STATES else list(STATES[:3])
    names = [name for name in _COLUMNS if name in kinds and (not kind or name == kind)]
    found = TranslationState.objects.filter(object_type__in=names).exclude(state=State.CURRENT)
    known: dict[str, dict[tuple[str, str], dict[str, TranslationState]]] = {name: {} for name in names}
    for row in (found if "missing" in states else found.filter(state__in=states)).order_by("pk"):
        known[row.object_type].setdefault((row.object_key, row.field), {})[row.language] = row
    lines: list[Line] = []
    for name in names:
        if known[name] or "missing" in states:
            lines += _of_kind(name, languages, states, rehearsal, known[name])
    return sorted(lines, key=lambda line: (STATES.index(line.state.state), line.kind, line.record, line.field))


def stale_count() -> int:
    """How many texts are out of date: as many as the list has."""
    return len(worklist(state="stale"))


def _of_kind(
    name: str,
    languages: list[str],
    states: list[str],
    rehearsal: bool,
    known: Mapping[tuple[str, str], Mapping[str, TranslationState]],
) -> Iterable[Line]:
    kind = kinds[name]
    model = kind.rows_model
    rows = model._default_manager.order_by("pk")
    if "missing" not in states:
        rows = rows.filter(**{f"{kind.key}__in": {key for key, _field in known}})
    if name == "call":
        rows = rows.filter(status__in=("draft", "published", "open"))
    fields = {field.name for field in model._meta.get_fields()}
    if "merged_into" in fields:
        rows = rows.filter(merged_into=None)
    if "rehearsal" in fields and not rehearsal:
        rows = rows.filter(rehearsal=False)
    columns = _COLUMNS[name]
    shown = [column for column in ("rehearsal", "display") if column in fields]
    held = {row[kind.key]: row for row in rows.values(kind.key, *columns.values(), *shown)}
    within = _texts_within(
        kind, held.keys() if _has_lists(kind) and "missing" in states else
        {key for key, field in known if key in held and field not in columns},
    )  # fmt: skip
    for slug, record in held.items():
        label, said_in = best(record.get("title") or record.get("name"))
        label = record.get("display") or label or slug
        listed = ({field for key, field in known if key == slug} | within.get(slug, {}).keys()) - columns.keys()
        for field in [*columns, *sorted(listed)]:
            texts = record[columns[field]] if field in columns else within[slug].get(field, {})
            rows_here = known.get((slug, field), {})
            for language in languages:
                told = _state(texts, rows_here.get(language), language)
                if told is not None and told.state in states:
                    yield Line(
                        name, slug, str(label), said_in, bool(record.get("rehearsal")), field, label_of(kind.sections, field),
                        language, told, _address(kind, slug, field),
                    )  # fmt: skip


def _has_lists(kind: Any) -> bool:
    return any("[]" in field for field in stores[kind.name].text_fields)


def _texts_within(kind: Any, keys: Collection[str]) -> dict[str, dict[str, dict[str, str]]]:
    """{key: texts by their path} of the records whose texts lie in no column of their own."""
    store = stores[kind.name]
    if not keys:
        return {}
    rows = store.whole() if isinstance(store, PublicStore) else kind.rows_model._default_manager.order_by("pk")
    found = rows.filter(**{f"{kind.key}__in": keys})
    return {str(getattr(row, kind.key)): store.texts(store.read(row)) for row in found}


def _state(texts: Mapping[str, str], row: TranslationState | None, language: str) -> TextState | None:
    if row is not None:
        source = row.source_language or settings.MAIN_LANGUAGE
        return TextState(row.state, row.source_text, texts.get(source, ""), source)
    if not texts.get(language) and any(texts.values()):
        return TextState("missing")
    return None


def _address(kind: Any, slug: str, field: str) -> str:
    from tessera.web.sections import field_name

    for section in kind.sections:
        if section.item_at(field):
            return f"{kind.address('edit', slug, section.key)}#f-{field_name(field)}"
    return kind.address("", slug)


@dataclass(frozen=True)
class MissingFacts:
    """A training of the record and what is not known of it, in sentences; ``address`` leads to where the first is written."""

    slug: str
    title: Mapping[str, str]
    rehearsal: bool
    sentences: tuple[str, ...]
    address: str


def missing_facts(rows: models.QuerySet[Any]) -> list[MissingFacts]:
    """The trainings among ``rows`` with facts missing or contradicting; four queries. Cancelled ones are left alone."""
    found = []
    for training in rows.exclude(status="cancelled").prefetch_related("venues", "credits", "engagements"):
        if lacks := tuple(_lacks(training)):
            address = kinds["training"].address("edit", training.slug, lacks[0][0])
            sentences = tuple(sentence for _section, sentence in lacks)
            found.append(MissingFacts(training.slug, training.title, training.rehearsal, sentences, address))
    return found


def _lacks(training: Any) -> Iterable[tuple[str, str]]:
    """What is missing, each with the section of the desk where it is written."""
    held = training.status in ("delivered", "followed_up", "closed")
    counts = training.participants
    if counts.get("display_range"):
        least, most = counts["display_range"]
        yield (
            "numbers",
            _("Sources differ on the participants: %(least)s and %(most)s.") % {"least": least, "most": most},
        )
    elif held and counts.get("resolved") is None and counts.get("recorded") is None and not counts.get("reported"):
        yield "numbers", _("The number of participants is not recorded.")
    if not training.dates:
        yield "dates", _("There are no dates.")
    elif held and (training.starts_on is None or len(training.dates.split("/")[0]) < len("2019-10-07")):
        yield "dates", _("The dates are known by the month only.")
    if training.format != "online" and not any(venue.city for venue in training.venues.all()):
        yield "places", _("The city is not recorded.")
    if not training.languages:
        yield "places", _("The teaching language is not recorded.")
    if held and not any(held_by.role == "trainer" for held_by in training.engagements.all()):
        yield "people", _("No trainer is named.")
    if not any(credit.role == "organiser" for credit in training.credits.all()):
        yield "people", _("No organiser is named.")
