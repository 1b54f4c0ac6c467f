"""Saving calls: their document, and the rows that say what it says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Unpack

from django.conf import settings
from django.db import models

from tessera.activity import documents
from tessera.activity.documents import Document, Errors, Saved, Saving
from tessera.calls.checking import World, checked_call, kept_once_public, moments_in
from tessera.calls.documents import CALL_TEXTS, TEXTS, call_document
from tessera.calls.models import Call, Status, Strand
from tessera.calls.publishing import call_publication
from tessera.calls.queries import calls_whole
from tessera.core.codes import free_slug
from tessera.core.translated import best
from tessera.grants.queries import categories
from tessera.places.queries import reference
from tessera.programmes.models import Status as TrainingStatus
from tessera.programmes.models import Training
from tessera.publications.services import Publication
from tessera.publications.stores import PublicStore
from tessera.web.sections.translations import language_words


class CallStore(PublicStore[Call]):
    name = "call"
    text_fields = CALL_TEXTS
    key = "code"

    def whole(self) -> models.QuerySet[Call]:
        return calls_whole()

    def publication(self, obj: Call) -> Publication:
        return call_publication(obj)

    def read(self, obj: Call) -> Document:
        return call_document(obj)

    def check(self, document: Mapping[str, Any], before: Document | None, **context: Any) -> tuple[Document, Errors]:
        """``any_dates``: the caller moves dates that readers know of, and tells them."""
        training = Training.objects.filter(slug=str(document.get("training") or "")).first()
        languages = {code: str(spoken.name) for code, spoken in reference().languages.items()}
        tables = {code: {row.code for row in rows} for code, rows in categories().items()}
        known = World(training.slug if training else "", training.starts_on if training else None, languages, tables)
        canonical, errors = checked_call(document, known)
        if errors or before is None or context.get("any_dates"):
            return canonical, errors
        status = Call.objects.filter(code=before["id"]).values_list("status", flat=True)[0]
        return canonical, kept_once_public(before, canonical, status)

    def new_key(self, document: Document) -> str:
        return free_call_code(best(document["title"])[0])

    def write(self, obj: Call | None, document: Document, *, at: datetime, **creation: Any) -> Call:
        row = obj or Call(code=document["id"])
        for field, value in creation.items():
            setattr(row, field, value)
        _write_fields(row, document)
        row.changed_at = at
        row.save()
        _write_strands(row, document)
        return row

    def restorable(self, document: Document, obj: Call) -> Document:
        """The old texts and facts; what readers were told of dates stays as it is now, and so do public strands."""
        if obj.status == Status.DRAFT:
            return document
        now = self.read(obj)
        kept = {name: now[name] for name in ("training", "channel", "deadline")}
        kept |= {name: now[name] for name in ("opens", "sister_group", "fee") if name in now}
        old = {strand["key"]: strand for strand in document["strands"]}
        dates = ("opens", "deadline")
        strands = []
        for strand in now["strands"]:
            fresh = {name: value for name, value in old.get(strand["key"], strand).items() if name not in dates}
            strands.append(fresh | {name: strand[name] for name in dates if name in strand})
        packages = [package["key"] for package in document.get("packages", [])]
        more = [package for package in now.get("packages", []) if package["key"] not in packages]
        gone = {name for name in ("opens", "sister_group", "fee") if name not in now}
        rest = {name: value for name, value in document.items() if name not in gone}
        return rest | kept | {"strands": strands, "packages": [*document.get("packages", []), *more]}


calls = CallStore()
documents.register(calls)


def save_call(document: Mapping[str, Any], **how: Unpack[Saving]) -> Saved[Call]:
    """Write a call; see ``activity.documents.save``. Its status changes by the services of its steps only.

    Of a public call, dates, strands that are there, channel, fee and training stay: InvalidDocument says at which path.
    """
    return documents.save(calls, document, **how)


def found_call(call: Call) -> Call:
    """The row, locked, with all that belongs to it; RecordGone where it was deleted."""
    row = calls.find(call.code)
    if row is None:
        raise documents.RecordGone
    return row


def follow_training(training: Training, at: datetime) -> None:
    """Tell readers what a step of ``training`` means for its calls: of a cancelled one, that nobody applies any more."""
    if training.status == TrainingStatus.CANCELLED:
        for call in calls_whole().filter(training=training).exclude(status=Status.DRAFT):
            calls.refresh(call, at=at)


def rebuild_calls(at: datetime) -> int:
    """Write the public record of every public call anew; returns how many."""
    return calls.rebuild(at)


def free_call_code(text: str) -> str:
    return free_slug(text, lambda code: Call.objects.filter(code=code).exists(), fallback="call")[:80]


def words_of(languages: list[str]) -> str:
    """Languages of the content by name."""
    names = dict(settings.LANGUAGES)
    return ", ".join(str(names.get(code) or language_words(code)) for code in languages)


def _write_fields(row: Call, document: Document) -> None:
    training = Training.objects.get(slug=document["training"])
    row.training, row.rehearsal = training, training.rehearsal
    row.main_language, row.answer_languages = document["main_language"], document["answer_languages"]
    for name in TEXTS:
        setattr(row, name, document[name])
    row.contact, row.channel = document.get("contact", ""), document["channel"]
    row.sister_group, row.limits = document.get("sister_group", ""), document.get("limits", {})
    row.timeline, row.packages = document.get("timeline", {}), document.get("packages", [])
    fee = document.get("fee", {})
    row.fee, row.currency = fee.get("minor"), fee.get("currency", "")
    _write_dates(row, document, None)
    windows = [moments_in(document, strand) for strand in document["strands"]]
    openings = [opens_at for opens_at, _deadline in windows]
    closings = [deadline.closes_at for _opens, deadline in windows if deadline]
    row.first_opens_at = min(openings) if openings and all(openings) else None
    row.last_closes_at = max(closings) if len(closings) == len(windows) else None


def _write_strands(row: Call, document: Document) -> None:
    keys = [strand["key"] for strand in document["strands"]]
    row.strands.exclude(key__in=keys).delete()
    known = {strand.key: strand for strand in row.strands.all()}
    for order, part in enumerate(document["strands"]):
        strand = known.get(part["key"]) or Strand(call=row, key=part["key"])
        strand.order = order
        strand.name, strand.audience = part.get("name", {}), part.get("audience", {})
        places = part.get("places", {})
        strand.places_min, strand.places_max = places.get("min"), places.get("max")
        strand.packages = part.get("packages", [])
        _write_dates(strand, document, part)
        strand.save()


def _write_dates(row: Call | Strand, document: Document, part: Document | None) -> None:
    """The opening and the deadline of a call, or those that a strand has for itself."""
    own = document if part is None else part
    told = own.get("deadline", {})
    opens_at, deadline = moments_in(document, part)
    has_day = bool(told.get("day"))
    row.opens_at = opens_at if own.get("opens") else None
    row.deadline_on = deadline.day if deadline and has_day else None
    row.closes_at = deadline.closes_at if deadline and has_day else None
    row.deadline_time = datetime.strptime(told["time"], "%H:%M").time() if told.get("time") else None  # noqa: DTZ007
    row.deadline_zone = told.get("zone", "")
