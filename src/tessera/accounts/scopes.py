"""The scopes a role can be held in: the app that owns a kind of record says which keys exist, and their names."""

from __future__ import annotations

from collections.abc import Callable

from tessera.places.queries import reference

type Label = Callable[[str], str | None]

_labels: dict[str, Label] = {}


def declare(kind: str, label: Label) -> None:
    """Let ``label`` name the records of a scope kind ("training", "organisation"): key -> name, or None if unknown."""
    _labels[kind] = label


def label_of(kind: str, key: str) -> str | None:
    """The name of a scope for people; its key where nobody declared the kind; None where the key is unknown."""
    if kind not in _labels:
        return key or None
    return _labels[kind](key)


def _country(key: str) -> str | None:
    country = reference().countries.get(key)
    return str(country.name) if country else None


declare("country", _country)
