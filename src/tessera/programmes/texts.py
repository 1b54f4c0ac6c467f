"""Which fields of these documents hold texts by language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tessera.activity.documents import texts_at

TRAINING_TEXTS = (
    "title",
    "subtitle",
    "summary",
    "need",
    "objectives",
    "outcomes",
    "approach",
    "format.reason",
    "sessions[].title",
)
SERIES_TEXTS = ("name",)
TOPIC_TEXTS = ("name", "description")
PROGRAMME_TEXTS = ("name", "goals[].statement", "cadence", "language_rule", "about")


def training_texts(document: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Every text of a training by its path; the title is there even when it is empty."""
    return {"title": {}} | texts_at(document, TRAINING_TEXTS)
