"""Sentences about a cohort: who is in, who is not and why, and what stands in the way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tessera.commands.words import capital, counted, listed, money, points, shortened

if TYPE_CHECKING:
    from tessera.solvers.cohort.answers import Change, Conflict, Count, Limit, Move, Relaxation, Waitlist, Why, WhyNot
    from tessera.solvers.cohort.check import Broken
    from tessera.solvers.cohort.model import Cap, Quota, Rules, Share


class Speaker:
    """Speaks about one pool under one set of rules; ``names`` are people's names by id, as far as there are any."""

    def __init__(self, rules: Rules, seats: int, names: dict[str, str]) -> None:
        self._limits: dict[str, Quota | Share | Cap] = {
            **{quota.name: quota for quota in rules.quotas},
            **{share.name: share for share in rules.shares},
            **{cap.name: cap for cap in rules.caps},
        }
        self._rules = rules
        self._seats = seats
        self._names = names

    def who(self, one: str) -> str:
        """A person by name and id."""
        return f"{self._names[one]} ({one})" if one in self._names else one

    def all(self, people: Sequence[str]) -> str:
        return shortened([self.who(one) for one in people])

    def limit(self, limit: Limit) -> str:
        """One limit as a noun: “region AFR” (at least 1)."""
        kind = str(limit.kind)
        if kind == "size":
            return f"the {counted(self._seats, 'seat')}"
        if kind == "budget":
            return f"the budget ({money(self._rules.budget.at_most)})" if self._rules.budget else "the budget"
        if kind == "include":
            return f"that {self.who(limit.name)} must be in" if limit.name else "those who must be in"
        if kind == "exclude":
            return f"that {self.who(limit.name)} must not be in" if limit.name else "those who must not be in"
        if kind in ("score-missing", "score-low", "cost-missing"):
            return f"{self.who(limit.name)}: {SET_ASIDE[kind]}" if limit.name else SET_ASIDE[kind]
        rule = self._limits.get(limit.name)
        lower = str(limit.side) == "lower"
        number = getattr(rule, "at_least" if lower else "at_most", None) if rule is not None else None
        if kind == "cap" and limit.value:
            number = getattr(rule, "but", {}).get(limit.value, number)
        per_cent = " per cent" if kind == "share" else ""
        group = f" for {limit.value}" if limit.value else ""
        said = f" ({'at least' if lower else 'at most'} {number}{per_cent})" if number is not None else ""
        return f"“{limit.name}”{group}{said}"

    def limits(self, limits: Sequence[Limit]) -> str:
        return listed(list(dict.fromkeys(self.limit(one) for one in limits)))

    def move(self, move: Move) -> str:
        """One limit moved, as a thing to do."""
        limit, kind = move.limit, str(move.limit.kind)
        if kind == "include":
            return f"do not insist on {self.who(limit.name)}"
        if kind == "exclude":
            return f"let {self.who(limit.name)} be considered"
        if kind == "score-low" and move.after is not None:
            return f"lower the entry from {points(move.before or 0)} to {points(move.after)}"
        if kind in ("score-missing", "score-low", "cost-missing"):
            return f"let {self.who(limit.name)} be considered all the same ({SET_ASIDE[kind]})"
        if kind == "budget":
            return f"raise the budget from {money(move.before or 0)} to {money(move.after or 0)}"
        if kind == "size":
            return f"have {move.after} seats instead of {move.before}"
        side = "at least" if str(limit.side) == "lower" else "at most"
        group = f" for {limit.value}" if limit.value else ""
        per_cent = " per cent" if kind == "share" else ""
        if move.after is None:
            return f"drop “{limit.name}”{group} ({side} {move.before}{per_cent})"
        if move.before is None:
            return f"set “{limit.name}”{group} to {side} {move.after}{per_cent}"
        return f"ask for {side} {move.after}{per_cent} instead of {move.before} in “{limit.name}”{group}"

    def relaxation(self, relaxation: Relaxation) -> str:
        return f"{capital(listed([self.move(one) for one in relaxation.moves]))}."

    def instead(self, join: Sequence[str], leave: Sequence[str]) -> str:
        """Who is in when somebody is not: “A4 would come in instead”."""
        if not join:
            return ""
        also = f", and {self.all(leave)} leave too" if leave else ""
        return f" ({self.all(join)} would come in instead{also})"

    def in_place_of(self, leave: Sequence[str], join: Sequence[str]) -> str:
        """Who is not in when somebody is: “in place of A3”."""
        if not leave:
            return ""
        return f" ({f'with {self.all(join)}, ' if join else ''}in place of {self.all(leave)})"

    def why(self, why: Why) -> str:
        """Why somebody is in."""
        if why.cost is None:
            if str(why.proof.status) != "infeasible":
                return "Selected. What a cohort without this person is worth was not found in the time allowed."
            needed = f": {self.limits(why.needed_for)} cannot be kept otherwise" if why.needed_for else ""
            return f"Selected, since no cohort without this person keeps the rules{needed}."
        if why.penalty > 0:
            return f"Selected: without this person the soft rules would be missed by {why.penalty} more."
        instead = self.instead(why.join, why.leave)
        if why.cost == 0:
            return f"Selected by ticket: a cohort without this person is as good{instead}."
        return f"Selected: without this person the best cohort has {points(why.cost)} less{instead}."

    def why_not(self, why: WhyNot) -> tuple[str, ...]:
        """Why somebody is not in, then what would change it, a sentence each."""
        return (self.reason(why), *self._ways_in(why))

    def reason(self, why: WhyNot) -> str:
        """Why somebody is not in, in one sentence."""
        reason = str(why.reason)
        place = self.in_place_of(why.leave, why.join)
        if reason == "tied":
            return f"Not selected by ticket: a cohort with this person is as good{place}."
        if reason == "outscored":
            return f"Not selected: with this person the best cohort has {points(why.cost or 0)} less{place}."
        if reason == "soft":
            return f"Not selected: with this person the soft rules are missed by {why.penalty} more."
        if reason == "impossible":
            core = (
                f": {self.limits(why.conflict.core)} cannot all be kept" if why.conflict and why.conflict.core else ""
            )
            return f"Not selected: no cohort with this person keeps the rules{core}."
        if reason == "set-aside":
            return f"Not considered: {SET_ASIDE.get(str(why.set_aside), 'set aside')}."
        if reason == "excluded":
            return "Not considered: the rules leave this person out by name."
        return "Not selected. What a cohort with this person is worth was not found in the time allowed."

    def _score_wanted(self, why: WhyNot) -> str:
        """Of somebody without enough of a score: what score would do."""
        if why.conflict is not None:
            return f"No score would do: with this person {self.limits(why.conflict.core)} cannot all be kept."
        if why.penalty > 0:
            return f"No score would do: with this person the soft rules are missed by {why.penalty} more."
        if why.ties_at is None:
            return "With any score this person would be certain of a place." if why.penalty < 0 else ""
        place = self.in_place_of(why.leave, why.join)
        if why.certain_above is not None and why.certain_above < why.ties_at:
            return f"With a score of {points(why.ties_at)}, the entry, this person would be certain of a place{place}."
        more = "" if why.certain_above is None else ", with more be certain of a place"
        return f"With a score of {points(why.ties_at)} this person would tie{place}{more}."

    def _ways_in(self, why: WhyNot) -> tuple[str, ...]:
        if str(why.reason) == "set-aside":
            said = [self._score_wanted(why), *(self._change(one) for one in why.changes)]
            return tuple(one for one in said if one)
        said = []
        if why.ties_at is not None and why.cost:
            above = (
                ""
                if why.certain_above is None
                else f", with more than {points(why.certain_above)} be certain of a place"
            )
            said.append(f"With a score of {points(why.ties_at)} this person would tie{above}.")
        elif str(why.reason) == "tied" and why.certain_above is not None:
            said.append(f"With a score above {points(why.certain_above)} this person would be certain of a place.")
        said += [self._change(one) for one in why.changes]
        if why.conflict is not None:
            said += [f"A way in: {self.relaxation(one)}" for one in why.conflict.relaxations[:3]]
        if why.for_whom:
            said.append(f"This person could take the place of {self.all(why.for_whom)} with every rule kept.")
        return tuple(said)

    def _change(self, change: Change) -> str:
        end = "be certain of a place" if change.certain else "be in one of the best cohorts"
        return f"{capital(self.move(change.move))}, and this person would {end}."

    def count(self, count: Count) -> str:
        """What counting alone shows; the codes are those of `tessera.solvers.cohort.counts`."""
        need, have = count.need, count.have
        of = {kind: [one for one in count.limits if str(one.kind) == kind] for kind in ("size", "include", "budget")}
        rules = self.limits([one for one in count.limits if str(one.kind) not in ("size", "include")])
        pinned = self.all([one.name for one in of["include"]])
        if count.code == "included-and-excluded":
            return f"{pinned} must be in and must not be in."
        if count.code == "too-few-people":
            why = f" ({rules})" if rules else ""
            return (
                f"There are {counted(need, 'seat')} and only {counted(have, 'person', 'people')} to choose from{why}."
            )
        if count.code == "too-many-included":
            return f"{need} people must be in, and there are {counted(have, 'seat')}."
        if count.code == "crossed":
            return f"{capital(rules)} cross: at least {need} and at most {have} cannot both be."
        if count.code == "minima-above-seats":
            return f"{capital(rules)} ask together for {need} people, and there are {counted(have, 'seat')}."
        if count.code == "maxima-below-seats":
            return f"{capital(rules)} leave room for {have} people, and there are {counted(need, 'seat')}."
        if count.code == "included-break":
            amounts = (money(need), money(have)) if of["budget"] else (str(need), str(have))
            return f"Those who must be in ({pinned}) come to {amounts[0]}, more than the {amounts[1]} of {rules}."
        if count.code == "too-costly":
            return f"The least that {counted(self._seats, 'seat')} can cost is {money(need)}: more than {rules}."
        if of["size"]:
            return f"{capital(rules)} needs {need}, and there are {counted(have, 'seat')}."
        return f"{capital(rules)} needs {need}, and {counted(have, 'such person', 'such people')} can be considered."

    def broken(self, one: Broken) -> str:
        """One thing that does not hold in a record."""
        rule = self.limit(one.limit) if one.limit is not None else "a limit"
        said = {
            "members": f"there are {one.found} members for {one.want} seats",
            "order": "the members do not stand in the order of their ids",
            "unknown-member": f"{one.who} is not in the pool",
            "twice": "somebody is a member twice",
            "lower": f"{rule} is not reached: {one.found}",
            "upper": f"{rule} is passed: {one.found}",
            "included": f"{one.who or rule} must be in and is not",
            "excluded": f"{one.who or rule} must not be in and is",
            "not-selectable": f"{one.who} may not be selected",
            "value": f"the members’ scores come to {one.want}, not to {one.found} (thousandths of a point)",
            "penalty": f"what is missed of the soft rules comes to {one.want}, not to {one.found}",
            "bound": "value and bound do not fit what is claimed",
            "shortfalls": "what is told of the soft rules that are missed does not follow from the members",
            "unscored": "the members told to have no score are not those without one",
            "set-aside": "the people told to be set aside are not those whom the rules keep out",
            "digest": "the SHA-256 is not that of this record: something was changed after it was written",
            "input": "pool or rules are not those of which the selection was made",
            "text": "the text was changed after it was written",
        }
        return f"  - {capital(said.get(one.code, one.code.replace('-', ' ')))}."

    def reserve(self, waiting: Waitlist | None, asked: int, heading: str = "Reserve list") -> tuple[str, ...]:
        """Who waits, and how sure that is; nothing where no list was asked for."""
        if waiting is None:
            return ("The time was up before a reserve list was worked out: there is none.",) if asked else ()
        status = str(waiting.proof.status)
        if status == "unknown":
            return ("No reserve list was found in the time allowed; that nobody could step in is not proven.",)
        said = f"{heading}: {self.all(waiting.order) or 'nobody could step in'}."
        if status == "optimal":
            return (said,)
        return (said, "The time was up: a better reserve list may exist, and one that covers more members.")

    def conflict(self, conflict: Conflict) -> tuple[str, ...]:
        """Why there is no cohort, and the cheapest ways out."""
        said = ["No cohort keeps all these rules."]
        if conflict.core and not (conflict.counts and {str(one.kind) for one in conflict.core} == {"size"}):
            which = "These cannot hold together" if conflict.minimal else "Among these something cannot hold together"
            said.append(f"{which}: {self.limits(conflict.core)}.")
        said += [self.count(one) for one in conflict.counts]
        if conflict.relaxations:
            said.append("Any one of these changes makes a cohort possible:")
            said += [f"  - {self.relaxation(one)}" for one in conflict.relaxations]
            if not conflict.complete:
                said.append("  There may be other ways.")
        elif conflict.complete:
            entry = " and no lower entry" if self._rules.score_at_least is not None else ""
            said.append(f"No change of the limits{entry} helps.")
        return tuple(said)


SET_ASIDE = {
    "score-missing": "there is no score",
    "score-low": "the score is below the entry",
    "cost-missing": "there is no cost, and the rules have a budget",
}
