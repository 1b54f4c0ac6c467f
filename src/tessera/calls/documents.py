"""Calls as documents: the shape that the desk's form, history, clone and public page share."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from tessera.calls.models import Call, Strand
from tessera.calls.moments import AOE, LAST_MINUTE, MILESTONES, Deadline

type Document = dict[str, Any]

CALL_TEXTS = (
    "title", "summary", "audience", "offer", "process", "strands[].name", "strands[].audience", "packages[].name",
)  # fmt: skip
TEXTS = ("title", "summary", "audience", "offer", "process")
# The days of the timeline beside the deadline, which has a place of its own.
STEPS = tuple(key for key in MILESTONES if key != "deadline")
LIMITS = ("considered_per_country", "accepted_per_country", "accepted_per_institution", "host_min", "host_max")


def new_call_document(training: str = "", *, main_language: str = "en") -> Document:
    """What the desk's form for a new call begins with: one strand, and a deadline anywhere on Earth."""
    return {
        "id": "",
        "training": training,
        "main_language": main_language,
        "answer_languages": [main_language],
        "title": {},
        "summary": {},
        "audience": {},
        "offer": {},
        "process": {},
        "deadline": {"time": f"{LAST_MINUTE:%H:%M}", "zone": AOE},
        "channel": "individual",
        "strands": [{"key": "all"}],
    }


def call_document(call: Call) -> Document:
    """The call as JSON. What is not said is left out."""
    zone = call.deadline_zone or AOE
    optional: Document = {
        "contact": call.contact,
        "opens": _local(call.opens_at, zone),
        "timeline": {key: call.timeline[key] for key in STEPS if call.timeline.get(key)},
        "sister_group": call.sister_group,
        "limits": {key: call.limits[key] for key in LIMITS if call.limits.get(key) is not None},
        "fee": {"minor": call.fee, "currency": call.currency} if call.fee is not None else {},
        "packages": list(call.packages),
    }
    return {
        "id": call.code,
        "training": call.training.slug,
        "main_language": call.main_language,
        "answer_languages": list(call.answer_languages),
        **{name: dict(getattr(call, name)) for name in TEXTS},
        "deadline": _deadline(call) | {"zone": zone},
        "channel": call.channel,
        "strands": [_strand(strand, zone) for strand in strands_of(call)],
        **{key: value for key, value in optional.items() if value not in (None, "", [], {})},
    }


def strands_of(call: Call) -> list[Strand]:
    """Its strands in their order, from what is loaded."""
    return sorted(call.strands.all(), key=lambda strand: (strand.order, strand.pk))


def deadline_of(row: Call | Strand) -> Deadline | None:
    """The deadline of a call, or a strand's own; None where no day is set."""
    if row.deadline_on is None or row.closes_at is None or row.deadline_time is None:
        return None
    early = Deadline(row.deadline_on, row.deadline_time, row.deadline_zone)
    return early if early.closes_at == row.closes_at else Deadline(*_parts(row), fold=1)


def _parts(row: Call | Strand) -> tuple[Any, Any, str]:
    return row.deadline_on, row.deadline_time, row.deadline_zone


def _strand(strand: Strand, zone: str) -> Document:
    own = strand.deadline_zone
    places = {"min": strand.places_min, "max": strand.places_max}
    optional: Document = {
        "name": dict(strand.name),
        "audience": dict(strand.audience),
        "places": {key: number for key, number in places.items() if number is not None},
        "packages": list(strand.packages),
        "opens": _local(strand.opens_at, own or zone),
        "deadline": _deadline(strand) | ({"zone": own} if own else {}),
    }
    return {"key": strand.key} | {key: value for key, value in optional.items() if value not in (None, "", [], {})}


def _deadline(row: Call | Strand) -> Document:
    found: Document = {}
    if row.deadline_on is not None:
        found["day"] = row.deadline_on.isoformat()
    if row.deadline_time is not None:
        found["time"] = f"{row.deadline_time:%H:%M}"
    return found


def _local(moment: datetime | None, zone: str) -> Document | None:
    """A moment on the clock of ``zone``, to the minute."""
    if moment is None:
        return None
    local = moment.astimezone(ZoneInfo(zone))
    return {"day": local.date().isoformat(), "time": f"{local:%H:%M}"}


def deadline_in(document: Mapping[str, Any], strand: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
    """The deadline that holds in a document: the strand's own where it has a day, else the call's."""
    own = (strand or {}).get("deadline", {})
    return own if own.get("day") else document.get("deadline", {})
