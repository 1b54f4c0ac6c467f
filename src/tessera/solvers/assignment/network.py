"""The assignment as a flow: applications send their reviews through allowed pairs to reviewers, and on to one sink.

Every rule of an application is a node on the way with a capacity, which is why nested rules stay a flow: what is no
expert leaves through one node of capacity ``need - experts``; colleagues through one node of an institution.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tessera.solvers.assignment.ground import Ground, Mask
from tessera.solvers.linear import Ints


class TooLarge(ArithmeticError):
    """Numbers beyond what the flow solver counts with. Nothing was decided."""


@dataclass(slots=True, eq=False)
class Network:
    """Arcs in one fixed order: first the pairs, by application and reviewer, then the rules, then the loads.

    Nodes are the applications, the reviewers, the sink, and one for every rule that can bind. Applications supply
    their reviews, the sink takes them all. ``cost`` is what a unit costs: the weight of a pair with its sign turned.
    """

    rows: Ints
    columns: Ints
    tail: Ints
    head: Ints
    low: Ints
    high: Ints
    cost: Ints
    supply: Ints
    applications: int
    reviewers: int

    @property
    def sink(self) -> int:
        return self.applications + self.reviewers

    @property
    def loads(self) -> slice:
        """The arcs from the reviewers to the sink."""
        return slice(len(self.tail) - self.reviewers, len(self.tail))

    @property
    def settled(self) -> Ints:
        """What is left to send once every arc carries its lower bound: supply less what left, plus what came."""
        return self.supply - _summed(self.tail, self.low, self.supply) + _summed(self.head, self.low, self.supply)


def network(
    ground: Ground, mask: Mask, weight: Ints, *, scale: int = 1, cap: int = 1, least: Ints | None = None
) -> Network:
    """The flow over the pairs of ``mask``, each worth its ``weight``.

    ``scale`` asks that many assignments at once (every bound times it, ``cap`` of them at most for any one pair).
    ``least`` replaces the least loads.
    """
    count, readers = mask.shape
    rows, columns = np.nonzero(mask)
    leaf = rows.copy()
    nodes = count + readers + 1
    inner: list[tuple[Ints, Ints, Ints]] = []  # tails, heads, capacities
    rules = ground.rules
    if rules.experts:
        weak = ground.value[rows, columns] < rules.expert_from
        most = ground.need - ground.experts
        nodes = _through(leaf, rows, weak, most[rows], nodes, inner)
    for most_of_one, house in ((rules.per_country, ground.country), (rules.per_institution, ground.institution)):
        if most_of_one is not None:
            known = house[columns] >= 0
            key = rows * (int(house.max(initial=0)) + 1) + house[columns]
            nodes = _through(leaf, key, known, np.full(len(rows), most_of_one), nodes, inner)
    reviewers = np.arange(count, count + readers)
    sink = np.full(readers, count + readers)
    tails = [leaf, *(part[0] for part in inner), reviewers]
    heads = [columns + count, *(part[1] for part in inner), sink]
    highs = [np.full(len(rows), cap), *(part[2] * scale for part in inner), ground.most * scale]
    between = sum(len(part[0]) for part in inner)
    lows = [np.zeros(len(rows) + between, dtype=np.int64), (ground.least if least is None else least) * scale]
    supply = np.zeros(nodes, dtype=np.int64)
    supply[:count] = ground.need * scale
    supply[count + readers] = -ground.reviews * scale
    cost = np.concatenate([-weight[rows, columns], np.zeros(between + readers, dtype=np.int64)])
    tail, head = (np.concatenate(part).astype(np.int64) for part in (tails, heads))
    low, high = (np.concatenate(part).astype(np.int64) for part in (lows, highs))
    return Network(rows, columns, tail, head, low, high, cost, supply, count, readers)


def _through(
    leaf: Ints, key: Ints, concerned: Mask, most: Ints, nodes: int, inner: list[tuple[Ints, Ints, Ints]]
) -> int:
    """Lead the pairs ``concerned`` through one node for each ``key``, where it has more pairs than it may send."""
    places = np.flatnonzero(concerned)
    _keys, first, group, size = np.unique(key[places], return_index=True, return_inverse=True, return_counts=True)
    binding = size > most[places[first]]
    number = np.cumsum(binding) - 1 + nodes
    heads = number[binding]
    inner.append((leaf[places[first[binding]]].copy(), heads, most[places[first[binding]]]))
    moved = binding[group]
    leaf[places[moved]] = number[group[moved]]
    return nodes + len(heads)


def cheapest(net: Network) -> Ints | None:
    """The flow of least cost on every arc, or None where there is none. Whole numbers; the same for the same arcs."""
    from ortools.graph.python import min_cost_flow

    settled = net.settled
    if not len(net.tail):
        return net.low.copy() if not settled.any() else None
    flow = min_cost_flow.SimpleMinCostFlow()
    arcs = flow.add_arcs_with_capacity_and_unit_cost(
        net.tail.astype(np.int32), net.head.astype(np.int32), net.high - net.low, net.cost
    )
    flow.set_nodes_supplies(np.arange(len(net.supply), dtype=np.int32), settled)
    status = flow.solve()
    if status == flow.INFEASIBLE:
        return None
    if status != flow.OPTIMAL:
        raise TooLarge(f"The flow solver answers {status.name}.")
    return np.asarray(flow.flows(arcs), dtype=np.int64) + net.low


def feasible(net: Network) -> tuple[Ints, int, NDArray[np.bool_]]:
    """As much flow as there can be: the flow on every arc, the units that could not be sent, and the cut.

    The cut says for each node whether it is on the side of the source: where units are missing it proves why.
    """
    from ortools.graph.python import max_flow

    settled = net.settled
    count = len(net.supply)
    source, target = count, count + 1
    gives, takes = np.flatnonzero(settled > 0), np.flatnonzero(settled < 0)
    flow: Any = max_flow.SimpleMaxFlow()
    tails = np.concatenate([net.tail, np.full(len(gives), source), takes]).astype(np.int32)
    heads = np.concatenate([net.head, gives, np.full(len(takes), target)]).astype(np.int32)
    highs = np.concatenate([net.high - net.low, settled[gives], -settled[takes]])
    wanted = int(settled[gives].sum())
    side = np.zeros(count + 2, dtype=bool)
    if not wanted:
        return net.low.copy(), 0, side[:count]
    arcs = flow.add_arcs_with_capacity(tails, heads, highs)
    if not len(takes) or flow.solve(source, target) != flow.OPTIMAL:
        return net.low.copy(), wanted, side[:count]
    side[np.asarray(flow.get_source_side_min_cut(), dtype=np.int64)] = True
    found = np.asarray(flow.flows(arcs), dtype=np.int64)[: len(net.tail)] + net.low
    return found, wanted - int(flow.optimal_flow()), side[:count]


def prices(net: Network, flow: Ints) -> Ints | None:
    """What each reviewer is worth: shortest distances in the residual network (Bellman-Ford), or None for a flow that
    is not of least cost. Positive where the load is full, negative where it is at its least, 0 between.
    """
    forward, back = flow < net.high, flow > net.low
    tail = np.concatenate([net.tail[forward], net.head[back]])
    head = np.concatenate([net.head[forward], net.tail[back]])
    cost = np.concatenate([net.cost[forward], -net.cost[back]])
    order = np.argsort(head, kind="stable")
    tail, head, cost = tail[order], head[order], cost[order]
    starts = np.flatnonzero(np.diff(head, prepend=-1))
    ends = head[starts]
    distance = np.zeros(len(net.supply), dtype=np.int64)
    for _round in range(len(net.supply) + 1):
        if not len(ends):
            break
        reached = np.minimum.reduceat(distance[tail] + cost, starts)
        if (reached >= distance[ends]).all():
            break
        distance[ends] = np.minimum(distance[ends], reached)
    else:
        return None
    reviewers = slice(net.applications, net.sink)
    return distance[net.sink] - distance[reviewers]


def _summed(at: Ints, amounts: Ints, shape: Ints) -> Ints:
    """Amounts added up at nodes."""
    out = np.zeros(len(shape), dtype=np.int64)
    np.add.at(out, at, amounts)
    return out
