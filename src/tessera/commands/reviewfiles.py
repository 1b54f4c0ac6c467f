"""Files to be read, reviewers, affinities and conflicts, from tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tessera.commands.tables import kinds
from tessera.commands.tables.faults import Faults, nearest
from tessera.commands.tables.kinds import NotSo, shown
from tessera.commands.tables.reading import Column, Row, Table, folded, read_table

if TYPE_CHECKING:
    from tessera.solvers.assignment.model import Affinity, Application, Loads, Pair, Problem, Reviewer, Rules

AFFINITY_MOST = 10_000_000  # milli, as the solver has it
LOAD_MOST = 100_000
POINT = 1000
_NEVER = {"-", "–", "x", "conflict", "conflict of interest", "never"}


@dataclass(frozen=True, slots=True)
class Terms:
    """What the command line says for everybody: ``reviews`` each, ``loads`` least and most."""

    reviews: int
    loads: tuple[int, int] | None
    rules: Rules


@dataclass(frozen=True, slots=True)
class AssignmentTask:
    """The problem, an earlier assignment where there is one, and names by id."""

    problem: Problem
    current: tuple[Pair, ...] | None
    names: dict[str, str]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Paths:
    """Where the tables lie; only the first two must be there."""

    files: Path
    reviewers: Path
    affinity: Path | None = None
    conflicts: Path | None = None
    current: Path | None = None

    @property
    def all(self) -> list[Path]:
        return [path for path in (self.files, self.reviewers, self.affinity, self.conflicts, self.current) if path]


def read_assignment(paths: Paths, terms: Terms, faults: Faults, *, ignore: Sequence[str] = ()) -> AssignmentTask | None:
    """Read every table; None where they cannot be used, and then ``faults`` says why."""
    reader = _Reader(faults, ignore)
    files, topics = reader.files(paths.files, terms.reviews)
    reviewers, knows = reader.reviewers(paths.reviewers, terms.loads)
    conflicts = reader.pairs(paths.conflicts) if paths.conflicts else ()
    current = reader.pairs(paths.current, gone=True) if paths.current else None
    affinity: Affinity | dict[Pair, int] | None = reader.affinity(paths.affinity) if paths.affinity else None
    if faults.found:
        return None
    notes: list[str] = []
    if affinity is None:
        affinity = _by_topics(files, reviewers, topics, knows)
        notes.append("Affinity is 1, and 1 more for each topic that file and reviewer share.")
    languages = {language for reviewer in reviewers for language in reviewer.languages}
    for language in sorted({file.language for file in files if file.language} - languages):
        notes.append(f"No reviewer reads “{language}”.")
    problem = _problem(files, reviewers, affinity, (*conflicts, *reader.conflicts), terms, paths.files.name, faults)
    return None if problem is None else AssignmentTask(problem, current, reader.names, tuple(notes))


class _Reader:
    def __init__(self, faults: Faults, ignore: Sequence[str]) -> None:
        self._faults = faults
        self._ignore = ignore
        self._files: set[str] = set()
        self._reviewers: set[str] = set()
        self.names: dict[str, str] = {}
        self.conflicts: list[Pair] = []

    def _table(self, path: Path, columns: Sequence[Column], **options: Any) -> Table | None:
        return read_table(path, columns, self._faults, ignore=self._ignore, **options)

    def files(self, path: Path, reviews: int) -> tuple[tuple[Application, ...], dict[str, set[str]]]:
        from tessera.solvers.assignment.model import Application

        columns = (
            Column("id", kinds.identifier, needed=True, filled=True, unique=True),
            Column("title", kinds.text),
            Column("language", kinds.language, default=""),
            Column("institution", kinds.text, default=""),
            Column("topics", kinds.names, default=()),
            Column("reviews", kinds.whole(1, 100), default=reviews),
        )
        rows = self._rows(path, columns)
        self._files = {row["id"] for row in rows}
        self.names |= {row["id"]: row["title"] for row in rows if row["title"]}
        topics = {row["id"]: {topic.casefold() for topic in row["topics"]} for row in rows}
        files = [Application(row["id"], row["reviews"], row["language"], row["institution"]) for row in rows]
        return tuple(files), topics

    def reviewers(self, path: Path, loads: tuple[int, int] | None) -> tuple[tuple[Reviewer, ...], dict[str, set[str]]]:
        from tessera.solvers.assignment.model import Loads, Reviewer

        columns = (
            Column("id", kinds.identifier, needed=True, filled=True, unique=True),
            Column("name", kinds.text),
            Column("languages", kinds.languages, default=()),
            Column("institution", kinds.text, default=""),
            Column("country", kinds.text, default=""),
            Column("topics", kinds.names, default=()),
            Column("at_least", kinds.whole(0, LOAD_MOST)),
            Column("at_most", kinds.whole(0, LOAD_MOST)),
            Column("conflicts", kinds.names, default=()),
        )
        rows = self._rows(path, columns)
        self._reviewers = {row["id"] for row in rows}
        self.names |= {row["id"]: row["name"] for row in rows if row["name"]}
        found = []
        for row in rows:
            least = row["at_least"] if row["at_least"] is not None else loads[0] if loads else 0
            most = row["at_most"] if row["at_most"] is not None else loads[1] if loads else None
            if most is None:
                said = "is not said: give “at_most” here, or --load LEAST-MOST for everybody."
                self._faults.add(path.name, said, line=row.line, column="at_most")
                continue
            if least > most:
                self._faults.add(path.name, f"at least {least} is more than at most {most}.", line=row.line)
                continue
            for file in row["conflicts"]:
                self._there(path.name, row.line, "conflicts", file, self._files, "file")
                self.conflicts.append((file, row["id"]))
            languages = frozenset(row["languages"])
            found.append(Reviewer(row["id"], languages, Loads(least, most), row["institution"], row["country"]))
        return tuple(found), {row["id"]: {topic.casefold() for topic in row["topics"]} for row in rows}

    def pairs(self, path: Path, *, gone: bool = False) -> tuple[Pair, ...]:
        """A table of pairs; ``gone``: they may name what is no longer there."""
        columns = (
            Column("file", kinds.identifier, needed=True, filled=True),
            Column("reviewer", kinds.identifier, needed=True, filled=True),
        )
        table = self._table(path, columns, others=kinds.text)
        found = []
        for row in table.rows if table is not None else ():
            if not gone:
                self._pair(path.name, row)
            found.append((row["file"], row["reviewer"]))
        return tuple(found)

    def affinity(self, path: Path) -> dict[Pair, int]:
        """Affinities: a pair a row, or a file a row and a reviewer a column. A dash is a conflict, an empty cell none."""
        first = (Column("file", kinds.identifier, needed=True, filled=True),)
        looked = read_table(path, first, Faults(), others=kinds.text)  # only for its headings
        if looked is not None and "reviewer" in map(folded, looked.others):
            return self._long(path)
        table = self._table(path, first, others=_affinity)
        if table is None:
            return {}
        found: dict[Pair, int] = {}
        for heading in table.others:
            self._there(path.name, None, heading, heading, self._reviewers, "reviewer")
        seen: dict[str, int] = {}
        for row in table:
            self._there(path.name, row.line, "file", row["file"], self._files, "file")
            if seen.setdefault(row["file"], row.line) != row.line:
                said = f"{shown(row['file'])} stands already in line {seen[row['file']]}."
                self._faults.add(path.name, said, line=row.line, column="file")
            for reviewer in table.others:
                self._take((row["file"], reviewer), row[reviewer], found)
        return found

    def _long(self, path: Path) -> dict[Pair, int]:
        columns = (
            Column("file", kinds.identifier, needed=True, filled=True),
            Column("reviewer", kinds.identifier, needed=True, filled=True),
            Column("affinity", _affinity, needed=True),
        )
        table = self._table(path, columns)
        found: dict[Pair, int] = {}
        seen: dict[Pair, int] = {}
        for row in table.rows if table is not None else ():
            self._pair(path.name, row)
            pair = (row["file"], row["reviewer"])
            if seen.setdefault(pair, row.line) != row.line:
                self._faults.add(path.name, f"this pair stands already in line {seen[pair]}.", line=row.line)
            self._take(pair, row["affinity"], found)
        return found

    def _take(self, pair: Pair, value: int | str | None, found: dict[Pair, int]) -> None:
        if isinstance(value, int):
            found[pair] = value
        elif value is not None:
            self.conflicts.append(pair)

    def _rows(self, path: Path, columns: Sequence[Column]) -> tuple[Row, ...]:
        table = self._table(path, columns)
        rows = table.rows if table is not None else ()
        if table is not None and not rows:
            self._faults.add(path.name, "has no rows.")
        return tuple(row for row in rows if row["id"] is not None)

    def _pair(self, file: str, row: Row) -> None:
        self._there(file, row.line, "file", row["file"], self._files, "file")
        self._there(file, row.line, "reviewer", row["reviewer"], self._reviewers, "reviewer")

    def _there(self, file: str, line: int | None, column: str, given: str | None, known: set[str], what: str) -> None:
        if given is not None and known and given not in known:
            close = nearest(given, sorted(known))
            near = f"did you mean “{close}”?" if close is not None else "it is not in the other table."
            self._faults.add(file, f"there is no {what} {shown(given)}; {near}", line=line, column=column)


def _by_topics(
    files: Sequence[Application],
    reviewers: Sequence[Reviewer],
    topics: dict[str, set[str]],
    knows: dict[str, set[str]],
) -> Affinity:
    """1, and 1 more for each topic in common, as an array: there may be a million pairs."""
    import numpy as np

    from tessera.solvers.assignment.model import Affinity

    words = {word: number for number, word in enumerate(sorted(set().union(*topics.values(), *knows.values())))}
    marks = [np.zeros((len(of), len(words) + 1), dtype=np.int64) for of in (files, reviewers)]
    ids = ([one.id for one in files], [one.id for one in reviewers])
    for names, mark, found in zip(ids, marks, (topics, knows), strict=True):
        for row, name in enumerate(names):
            mark[row, [words[word] for word in found[name]]] = 1
    return Affinity(POINT * (1 + marks[0] @ marks[1].T))


def _affinity(cell: str) -> int | str:
    if cell.casefold() in _NEVER:
        return "never"
    try:
        return int(kinds.milli(-AFFINITY_MOST, AFFINITY_MOST)(cell))
    except NotSo as problem:
        raise NotSo(f"{str(problem)[:-1]}; a conflict is written “-”.") from None


def _problem(
    files: Sequence[Application],
    reviewers: Sequence[Reviewer],
    affinity: Affinity | dict[Pair, int],
    conflicts: Sequence[Pair],
    terms: Terms,
    name: str,
    faults: Faults,
) -> Problem | None:
    from tessera.solvers.assignment.model import Loads, Problem

    loads: Loads | None = Loads(*terms.loads) if terms.loads else None
    if isinstance(affinity, dict) and not affinity:
        faults.add(name, "no pair of a file and a reviewer may be.")
        return None
    return Problem(tuple(files), tuple(reviewers), affinity, loads, frozenset(conflicts), terms.rules)
