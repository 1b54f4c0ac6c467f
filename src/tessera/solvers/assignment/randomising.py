"""A lottery over assignments, so that nobody can count on reading, or being read by, anybody."""

from __future__ import annotations

import hashlib
from collections import Counter
from fractions import Fraction

import numpy as np

from tessera.solvers.assignment.ground import Ground, ground
from tessera.solvers.assignment.model import Fault, InvalidProblem, Pair, Problem, Randomised, Share
from tessera.solvers.assignment.network import Network, cheapest, feasible, network, prices
from tessera.solvers.linear import Ints
from tessera.solvers.proof import Proof, Status, sha256, solver_version
from tessera.solvers.watch import Watch

MOST_TICKETS = 10_000


def randomise(problem: Problem, cap: Fraction, *, watch: Watch | None = None) -> Randomised:
    """The lottery of most expected total in which no pair has a probability above ``cap``. Needs nested rules.

    maximise   sum A_pr x_pr          0 <= x_pr <= cap
    subject to sum over r of x_pr = reviews of p,  least_r <= sum over p of x_pr <= most_r,  the rules

    With cap = a/b this is a flow in b-ths: b assignments at once, with at most a of them for a pair, so that the
    program is solved in whole numbers and every probability is a number of b tickets. The flow is then taken apart:
    an assignment inside its rounding (which exists, flows being whole) is taken off as often as the rest stays one.
    UNKNOWN, without assignments, where the time of the watch is up before it is taken apart. Raises `InvalidProblem`,
    also for a cap that is no fraction in (0, 1] with at most 10,000 as its denominator.
    """
    watch = watch or Watch()
    given: object = cap
    if not isinstance(given, Fraction) or not 0 < cap <= 1 or cap.denominator > MOST_TICKETS:
        raise InvalidProblem([Fault("cap", f"{cap!r} is no Fraction in (0, 1] of at most {MOST_TICKETS} parts")])
    laid = ground(problem)
    if not laid.nested:
        raise InvalidProblem(
            [Fault("rules", "the lottery needs experts or places, not both, and institutions in one country")]
        )
    parts = cap.denominator
    mask = laid.allowed
    net = network(laid, mask, laid.value, scale=parts, cap=cap.numerator)
    flow = cheapest(net)
    asked = sha256({"problem": laid.digest, "cap": [cap.numerator, cap.denominator]})

    def proof(status: Status, value: int | None) -> Proof:
        return Proof(status, value, value, "ortools", solver_version("ortools"), watch.seconds, asked)

    if flow is None:
        return Randomised((), (), (), cap, proof(Status.INFEASIBLE, None))
    if prices(net, flow) is None:
        raise ArithmeticError("The flow is not of least cost.")
    drawn = _taken_apart(laid, net, flow, parts, watch)
    if drawn is None:
        return Randomised((), (), (), cap, proof(Status.UNKNOWN, None))
    assignments = tuple(pairs for pairs, _times in drawn)
    tickets = tuple(times for _pairs, times in drawn)
    shares: Counter[Pair] = Counter()
    for pairs, times in drawn:
        for pair in pairs:
            shares[pair] += times
    worth = -int((flow * net.cost).sum())
    return Randomised(
        assignments,
        tickets,
        tuple(Share(application, reviewer, times) for (application, reviewer), times in sorted(shares.items())),
        cap,
        proof(Status.OPTIMAL, worth),
    )


def _taken_apart(
    laid: Ground, net: Network, flow: Ints, parts: int, watch: Watch
) -> list[tuple[tuple[Pair, ...], int]] | None:
    """Assignments and how many of ``parts`` tickets each holds; together they make exactly the flow. None: the time is up."""
    one = network(laid, laid.allowed, laid.value)  # the same arcs, bounded for a single assignment
    low, high, left = one.low.copy(), one.high.copy(), flow.copy()
    found: list[tuple[tuple[Pair, ...], int]] = []
    while parts:
        watch.say("lottery", done=len(found))
        if watch.over:
            return None
        one.low, one.high = np.maximum(low, left // parts), np.minimum(high, -(-left // parts))
        whole, missing, _cut = feasible(one)
        if missing:
            raise ArithmeticError("The flow cannot be taken apart.")
        times = parts
        above, below = high > whole, whole > low
        if above.any():
            times = min(times, int(((high * parts - left)[above] // (high - whole)[above]).min()))
        if below.any():
            times = min(times, int(((left - low * parts)[below] // (whole - low)[below]).min()))
        used = whole[: len(net.rows)] > 0
        found.append((laid.pairs(net.rows[used], net.columns[used]), times))
        left = left - times * whole
        parts -= times
    return found


def draw(lottery: Randomised, seed: str) -> tuple[Pair, ...]:
    """The assignment that a seed picks: a pure function of the two.

    The ticket is SHA-256 of ``seed/0``, ``seed/1``, ... as a number, the first below the largest multiple of the
    number of tickets, modulo that number; tickets are counted through the assignments in order.
    """
    parts = sum(lottery.tickets)
    if not parts:
        raise ValueError("There is no assignment to draw.")
    limit = 2**256 - 2**256 % parts
    turn = 0
    while (number := int.from_bytes(hashlib.sha256(f"{seed}/{turn}".encode()).digest())) >= limit:
        turn += 1
    ticket = number % parts
    for pairs, times in zip(lottery.assignments, lottery.tickets, strict=True):
        if ticket < times:
            return pairs
        ticket -= times
    raise ArithmeticError("The tickets do not add up.")
