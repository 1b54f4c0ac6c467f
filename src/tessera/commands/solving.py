"""What the commands that choose and plan have in common: from files to files, one search, one answer.

They need no settings and no database, and work from any folder.
"""

from __future__ import annotations

import argparse
import math
import os
import signal
import sys
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tessera.commands.arguments import print_json
from tessera.commands.failure import CommandFailed
from tessera.commands.tables.faults import Faults, FilesRefused, nearest
from tessera.commands.tables.kinds import plain_decimal
from tessera.commands.tables.writing import Result, check_output, json_bytes, write_results

if TYPE_CHECKING:
    from tessera.solvers.proof import Proof
    from tessera.solvers.watch import Progress, Watch

CANCELLED = 130
LONGEST = 7 * 24 * 3600  # seconds


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command found: sentences for a person, tables for a file; ``ok`` False where there is no result.

    The first table is the one that is printed where no file is asked for. ``extra`` goes into JSON only.
    """

    ok: bool
    sentences: tuple[str, ...]
    tables: tuple[Result, ...] = ()
    extra: dict[str, Any] = field(default_factory=dict)

    def as_json(self, command: str) -> dict[str, Any]:
        tables = {
            table.name.replace(" ", "_"): [
                {name: _number(value) for name, value in zip(table.heading, row, strict=True)} for row in table.rows
            ]
            for table in self.tables
        }
        return {"command": command, "ok": self.ok, "sentences": list(self.sentences), **tables, **self.extra}


def add_common(parser: Any, *, seed: str = "", limit: float = 60, output: bool = True) -> None:
    """The options that all these commands have; ``seed`` says what it decides (empty: there is none)."""
    if output:
        parser.add_argument(
            "-o", "--output", type=Path, metavar="FILE", help="write the result to FILE (.xlsx, .csv or .json)"
        )
    parser.add_argument("--json", action="store_true", help="report as JSON")
    parser.add_argument(
        "--ignore-column", action="append", default=[], metavar="NAME", help="leave a column of the tables out"
    )
    parser.add_argument(
        "--time-limit",
        type=seconds,
        default=limit,
        metavar="SECONDS",
        help="stop searching then (default: %(default)g)",
    )
    if seed:
        parser.add_argument("--seed", metavar="TEXT", help=seed)


def seconds(text: str) -> float:
    """A time above 0 and of at most a week."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 < value <= LONGEST:
        msg = f"“{text}” is not a number of seconds above 0"
        raise argparse.ArgumentTypeError(msg)
    return value


def whole(text: str) -> int:
    """A whole number of at least 0."""
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        msg = f"“{text}” is not a whole number of at least 0"
        raise argparse.ArgumentTypeError(msg)
    return int(text)


def require_known(
    asked: Sequence[str], known: Collection[str], faults: Faults, nobody: str, *, after: str = "--explain"
) -> None:
    """Report each id after an option that is not ``known``; ``nobody`` says who might have had it ("no file")."""
    for one in asked:
        if one not in known:
            close = nearest(one, sorted(known))
            end = f"; did you mean “{close}”?" if close is not None else "."
            faults.add(after, f"{nobody} has the id “{one}”{end}")


@contextmanager
def reading(arguments: argparse.Namespace, inputs: Sequence[Path]) -> Iterator[Faults]:
    """Collects what is wrong with the inputs; at the end every fault is told and the command ends with status 2."""
    output, record = (getattr(arguments, name, None) for name in ("output", "record"))
    if output is not None:
        check_output(output, inputs)
    if record is not None:
        check_output(record, inputs, suffixes=(".json",))
        if output is not None and output.resolve() == record.resolve():
            raise CommandFailed(f"“{output}” cannot hold both the result and the record: give each a name.", status=2)
    faults = Faults()
    try:
        yield faults
        faults.refuse()
    except FilesRefused as refused:
        found = list(dict.fromkeys(refused.faults))
        if arguments.json:
            rows = [
                {"file": one.file, "line": one.line, "column": one.column or None, "problem": one.problem}
                for one in found
            ]
            print_json({"ok": False, "faults": rows})
        else:
            for one in found:
                print(one, file=sys.stderr)
        many = f"{len(found)} faults" if len(found) > 1 else "1 fault"
        sentence = f"{many} in what was given; nothing was worked out and nothing written."
        raise CommandFailed(sentence, status=2) from None


def search[T](work: Callable[[Watch], T], time_limit: float) -> T:
    """Do ``work`` in a thread of its own, so that Ctrl-C ends it cleanly; shows progress on a terminal.

    Raises CommandFailed where it was cancelled (status 130), and where a solver's answer fails its own check.
    """
    from tessera.solvers.watch import Watch

    stop = threading.Event()
    found: list[T] = []
    failed: list[BaseException] = []
    terminal = _Terminal()
    watch = Watch(time_limit, terminal.show if terminal.wanted else None, stop.is_set)

    def body() -> None:
        try:
            found.append(work(watch))
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=body, name="search", daemon=True)
    with _cancelling(stop, terminal):
        thread.start()
        while thread.is_alive():
            thread.join(0.1)
    terminal.clear()
    if stop.is_set():
        raise CommandFailed("Cancelled; nothing was written.", status=CANCELLED)
    if failed and type(failed[0]) is ArithmeticError:
        raise CommandFailed(f"The answer does not pass its check and is not given out: {failed[0]}") from failed[0]
    if failed:
        raise failed[0]
    return found[0]


