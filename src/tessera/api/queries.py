"""Lists of public people, organisations and calls, narrowed and in parts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import F, QuerySet
from django.db.models.fields.json import KT

from tessera.publications.models import PublicRecord
from tessera.publications.search import search


def named_records(
    kind: str, *, text: str, facets: Mapping[str, Iterable[str]], offset: int, limit: int
) -> tuple[list[PublicRecord], int]:
    """(a part of the real records of ``kind`` by sort name, how many there are in all).

    ``text`` searches names by the beginnings of words and forgives typing errors; of one facet any value will do.
    Two queries, one to three more with a text. The records come without their facts.
    """
    found = _narrowed(kind, text, facets)
    part = found.defer("facts", "names_folded", "text_folded", "related_folded").order_by("sort_name", "pk")
    return list(part[offset : offset + limit]), found.count()


def call_records(
    *, text: str, facets: Mapping[str, Iterable[str]], offset: int, limit: int
) -> tuple[list[tuple[PublicRecord, dict[str, Any]]], int]:
    """(a part of the real calls, each with its strands and languages of answers, the latest deadline first; how many).

    As `named_records`; of the facts, which hold every question, these two are read.
    """
    found = _narrowed("call", text, facets)
    part = (
        found.defer("facts", "names_folded", "text_folded", "related_folded")
        .annotate(strands=KT("facts__strands"), answer_languages=KT("facts__answer_languages"))
        .order_by(F("sort_on").desc(nulls_last=True), "-pk")
    )
    records: list[Any] = list(part[offset : offset + limit])
    read = [(row, {"strands": _json(row.strands), "answer_languages": _json(row.answer_languages)}) for row in records]
    return read, found.count()


def _json(value: Any) -> Any:
    """A part of a document, which one database gives as text and the other as it is."""
    return json.loads(value) if isinstance(value, str) else value


def _narrowed(kind: str, text: str, facets: Mapping[str, Iterable[str]]) -> QuerySet[PublicRecord]:
    found = PublicRecord.objects.filter(kind=kind, rehearsal=False)
    if text:
        found = found.filter(pk__in=search(text, (kind,)).ids)
    for facet, values in facets.items():
        if chosen := list(values):
            holders = PublicRecord.objects.filter(kind=kind, facets__facet=facet, facets__value__in=chosen)
            found = found.filter(pk__in=holders.values("pk"))
    return found
