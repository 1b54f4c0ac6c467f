"""What a lottery is: panels with their tickets, each person's chance, and what is published before and after the draw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from fractions import Fraction

from tessera.solvers.cohort.model import Pool, Rules
from tessera.solvers.proof import Proof

TICKETS = 2**32


class Objective(StrEnum):
    """What is fair."""

    LEXIMIN = "leximin"  # raise the smallest probability, then the next smallest, and so on
    MAXIMIN = "maximin"  # raise the smallest probability only


class AlreadyDrawn(Exception):
    """The draw has been held. It is not repeated, whatever came out."""


class WrongSeed(Exception):
    """The seed told now is not the one whose SHA-256 was published before."""


@dataclass(frozen=True, slots=True)
class Panel:
    """How many people of each type: pairs (number of the type, people), in the order of the types, without zeros."""

    counts: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Lottery:
    """Panels in canonical order, of which panel j is drawn with probability tickets[j] / 2^32.

    ``types`` are people whom no rule tells apart, in the order of their first ids; which of them fill the seats of their
    type is decided by HMAC-SHA256(seed, id), lowest first. ``marginals`` is each person's exact probability, recomputed
    from the tickets: tickets of panels x people of the type in them / (2^32 x people of the type).

    ``best`` is S*, ``band`` the points (milli-points) that a panel may stay below it, None for a lottery among all panels
    that keep the rules; ``penalty`` the least weighted sum of shortfalls of soft rules, which every panel has. ``never``
    are people proven to be in no panel, ``set_aside`` those whom the rules keep out by themselves; both have probability
    0. ``asked`` is what was wanted where that is not ``objective``: leximin, whose time was up once its first stage, which
    is maximin, was proven; proof and objective are then those of maximin. ``settled`` is how many people's probability is
    proven to be the fair one. ``proof.value`` is the smallest probability of anybody who is in some panel, ``proof.bound``
    what no lottery exceeds there.
    """

    panels: tuple[Panel, ...]
    tickets: tuple[int, ...]
    marginals: Mapping[str, Fraction] = field(hash=False)
    proof: Proof
    types: tuple[tuple[str, ...], ...]
    pool: Pool
    rules: Rules
    k: int
    band: int | None
    objective: Objective
    best: int | None = None
    penalty: int = 0
    never: tuple[str, ...] = ()
    set_aside: tuple[str, ...] = ()
    settled: int = 0
    asked: Objective | None = None


@dataclass(frozen=True, slots=True)
class Draw:
    """What came out: ``number`` in [0, 2^32) is the ticket drawn, ``panel`` the panel it lies in."""

    commitment: str
    source_value: str
    seed: str
    number: int
    panel: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Commitment:
    """What is published before the draw: ``sha256`` fixes pool, rules, panels, tickets and ``source``.

    ``source`` names public randomness that does not exist yet ("drand quicknet, round 9000000", "EuroMillions of
    2026-12-04: the five numbers, ascending, with spaces"). ``seed_sha256`` is set instead where a secret seed is told
    after the draw. ``drawn`` is the draw once it was held.
    """

    sha256: str
    source: str
    seed_sha256: str | None = None
    drawn: Draw | None = None

    def closed(self, drawn: Draw) -> Commitment:
        """This commitment with its draw, after which `draw` refuses another."""
        return replace(self, drawn=drawn)
