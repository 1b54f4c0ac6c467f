"""``tessera cohort``: the best cohort under the rules, from a spreadsheet."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tessera.commands import cohortrefill, pools
from tessera.commands.gauges import gauges
from tessera.commands.solving import Answer, add_common, give, proof_table, search, whole
from tessera.commands.sound import conflict_of, require_sound
from tessera.commands.tables.kinds import amount, in_points
from tessera.commands.tables.writing import Result
from tessera.commands.words import counted, points, proven
from tessera.commands.words.cohort import SET_ASIDE, Speaker

if TYPE_CHECKING:
    from tessera.solvers.cohort.answers import Conflict, Price, Selection, Waitlist, Why, WhyNot
    from tessera.solvers.cohort.check import Broken
    from tessera.solvers.cohort.selection import Optima
    from tessera.solvers.watch import Watch

REASONS = 60
OPTIMA = 1000


def optima_at_most(text: str) -> int:
    """How many cohorts are listed at most."""
    number = whole(text)
    if not 1 <= number <= OPTIMA:
        msg = f"“{text}” is not a whole number from 1 to {OPTIMA}"
        raise argparse.ArgumentTypeError(msg)
    return number


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "cohort",
        help="choose the best cohort under rules, from files",
        description="Choose the people with the highest scores that keep every rule, with a proof that no better cohort "
        "exists, a reserve list, and the reason for each person. Needs no database.",
    )
    pools.add_files(parser)
    parser.add_argument(
        "--explain",
        action="append",
        default=[],
        metavar="ID",
        help="say why this person is in or not (may be repeated)",
    )
    parser.add_argument(
        "--reasons",
        type=whole,
        default=REASONS,
        metavar="N",
        help="work out the exact reason for N people: members first, then by score (default: %(default)s)",
    )
    parser.add_argument(
        "--prices", action="store_true", help="add a table of what each rule costs in points: moved by one, and dropped"
    )
    parser.add_argument(
        "--optima",
        type=optima_at_most,
        metavar="N",
        help=f"list every cohort that is as good, at most N (1 to {OPTIMA})",
    )
    parser.add_argument(
        "--record", type=Path, metavar="FILE", help="write the record that “tessera verify-selection” checks"
    )
    parser.add_argument(
        "--withdrawn",
        type=cohortrefill.ids,
        action="extend",
        default=[],
        metavar="ID[,ID]",
        help="fill the places of these from the reserve list, like for like; everybody else stays",
    )
    add_common(parser, seed="decides ties, with the ids (default: the rules’ own, else none)")
    parser.set_defaults(run=run)


@dataclass(slots=True)
class _Found:
    selection: Selection
    waiting: Waitlist | None
    reasons: dict[str, Why | WhyNot]
    conflict: Conflict | None
    prices: tuple[Price, ...] | None = None
    optima: Optima | None = None


def run(arguments: argparse.Namespace) -> int:
    if arguments.withdrawn:
        cohortrefill.refuse_beside(arguments)
    task = pools.asked_task(arguments)
    if arguments.seed is not None:
        task = replace(task, seed=arguments.seed)
    if arguments.withdrawn:
        return _filled(arguments, task)
    found = search(
        lambda watch: _search(task, arguments.explain, arguments.reasons, arguments.prices, watch, arguments.optima),
        arguments.time_limit,
    )
    speaker = Speaker(task.rules, task.seats, task.names)
    if not found.selection.found:
        return give(arguments, "cohort", _none(task, found, speaker))
    beside = {arguments.record: _record(task, found.selection)} if arguments.record else None
    return give(arguments, "cohort", _answer(task, found, speaker, arguments.explain), beside=beside)


def _filled(arguments: argparse.Namespace, task: pools.CohortTask) -> int:
    fill = cohortrefill.work(task, arguments.withdrawn)

    def work(watch: Watch) -> cohortrefill.Filled | _Found:
        found = fill(watch)
        return found if isinstance(found, cohortrefill.Filled) else _nothing(task, found, watch)

    filled = search(work, arguments.time_limit)
    if isinstance(filled, _Found):
        return give(arguments, "cohort", _none(task, filled, Speaker(task.rules, task.seats, task.names)))
    return give(arguments, "cohort", cohortrefill.answer(task, filled, arguments.withdrawn))


def _nothing(task: pools.CohortTask, selection: Selection, watch: Watch) -> _Found:
    """A selection of nobody; where that none exists is proven, with the reasons."""
    infeasible = str(selection.proof.status) == "infeasible"
    return _Found(selection, None, {}, conflict_of(task, watch) if infeasible else None)


def _search(
    task: pools.CohortTask, asked: list[str], reasons: int, priced: bool, watch: Watch, most: int | None
) -> _Found:
    from tessera.solvers.cohort.check import check
    from tessera.solvers.cohort.claims import check_reason, check_waitlist
    from tessera.solvers.cohort.explaining import Explainer
    from tessera.solvers.cohort.selection import optima, prices, select
    from tessera.solvers.cohort.waiting import waitlist

    selection = select(task.pool, task.rules, task.seats, seed=task.seed, watch=watch)
    if not selection.found:
        return _nothing(task, selection, watch)
    require_sound("The cohort", check(task.pool, task.rules, selection))
    equals = None
    if most is not None and str(selection.proof.status) == "optimal":
        equals = optima(task.pool, task.rules, selection, most, watch=watch)
        for members in equals.cohorts:
            require_sound("A cohort that is as good", _not_as_good(task, selection, members))
    waiting = None
    if task.reserve and not watch.over:
        waiting = waitlist(task.pool, task.rules, selection, task.reserve, task.cover, watch=watch)
        require_sound("The reserve list", check_waitlist(task.pool, task.rules, selection, waiting))
    found: dict[str, Why | WhyNot] = {}
    wanted = list(dict.fromkeys([*asked, *_in_turn(task, selection, reasons)]))
    if wanted:
        explainer = Explainer(task.pool, task.rules, selection, watch=watch)
        for number, one in enumerate(wanted):
            if watch.over and one not in asked:
                break
            watch.say("reasons", done=number, of=len(wanted))
            found[one] = explainer.of(one)
            require_sound("A reason", check_reason(task.pool, task.rules, selection, found[one]))
    told = prices(task.pool, task.rules, selection, watch=watch) if priced else None
    return _Found(selection, waiting, found, None, told, equals)


def _not_as_good(task: pools.CohortTask, selection: Selection, members: tuple[str, ...]) -> Iterator[Broken]:
    """What a cohort that is called as good breaks, or that it is worth something else; it may miss other wishes as much."""
    from tessera.solvers.cohort.check import check

    found = check(task.pool, task.rules, replace(selection, members=members))
    yield from (one for one in found if one.code not in ("shortfalls", "unscored"))


def _in_turn(task: pools.CohortTask, selection: Selection, most: int) -> list[str]:
    """Whose reason is worked out without being asked for: members, then the others, best score first."""
    members = set(selection.members)
    considered = {one.applicant for one in selection.set_aside} | task.rules.exclude
    people = [one for one in task.pool.applicants if one.id not in considered]
    people.sort(key=lambda one: (one.id not in members, one.score is None, -(one.score or 0), one.id))
    return [one.id for one in people[:most]]


def _none(task: pools.CohortTask, found: _Found, speaker: Speaker) -> Answer:
    """There is no cohort, or none was found."""
    proof = proof_table(found.selection.proof)
    if found.conflict is None:
        said = ("No cohort was found in the time allowed; that none exists is not proven.",)
        return Answer(False, (*said, *task.notes), (proof,))
    ways = tuple(
        (number, speaker.relaxation(one), one.price, one.members)
        for number, one in enumerate(found.conflict.relaxations, start=1)
    )
    tables = (Result("ways out", ("number", "change", "price", "cohort"), ways), proof)
    return Answer(False, (*speaker.conflict(found.conflict), *task.notes), tables)


def _answer(task: pools.CohortTask, found: _Found, speaker: Speaker, asked: list[str]) -> Answer:
    selection = found.selection
    sentences = [
        _headline(task, selection),
        proven(str(selection.proof.status), selection.proof.gap, points(int(selection.proof.gap or 0))),
        *_ties(selection),
        *_equals(found),
        *(f"Not met, though wished: {speaker.limit(one.limit)}, by {one.by}." for one in selection.shortfalls),
        *_waiting(task, found.waiting, speaker),
        *task.notes,
    ]
    for one in dict.fromkeys(asked):
        why = found.reasons[one]
        sentences.append(f"{speaker.who(one)}: {' '.join(_said(why, speaker))}")
    gauge = gauges(task.pool, task.rules, selection.members)
    tables = (
        Result("people", ("id", "name", "decision", "score", "cost", "reason"), tuple(_people(task, found, speaker))),
        _reserve(task, found.waiting),
        gauge,
        *([_optima(found)] if found.optima is not None else []),
        *([_prices(found.prices, speaker)] if found.prices is not None else []),
        proof_table(selection.proof),
        *([proof_table(found.waiting.proof, name="proof of the reserve")] if found.waiting is not None else []),
    )
    return Answer(True, tuple(sentences), tables)


def _headline(task: pools.CohortTask, selection: Selection) -> str:
    people = counted(len(selection.members), "person", "people")
    return f"{people} selected of {len(task.pool)}, {points(selection.value or 0)} together."


def _ties(selection: Selection) -> tuple[str, ...]:
    if selection.ties_possible is None:
        return ("Whether another cohort is as good was not found in the time allowed.",)
    if not selection.ties_possible:
        return ("No other cohort is as good.",)
    seed = f"the seed “{selection.seed}”" if selection.seed else "an empty seed"
    return (f"Another cohort is as good: tickets drawn from {seed} and the ids decided.",)


def _equals(found: _Found) -> tuple[str, ...]:
    """How many cohorts are as good; nothing where that was not asked, or the cohort itself is not proven best."""
    if found.optima is None:
        return ()
    count = counted(len(found.optima.cohorts), "cohort is best", "cohorts are equally best")
    if found.optima.complete:
        return (f"{count}; all are listed.",)
    return (f"{count} of those found; there may be more (ask with a larger --optima, or for more time).",)


def _optima(found: _Found) -> Result:
    cohorts = found.optima.cohorts if found.optima else ()
    rows = tuple((n, members == found.selection.members, members) for n, members in enumerate(cohorts, start=1))
    return Result("equals", ("number", "selected", "people"), rows)


def _waiting(task: pools.CohortTask, waiting: Waitlist | None, speaker: Speaker) -> tuple[str, ...]:
    said = list(speaker.reserve(waiting, task.reserve))
    if waiting is None:
        return tuple(said)
    said += [
        f"Nobody can replace {speaker.who(one.member)} alone: {speaker.limits(one.limits)} would be broken."
        if one.limits
        else f"Nobody can replace {speaker.who(one.member)} alone; the rule that makes it so was not found in the time allowed."
        for one in waiting.irreplaceable
    ]
    if waiting.short and str(waiting.proof.status) == "optimal":
        said.append(f"The list is too short to cover {speaker.all(waiting.short)} as often as asked.")
    return tuple(said)


def _said(why: Why | WhyNot, speaker: Speaker) -> tuple[str, ...]:
    from tessera.solvers.cohort.answers import WhyNot

    return speaker.why_not(why) if isinstance(why, WhyNot) else (speaker.why(why),)


def _people(task: pools.CohortTask, found: _Found, speaker: Speaker) -> Iterator[tuple[Any, ...]]:
    """Members, then the reserve list in its order, then the others; each by score."""
    members = set(found.selection.members)
    place = {one: number for number, one in enumerate(found.waiting.order if found.waiting else (), start=1)}
    aside = {one.applicant: str(one.why) for one in found.selection.set_aside}

    def turn(one: Any) -> tuple[Any, ...]:
        return (one.id not in members, place.get(one.id, len(place) + 1), one.score is None, -(one.score or 0), one.id)

    for one in sorted(task.pool.applicants, key=turn):
        decision = "selected" if one.id in members else "reserve" if one.id in place else "not selected"
        why = found.reasons.get(one.id)
        if why is not None:
            reason = " ".join(_said(why, speaker))
        elif one.id in members:
            reason = f"Selected. The exact reason: --explain {one.id}"
        elif one.id in aside:
            reason = f"Not considered: {SET_ASIDE[aside[one.id]]}."
        elif one.id in task.rules.exclude:
            reason = "Not considered: the rules leave this person out by name."
        else:
            reason = f"Not selected. The exact reason: --explain {one.id}"
        yield (
            one.id,
            task.names.get(one.id),
            f"reserve {place[one.id]}" if decision == "reserve" else decision,
            in_points(one.score),
            None if one.cost is None else amount(one.cost),
            reason,
        )


def _reserve(task: pools.CohortTask, waiting: Waitlist | None) -> Result:
    scores = {one.id: one.score for one in task.pool.applicants}
    rows = tuple(
        (number, one.applicant, task.names.get(one.applicant), in_points(scores[one.applicant]), one.steps_in_for)
        for number, one in enumerate(waiting.reserves if waiting else (), start=1)
    )
    return Result("reserve", ("place", "id", "name", "score", "steps in for"), rows)


def _prices(told: Iterable[Price], speaker: Speaker) -> Result:
    """What each rule costs; empty where the time did not suffice."""
    rows = tuple((speaker.limit(one.limit), one.at_limit, in_points(one.step), in_points(one.dropped)) for one in told)
    return Result("prices", ("rule", "at its limit", "points if moved by one", "points without it"), rows)


def _record(task: pools.CohortTask, selection: Selection) -> str:
    from tessera.solvers.cohort.record import record

    return record(task.pool, task.rules, selection)
