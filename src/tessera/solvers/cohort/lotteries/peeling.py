"""A point of Q as a mixture of panels, peeled off one by one.

Take any panel of the smallest face of Q in which the point lies, and give it as much weight as the rest allows: then the
rest meets a new limit, so that its face is smaller, and after at most (columns + rows) panels nothing is left. This is
how Birkhoff takes a doubly stochastic matrix apart. It ends where a face has no panel, which happens only where Q has
corners that are not whole; the panels found until then are still good ones.
"""

from __future__ import annotations

import numpy as np

from tessera.solvers.cohort.lotteries.counts import Face, Finder
from tessera.solvers.linear import Floats

NEAR = 1e-7  # of a limit
ENOUGH = 1e-9  # weight that may be left
STRENGTH = 0.3  # of the noise, where costs are logarithms of odds


def peel(finder: Finder, point: Floats, noise: np.random.Generator | None = None) -> tuple[list[Floats], list[float]]:
    """Panels and weights, of which the sum is at most 1; sum weight*panel is the point where it is 1 (to `ENOUGH`).

    With ``noise`` other panels are preferred each time.
    """
    watch, limit = finder.watch, finder.counts.columns + finder.counts.rows
    panels: list[Floats] = []
    weights: list[float] = []
    rest, left = point.copy(), 1.0
    while left > ENOUGH and not watch.over:
        panel = _panel_at(finder, rest / left, None if noise is None else STRENGTH * noise.gumbel(size=len(point)))
        weight = 0.0 if panel is None else min(left, _most(finder, rest, left, panel))
        if panel is None or weight <= ENOUGH / limit:
            break
        panels.append(panel)
        weights.append(weight)
        rest = np.maximum(rest - weight * panel, 0.0)
        left -= weight
        watch.say("taking apart", value=1.0 - left, done=len(panels))
    return panels, weights


def _panel_at(finder: Finder, mean: Floats, noise: Floats | None) -> Floats | None:
    """A panel of the smallest face around the mean, rounding it up or down where there is such a one.

    It prefers what the mean has most of, for then it can be given much weight.
    """
    counts = finder.counts
    low, high = counts.low, counts.high
    load = counts.load(mean)
    least = np.where(load >= counts.most - NEAR, counts.most, counts.least)
    most = np.where(load <= counts.least + NEAR, counts.least, counts.most)
    down = np.clip(np.floor(mean + NEAR), low, high)
    up = np.clip(np.ceil(mean - NEAR), low, high)
    cost = np.where(up > down, np.log(np.maximum(mean - down, 1e-9) / np.maximum(up - mean, 1e-9)), 0.0)
    if noise is not None:
        cost = cost + noise
    panel = finder.any_panel(cost, Face(down, up, least, most))
    if panel is not None or finder.watch.over:
        return panel
    low = np.where(mean >= high - NEAR, high, low)
    high = np.where(mean <= counts.low + NEAR, counts.low, high)
    return finder.any_panel(cost, Face(low, high, least, most))


def _most(finder: Finder, rest: Floats, left: float, panel: Floats) -> float:
    """The largest weight for which what remains is still in (left - weight)*Q."""
    counts = finder.counts
    return min(
        _room(rest, panel, counts.low, left),
        _room(-rest, -panel, -counts.high, left),
        _room(counts.load(rest), counts.load(panel), counts.least, left),
        _room(-counts.load(rest), -counts.load(panel), -counts.most, left),
    )


def _room(rest: Floats, panel: Floats, limit: Floats, left: float) -> float:
    """The largest w with rest - w*panel >= (left - w)*limit."""
    bites = np.isfinite(limit) & (panel > limit + NEAR)
    if not bites.any():
        return left
    room = (rest[bites] - left * limit[bites]) / (panel[bites] - limit[bites])
    return max(0.0, float(room.min()))
