"""Reading one row."""

from __future__ import annotations

from django.db.models import Model, QuerySet


def unique[M: Model](rows: QuerySet[M]) -> M | None:
    """The row of a filter that at most one row can meet; None where there is none.

    Unlike ``first`` it orders nothing, and unlike ``get`` it does not count.
    """
    return next(iter(rows), None)
