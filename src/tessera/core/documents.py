"""Documents: a record as plain JSON, compared, merged and addressed by path.

A path names a place in a document: ``title.fr``, ``phases[0].edtf``. Lists are compared whole where their
lengths differ or their items are not mappings, so that a path always means the same thing on both sides.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

type Json = Any
MISSING = None


def changes(before: Json, after: Json, path: str = "") -> dict[str, list[Json]]:
    """{path: [before, after]} for every place that differs; None stands for absence on either side."""
    if before == after:
        return {}
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        found: dict[str, list[Json]] = {}
        for key in [*before, *(k for k in after if k not in before)]:
            here = f"{path}.{key}" if path else str(key)
            found |= changes(before.get(key), after.get(key), here)
        return found
    if _comparable(before, after):
        found = {}
        for n, (old, new) in enumerate(zip(before, after, strict=True)):
            found |= changes(old, new, f"{path}[{n}]")
        return found
    return {path: [before, after]}


def merge(base: Json, mine: Json, theirs: Json, path: str = "") -> tuple[Json, list[str]]:
    """Three-way merge: (merged, paths that both changed differently). At a conflict ``mine`` is taken."""
    if mine == theirs or theirs == base:
        return deepcopy(mine), []
    if mine == base:
        return deepcopy(theirs), []
    if isinstance(mine, Mapping) and isinstance(theirs, Mapping):
        old = base if isinstance(base, Mapping) else {}
        merged: dict[str, Json] = {}
        conflicts: list[str] = []
        for key in [*mine, *(k for k in theirs if k not in mine)]:
            here = f"{path}.{key}" if path else str(key)
            value, found = merge(old.get(key), mine.get(key), theirs.get(key), here)
            if value is not None or key in mine:
                merged[key] = value
            conflicts += found
        return merged, conflicts
    if _comparable(mine, theirs) and _comparable(base, mine):
        parts = [merge(b, m, t, f"{path}[{n}]") for n, (b, m, t) in enumerate(zip(base, mine, theirs, strict=True))]
        return [value for value, _ in parts], [p for _, found in parts for p in found]
    return deepcopy(mine), [path]


def leaves(document: Json, path: str = "") -> Iterator[tuple[str, Json]]:
    """Every (path, value) that is neither a mapping nor a list, in document order."""
    if isinstance(document, Mapping):
        for key, value in document.items():
            yield from leaves(value, f"{path}.{key}" if path else str(key))
    elif isinstance(document, list):
        for n, value in enumerate(document):
            yield from leaves(value, f"{path}[{n}]")
    else:
        yield path, document


def _comparable(one: Json, other: Json) -> bool:
    return (
        isinstance(one, list)
        and isinstance(other, list)
        and len(one) == len(other)
        and all(isinstance(x, Mapping) for x in (*one, *other))
    )
