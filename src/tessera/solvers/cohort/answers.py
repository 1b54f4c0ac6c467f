"""What comes out: a cohort, its reasons, what stands in its way, and who steps in.

Everything that has words in three languages is here a code (`Kind`, `Reason`, `Side`) with its numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tessera.solvers.proof import Proof, Status


class Kind(StrEnum):
    """Which sort of rule."""

    SIZE = "size"
    QUOTA = "quota"
    SHARE = "share"
    CAP = "cap"
    BUDGET = "budget"
    INCLUDE = "include"
    EXCLUDE = "exclude"
    SCORE_MISSING = "score-missing"
    SCORE_LOW = "score-low"
    COST_MISSING = "cost-missing"


class Side(StrEnum):
    """Which limit of a rule."""

    LOWER = "lower"
    UPPER = "upper"


@dataclass(frozen=True, slots=True, order=True)
class Limit:
    """One limit as somebody wrote it: the rule by its name (for a pin the person's id), and which side of it.

    ``value`` names the group of a cap ("I3"), where one group alone is meant.
    """

    kind: Kind
    name: str = ""
    side: Side = Side.UPPER
    value: str = ""


@dataclass(frozen=True, slots=True)
class Count:
    """What counting alone shows: these limits need ``need`` and there are at most ``have`` (or the reverse for maxima).

    ``code`` says which argument it is; see `counts`.
    """

    code: str
    limits: tuple[Limit, ...]
    need: int
    have: int


@dataclass(frozen=True, slots=True)
class SetAside:
    """Somebody who could not be considered, and why: no score, a score below the entry, no cost under a budget."""

    applicant: str
    why: Kind


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A soft limit that the cohort misses, by how many people."""

    limit: Limit
    by: int


@dataclass(frozen=True, slots=True)
class Selection:
    """A cohort of ``size`` members, by id.

    ``value`` is the sum of their scores (milli-points; members without a score add nothing and are in ``unscored``);
    ``penalty`` the weighted sum of the soft shortfalls, which comes first. Both are None, and there are no members, where
    nothing was found. ``penalty_bound`` is what no cohort can go below, ``proof.bound`` what none of this penalty can
    exceed. ``ties_possible``: another cohort is as good; None where the time did not suffice to tell. Among equally
    good ones that cohort is chosen which comes first when people are called in the order of their tickets,
    HMAC-SHA256(seed, id) ascending, each being taken wherever a best cohort still exists with all who were taken.
    """

    members: tuple[str, ...]
    value: int | None
    ties_possible: bool | None
    proof: Proof
    size: int
    penalty: int | None = 0
    penalty_bound: int = 0
    shortfalls: tuple[Shortfall, ...] = ()
    unscored: tuple[str, ...] = ()
    set_aside: tuple[SetAside, ...] = ()
    seed: str = ""

    @property
    def found(self) -> bool:
        return self.proof.status in (Status.OPTIMAL, Status.FEASIBLE)


@dataclass(frozen=True, slots=True)
class Move:
    """A limit moved from one number to another, in ``steps`` of its unit; from ``None`` where a pin is lifted."""

    limit: Limit
    before: int | None
    after: int | None
    steps: int


@dataclass(frozen=True, slots=True)
class Relaxation:
    """Limits to move so that a cohort exists. No proper part of the moves suffices.

    ``price`` is the sum of steps times the rule's price; ``members`` a cohort that keeps the rules so moved.
    """

    moves: tuple[Move, ...]
    price: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Conflict:
    """Why there is no cohort.

    ``core`` cannot hold together, while any part of it can (seats and people being as they are); where the time ended
    first, ``minimal`` is False and a part might do. ``relaxations`` are by price; ``complete`` says that no other
    minimal one exists within the limits asked for. ``counts`` are the reasons that counting shows.
    """

    core: tuple[Limit, ...]
    relaxations: tuple[Relaxation, ...]
    proof: Proof
    counts: tuple[Count, ...] = ()
    minimal: bool = True
    complete: bool = False


class Reason(StrEnum):
    """Why somebody is not in the cohort."""

    TIED = "tied"  # in another cohort that is as good; the ticket decided
    OUTSCORED = "outscored"  # every cohort with this person has a lower value
    SOFT = "soft"  # every cohort with this person misses more of the soft rules
    IMPOSSIBLE = "impossible"  # no cohort with this person keeps the rules
    SET_ASIDE = "set-aside"  # no score, a score below the entry, no cost
    EXCLUDED = "excluded"  # by name
    UNKNOWN = "unknown"  # the time was up


@dataclass(frozen=True, slots=True)
class Change:
    """One limit moved by one step, and then the person is in a best cohort (``certain``: in every one)."""

    move: Move
    price: int
    value: int
    certain: bool


@dataclass(frozen=True, slots=True)
class WhyNot:
    """Why somebody is not a member, and what would change it.

    ``cost`` D = S* - S*(with this person), milli-points. With D more points the person ties, with more than D the person
    is certain; ``ties_at`` and ``certain_above`` are that score, each None where nobody can have it or more. ``value`` and
    ``members`` are of the best cohort with this person: ``leave`` and ``join`` is what it changes. ``penalty`` is what it
    misses more of the soft rules. ``changes``: single limits that, moved by one step, bring the person into a best cohort,
    cheapest first. ``for_whom``: members whose place the person could take with every rule kept. ``conflict`` where no
    cohort has this person. ``set_aside`` is given with that reason; for want of score all the rest is as if the person
    could be selected: ``ties_at`` is then at least the entry, and a change is the entry lowered to the person's score.
    """

    applicant: str
    reason: Reason
    proof: Proof
    cost: int | None = None
    penalty: int = 0
    ties_at: int | None = None
    certain_above: int | None = None
    value: int | None = None
    members: tuple[str, ...] = ()
    leave: tuple[str, ...] = ()
    join: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()
    for_whom: tuple[str, ...] = ()
    set_aside: Kind | None = None
    conflict: Conflict | None = None


@dataclass(frozen=True, slots=True)
class Why:
    """Why somebody is a member.

    ``cost`` D = S* - S*(without this person), milli-points; 0 means that a ticket decided; None that no cohort exists
    without the person, and then ``needed_for`` are the limits that cannot all be kept without. ``join`` and ``leave`` is
    what the best cohort without the person changes; ``penalty`` what it misses more of the soft rules. A pin on the
    person is left out of all this, so of a pinned member it says what the pin is worth: D may be negative.
    """

    applicant: str
    proof: Proof
    cost: int | None = None
    penalty: int = 0
    value: int | None = None
    members: tuple[str, ...] = ()
    leave: tuple[str, ...] = ()
    join: tuple[str, ...] = ()
    needed_for: tuple[Limit, ...] = ()


@dataclass(frozen=True, slots=True)
class Price:
    """What a rule costs, in milli-points: ``dropped`` if it did not exist, ``step`` if a limit of it moved by one step.

    None where the time did not suffice. Both are differences of best values, each at the least penalty for the rest.
    ``proof`` is of both: its value is ``dropped``.
    """

    limit: Limit
    at_limit: bool
    step: int | None
    dropped: int | None
    proof: Proof


@dataclass(frozen=True, slots=True)
class Reserve:
    """One on the waiting list, and the members whose place this person could take alone with every rule kept."""

    applicant: str
    steps_in_for: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Irreplaceable:
    """A member whom nobody can replace alone, and a set of limits that nobody meets together.

    ``limits`` is empty where the clock ran out before it was known which.
    """

    member: str
    limits: tuple[Limit, ...]


@dataclass(frozen=True, slots=True)
class Waitlist:
    """Who steps in, best score first, ties by ticket.

    For each member min(``cover``, number of people who can replace the member) of the list can take the place; a member
    who withdraws is pinned no more. ``short`` names members for whom the asked size did not suffice. ``value`` is the
    sum of the list's scores.
    """

    reserves: tuple[Reserve, ...]
    irreplaceable: tuple[Irreplaceable, ...]
    short: tuple[str, ...]
    value: int
    cover: int
    proof: Proof
    seed: str = ""

    @property
    def order(self) -> tuple[str, ...]:
        return tuple(one.applicant for one in self.reserves)


@dataclass(frozen=True, slots=True)
class Refill:
    """The cohort after withdrawals: who stays, who joined, and the rules that had to give, if any.

    ``from_list``: one vacancy, filled by the first on the list that keeps every rule. Else the seats were filled anew
    with those who accepted fixed. ``members`` is empty where not even moved rules leave a cohort.
    """

    members: tuple[str, ...]
    joined: tuple[str, ...]
    withdrawn: tuple[str, ...]
    from_list: bool
    relaxation: Relaxation | None
    proof: Proof
