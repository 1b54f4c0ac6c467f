"""The trainings' facets in memory: one bit a training, so that counting under filters is arithmetic.

Each process keeps its own shelf. It holds ids and facet values of public records, and the cards of those whose names
filters have shown; it is checked against the content version and the newest stamps in one query before every use. That
query brings what changed since, not the rest; the cards are let go of together.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import connection

from tessera.publications.models import PublicFacet, PublicRecord

# Id, stamp, sort_on, sort_name, rehearsal.
type _Row = tuple[int, int, date | None, str, bool]
_DAY_ZERO = date.min
CARDS = 4000


class Shelf:
    """All public trainings at one content version. Bits are places on the shelf."""

    def __init__(self, key: tuple[int, int]) -> None:
        self.key = key
        self.rows: dict[int, _Row] = {}
        self.place: dict[int, int] = {}
        self.facets: dict[str, dict[str, int]] = {}
        self.held: dict[int, list[tuple[str, str]]] = {}
        self.real = 0
        self.all = 0
        self.orders: dict[str, list[int]] = {}
        self.cards_key: tuple[int, ...] = ()
        self.cards: dict[tuple[str, str], dict[str, Any]] = {}

    def keep(self, cards: Mapping[tuple[str, str], dict[str, Any]]) -> None:
        """Keep the cards of records, by kind and slug, for the next pages; never more than ``CARDS``."""
        if len(self.cards) + len(cards) > CARDS:
            self.cards = {}
        if len(cards) <= CARDS:
            self.cards.update(cards)

    def bits(self, ids: Iterable[int]) -> int:
        """The bits of ``ids``; ids that are not on the shelf are left out."""
        packed = bytearray(len(self.place) // 8 + 1)
        for record_id in ids:
            place = self.place.get(record_id)
            if place is not None:
                packed[place >> 3] |= 1 << (place & 7)
        return int.from_bytes(packed, "little")

    def ordered(self, chosen: int, sort: str) -> list[int]:
        """The ids of the chosen bits, in order: ``newest`` or ``oldest`` first day, or by ``title``."""
        packed = chosen.to_bytes(len(self.place) // 8 + 1, "little")
        place = self.place
        return [i for i in self._order(sort) if packed[place[i] >> 3] >> (place[i] & 7) & 1]

    def _order(self, sort: str) -> list[int]:
        if sort not in self.orders:
            rows = self.rows.values()
            if sort == "title":
                chosen = sorted(rows, key=lambda row: (row[3], row[0]))
            elif sort == "oldest":
                chosen = sorted(rows, key=lambda row: (row[2] or date.max, row[0]))
            else:
                chosen = sorted(rows, key=lambda row: (row[2] or _DAY_ZERO, row[0]), reverse=True)
            self.orders[sort] = [row[0] for row in chosen]
        return self.orders[sort]


_shelf: Shelf | None = None
_lock = threading.Lock()


def shelf() -> Shelf:
    """The trainings as they are now, in one query; a process's first call asks one more."""
    return shelf_beside(())[0]


def shelf_beside(asked: Iterable[tuple[str, str]]) -> tuple[Shelf, set[tuple[str, str]]]:
    """(the shelf, those records of ``asked``, by kind and slug, that are public), in as many queries as `shelf`."""
    global _shelf  # noqa: PLW0603 - one value for the process, replaced whole
    known = _shelf
    key, others, found, rows, facets = _look(list(dict.fromkeys(asked)), known.key if known else None)
    kept = known
    if kept is None or kept.key != key:  # where it is the same, the look brought no trainings
        with _lock:
            kept = _shelf
            if kept is None or kept.key != key:
                kept = _shelf = _made(key, rows, facets, known)
    cards_key = (key[0], *others)
    if kept.cards_key != cards_key:
        kept.cards, kept.cards_key = {}, cards_key
    return kept, found


_VERSION = "COALESCE((SELECT number FROM core_contentversion WHERE id = 1), 0)"
_NEWEST = "COALESCE((SELECT MAX(stamp) FROM publications_publicrecord WHERE kind = '{}'), 0)"
_NEWEST_TRAINING = _NEWEST.format("training")
_OTHER_KINDS = ", ".join(_NEWEST.format(kind) for kind in ("person", "organisation", "topic"))
_NEVER = 2**63 - 1
# A day as YYYY-MM-DD, whatever the server's style of dates; SQLite keeps it so.
_DAYS = {"postgresql": "to_char(sort_on, 'YYYY-MM-DD')"}
# The key; where it is another than the known one every training; the facets of those that are newer than the known one.
_LOOK = f"""
    SELECT 'key', {_VERSION}, {_NEWEST_TRAINING}, {_OTHER_KINDS}, '', ''
    UNION ALL
    SELECT 'training', id, stamp, CAST(rehearsal AS integer), 0, 0, sort_name, @day
    FROM publications_publicrecord
    WHERE kind = 'training' AND stamp > CASE WHEN {_VERSION} = %s AND {_NEWEST_TRAINING} = %s THEN {_NEVER} ELSE -1 END
    UNION ALL
    SELECT 'facet', r.id, 0, 0, 0, 0, f.facet, f.value
    FROM publications_publicrecord r JOIN publications_publicfacet f ON f.record_id = r.id
    WHERE r.kind = 'training' AND r.stamp > %s"""  # noqa: S608 - of the constants above
