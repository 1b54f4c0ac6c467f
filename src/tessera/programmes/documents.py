"""Trainings, topics, sources and the programme as documents (the shapes of the archive)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from tessera.core import edtf
from tessera.programmes.models import Phase, Programme, Series, Session, Source, Topic, Training

type Document = dict[str, Any]

PROGRAMME_SLUG = "regional-trainings"
DEFAULT_FIRST_RECORD = date(2018, 9, 1)
DEFAULT_SCHEME = "unesco"
LONG_TEXTS = ("need", "objectives", "outcomes", "approach")


def new_training_document() -> Document:
    """What the desk's form for a new training begins with."""
    return {
        "id": "",
        "title": {},
        "title_status": {},
        "status": "proposed",
        "summary": {},
        "dates": None,
        "phases": [],
        "duration_days": {"value": None},
        "format": {"value": "in_person"},
        "languages": [],
        "places": [],
        "topics": [],
        "methods": [],
        "audience": {"scope": "regional", "countries": [], "unesco_regions": []},
        "participants": {"planned": None, "reported": [], "resolved": None, "countries_count": None},
        "organisations": [],
        "people": [],
        "sessions": [],
        "study_visits": [],
        "commitments": {},
        "has_detail_page": False,
        "issues": [],
        "external": [],
    }


def training_document(training: Training) -> Document:
    """The training as archive JSON, with our own keys where they have a value."""
    phases = sorted(training.phases.all(), key=lambda phase: (phase.order, phase.pk))
    optional: Document = {
        "order_on_page": training.order,
        "subtitle": dict(training.subtitle),
        "title_source": dict(training.title_source),
        **{name: dict(getattr(training, name)) for name in LONG_TEXTS},
        "interpretation": list(training.interpretation),
        "capacity": _present({"min": training.capacity_min, "max": training.capacity_max}),
        "tentative": training.tentative,
        "series": training.series.slug if training.series else "",
        "former_dates": list(training.former_dates),
        "media_credits": [{"credit": credit} for credit in training.media_credits],
    }
    return {
        "id": training.slug,
        "title": dict(training.title),
        "title_status": dict(training.title_origin),
        "status": training.status,
        "summary": dict(training.summary),
        "dates": dates_document(training.dates, training.dates_basis),
        "phases": [_phase(phase) for phase in phases],
        "duration_days": _with_basis({"value": training.duration_days}, training.duration_basis),
        "format": _with_basis({"value": training.format}, training.format_basis)
        | _present({"reason": dict(training.format_reason)}),
        "languages": list(training.languages),
        "places": [
            _with_basis({"country": venue.country_id, "city": venue.city or None}, venue.basis)
            | _present({"note": venue.remark, "time_zone": venue.time_zone})
            for venue in sorted(training.venues.all(), key=_by_order)
        ],
        "topics": [link.topic.slug for link in sorted(training.topic_links.all(), key=_by_order)],
        "methods": list(training.methods),
        "audience": dict(training.audience),
        "participants": dict(training.participants),
        "organisations": [
            _with_basis({"organisation": credit.organisation.slug, "role": credit.role}, credit.basis)
            for credit in sorted(training.credits.all(), key=_by_order)
        ],
        "people": [
            _with_basis({"person": held.person.slug, "role": held.role}, held.basis)
            for held in sorted(training.engagements.all(), key=_by_order)
        ],
        "sessions": [_session(session, phases) for session in sorted(training.sessions.all(), key=_by_order)],
        "study_visits": list(training.study_visits),
        "commitments": dict(training.commitments),
        "has_detail_page": training.has_detail_page,
        "issues": list(training.issues),
        "external": list(training.external),
        **_present(optional),
    }


def dates_document(text: str, basis: str = "") -> Document | None:
    """A date with what follows from it; None where there is none."""
    if not text:
        return None
    read = edtf.parse(text)
    start, end = (str(read.start), str(read.end)) if read.is_interval else (text, text)
    return _with_basis({"edtf": text, "start": start, "end": end, "precision": read.precision}, basis)


def topic_document(topic: Topic) -> Document:
    """The topic as JSON."""
    optional = {"description": dict(topic.description), "order": topic.order}
    return {"id": topic.slug, "name": dict(topic.name), **_present(optional)}


def series_document(series: Series) -> Document:
    """The series as JSON."""
    return {"id": series.slug, "name": dict(series.name)}


def source_document(source: Source) -> Document:
    """The source as archive JSON."""
    optional = {
        "publisher": source.publisher,
        "url": source.url,
        "language": source.language,
        "state": source.state,
        "note": source.note,
    }
    return {"id": source.code, "kind": source.kind, "title": source.title, **_present(optional)}


def sources_named(document: Mapping[str, Any]) -> set[str]:
    """The codes of the sources that facts of a training's document name."""
    items = [*document["external"], *document["languages"], *document["participants"].get("reported", [])]
    return {item["source"] for item in items if item.get("source")} | set(document.get("title_source", {}).values())


def programme_document(programme: Programme) -> Document:
    """The programme as archive JSON; ``coverage`` holds the settings of the clock that differ from the usual."""
    coverage = {}
    if programme.first_record_on != DEFAULT_FIRST_RECORD:
        coverage["first_record"] = programme.first_record_on.isoformat()
    if programme.scheme_code != DEFAULT_SCHEME:
        coverage["scheme"] = programme.scheme_code
    if programme.goal_months != goal_months(programme.goals):
        coverage["months"] = programme.goal_months  # type: ignore[assignment]
    return {
        "name": dict(programme.name),
        "owner": programme.owner.slug if programme.owner else None,
        "goals": list(programme.goals),
        "cadence": dict(programme.cadence),
        "official_languages": list(programme.official_languages),
        "language_rule": dict(programme.language_rule),
        **_present({"about": dict(programme.about), "coverage": coverage}),
    }


def goal_months(goals: Sequence[Mapping[str, Any]]) -> int:
    """The limit that the goals name for reaching every region; 24 where none does."""
    found = [(goal.get("rule") or {}).get("every_region_reached_within_months") for goal in goals]
    return next((months for months in found if months), 24)


def local_time(moment: Any, zone: str) -> str:
    """A moment as the clocks of ``zone`` show it, to the minute."""
    return moment.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M")


def _phase(phase: Phase) -> Document:
    found: Document = {"mode": phase.mode}
    if phase.dates:
        found |= {"edtf": phase.dates, "precision": edtf.parse(phase.dates).precision}
    return found | _present({"sessions": phase.session_count, "time_zone": phase.time_zone})


def _session(session: Session, phases: list[Phase]) -> Document:
    zone = session.phase.time_zone if session.phase else ""
    optional: Document = {
        "title_status": dict(session.title_origin),
        "starts": local_time(session.starts_at, zone) if session.starts_at else "",
        "ends": local_time(session.ends_at, zone) if session.ends_at else "",
        "room": session.room,
        "trainers": list(session.trainers),
    }
    found = {"title": dict(session.title), "kind": session.kind, **_present(optional)}
    if session.phase_id is not None:
        found["phase"] = [phase.pk for phase in phases].index(session.phase_id)
    return found


def _by_order(row: Any) -> tuple[int, int]:
    return row.order, row.pk


def _with_basis(found: Document, basis: str) -> Document:
    return found | {"basis": basis} if basis else found


def _present(found: Mapping[str, Any]) -> Document:
    return {key: value for key, value in found.items() if value not in (None, "", [], {}, False)}
