"""The fair mixture of panels: over the relaxation where that is whole, else over the panels themselves.

Fast path: p* leximin over the relaxation Q (`chain`), its point taken apart into panels (`peeling`), and then the mixture
of the largest theta with P(t) >= theta*p*_t. Q holds every lottery, so theta = 1 proves the mixture leximin. Where theta
stays below 1, Q has corners that are no panels, and leximin is found stage by stage over panels (`master`), the panels
found until then being the first ones.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tessera.solvers.cohort.lotteries.chain import Point, leximin_of_relaxation
from tessera.solvers.cohort.lotteries.counts import Counts, Finder, Flags
from tessera.solvers.cohort.lotteries.master import DUAL, STEP, Master, Mixture, raise_lowest
from tessera.solvers.cohort.lotteries.model import Objective
from tessera.solvers.cohort.lotteries.peeling import peel
from tessera.solvers.linear import INF, Floats
from tessera.solvers.proof import Status
from tessera.solvers.watch import Watch

EXACT = {"leximin": 1e-8, "maximin": 1e-6}  # theta this near to 1 is 1
RUNS = 6  # times that the point is taken apart
LOST = 1e-5  # theta that cannot come nearer to 1 than this is below 1


@dataclass(frozen=True, slots=True, eq=False)
class Fair:
    """Panels and weights; the chance of each type under them.

    ``value`` is the smallest chance of a type that is in any panel, ``bound`` what no lottery can exceed there. ``never``
    are types proven to be in no panel. ``settled`` are types whose chance is proven to be the fair one (under maximin:
    all, once the smallest is proven). ``whole``: the relaxation was proof enough.
    """

    status: Status
    panels: tuple[Floats, ...]
    weights: Floats
    chance: Floats
    value: float | None
    bound: float | None
    never: Flags
    settled: Flags
    whole: bool = False

    @property
    def lowest_proven(self) -> bool:
        """Whether no lottery gives the least favoured more: the first stage of leximin, which is maximin, is proven."""
        if self.value is None or self.bound is None or not self.value > 0:
            return False
        return self.bound - self.value <= EXACT[Objective.MAXIMIN]


def fair(counts: Counts, size: Floats, objective: Objective, watch: Watch, *, seed: int = 0) -> Fair:
    """The fair mixture of all panels of Q; ``size`` is the number of people of each type."""
    nobody = np.zeros(counts.types, dtype=bool)
    finder = Finder(counts, watch, seed=seed)
    point = leximin_of_relaxation(counts, size, watch)
    if point is None:
        return _nothing(Status.UNKNOWN if watch.over else Status.INFEASIBLE, nobody)
    panels: list[Floats] = []
    if point.chance is not None:
        never = point.chance <= 0.0
        exact = EXACT[objective]
        mixture = _towards(point.chance, point.x, panels, finder, size, exact, seed)
        if mixture is not None and mixture.z < 1 - exact and objective == Objective.MAXIMIN and not watch.over:
            mixture = _towards(np.where(never, 0.0, point.bound), None, panels, finder, size, exact, seed)
        if mixture is not None and mixture.z >= 1 - exact:
            return _answer(Status.OPTIMAL, panels, mixture, size, point.bound, never, ~nobody, whole=True)
        if mixture is not None and watch.over:
            return _answer(Status.FEASIBLE, panels, mixture, size, point.bound, never, nobody)
    return _over_panels(panels, finder, size, objective, point)


def _towards(
    chance: Floats, point: Floats | None, panels: list[Floats], finder: Finder, size: Floats, exact: float, seed: int
) -> Mixture | None:
    """The mixture that comes nearest to these chances by one factor theta; None without any panel.

    It takes ``point`` apart, more than once where that is needed, and then looks for single panels. It gives up as soon
    as theta = 1 is out of reach. The panels that were met are added to ``panels``.
    """
    wanted = chance > 0
    master = Master(np.where(wanted, chance * size, 1.0), finder.watch)
    if not wanted.any():
        return None
    master.settle(~wanted, 0.0)
    master.add(panels)
    mixture, goal, noise = None, 1 - exact, np.random.default_rng(seed)
    for turn in range(RUNS):
        if point is None:
            break
        master.add(peel(finder, point, noise if turn else None)[0])
        if not master.panels or finder.watch.over:
            break
        one = raise_lowest(
            master, finder, step="mixing", bound=1.0, goal=goal, hopeless=1 - LOST, rounds=0 if turn else 1
        )
        panels[:] = master.panels
        mixture = one.mixture or mixture
        if mixture is None or mixture.z >= goal or one.bound < 1 - LOST:
            return mixture
    if not master.panels:
        return None
    if finder.watch.over:
        panels[:] = master.panels
        return Mixture(0.0, np.full(len(panels), 1 / len(panels)), np.zeros(0), 0.0)
    raised = raise_lowest(master, finder, step="mixing", bound=1.0, goal=goal, hopeless=1 - LOST)
    panels[:] = master.panels
    return raised.mixture or mixture


def _over_panels(panels: list[Floats], finder: Finder, size: Floats, objective: Objective, point: Point) -> Fair:
    """Stage by stage over panels, from those already known on."""
    counts, watch = finder.counts, finder.watch
    master = Master(size, watch)
    master.add(panels)
    never, told = _in_none(master, finder)
    bound = point.bound
    if point.chance is None or (never & (point.chance > 0)).any():
        bound = 1.0  # the relaxation shared out to people who are in no panel: the others may have more
    if not master.panels:
        status = Status.INFEASIBLE if told else Status.UNKNOWN
        return _nothing(status, np.zeros(counts.types, dtype=bool))
    master.settle(never, 0.0)
    settled = never.copy()
    mixture: Mixture | None = None
    first, status = True, Status.OPTIMAL
    while master.free.any():
        goal = bound - STEP if objective == Objective.MAXIMIN else INF
        raised = raise_lowest(master, finder, step=objective, bound=bound if first else 1.0, goal=goal)
        mixture = raised.mixture or mixture
        if first:
            bound = min(bound, raised.bound)
        if raised.mixture is None or not raised.proven or not told:
            status = Status.FEASIBLE
            break
        first = False
        if objective == Objective.MAXIMIN:
            settled = np.ones(counts.types, dtype=bool)
            break
        tight = master.free & (raised.mixture.duals > DUAL)
        if not tight.any():
            tight = master.free.copy()
        master.settle(tight, raised.mixture.z)
        settled |= tight
        watch.say(objective, raised.mixture.z, bound, int(settled.sum()), counts.types)
    if mixture is None:
        weights = np.full(len(master.panels), 1 / len(master.panels))
        mixture = Mixture(0.0, weights, np.zeros(0), 0.0)
    elif status == Status.OPTIMAL and objective == Objective.LEXIMIN:
        mixture = master.mix() or mixture
    return _answer(status, master.panels, mixture, size, bound, never, settled)


def _in_none(master: Master, finder: Finder) -> tuple[Flags, bool]:
    """Types that are in no panel, and whether that is proven; adds a panel for every other type."""
    types = len(master.unit)
    missing = np.ones(types, dtype=bool)
    for panel in master.panels:
        missing &= panel[:types] == 0
    while missing.any() or not master.panels:
        cost = np.zeros(finder.counts.columns)
        cost[:types] = missing
        found = finder.best(cost, 0.5 if master.panels else -1.0)
        if found.panel is None:
            if finder.watch.over:
                return np.zeros(types, dtype=bool), False
            break
        master.add([found.panel])
        fresh = missing & (found.panel[:types] > 0)
        finder.watch.say("covering", done=types - int((missing & ~fresh).sum()), of=types)
        if not fresh.any():
            break
        missing &= ~fresh
    return missing, True


def _answer(
    status: Status,
    panels: list[Floats],
    mixture: Mixture,
    size: Floats,
    bound: float,
    never: Flags,
    settled: Flags,
    *,
    whole: bool = False,
) -> Fair:
    used = np.flatnonzero(mixture.weights > 0)
    weights = mixture.weights[used] / mixture.weights[used].sum()
    kept = tuple(panels[i] for i in used.tolist())
    chance = weights @ np.stack(kept)[:, : len(size)] / size
    some = ~never
    value = float(chance[some].min()) if some.any() else None
    top = None if value is None else max(value, min(bound, 1.0))
    return Fair(status, kept, weights, chance, value, top, never, settled, whole)


def _nothing(status: Status, nobody: Flags) -> Fair:
    none = np.zeros(0)
    return Fair(status, (), none, np.zeros(len(nobody)), None, None, nobody, nobody)
