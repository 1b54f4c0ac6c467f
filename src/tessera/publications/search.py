"""Finding public records by what people type: without accents, by the beginnings of words, with typing errors."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from tessera.core.folding import words

KINDS = ("training", "call", "person", "organisation", "topic")
# Words shorter than this are taken as typed; up to the second length one error is forgiven, beyond it two.
_SHORTEST, _LONGER = 4, 8
_CANDIDATES, _MEANT = 40, 6
_MAX_WORDS, _MAX_LENGTH = 12, 200  # PostgreSQL refuses words above 2 kB


@dataclass(frozen=True)
class Found:
    """Ids of the records that hold every word; ``strong`` those that hold them all in their own names.

    ``corrected``: what was typed > the words that were looked for instead, where nothing had the typed one.
    """

    ids: frozenset[int] = frozenset()
    strong: frozenset[int] = frozenset()
    corrected: dict[str, list[str]] = field(default_factory=dict)


def search(text: str, kinds: Iterable[str] = KINDS, rehearsal: bool = False) -> Found:
    """Records of ``kinds`` in which every word of ``text`` begins some word, in any language; ``text`` has words.

    One query; where that finds nothing, two more that forgive typing errors in names. The ids of a text without a
    letter or digit are none.
    """
    typed = list(dict.fromkeys(word[:_MAX_LENGTH] for word in words(text)))[:_MAX_WORDS]
    if not typed:
        return Found()
    shelves = [shelf for kind in kinds for shelf in ((kind, f"rehearsal{kind}") if rehearsal else (kind,))]
    ids, strong = _matches([[word] for word in typed], shelves)
    if ids:
        return Found(ids, strong)
    meant, corrected = _meant(typed)
    if meant == [[word] for word in typed]:
        return Found()
    ids, strong = _matches(meant, shelves)
    return Found(ids, strong, corrected if ids else {})


def distance(one: str, other: str, limit: int) -> int:
    """Edits (a letter more, less, other, or two swapped) that make ``one`` ``other``; ``limit + 1`` if more."""
    if abs(len(one) - len(other)) > limit:
        return limit + 1
    return min(_edits(one, other, limit)[-1], limit + 1)


def nearness(typed: str, word: str, limit: int) -> int:
    """``distance`` of ``typed`` to ``word`` or to a beginning of it, whichever is less."""
    shortest, longest = max(1, len(typed) - limit), min(len(word), len(typed) + limit)
    if shortest > longest:
        return limit + 1
    return min(*_edits(typed, word[:longest], limit)[shortest:], limit + 1)


def _edits(one: str, other: str, limit: int) -> list[int]:
    """The edits that make ``one`` each beginning of ``other``, the empty one first; all beyond ``limit`` if all are."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        last, before, row = before, row, [i]
        for j, sign in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != sign))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == sign:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return [limit + 1] * (len(other) + 1)
    return row


def forgiven(word: str) -> int:
    """How many typing errors are forgiven in a word."""
    return 0 if len(word) < _SHORTEST else 1 if len(word) < _LONGER else 2


def _matches(groups: Sequence[Sequence[str]], shelves: Sequence[str]) -> tuple[frozenset[int], frozenset[int]]:
    """Records that hold, for each group, a word that begins with its first or is one of the others.

    (all, those where names hold them)
    """
    if connection.vendor == "postgresql":
        parts = [" | ".join([f"'{begun}':*", *(f"'{word}'" for word in meant)]) for begun, *meant in groups]
        wanted = " & ".join(f"({part})" for part in parts)
        return _found("SELECT id, named FROM publications_matches(%s::tsquery, %s)", [wanted, list(shelves)])
    parts = [" OR ".join([f'"{begun}"*', *(f'"{word}"' for word in meant)]) for begun, *meant in groups]
    wanted = " AND ".join(f"({part})" for part in parts)
    on = "shelf : (" + " OR ".join(f'"{shelf}"' for shelf in shelves) + ")"
    sql = """SELECT rowid, 1 FROM publications_fulltext WHERE publications_fulltext MATCH %s
             UNION ALL SELECT rowid, 0 FROM publications_fulltext WHERE publications_fulltext MATCH %s"""
    anywhere = "{names_folded text_folded related_folded}"
    return _found(sql, [f"{on} AND names_folded : ({wanted})", f"{on} AND {anywhere} : ({wanted})"])


def _found(sql: str, params: list[Any]) -> tuple[frozenset[int], frozenset[int]]:
    """(all, those with 1) of the rows (id, 0 or 1) of a statement."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows = cursor.fetchall()
    return frozenset(row[0] for row in rows), frozenset(row[0] for row in rows if row[1])


def _meant(typed: Sequence[str]) -> tuple[list[list[str]], dict[str, list[str]]]:
    """For each word itself and the whole words of names it may stand for; what was corrected."""
    long = [word for word in typed if forgiven(word)]
    near = _candidates(long) if long else {}
    groups, corrected = [], {}
    for word in typed:
        limit = forgiven(word)
        ranked = sorted(
            (nearness(word, candidate, limit), -records, candidate) for candidate, records in near.get(word, {}).items()
        )
        chosen = [candidate for errors, _records, candidate in ranked if errors <= limit][:_MEANT]
        groups.append([word, *(candidate for candidate in chosen if candidate != word)])
        if chosen and not any(candidate.startswith(word) for candidate in chosen):
            corrected[word] = chosen
    return groups, corrected


def _candidates(typed: Sequence[str]) -> dict[str, dict[str, int]]:
    """{typed word: {word of a name: in how many records}} of words that share enough letters with it; one query."""
    parts: list[str] = []
    params: list[int | str] = []
    for n, word in enumerate(typed):
        if connection.vendor == "postgresql":
            parts.append(
                """(SELECT %s, word, records FROM publications_publicword
                    WHERE word %% %s OR (word LIKE %s AND length(word) BETWEEN %s AND %s)
                    ORDER BY similarity(word, %s) DESC, word LIMIT %s)"""
            )
            params += [n, word, f"{word[:2]}%", len(word) - 1, len(word) + 1, word, _CANDIDATES]
        else:
            padded = f"  {word} "
            trigrams = {padded[i : i + 3] for i in range(len(padded) - 2)}
            parts.append(
                """SELECT * FROM (SELECT %s, w.word, w.records FROM publications_wordparts f
                    JOIN publications_publicword w ON w.id = f.rowid
                    WHERE publications_wordparts MATCH %s ORDER BY f.rank, w.word LIMIT %s)"""
            )
            params += [n, " OR ".join(f'"{trigram}"' for trigram in sorted(trigrams)), _CANDIDATES]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), params)
        rows = cursor.fetchall()
    found: dict[str, dict[str, int]] = {word: {} for word in typed}
    for n, word, records in rows:
        found[typed[n]][word] = records
    return found
