"""From pool and rules to the fair lottery."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from tessera.solvers.cohort.faults import whole
from tessera.solvers.cohort.lotteries.fair import Fair, fair
from tessera.solvers.cohort.lotteries.grouping import Best, Grouped, group, largest, only_near, with_row
from tessera.solvers.cohort.lotteries.model import Lottery, Objective, Panel
from tessera.solvers.cohort.lotteries.record import lottery_input
from tessera.solvers.cohort.lotteries.tickets import chances, in_order
from tessera.solvers.cohort.model import SCORE_MOST, DataFault, Pool, Rules, check_together
from tessera.solvers.linear import INF, Floats
from tessera.solvers.proof import Proof, Status, sha256, solver_version
from tessera.solvers.watch import Progress, Watch


def lottery(
    pool: Pool,
    rules: Rules,
    k: int,
    *,
    band: int | None,
    objective: Objective | str = Objective.LEXIMIN,
    time_limit: float = 60.0,
    seed: int = 0,
    report: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Lottery:
    """The fairest lottery over all panels of ``k`` people that keep the rules and are at most ``band`` below the best.

    maximise   p_i = sum over panels P with i of w_P, leximin or maximin    w_P >= 0, sum w_P = 1

    ``band`` is in milli-points: 0 for exact ties only, None for all panels, whatever their scores. Soft rules come
    before: every panel misses them as little as can be. Probabilities are within 1e-6 of the fair ones where the proof
    says ``OPTIMAL``; where the time of leximin was up after its first stage, that lottery is given, proven as maximin
    (`Lottery.asked`); ``FEASIBLE`` is the best found when ``time_limit`` (seconds) was up; without any panel the status
    is ``INFEASIBLE`` or ``UNKNOWN``. Same input and seed, same lottery, unless the clock cut the search.

    Raises `DataFault` where pool, rules and seats do not fit, ValueError for an unknown objective, `Cancelled`.
    Source: Flanigan et al., Fair algorithms for selecting citizens' assemblies, Nature 596 (2021), 548-552.
    """
    objective = Objective(objective)
    check_together(pool, rules, k)
    faults = [] if band is None else list(whole("lottery", "band", band, 0, 2 * SCORE_MOST * k))
    faults += list(whole("lottery", "seed", seed, 0, 2**31 - 1))
    if faults:
        raise DataFault(faults)
    watch = Watch(time_limit, report, cancelled)
    search = _Search(pool, rules, k, band, objective, seed, watch)
    grouped = group(pool, rules, k, scored=band is not None)
    if grouped is None:
        return search.without(Status.INFEASIBLE)
    return search.run(grouped)


class _Search:
    def __init__(
        self, pool: Pool, rules: Rules, k: int, band: int | None, objective: Objective, seed: int, watch: Watch
    ) -> None:
        self.pool, self.rules, self.k = pool, rules, k
        self.band, self.objective, self.seed, self.watch = band, objective, seed, watch
        self.asked: Objective | None = None

    def run(self, grouped: Grouped) -> Lottery:
        """Least penalty, best score, the band around it, and then the fair mixture."""
        penalty, best, proven = 0, None, True
        if grouped.cost.any():
            least = self._largest(grouped, -grouped.cost)
            if least.status not in (Status.OPTIMAL, Status.FEASIBLE):
                return self.without(least.status)
            penalty, proven = -least.value, least.status == Status.OPTIMAL
            columns = np.flatnonzero(grouped.cost).tolist()
            polytope = with_row(grouped.counts, columns, grouped.cost[columns].tolist(), -INF, penalty)
            grouped = replace(grouped, counts=polytope)
        if self.band is not None:
            score = np.zeros(grouped.counts.columns)
            score[: len(grouped.types)] = grouped.score
            top = self._largest(grouped, score)
            if top.status not in (Status.OPTIMAL, Status.FEASIBLE):
                return self.without(top.status)
            best, proven = top.value, proven and top.status == Status.OPTIMAL
            grouped = self._within(grouped, score, best - self.band)
        found = fair(grouped.counts, grouped.size, self.objective, self.watch, seed=self.seed)
        if not found.panels:
            return self.without(found.status)
        if not proven:
            found = replace(found, status=Status.FEASIBLE, never=np.zeros_like(found.never), bound=1.0)
        elif found.status == Status.FEASIBLE and self.objective == Objective.LEXIMIN and found.lowest_proven:
            self.asked, self.objective = Objective.LEXIMIN, Objective.MAXIMIN
            found = replace(found, status=Status.OPTIMAL)
        return self._lottery(grouped, found, best, penalty)

    def _largest(self, grouped: Grouped, cost: Floats) -> Best:
        self.watch.say("scoring")
        return largest(grouped.counts, cost, self.watch, seed=self.seed)

    def _within(self, grouped: Grouped, score: Floats, target: int) -> Grouped:
        """Only panels of at least ``target``; scores are told from their middle, to keep the numbers small."""
        near = only_near(grouped, score, target, self.watch)
        middle = int(np.median(near.score))
        types = range(len(near.types))
        row = with_row(near.counts, types, (near.score - middle).tolist(), target - middle * self.k, INF)
        return replace(near, counts=row)

    def _lottery(self, grouped: Grouped, found: Fair, best: int | None, penalty: int) -> Lottery:
        panels = [
            Panel(tuple((t, int(panel[t])) for t in np.flatnonzero(panel[: len(grouped.types)]).tolist()))
            for panel in found.panels
        ]
        merged: dict[Panel, float] = {}  # two may differ in their shortfalls only
        for panel, weight in zip(panels, found.weights.tolist(), strict=True):
            merged[panel] = merged.get(panel, 0.0) + weight
        kept, tickets = in_order(merged, merged.values())
        marginals = chances(self.pool.ids, grouped.types, kept, tickets)
        aside = set(grouped.set_aside)
        inside = {one for people in grouped.types for one in people}
        never = {one for t in np.flatnonzero(found.never).tolist() for one in grouped.types[t]}
        if found.status == Status.OPTIMAL or found.never.any():
            never |= set(self.pool.ids) - inside - aside
        smallest = [p for one, p in marginals.items() if one not in never and one not in aside]
        value = float(min(smallest)) if smallest else None
        bound = None if value is None or found.bound is None else max(value, found.bound)
        settled = sum(len(grouped.types[t]) for t in np.flatnonzero(found.settled | found.never).tolist())
        return self._made(
            found.status, value, bound,
            panels=kept, tickets=tickets, marginals=marginals, types=grouped.types, best=best, penalty=penalty,
            never=tuple(sorted(never)), set_aside=grouped.set_aside, settled=settled,
        )  # fmt: skip

    def without(self, status: Status) -> Lottery:
        """No panel: none exists, or none was found in time."""
        return self._made(
            status, None, None, panels=(), tickets=(), marginals=chances(self.pool.ids, (), (), ()), types=()
        )

    def _made(self, status: Status, value: float | None, bound: float | None, **fields: object) -> Lottery:
        told = lottery_input(self.pool, self.rules, self.k, self.band, self.objective)
        proof = Proof(
            status, value, bound, "HiGHS", solver_version("highspy"), self.watch.seconds, sha256(told), self.seed
        )
        return Lottery(
            proof=proof, pool=self.pool, rules=self.rules, k=self.k, band=self.band, objective=self.objective,
            asked=self.asked, **fields,  # type: ignore[arg-type]
        )  # fmt: skip
