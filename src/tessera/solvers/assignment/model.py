"""What the question "who reads what" is made of, and what an answer says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from tessera.solvers.proof import Proof

LARGEST_VALUE = 10_000_000  # of an affinity, either sign: sums and products stay far inside 64 bits

Pair = tuple[str, str]  # (application, reviewer), by id


class Objective(StrEnum):
    """What makes one assignment better than another."""

    TOTAL = "total"  # the sum of all affinities
    WEAKEST_PAIR = "weakest_pair"  # the smallest affinity of any pair; among those the total
    WEAKEST_APPLICATION = "weakest_application"  # the smallest sum any application gets; among those the total


@dataclass(frozen=True, slots=True)
class Loads:
    """How many applications a reviewer reads: ``least`` to ``most``, both included."""

    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Application:
    """A file to be read ``reviews`` times, each time by another person.

    Without ``language`` anybody may read it. A reviewer of the same ``institution`` never does; an empty one is
    unknown and clashes with nobody.
    """

    id: str
    reviews: int = 2
    language: str = ""
    institution: str = ""


@dataclass(frozen=True, slots=True)
class Reviewer:
    """One who reads applications written in any of ``languages`` (exactly as the applications name them).

    ``loads`` of None means those given for everybody.
    """

    id: str
    languages: frozenset[str] = frozenset()
    loads: Loads | None = None
    institution: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds for the reviewers of each application, beyond their number.

    At least ``experts`` of them (all, where fewer reviews are asked) have an affinity of at least ``expert_from``;
    at most ``per_institution`` come from one institution and ``per_country`` from one country, where these are known.
    """

    experts: int = 0
    expert_from: int = 0
    per_institution: int | None = None
    per_country: int | None = None


NO_RULES = Rules()


@dataclass(frozen=True, slots=True, eq=False)
class Affinity:
    """Affinities as a whole-number array, applications by reviewers, in the order in which both are given.

    ``allowed`` (same shape, bool) says which pairs may be; all where it is None. For large calls; a mapping
    ``{(application, reviewer): value}`` does the same for small ones. A pair it does not name may not be:
    an unknown affinity is no zero.
    """

    values: NDArray[np.integer]
    allowed: NDArray[np.bool_] | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with an input: whose id or which argument, and what."""

    subject: str
    message: str


class InvalidProblem(ValueError):
    """The input cannot be meant. ``faults`` lists everything that is wrong, not only the first."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(f"{fault.subject}: {fault.message}" for fault in self.faults))


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """Everything that decides who may read what. The order of its parts never changes an answer."""

    applications: tuple[Application, ...]
    reviewers: tuple[Reviewer, ...]
    affinity: Affinity | Mapping[Pair, int]
    loads: Loads | None = None
    conflicts: frozenset[Pair] = frozenset()
    rules: Rules = NO_RULES


@dataclass(frozen=True, slots=True)
class Offer:
    """How many reviews one person can give, or one application can take, inside a shortage.

    ``by_load``: the load is what limits the person, not the number of applications that may be read.
    """

    id: str
    reviews: int
    by_load: bool = False


class Side(StrEnum):
    """Who goes short."""

    APPLICATIONS = "applications"  # applications need more reviews than their reviewers can give
    REVIEWERS = "reviewers"  # reviewers were promised more than the applications they may read can take


@dataclass(frozen=True, slots=True)
class Shortage:
    """Why no assignment exists, by counting alone (Hall's condition).

    ``side`` APPLICATIONS: ``short`` need ``need`` reviews together, but ``offers``, the most that each reviewer can
    give them within load and pairs, come to ``offer`` < ``need`` (rules can take more off than the single offers
    show: then ``offer`` is less than their sum). ``side`` REVIEWERS: ``short`` were promised ``need`` together, and
    ``offers`` are the most that each application can take from them, ``offer`` in all. ``language`` is the one that
    all the applications named share, else empty. ``floor`` is the affinity below which no pair counted.
    """

    side: Side
    short: tuple[str, ...]
    need: int
    offers: tuple[Offer, ...]
    offer: int
    language: str = ""
    floor: int | None = None

    @property
    def missing(self) -> int:
        return self.need - self.offer