@contextmanager
def _cancelling(stop: threading.Event, terminal: _Terminal) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def ask(number: int, frame: Any) -> None:
        if stop.is_set():
            os._exit(CANCELLED)  # asked twice: nothing is half-written at this point either
        stop.set()
        terminal.say("Cancelling ...")

    before = {kind: signal.signal(kind, ask) for kind in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for kind, handler in before.items():
            signal.signal(kind, handler)


class _Terminal:
    """One line about where the search stands, on the error stream and only where a person looks at it."""

    def __init__(self) -> None:
        self.wanted = sys.stderr.isatty()
        self._last = -1.0

    def show(self, progress: Progress) -> None:
        if progress.seconds - self._last < 0.1:
            return
        self._last = progress.seconds
        parts = [f"{progress.seconds:.0f} s", progress.step.replace("_", " ")]
        if progress.done is not None:
            parts.append(f"{progress.done} of {progress.of}" if progress.of is not None else str(progress.done))
        parts += _standing(progress)
        self.say(", ".join(parts))

    def say(self, text: str) -> None:
        if self.wanted:
            sys.stderr.write(f"\r{text[:100]}\x1b[K")
            sys.stderr.flush()

    def clear(self) -> None:
        self.say("")


# Steps whose values are told in thousandths of a point, or in cents.
_IN_PARTS = {"sift": 1000, "ties": 1000, "total": 1000, "weakest pair": 1000, "weakest application": 1000, "cost": 100}


def _standing(progress: Progress) -> list[str]:
    """The best so far, how far it may lie from the best there is, and how sure that is."""
    parts = _IN_PARTS.get(progress.step, 1)
    value, bound = (None if one is None else one / parts for one in (progress.value, progress.bound))
    if value is None:
        return [] if bound is None else [f"bound {bound:.10g}"]
    if bound is None:
        return [f"found {value:.10g}"]
    gap = abs(bound - value)
    return [f"found {value:.10g}, bound {bound:.10g}, gap {gap:.4g}" if gap else f"found {value:.10g}, proven best"]


def give(arguments: argparse.Namespace, command: str, answer: Answer, *, beside: dict[Path, Any] | None = None) -> int:
    """Write and print an answer; returns the exit status. ``beside`` are further JSON files to write with it, as values
    or, where their very letters count, as text.

    Where there is no result no file is written.
    """
    output = getattr(arguments, "output", None)
    written: tuple[Path, ...] = ()
    told = answer.as_json(command)
    if answer.ok:
        files = {path: _bytes(value) for path, value in (beside or {}).items()}
        written = write_results(output, answer.tables, told, files)
    if arguments.json:
        print_json(told)
        return 0 if answer.ok else 1
    for sentence in answer.sentences:
        print(sentence)
    if answer.ok and output is None and answer.tables:
        print()
        print_table(answer.tables[0])
    if written:
        print(f"Written: {', '.join(map(str, written))}.")
    elif output is not None and not answer.ok:
        print(f"Nothing was written to {output}.")
    return 0 if answer.ok else 1


def _bytes(value: Any) -> bytes:
    return f"{value}\n".encode() if isinstance(value, str) else json_bytes(value)


def print_table(table: Result) -> None:
    """A table in columns, on standard output."""
    rows = [table.heading, *[tuple(_shown(value) for value in row) for row in table.rows]]
    widths = [max(len(row[column]) for row in rows) for column in range(len(table.heading))]
    for row in rows:
        cells = [
            cell.rjust(width) if _is_number(cell) else cell.ljust(width)
            for cell, width in zip(row, widths, strict=True)
        ]
        print("  ".join(cells).rstrip())


def proof_table(proof: Proof, *, digits: int = 3, name: str = "proof") -> Result:
    """What a solver proved, line by line; values in the unit people write (``digits`` decimals)."""

    def scaled(value: float | None) -> Any:
        if value is None:
            return None
        return Decimal(plain_decimal(value, digits)) if isinstance(value, int) else Decimal(f"{value:.9f}").normalize()

    rows = (
        ("status", str(proof.status)),
        ("value", scaled(proof.value)),
        ("bound", scaled(proof.bound)),
        ("gap", scaled(proof.gap)),
        ("solver", proof.solver),
        ("version", proof.version),
        ("seconds", Decimal(f"{proof.seconds:.2f}")),
        ("input SHA-256", proof.input_sha256),
    )
    return Result(name, ("what", "value"), rows)


def _is_number(cell: str) -> bool:
    return cell.replace(".", "", 1).lstrip("-").isdigit()


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (tuple, list)):
        return "; ".join(map(str, value))
    return str(value)


def _number(value: Any) -> Any:
    """Decimals as numbers of JSON where that is exact enough to come back the same."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return list(value) if isinstance(value, tuple) else value
