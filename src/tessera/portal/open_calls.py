"""Public calls as plain data for machines, as `open_data` does it for trainings, people and organisations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tessera.portal.addresses import page_addresses
from tessera.portal.call_page import TOLD
from tessera.portal.open_data import Data, Shaper
from tessera.publications.models import PublicRecord


def call(write: Shaper, record: PublicRecord, facts: Mapping[str, Any]) -> Data:
    """A call as a list shows it; of its ``facts`` the strands and the languages of answers are read.

    Its state is the one last recorded, because answers are kept: a reader who needs the minute compares the instants.
    """
    card = record.card
    training = write.names.get(("training", card["training"]))
    return {
        "id": record.slug,
        "url": page_addresses(write.root, "call", record.slug),
        "title": write.text(card["title"]),
        "summary": write.text(card["summary"]),
        "status": card["status"],
        "training": {"id": card["training"], "name": write.text(training["title"])} if training else None,
        "opens_at": card["opens_at"],
        "closes_at": card["closes_at"],
        "deadline": _deadline(card["deadline"]),
        "main_language": write.spoken(card["main_language"]),
        "answer_languages": [write.spoken(code) for code in facts["answer_languages"]],
        "strands": [_strand(write, strand) for strand in facts["strands"]],
        "changed_at": record.changed_at.isoformat(),
    }


def call_whole(write: Shaper, record: PublicRecord) -> Data:
    """A call with its texts, packages and days."""
    facts = record.facts
    return {
        **call(write, record, facts),
        **{name: write.text(facts[name]) for name in ("audience", "offer", "process")},
        "questions": {
            language: f"{address}questions/"
            for language, address in page_addresses(write.root, "call", record.slug).items()
        },
        "channel": facts["channel"],
        "contact": facts["contact"] or None,
        "timeline": {key: facts["timeline"][key] for key in TOLD if facts["timeline"].get(key)},
        "limits": facts["limits"],
        "fee": facts["fee"] or None,
        "packages": [_package(write, package) for package in facts["packages"]],
        "date_changes": [{"kind": change["kind"], "on": change["on"]} for change in facts["date_changes"]],
    }


def trainings_of(records: Iterable[PublicRecord]) -> dict[str, set[str]]:
    """The trainings that calls are for, as `publications.queries.cards` takes it."""
    return {"training": {record.card["training"] for record in records}}


def _strand(write: Shaper, strand: Mapping[str, Any]) -> Data:
    places = strand["places"]
    return {
        "key": strand["key"],
        "name": write.text(strand["name"]),
        "audience": write.text(strand["audience"]),
        "places": {"min": places.get("min"), "max": places.get("max")} if places else None,
        "packages": strand["packages"],
        "opens_at": strand["opens_at"],
        "deadline": _deadline(strand["deadline"]),
    }


def _deadline(deadline: Mapping[str, Any] | None) -> Data | None:
    if deadline is None:
        return None
    return {
        "day": deadline["day"],
        "time": deadline["time"],
        "time_zone": deadline["zone"],
        "closes_at": deadline["closes_at"],
    }


def _package(write: Shaper, package: Mapping[str, Any]) -> Data:
    rows = package.get("components", [])
    return {
        "key": package["key"],
        "name": write.text(package["name"]),
        "covered": [row["kind"] for row in rows if row["covered"]],
        "not_covered": [row["kind"] for row in rows if not row["covered"]],
        "ceiling": package.get("ceiling"),
        "fee": package.get("fee"),
    }
