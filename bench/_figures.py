"""The lines that every bench prints, and its exit status."""

from __future__ import annotations

import argparse
import json
import subprocess
from collections.abc import Iterable
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Figure:
    """One figure: what was measured, in which unit, and the most it may be (None: told, not judged)."""

    what: str
    measured: float
    unit: str = ""
    at_most: float | None = None

    @property
    def met(self) -> bool:
        return self.at_most is None or self.measured <= self.at_most


def arguments(description: str) -> argparse.ArgumentParser:
    """The arguments that every bench understands; one may add its own."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    return parser


def report(figures: Iterable[Figure], *, as_json: bool) -> int:
    """Print every figure; the exit status is 1 where one misses its goal."""
    figures = list(figures)
    if as_json:
        print(json.dumps([{**asdict(figure), "met": figure.met} for figure in figures], indent=1))
    else:
        width = max([len(figure.what) for figure in figures], default=0)
        for figure in figures:
            goal = "" if figure.at_most is None else f"goal <= {figure.at_most:g}"
            verdict = "" if figure.at_most is None else "met" if figure.met else "MISSED"
            print(f"{figure.what:<{width}}  {figure.measured:>9.2f} {figure.unit:<4} {goal:<13} {verdict}".rstrip())
    return 0 if all(figure.met for figure in figures) else 1


def read_figures(done: subprocess.CompletedProcess[bytes]) -> list[Figure]:
    """The figures that another bench printed with --json; a missing one is a figure that misses its goal."""
    try:
        told = json.loads(done.stdout)
    except ValueError:
        return [Figure(f"{' '.join(map(str, done.args))} gave no figures", 1, "", 0)]
    return [Figure(one["what"], one["measured"], one["unit"], one["at_most"]) for one in told]
