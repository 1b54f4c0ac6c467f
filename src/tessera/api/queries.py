"""Lists of public people and organisations, narrowed and in parts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tessera.publications.models import PublicRecord
from tessera.publications.search import search


def named_records(
    kind: str, *, text: str, facets: Mapping[str, Iterable[str]], offset: int, limit: int
) -> tuple[list[PublicRecord], int]:
    """(a part of the real records of ``kind`` by sort name, how many there are in all).

    ``text`` searches names by the beginnings of words and forgives typing errors; of one facet any value will do.
    Two queries, one to three more with a text. The records come without their facts.
    """
    found = PublicRecord.objects.filter(kind=kind, rehearsal=False)
    if text:
        found = found.filter(pk__in=search(text, (kind,)).ids)
    for facet, values in facets.items():
        if chosen := list(values):
            holders = PublicRecord.objects.filter(kind=kind, facets__facet=facet, facets__value__in=chosen)
            found = found.filter(pk__in=holders.values("pk"))
    part = found.defer("facts", "names_folded", "text_folded", "related_folded").order_by("sort_name", "pk")
    return list(part[offset : offset + limit]), found.count()