@dataclass(frozen=True, slots=True)
class Certificate:
    """A bound that anybody can check with `check.bound` (Lagrange): it holds for any numbers whatever.

    Charge each reviewer a price for every application read and let each application choose its reviewers freely, by
    weight times affinity less price: no assignment is worth more than what the applications then get, plus the prices
    of full loads (of least loads where a price is negative), divided by ``scale``. ``weights`` is empty where every
    weight is 1.
    """

    prices: tuple[tuple[str, int], ...]
    weights: tuple[tuple[str, int], ...] = ()
    scale: int = 1


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who reads what: ``pairs`` by id of application, then of reviewer; none where there is no assignment.

    ``proof`` speaks of the objective. ``total_bound`` bounds the total among the assignments that reach the
    objective's value: it is proven where ``total == total_bound``. ``certificate`` proves ``total_bound`` for flows
    (None where the rules need a search); ``limit`` proves the bound of the weakest application. ``shortages`` say why
    there is no assignment, or, for the weakest pair, why there is none with the next higher affinity. ``parts`` are
    the reviewers by connected part of the review graph: scores can be compared inside one only.
    """

    objective: Objective
    pairs: tuple[Pair, ...]
    total: int | None
    weakest_pair: int | None
    weakest_sum: int | None
    total_bound: int | None
    parts: tuple[tuple[str, ...], ...]
    shortages: tuple[Shortage, ...]
    certificate: Certificate | None
    limit: Certificate | None
    proof: Proof


@dataclass(frozen=True, slots=True)
class Reassignment:
    """A new assignment after something changed, and what it changed.

    ``dropped`` pairs could have stayed; ``lost`` ones could not (the person or the application is gone, or the pair is
    no longer allowed). ``proof`` speaks of the number of dropped pairs, ``assignment.proof`` of the total among the
    assignments that drop no more.
    """

    assignment: Assignment
    kept: tuple[Pair, ...]
    dropped: tuple[Pair, ...]
    lost: tuple[Pair, ...]
    added: tuple[Pair, ...]
    proof: Proof


@dataclass(frozen=True, slots=True)
class Share:
    """In how many of all tickets a pair is assigned."""

    application: str
    reviewer: str
    tickets: int


@dataclass(frozen=True, slots=True)
class Randomised:
    """A lottery over assignments in which no pair is likelier than ``cap``.

    Assignment i holds ``tickets[i]`` of ``sum(tickets)`` tickets. ``shares`` are recounted from the assignments, not
    taken from the program. ``proof.value`` is the expected total times the number of tickets. Without any assignment
    (a cap too low, or no assignment at all) ``assignments`` is empty and the proof says infeasible.
    """

    assignments: tuple[tuple[Pair, ...], ...]
    tickets: tuple[int, ...]
    shares: tuple[Share, ...]
    cap: Fraction
    proof: Proof


@dataclass(frozen=True, slots=True)
class Prices:
    """What a repair costs, each review: one more for somebody, one by somebody new, one less than promised.

    None rules that kind of repair out. ``more_at_most`` bounds what one reviewer takes beyond the load, ``new_load``
    what one new person takes (None: the most of the loads given for everybody, else of any reviewer).
    """

    more: int | None = 1
    new: int | None = 1
    fewer: int | None = 1
    more_at_most: int | None = None
    new_load: int | None = None


FAIR_PRICES = Prices()


@dataclass(frozen=True, slots=True)
class NewReviewers:
    """People to be found: ``people`` who read ``language`` and take ``reviews`` together, at most ``each`` a head.

    They are counted as free of conflicts, from institutions and countries of their own, and as experts.
    """

    language: str
    people: int
    reviews: int
    each: int
    applications: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Repair:
    """The cheapest change after which an assignment exists: raised and lowered loads, and people to be found.

    ``more`` and ``fewer`` are (reviewer, by how many). Everything is empty where nothing need change, and
    ``proof.status`` is infeasible where the allowed kinds of repair cannot help.
    """

    more: tuple[tuple[str, int], ...]
    fewer: tuple[tuple[str, int], ...]
    new: tuple[NewReviewers, ...]
    proof: Proof
