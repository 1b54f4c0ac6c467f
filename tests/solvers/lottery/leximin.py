"""Leximin over given panels, without duals: one program to raise the lowest, one for each person to see who is stuck."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tessera.solvers.linear import Linear
from tessera.solvers.proof import Status


def leximin(ids: Sequence[str], panels: Sequence[Sequence[str]]) -> Mapping[str, float]:
    """Everybody's leximin probability over all mixtures of the panels."""
    level = {one: 0.0 for one in ids if not any(one in panel for panel in panels)}
    while len(level) < len(ids):
        free = [one for one in ids if one not in level]
        z = _raised(free, free, panels, level, 0.0)
        stuck = [one for one in free if _raised([one], free, panels, level, z) <= z + 1e-7]
        assert stuck
        level |= dict.fromkeys(stuck, z)
    return level


def _raised(
    raised: Sequence[str],
    free: Sequence[str],
    panels: Sequence[Sequence[str]],
    level: Mapping[str, float],
    floor: float,
) -> float:
    """The most that those raised can all have, while the other free ones have ``floor`` and the rest their level."""
    program = Linear(maximise=True)
    program.add_columns([0.0] * len(panels), whole=False)
    (z,) = program.add_columns([1.0], whole=False)
    program.add_row(range(len(panels)), low=1.0, high=1.0)
    for one in [*free, *level]:
        own = [j for j, panel in enumerate(panels) if one in panel]
        if one in raised:
            program.add_row([*own, z], [1.0] * len(own) + [-1.0], low=0.0)
        elif own:
            program.add_row(own, low=max(0.0, level.get(one, floor) - 1e-9))
    outcome = program.solve(relaxed=True)
    assert outcome.status == Status.OPTIMAL
    return outcome.value
