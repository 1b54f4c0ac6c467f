"""What the solvers found, in plain sentences for the people who decide. The command line speaks English."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tessera.commands.tables.kinds import plain_decimal


def points(milli: int) -> str:
    """Milli-points as points: “1 point”, “2.5 points”."""
    written = plain_decimal(milli, 3)
    return f"{written} point" if written in ("1", "-1") else f"{written} points"


def money(cents: int) -> str:
    """Cents as an amount without a currency, thousands apart."""
    sign, units, rest = "-" if cents < 0 else "", *divmod(abs(cents), 100)
    return f"{sign}{units:,}" + (f".{rest:02d}" if rest else "")


def counted(number: int, one: str, many: str = "") -> str:
    """“1 person”, “3 people”."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def listed(names: Iterable[str], last: str = "and") -> str:
    """“a, b and c”."""
    names = list(names)
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {last} {names[-1]}"


def shortened(names: Sequence[str], most: int = 12) -> str:
    """`listed`, cut where it is long."""
    if len(names) <= most:
        return listed(names)
    return f"{', '.join(names[:most])} and {len(names) - most} more"


def capital(sentence: str) -> str:
    """With a capital at the beginning; nothing else changes."""
    return sentence[:1].upper() + sentence[1:]


def proven(status: str, gap: float | None, unit: str) -> str:
    """How sure a result is; ``unit`` is the gap in words."""
    if status == "optimal":
        return "Proven best possible."
    return (
        f"The time was up: best found, at most {unit} away from the best."
        if gap is not None
        else ("The time was up: best found; how far the best may lie above it is not known.")
    )
