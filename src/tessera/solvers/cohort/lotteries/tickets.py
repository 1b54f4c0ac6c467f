"""Whole tickets for the panels, and everybody's exact chance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from tessera.solvers.cohort.lotteries.model import TICKETS, Panel


def share_out(weights: Sequence[float], total: int = TICKETS) -> list[int]:
    """Whole numbers that add up to ``total``, in proportion to the weights, by largest remainders.

    Weights are at least 0 and not all 0. Equal remainders go to the earlier one.
    """
    exact = [Fraction(weight) for weight in weights]
    whole = sum(exact)
    if not whole or any(weight < 0 for weight in exact):
        raise ValueError("Weights are at least 0, and one of them is more.")
    quotas = [weight * total / whole for weight in exact]
    shares = [int(quota) for quota in quotas]
    order = sorted(range(len(shares)), key=lambda j: (shares[j] - quotas[j], j))
    for j in order[: total - sum(shares)]:
        shares[j] += 1
    return shares


def in_order(panels: Iterable[Panel], weights: Iterable[float]) -> tuple[tuple[Panel, ...], tuple[int, ...]]:
    """Panels in canonical order with their tickets; a panel that gets none is left out."""
    pairs = sorted(zip(panels, weights, strict=True), key=lambda pair: pair[0].counts)
    tickets = share_out([weight for _panel, weight in pairs])
    kept = [(panel, ticket) for (panel, _weight), ticket in zip(pairs, tickets, strict=True) if ticket]
    return tuple(panel for panel, _ticket in kept), tuple(ticket for _panel, ticket in kept)


def chances(
    ids: Iterable[str],
    types: Sequence[Sequence[str]],
    panels: Sequence[Panel],
    tickets: Sequence[int],
) -> Mapping[str, Fraction]:
    """Everybody's exact probability, by id."""
    seats = [0] * len(types)
    for panel, ticket in zip(panels, tickets, strict=True):
        for t, count in panel.counts:
            seats[t] += count * ticket
    found = dict.fromkeys(ids, Fraction(0))
    for people, seat in zip(types, seats, strict=True):
        found.update(dict.fromkeys(people, Fraction(seat, len(people) * sum(tickets)) if seat else Fraction(0)))
    return found
