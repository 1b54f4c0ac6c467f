"""Why somebody is in, why not, and what would change it. Every answer is an exact re-solve."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from tessera.solvers.cohort.answers import (
    Change,
    Conflict,
    Kind,
    Limit,
    Move,
    Reason,
    Selection,
    Side,
    Why,
    WhyNot,
)
from tessera.solvers.cohort.diagnosing import core_of
from tessera.solvers.cohort.documents import digest_of
from tessera.solvers.cohort.loosening import Loosened, Loosening
from tessera.solvers.cohort.model import SCORE_MOST, Pool, Rules
from tessera.solvers.cohort.replacements import replacements
from tessera.solvers.cohort.rows import Rows, rows_of
from tessera.solvers.cohort.selection import SOLVER, named, numbered
from tessera.solvers.cohort.stages import Hint, Standing, penalty_of, standing
from tessera.solvers.cohort.system import prove
from tessera.solvers.linear import Ints
from tessera.solvers.proof import Proof, Status, solver_version
from tessera.solvers.watch import Watch


def explain(
    pool: Pool,
    rules: Rules,
    selection: Selection,
    applicant: str,
    *,
    changes: bool = True,
    changes_at_most: int | None = None,
    time_limit: float = math.inf,
    watch: Watch | None = None,
) -> WhyNot | Why:
    """Why this person is a member (`Why`) or not (`WhyNot`). Raises KeyError for an unknown id, ValueError where there is no cohort.

    ``changes`` are single limits that would bring the person in: all of them, or so many of the cheapest as
    ``changes_at_most`` says; to find all takes longer than all the rest. For many people of one selection make one
    `Explainer`, which finds the common ground once.
    """
    return Explainer(pool, rules, selection, time_limit=time_limit, watch=watch).of(
        applicant, changes=changes, at_most=changes_at_most
    )


class Explainer:
    """Explanations of one selection. The time limit is for all of them together."""

    def __init__(
        self,
        pool: Pool,
        rules: Rules,
        selection: Selection,
        *,
        time_limit: float = math.inf,
        watch: Watch | None = None,
    ) -> None:
        if not selection.members:
            raise ValueError("There is no cohort to explain.")
        self.pool = pool
        self.rules = rules
        self.selection = selection
        self.watch = watch or Watch(time_limit)
        self.rows = rows_of(pool, rules, selection.size)
        self.members = numbered(self.rows, selection.members)
        self.digest = digest_of(pool, rules, selection.size)
        self.aside = {one.applicant: one for one in self.rows.set_aside}

    def of(self, applicant: str, *, changes: bool = True, at_most: int | None = None) -> WhyNot | Why:
        """Of the changes at most so many, the cheapest; None: all."""
        at = self.rows.ids.index(applicant) if applicant in self.rows.ids else -1
        if at < 0:
            raise KeyError(applicant)
        return self._why(at) if at in self.members else self._why_not(at, changes, at_most)

    def _why(self, at: int) -> Why:
        without = self._nearer(standing(self.rows.with_pins(exclude=[at]), self.watch, self._hint(at)), at)
        name = self.rows.ids[at]
        if without.status == Status.INFEASIBLE:
            return Why(name, self._proof(without), needed_for=self._core(exclude=name))
        if not self._is_proven(without) or without.value is None or self.selection.value is None:
            return Why(name, self._proof(without))
        return Why(
            name,
            self._proof(without),
            cost=self.selection.value - without.value,
            penalty=(without.penalty or 0) - (self.selection.penalty or 0),
            value=without.value,
            members=named(self.rows, without.people),
            leave=self._left(without.people, at),
            join=self._joined(without.people),
        )

    def _why_not(self, at: int, wanted: bool, at_most: int | None) -> WhyNot:
        name = self.rows.ids[at]
        if name in self.aside:
            return self._set_aside(at, self.aside[name].why, wanted)
        rows = self.rows.with_pins(include=[at])
        within = self._nearer(standing(rows, self.watch, self._hint(at)), at)
        excluded = name in self.rules.exclude
        if within.status == Status.INFEASIBLE:
            reason = Reason.EXCLUDED if excluded else Reason.IMPOSSIBLE
            proof = self._proof(within)
            core = () if excluded else self._core(include=name)
            conflict = None if excluded else Conflict(core, (), proof)
            changes = self._changes(at, rows, None, at_most, core) if wanted and not excluded else ()
            return WhyNot(name, reason, proof, conflict=conflict, changes=changes)
        if not self._is_proven(within) or within.value is None or self.selection.value is None:
            return WhyNot(name, Reason.EXCLUDED if excluded else Reason.UNKNOWN, self._proof(within))
        cost = self.selection.value - within.value
        penalty = (within.penalty or 0) - (self.selection.penalty or 0)
        if excluded:
            reason = Reason.EXCLUDED
        elif penalty > 0:
            reason = Reason.SOFT
        else:
            reason = Reason.TIED if cost == 0 else Reason.OUTSCORED
        ties = int(self.rows.score[at]) + cost if reason in (Reason.OUTSCORED, Reason.TIED) else None
        if ties is not None and ties > SCORE_MOST:  # no score is so high
            ties = None
        ours = not excluded
        return WhyNot(
            name,
            reason,
            self._proof(within),
            cost=cost,
            penalty=penalty,
            ties_at=ties,
            certain_above=_above(ties),
            value=within.value,
            members=named(self.rows, within.people),
            leave=self._left(within.people),
            join=self._joined(within.people, at),
            changes=self._changes(at, rows, within, at_most) if wanted and ours and reason != Reason.TIED else (),
            for_whom=self._for_whom(at) if ours else (),
        )

    def _set_aside(self, at: int, why: Kind, wanted: bool) -> WhyNot:
        """Kept out by a rule; for want of score, what score would do, and whether a lower entry alone would.

        Only where nothing else keeps this person out: no cost under a budget, no pin.
        """
        name = self.rows.ids[at]
        proof = Proof(Status.INFEASIBLE, None, None, "rule", "", 0.0, self.digest)
        told = WhyNot(name, Reason.SET_ASIDE, proof, set_aside=why)
        person = self.pool.applicants[at]
        costless = person.cost is None and self.rules.budget is not None
        if why not in (Kind.SCORE_LOW, Kind.SCORE_MISSING) or costless or name in self.rules.exclude:
            return told
        within = self._nearer(standing(self.rows.with_pins(include=[at]), self.watch, self._hint(at)), at)
        if within.status == Status.INFEASIBLE:
            return replace(told, conflict=Conflict(self._core(include=name), (), self._proof(within)))
        if not self._is_proven(within) or within.value is None or self.selection.value is None:
            return told
        cost = self.selection.value - within.value
        penalty = (within.penalty or 0) - (self.selection.penalty or 0)
        told = replace(
            told,
            cost=cost,
            penalty=penalty,
            value=within.value,
            members=named(self.rows, within.people),
            leave=self._left(within.people),
            join=self._joined(within.people, at),
        )
        if penalty > 0:  # no score makes up for a soft rule
            return told
        entry = self.rules.score_at_least
        ties = int(self.rows.score[at]) + cost if penalty == 0 else -SCORE_MOST  # less penalty comes before any score
        if entry is not None:
            told = replace(told, ties_at=max(ties, entry), certain_above=_above(max(ties, entry - 1)))
        elif penalty == 0:
            told = replace(told, ties_at=ties, certain_above=_above(ties))
        if told.ties_at is not None and told.ties_at > SCORE_MOST:
            told = replace(told, ties_at=None, certain_above=None)
        lower = self._lower_entry(at) if wanted and why == Kind.SCORE_LOW else None
        return told if lower is None else replace(told, changes=(lower,))

    def _lower_entry(self, at: int) -> Change | None:
        """The entry at this person's score, where that alone brings the person into a best cohort: others come in reach too."""
        entry, score = self.rules.score_at_least, self.pool.applicants[at].score
        if entry is None or score is None:
            return None
        lower = rows_of(self.pool, replace(self.rules, score_at_least=score), self.selection.size)
        inside = standing(lower.with_pins(include=[at]), self.watch, Hint(self.members))
        other = standing(lower.with_pins(exclude=[at]), self.watch, Hint(self.members))
        settled = (Status.OPTIMAL, Status.INFEASIBLE)
        if inside.status != Status.OPTIMAL or inside.value is None or other.status not in settled:
            return None
        if other.value is not None and _rank(inside) < _rank(other):
            return None
        certain = other.value is None or _rank(inside) > _rank(other)
        return Change(Move(Limit(Kind.SCORE_LOW, "", Side.LOWER), entry, score, 1), 1, inside.value, certain)

    def _nearer(self, found: Standing, at: int) -> Standing:
        """The same with people of equal scores changed back where the rules allow it: an exchange for nothing is no reason."""
        rows, inside = self.rows, set(found.people.tolist())
        score = rows.score.tolist()
        for new in sorted(inside - set(self.members) - {at}):
            for old in sorted(set(self.members) - inside - {at}):
                if score[old] != score[new]:
                    continue
                people = np.array(sorted(inside - {new} | {old}), dtype=np.int64)
                over = rows.load(people) > rows.most
                if not over[rows.weight == 0].any() and penalty_of(rows, people) == found.penalty:
                    inside, found = set(people.tolist()), replace(found, people=people)
                    break
        return found

    def _is_proven(self, other: Standing) -> bool:
        """Whether the difference between the selection and another cohort is one between two that are proven best."""
        return self.selection.proof.status == other.status == Status.OPTIMAL

    def _for_whom(self, at: int) -> tuple[str, ...]:
        able = replacements(self.rows, np.array(self.members, dtype=np.int64), only=np.array([at], dtype=np.int64))
        return tuple(self.rows.ids[one] for one, people in zip(sorted(self.members), able, strict=True) if len(people))

    def _changes(
        self, at: int, rows: Rows, within: Standing | None, at_most: int | None, core: tuple[Limit, ...] = ()
    ) -> tuple[Change, ...]:
        """Limits that, looser by one step, bring this person into a best cohort: by price, then by value.

        Where nobody can have this person as the rules are, only a limit of the ``core`` can help.
        """
        blamed = {_side(one) for one in core}
        terms = [
            term
            for term in range(1, len(rows.terms))
            if (not blamed or _side(rows.terms[term].limit) in blamed) and self._may_help(rows, term, within)
        ]
        told: list[Change] = []
        for price in sorted({rows.terms[term].price for term in terms}):
            cheap = [term for term in terms if rows.terms[term].price == price]
            for one in self._loosened(at, cheap, within):
                step = rows.terms[one.term]
                move = Move(step.limit, step.written, rows.after(one.term, 1), 1)
                told.append(Change(move, price, one.value, one.certain))
                if len(told) == at_most:
                    break
            if len(told) == at_most:
                break
        return tuple(sorted(told, key=lambda one: (one.price, -one.value, one.move.limit)))

    def _loosened(self, at: int, terms: list[int], within: Standing | None) -> Iterator[Loosened]:
        """Those of these limits that do it, as they are found."""
        goal = self._goal
        if goal is not None:
            like = within.proof if within is not None and within.penalty == 0 else None
            yield from Loosening(self.rows, at, goal, self.members, like, self.watch).of(terms)
            return
        for term in terms:  # the selection misses soft rules: less penalty comes before more value
            if self.watch.over:
                return
            inside = self._reaching(self.rows.moved(term, 1).with_pins(include=[at]), within)
            if inside.status != Status.OPTIMAL or inside.value is None or not self._reaches(inside):
                continue
            other = self._reaching(self.rows.moved(term, 1).with_pins(exclude=[at]), inside)
            if other.status not in (Status.OPTIMAL, Status.INFEASIBLE):
                continue
            if other.value is None or _rank(inside) >= _rank(other):
                yield Loosened(term, inside.value, other.value is None or _rank(inside) > _rank(other))

    @property
    def _goal(self) -> int | None:
        """What a cohort under looser rules must reach: the selection keeps them too. None where a penalty comes first."""
        return None if self.selection.penalty else self.selection.value

    def _reaching(self, rows: Rows, like: Standing | None) -> Standing:
        near = () if like is None else tuple(like.people.tolist())
        return standing(rows, self.watch, Hint((*self.members, *near)))

    def _reaches(self, inside: Standing) -> bool:
        """The selection itself keeps the looser rules, so nothing below it is best."""
        return _rank(inside) >= (-(self.selection.penalty or 0), self.selection.value or 0)

    def _may_help(self, rows: Rows, term: int, within: Standing | None) -> bool:
        """Whether the bound of the duals with this person in leaves room for the selection's value, one step further."""
        goal = self._goal
        if within is None or within.penalty or goal is None or within.proof is None:
            return True
        looser, proof = rows.moved(term, 1), within.proof
        if looser.value is rows.value:  # what each person is worth stays, so only the limits count
            step = sum(int(proof.duals[row]) * int(looser.most[row] - rows.most[row]) for row in rows.rows_of(term))
            return (proof.total + step) >> proof.digits >= goal
        system = replace(within.system, value=looser.value)
        return within.known is None or prove(system, within.known).whole >= goal

    def _core(self, *, include: str = "", exclude: str = "") -> tuple[Limit, ...]:
        """Limits that cannot hold together once this person must be in, or must not; the pin itself is left out."""
        rules, rows = self.rules, self.rows
        at = rows.ids.index(include or exclude)
        if include:
            pinned = replace(rules, include=rules.include | {include})
            limit = Limit(Kind.INCLUDE, include)
            rows = rows.with_pins(include=[at])
        else:
            pinned = replace(rules, include=rules.include - {exclude}, exclude=rules.exclude | {exclude})
            limit = Limit(Kind.EXCLUDE, exclude)
            rows = rows.with_pins(exclude=[at])
        core = core_of(rows, pinned, self.watch)
        return tuple(one for one in core if (one.kind, one.name) != (limit.kind, limit.name))

    def _hint(self, at: int) -> Hint:
        """The selection's penalty cannot be beaten, unless what is lifted here of this person, a pin or an entry, made it so high."""
        name = self.rows.ids[at]
        pinned = name in self.rules.include | self.rules.exclude or name in self.aside
        return Hint(self.members, penalty=0 if pinned else self.selection.penalty_bound)

    def _left(self, people: Ints, beside: int = -1) -> tuple[str, ...]:
        stay = {*people.tolist(), beside}
        return tuple(self.rows.ids[one] for one in sorted(self.members) if one not in stay)

    def _joined(self, people: Ints, beside: int = -1) -> tuple[str, ...]:
        old = {*self.members, beside}
        return tuple(self.rows.ids[one] for one in sorted(people.tolist()) if one not in old)

    def _proof(self, found: Standing) -> Proof:
        return Proof(
            found.status, found.value, found.bound, SOLVER, solver_version(SOLVER), self.watch.seconds, self.digest
        )


def _side(limit: Limit) -> tuple[Kind, str, Side]:
    """The limit whatever its group."""
    return limit.kind, limit.name, limit.side


def _rank(found: Standing) -> tuple[int, int]:
    """Less penalty first, then more value."""
    return -(found.penalty or 0), found.value or 0


def _above(score: int | None) -> int | None:
    """The score, where there is a higher one."""
    return score if score is not None and score < SCORE_MOST else None
