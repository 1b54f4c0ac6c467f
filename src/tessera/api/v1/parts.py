"""Long lists in parts."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from tessera.api.v1.parameters import FURTHEST, Paging
from tessera.portal.addresses import root_of
from tessera.portal.open_data import Data


def part(request: HttpRequest, wanted: Paging, results: list[Data], count: int) -> dict[str, Any]:
    """``results`` with the addresses of the parts before and after, every other parameter kept."""

    def at(offset: int) -> str:
        query = request.GET.copy()
        query["limit"], query["offset"] = str(wanted.limit), str(offset)
        return f"{root_of(request)}{request.path}?{query.urlencode()}"

    after, before = wanted.offset + wanted.limit, max(0, wanted.offset - wanted.limit)
    return {
        "count": count,
        "next": at(after) if after < count and after <= FURTHEST else None,
        "previous": at(before) if wanted.offset else None,
        "results": results,
    }
