"""One description of a problem in whole numbers, for either solver."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tessera.solvers.coverage.model import Rule


@dataclass(frozen=True, slots=True)
class Row:
    """low <= sum of coefficient * column <= high; ``rule`` is what it stands for, None where it only defines."""

    terms: tuple[tuple[int, int], ...]
    low: int | None
    high: int | None
    rule: Rule | None = None


@dataclass(slots=True)
class Program:
    """Columns take whole numbers between their limits, those too that would be whole in some best answer by themselves:

    HiGHS 1.14 may call a worse answer the best where it is told that some columns need not be whole.
    """

    low: list[int] = field(default_factory=list)
    high: list[int] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)

    def column(self, high: int = 1, *, low: int = 0) -> int:
        self.low.append(low)
        self.high.append(high)
        return len(self.low) - 1

    def row(
        self,
        terms: Mapping[int, int] | Iterable[tuple[int, int]],
        *,
        low: int | None = None,
        high: int | None = None,
        rule: Rule | None = None,
    ) -> None:
        pairs = dict(terms)
        self.rows.append(Row(tuple(sorted(pairs.items())), low, high, rule))

    def admits(self, x: Sequence[int]) -> bool:
        """Whether an answer keeps the limits of every column and every row."""
        return all(low <= value <= high for low, value, high in zip(self.low, x, self.high, strict=True)) and all(
            (row.low is None or row.low <= total) and (row.high is None or total <= row.high)
            for row in self.rows
            for total in [sum(value * x[column] for column, value in row.terms)]
        )
