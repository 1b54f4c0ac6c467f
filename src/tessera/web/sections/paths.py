"""Places in a document: reading and writing at a path of keys (``dates.edtf``)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

type Json = Any
_STEP = re.compile(r"[^.\[\]]+")


def steps(path: str) -> list[str | int]:
    """``phases[0].edtf`` as ["phases", 0, "edtf"]."""
    return [int(step) if step.isdigit() else step for step in _STEP.findall(path)]


def value_at(document: Json, path: str) -> Json:
    """What stands at ``path``, or None where nothing does."""
    here = document
    for step in steps(path):
        if isinstance(here, Mapping):
            here = here.get(str(step)) if isinstance(step, int) else here.get(step)
        elif isinstance(here, list) and isinstance(step, int) and step < len(here):
            here = here[step]
        else:
            return None
    return here


def put(document: dict[str, Json], path: str, value: Json) -> None:
    """Write ``value`` at a ``path`` of keys, in place.

    Emptiness is written as the document had it: where an empty value (or nothing) stood and the new one is empty
    too, nothing changes; else an emptied list becomes [], an emptied mapping goes, anything else becomes None.
    """
    *parents, last = path.split(".")
    here = document
    trail: list[tuple[dict[str, Json], str]] = []
    for key in parents:
        below = here.get(key)
        if not isinstance(below, dict):
            if is_empty(value):
                return
            below = here[key] = {}
        trail.append((here, key))
        here = below
    before = here.get(last)
    if not is_empty(value):
        here[last] = value
    elif not is_empty(before):
        if isinstance(before, list):
            here[last] = []
        elif isinstance(before, dict) or before is True:
            del here[last]
        else:
            here[last] = None


def put_exactly(document: dict[str, Json], path: str, value: Json) -> None:
    """Write ``value`` at any ``path`` that the document has a place for; None takes the key away."""
    *parents, last = steps(path)
    here: Json = document
    for step in parents:
        if isinstance(here, dict):
            here = here.setdefault(step, {})
        else:
            here = here[step]
    if value is None and isinstance(here, dict):
        here.pop(last, None)
    else:
        here[last] = value


def is_empty(value: Json) -> bool:
    """Nothing was said: None, "", [], {}, False, or a mapping of only such."""
    if isinstance(value, Mapping):
        return all(is_empty(part) for part in value.values())
    return value is None or value is False or value == "" or value == []
