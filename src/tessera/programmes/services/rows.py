"""The rows of a training, made to say what its document says."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import models

from tessera.accounts.models import Person
from tessera.core import edtf
from tessera.organisations.models import Organisation
from tessera.programmes.documents import LONG_TEXTS
from tessera.programmes.models import Credit, Engagement, Phase, Series, Session, Topic, Training, TrainingTopic, Venue

type Document = dict[str, Any]


def write_fields(row: Training, document: Document) -> None:
    """Set the training's own columns as its document says."""
    row.title, row.title_origin = document["title"], document["title_status"]
    row.title_source, row.subtitle = document.get("title_source", {}), document.get("subtitle", {})
    row.summary, row.status, row.order = document["summary"], document["status"], document.get("order_on_page")
    for name in LONG_TEXTS:
        setattr(row, name, document.get(name, {}))
    dates = document["dates"] or {}
    row.dates, row.dates_basis = dates.get("edtf", ""), dates.get("basis", "")
    read = edtf.parse(row.dates) if row.dates else None
    row.starts_on, row.ends_on = (read.earliest_start, read.latest_end) if read else (None, None)
    row.tentative, row.former_dates = document.get("tentative", False), document.get("former_dates", [])
    row.format, row.format_basis = document["format"]["value"], document["format"].get("basis", "")
    row.format_reason = document["format"].get("reason", {})
    row.duration_days = document["duration_days"]["value"]
    row.duration_basis = document["duration_days"].get("basis", "")
    row.languages, row.interpretation = document["languages"], document.get("interpretation", [])
    row.methods, row.audience, row.participants = document["methods"], document["audience"], document["participants"]
    capacity = document.get("capacity", {})
    row.capacity_min, row.capacity_max = capacity.get("min"), capacity.get("max")
    row.commitments, row.study_visits = document["commitments"], document["study_visits"]
    row.media_credits = [item["credit"] for item in document.get("media_credits", [])]
    row.has_detail_page, row.issues, row.external = (
        document["has_detail_page"],
        document["issues"],
        document["external"],
    )
    series = document.get("series")
    row.series = Series.objects.get(slug=series) if series else None


def write_parts(row: Training, document: Document) -> None:
    """Make the rows below a training say what its document says; rows that stay keep their ids."""
    phases = _in_order(
        row.phases.order_by("order", "pk"),
        [
            {
                "mode": phase["mode"],
                "dates": phase.get("edtf", ""),
                "session_count": phase.get("sessions"),
                "time_zone": phase.get("time_zone", ""),
            }
            for phase in document["phases"]
        ],
        lambda: Phase(training=row),
    )
    _in_order(
        row.sessions.order_by("order", "pk"),
        [_session_fields(session, phases) for session in document["sessions"]],
        lambda: Session(training=row),
    )
    _in_order(
        row.venues.order_by("order", "pk"),
        [
            {
                "country_id": place["country"],
                "city": place["city"] or "",
                "basis": place.get("basis", ""),
                "remark": place.get("note", ""),
                "time_zone": place.get("time_zone", ""),
            }
            for place in document["places"]
        ],
        lambda: Venue(training=row),
    )
    topic_ids = dict(Topic.objects.filter(slug__in=document["topics"]).values_list("slug", "pk"))
    _by_key(TrainingTopic, row, [{"topic_id": topic_ids[slug]} for slug in document["topics"]], ("topic_id",))
    slugs = [credit["organisation"] for credit in document["organisations"]]
    organisation_ids = dict(Organisation.objects.filter(slug__in=slugs).values_list("slug", "pk"))
    _by_key(
        Credit,
        row,
        [
            {
                "organisation_id": organisation_ids[credit["organisation"]],
                "role": credit["role"],
                "basis": credit.get("basis", ""),
            }
            for credit in document["organisations"]
        ],
        ("organisation_id", "role"),
    )
    person_ids = dict(
        Person.objects.filter(slug__in=[held["person"] for held in document["people"]]).values_list("slug", "pk")
    )
    _by_key(
        Engagement,
        row,
        [
            {"person_id": person_ids[held["person"]], "role": held["role"], "basis": held.get("basis", "")}
            for held in document["people"]
        ],
        ("person_id", "role"),
    )


def _session_fields(session: Document, phases: list[Any]) -> Document:
    phase = phases[session["phase"]] if "phase" in session else None
    zone = phase.time_zone if phase else ""
    return {
        "phase": phase,
        "title": session["title"],
        "title_origin": session.get("title_status", {}),
        "kind": session["kind"],
        "starts_at": _moment(session.get("starts"), zone),
        "ends_at": _moment(session.get("ends"), zone),
        "room": session.get("room", ""),
        "trainers": session.get("trainers", []),
    }


def _moment(text: str | None, zone: str) -> datetime | None:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)) if text else None


def _in_order(present: models.QuerySet[Any], wanted: list[Document], make: Any) -> list[Any]:
    """Rows by their place: the nth wanted is the nth row; what is left over goes."""
    rows = list(present)
    kept = []
    for n, fields in enumerate(wanted):
        row = rows[n] if n < len(rows) else make()
        _set(row, fields | {"order": n})
        kept.append(row)
    for row in rows[len(wanted) :]:
        row.delete()
    return kept


def _by_key(model: Any, training: Training, wanted: list[Document], key: tuple[str, ...]) -> None:
    """Rows by their key, so that a change of order moves none."""
    rows = {tuple(getattr(row, name) for name in key): row for row in model.objects.filter(training=training)}
    for n, fields in enumerate(wanted):
        row = rows.pop(tuple(fields[name] for name in key), None) or model(training=training)
        _set(row, fields | {"order": n})
    for row in rows.values():
        row.delete()


def _set(row: Any, fields: Document) -> None:
    if row.pk is None or any(getattr(row, name) != value for name, value in fields.items()):
        for name, value in fields.items():
            setattr(row, name, value)
        row.save()
