"""Rows are locked inside a transaction of the code's own, not only in the one that a test wraps around it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.models.sql.compiler import SQLCompiler


class LockedOutside(AssertionError):
    """PostgreSQL would refuse this query outside a test, and a lock that ends with its statement holds nothing."""


@contextmanager
def locks_in_transactions() -> Iterator[None]:
    """Raise `LockedOutside` where a ``select_for_update`` runs in no transaction but the test's."""
    plain = SQLCompiler.as_sql

    def as_sql(self: Any, *args: Any, **kwargs: Any) -> Any:
        if self.query.select_for_update and all(block._from_testcase for block in self.connection.atomic_blocks):
            raise LockedOutside(f"{self.query.model.__name__} is locked outside a transaction")
        return plain(self, *args, **kwargs)

    SQLCompiler.as_sql = as_sql
    try:
        yield
    finally:
        SQLCompiler.as_sql = plain