_ASKED = """
    UNION ALL
    SELECT 'asked', 0, 0, 0, 0, 0, kind, slug FROM publications_publicrecord WHERE """


def _look(
    asked: list[tuple[str, str]], known: tuple[int, int] | None
) -> tuple[tuple[int, int], list[int], set[tuple[str, str]], dict[int, _Row], dict[int, list[tuple[str, str]]]]:
    """(key, newest stamps of other kinds, those of ``asked`` that are public, trainings, facets) in one query.

    The trainings are none where the key is the ``known`` one; the facets are those of trainings with a later stamp, none
    where nothing is known.
    """
    sql = _LOOK.replace("@day", _DAYS.get(connection.vendor, "sort_on"))
    if asked:
        sql += _ASKED + " OR ".join(["(kind = %s AND slug = %s)"] * len(asked))
    params: list[Any] = [*known, known[1]] if known else [-1, -1, _NEVER]
    with connection.cursor() as cursor:
        cursor.execute(sql, params + [part for pair in asked for part in pair])
        told = cursor.fetchall()
    key, others, found = (0, 0), [0], set()
    rows: dict[int, _Row] = {}
    facets: dict[int, list[tuple[str, str]]] = {}
    for what, number, stamp, third, fourth, fifth, text, other in told:
        if what == "training":
            rows[number] = (number, stamp, date.fromisoformat(other) if other else None, text, bool(third))
        elif what == "facet":
            facets.setdefault(number, []).append((text, other))
        elif what == "asked":
            found.add((text, other))
        else:
            key, others = (number, stamp), [third, fourth, fifth]
    return key, others, found, {number: rows[number] for number in sorted(rows)}, facets


def forget_shelf() -> None:
    """Make the next `shelf` read everything again."""
    global _shelf  # noqa: PLW0603
    _shelf = None


def _made(
    key: tuple[int, int], rows: dict[int, _Row], facets: Mapping[int, list[tuple[str, str]]], known: Shelf | None
) -> Shelf:
    """The shelf of ``rows``; ``facets`` are those of rows that are newer than any of ``known``.

    Facets of others that changed all the same (their transaction began earlier and ended later) are read.
    """
    fresh = Shelf(key)
    fresh.rows = rows
    fresh.place = {record_id: n for n, record_id in enumerate(fresh.rows)}
    old: Mapping[int, _Row] = known.rows if known else {}
    changed = [record_id for record_id, row in fresh.rows.items() if old.get(record_id, (0, 0))[1] != row[1]]
    since = known.key[1] if known else _NEVER
    unread = [record_id for record_id in changed if rows[record_id][1] <= since]
    read = {**facets, **(_values(unread if known else None) if unread else {})}
    if known and fresh.place == known.place and len(changed) * 4 < len(fresh.rows):
        _patch(fresh, known, changed, read)
    else:
        _fill(fresh, known, changed, read)
    fresh.all = (1 << len(fresh.place)) - 1
    fresh.real = fresh.bits(record_id for record_id, row in fresh.rows.items() if not row[4])
    return fresh


def _values(ids: list[int] | None) -> dict[int, list[tuple[str, str]]]:
    found: dict[int, list[tuple[str, str]]] = {}
    if ids is not None and len(ids) <= 500:
        wanted = PublicFacet.objects.filter(record_id__in=ids)
    else:
        wanted = PublicFacet.objects.filter(record__kind=PublicRecord.Kind.TRAINING)
    for record_id, facet, value in wanted.values_list("record_id", "facet", "value").iterator(chunk_size=5000):
        found.setdefault(record_id, []).append((facet, value))
    return found


def _patch(fresh: Shelf, known: Shelf, changed: list[int], read: Mapping[int, list[tuple[str, str]]]) -> None:
    """The same trainings with some changed: move only their bits."""
    fresh.facets = {facet: dict(values) for facet, values in known.facets.items()}
    fresh.held = dict(known.held)
    for record_id in changed:
        bit = 1 << fresh.place[record_id]
        for facet, value in known.held.get(record_id, ()):
            left = fresh.facets[facet][value] & ~bit
            if left:
                fresh.facets[facet][value] = left
            else:
                del fresh.facets[facet][value]
        fresh.held[record_id] = read.get(record_id, [])
        for facet, value in fresh.held[record_id]:
            values = fresh.facets.setdefault(facet, {})
            values[value] = values.get(value, 0) | bit


def _fill(fresh: Shelf, known: Shelf | None, changed: list[int], read: Mapping[int, list[tuple[str, str]]]) -> None:
    held: Mapping[int, list[tuple[str, str]]] = known.held if known else {}
    fresh.held = {record_id: held.get(record_id, []) for record_id in fresh.rows}
    for record_id in changed:
        fresh.held[record_id] = read.get(record_id, [])
    ids: dict[str, dict[str, list[int]]] = {}
    for record_id, pairs in fresh.held.items():
        for facet, value in pairs:
            ids.setdefault(facet, {}).setdefault(value, []).append(record_id)
    fresh.facets = {
        facet: {value: fresh.bits(holders) for value, holders in values.items()} for facet, values in ids.items()
    }
