"""``tessera assign``: who reads which file, from spreadsheets."""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tessera.commands import assignlottery
from tessera.commands.assignlottery import cap
from tessera.commands.failure import CommandFailed
from tessera.commands.reviewfiles import AFFINITY_MOST, AssignmentTask, Paths, Terms, read_assignment
from tessera.commands.solving import Answer, add_common, give, proof_table, reading, require_known, search, whole
from tessera.commands.sound import require_faultless
from tessera.commands.tables.kinds import NotSo, in_points, milli, plain_decimal
from tessera.commands.tables.writing import Result
from tessera.commands.words import counted, points, proven, shortened
from tessera.commands.words.reviews import OBJECTIVES, parts, repair, shortage, who_reads

if TYPE_CHECKING:
    from tessera.solvers.assignment.model import Assignment, Reassignment, Repair
    from tessera.solvers.watch import Watch

TRIED_S = 20.0  # for an assignment once a way out is made


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "assign",
        help="give every file its reviewers, from files",
        description="Give every file its reviewers: languages and conflicts are kept, loads lie between their limits, and "
        "the weakest pair (or the sum) is as good as possible, with a proof. Needs no database.",
    )
    parser.add_argument("files", metavar="FILES", type=Path, help="files to be read, one a row")
    parser.add_argument("reviewers", metavar="REVIEWERS", type=Path, help="reviewers, one a row")
    parser.add_argument("--affinity", metavar="FILE", type=Path, help="how well each reviewer suits each file")
    parser.add_argument("--conflicts", metavar="FILE", type=Path, help="pairs that must not be: file, reviewer")
    parser.add_argument("--current", metavar="FILE", type=Path, help="an assignment to change as little as possible")
    parser.add_argument(
        "--reviews", type=_positive, default=2, metavar="N", help="reviews a file (default: %(default)s)"
    )
    parser.add_argument(
        "--load", type=_range, metavar="LEAST-MOST", help="files a reviewer, where the table does not say"
    )
    parser.add_argument(
        "--objective",
        choices=("weakest-pair", "total", "weakest-file"),
        help="what is made best (default: weakest-pair)",
    )
    parser.add_argument(
        "--per-institution", type=_positive, metavar="N", help="reviewers of one institution for a file"
    )
    parser.add_argument("--per-country", type=_positive, metavar="N", help="reviewers of one country for a file")
    parser.add_argument("--experts", type=whole, default=0, metavar="N", help="reviewers of a file who must be experts")
    parser.add_argument(
        "--expert-from", type=_points, default=0, metavar="AFFINITY", help="from which affinity one is an expert"
    )
    parser.add_argument(
        "--explain", action="append", default=[], metavar="ID", help="say who reads a file, or what a reviewer reads"
    )
    parser.add_argument(
        "--randomise",
        type=cap,
        metavar="CAP",
        help="make a lottery of most expected affinity in which no pair is likelier than CAP (1/2, 0.5 or 50%%)",
    )
    add_common(parser, seed="draws from the lottery of --randomise; the same text draws the same")
    parser.set_defaults(run=run)


def _positive(text: str) -> int:
    number = whole(text)
    if not number:
        msg = f"“{text}” is not a whole number of at least 1"
        raise argparse.ArgumentTypeError(msg)
    return number


def _range(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"(\d{1,6})[-–](\d{1,6})", text, re.ASCII)
    if not found or int(found[1]) > int(found[2]):
        msg = f"“{text}” is not a range like 3-8"
        raise argparse.ArgumentTypeError(msg)
    return int(found[1]), int(found[2])


def _points(text: str) -> int:
    try:
        return int(milli(-AFFINITY_MOST, AFFINITY_MOST)(text))
    except NotSo as problem:
        raise argparse.ArgumentTypeError(str(problem)[:-1]) from None


@dataclass(frozen=True, slots=True)
class _Found:
    assignment: Assignment
    moved: Reassignment | None
    repair: Repair | None
    tried: bool = True


def run(arguments: argparse.Namespace) -> int:
    from tessera.solvers.assignment.model import Rules

    _refuse_together(arguments)
    paths = Paths(arguments.files, arguments.reviewers, arguments.affinity, arguments.conflicts, arguments.current)
    rules = Rules(arguments.experts, arguments.expert_from, arguments.per_institution, arguments.per_country)
    with reading(arguments, paths.all) as faults:
        task = read_assignment(
            paths, Terms(arguments.reviews, arguments.load, rules), faults, ignore=arguments.ignore_column
        )
        if task is not None:
            known = {one.id for one in task.problem.applications} | {one.id for one in task.problem.reviewers}
            require_known(arguments.explain, known, faults, "no file and no reviewer")
    assert task is not None  # noqa: S101  a fault has ended the command
    if arguments.randomise is not None:
        drawn = search(assignlottery.work(task, arguments.randomise, arguments.seed), arguments.time_limit)
        return give(arguments, "assign", assignlottery.answer(task, drawn, arguments.seed, arguments.explain))
    found = search(_work(task, arguments.objective or "weakest-pair"), arguments.time_limit)
    return give(arguments, "assign", _answer(task, found, arguments.explain))


def _refuse_together(arguments: argparse.Namespace) -> None:
    """Options that say two things at once."""
    if arguments.seed is not None and arguments.randomise is None:
        raise CommandFailed("--seed draws from a lottery: say with --randomise how likely a pair may be.", status=2)
    if arguments.randomise is not None:
        for name in ("objective", "current"):
            if getattr(arguments, name) is not None:
                raise CommandFailed(f"--randomise goes for the most expected affinity: leave --{name} out.", status=2)


def _work(task: AssignmentTask, objective: str) -> Callable[[Watch], _Found]:
    def work(watch: Watch) -> _Found:
        from tessera.solvers import assignment as solver
        from tessera.solvers.assignment.check import verify_moves
        from tessera.solvers.assignment.network import TooLarge

        kind = {"weakest-pair": "weakest_pair", "total": "total", "weakest-file": "weakest_application"}[objective]
        moved = None
        try:
            if task.current is not None:
                moved = solver.reassign(task.problem, task.current, watch=watch)
                best = moved.assignment
            else:
                best = solver.solve(task.problem, objective=solver.Objective(kind), watch=watch)
        except solver.InvalidProblem as invalid:
            sentence = " ".join(f"{fault.subject}: {fault.message}." for fault in invalid.faults)
            raise CommandFailed(sentence, status=2) from invalid
        except TooLarge as error:
            raise CommandFailed(f"The numbers are too large: {error}") from error
        shortly = _told_shortly(task, best)
        if moved is not None and task.current is not None:
            faults = verify_moves(task.problem, task.current, replace(moved, assignment=shortly))
        else:
            faults = solver.verify(task.problem, shortly)
        require_faultless("The assignment", faults)
        if str(best.proof.status) == "infeasible":
            return _Found(best, moved, *_repair(task, watch))
        return _Found(best, moved, None)

    return work


def _repair(task: AssignmentTask, watch: Watch) -> tuple[Repair, bool]:
    """The way out, and whether the time sufficed to make it and find an assignment; that has a clock of its own."""
    from tessera.solvers import assignment as solver
    from tessera.solvers.watch import Watch

    found = solver.repair(task.problem, watch=watch)
    own = Watch(TRIED_S, watch.report, watch.cancelled)
    require_faultless("The way out", solver.verify_repair(task.problem, found, watch=own))
    return found, not own.over


def _told_shortly(task: AssignmentTask, best: Assignment) -> Assignment:
    """The assignment with so many of its reasons as can be checked in seconds: each is a walk through all pairs."""
    pairs = len(task.problem.applications) * len(task.problem.reviewers)
    return replace(best, shortages=best.shortages[: max(1, min(50, 1_000_000 // pairs))])


def _answer(task: AssignmentTask, found: _Found, asked: list[str]) -> Answer:
    best = found.assignment
    proof = proof_table(found.moved.proof, digits=0) if found.moved else proof_table(best.proof)
    if not best.pairs:
        if found.repair is None:
            return Answer(False, ("No assignment was found in the time allowed.", *task.notes), (proof,))
        said = ["There is no assignment that keeps every rule."]
        said += [shortage(one) for one in best.shortages]
        if not best.shortages:
            said.append("Loads, languages and conflicts alone would allow one: the rules for experts, institutions or "
                        "countries do not.")  # fmt: skip
        return Answer(False, (*said, *repair(found.repair, tried=found.tried), *task.notes), (proof,))
    files, reviewers = counted(len(task.problem.applications), "file"), counted(len(task.problem.reviewers), "reviewer")
    sentences = [
        f"{counted(len(best.pairs), 'review')} given out: {files} among {reviewers}.",
        *_goal(found),
        *parts(best.parts),
        *task.notes,
        *(who_reads(task.problem, best.pairs, one, task.names) for one in dict.fromkeys(asked)),
    ]
    return Answer(True, tuple(sentences), (*_tables(task, found), proof))


def _goal(found: _Found) -> tuple[str, ...]:
    best = found.assignment
    sums = (
        f"The weakest pair has affinity {plain_decimal(best.weakest_pair or 0, 3)}, the file that gets least "
        f"{plain_decimal(best.weakest_sum or 0, 3)}, all together {plain_decimal(best.total or 0, 3)}."
    )
    if found.moved is not None:
        moved = found.moved
        dropped, lost = len(moved.dropped), len(moved.lost)
        return (
            f"{len(moved.kept)} pairs stay, {dropped} are dropped, {lost} could not stay, {len(moved.added)} are new.",
            "Fewer cannot be dropped: proven."
            if moved.proof.gap == 0
            else "The time was up: perhaps fewer need be dropped.",
            sums,
        )
    goal = f"Sought: {OBJECTIVES[str(best.objective)]}."
    sure = [proven(str(best.proof.status), best.proof.gap, points(int(best.proof.gap or 0)))]
    if best.proof.gap == 0 and best.total is not None and best.total != best.total_bound:
        bound = "unknown" if best.total_bound is None else plain_decimal(best.total_bound, 3)
        sure = ["The goal is proven; the sum is the best found (no more than " + bound + ")."]
    return (goal, *sure, sums)


def _tables(task: AssignmentTask, found: _Found) -> tuple[Result, ...]:
    from tessera.solvers.assignment.check import allowed_pairs

    best = found.assignment
    allowed = allowed_pairs(task.problem)
    before = set(task.current or ())
    pairs = tuple(
        (
            file,
            task.names.get(file),
            reviewer,
            task.names.get(reviewer),
            in_points(allowed[file][reviewer]),
            *(("kept" if (file, reviewer) in before else "new",) if found.moved else ()),
        )
        for file, reviewer in best.pairs
    )
    heading = ("file", "title", "reviewer", "name", "affinity", *(("change",) if found.moved else ()))
    readers = Counter(reviewer for _file, reviewer in best.pairs)
    of_file: dict[str, list[str]] = {}
    for file, reviewer in best.pairs:
        of_file.setdefault(file, []).append(reviewer)
    files = tuple(
        (
            one.id,
            tuple(of_file.get(one.id, ())),
            in_points(sum(allowed[one.id][reader] for reader in of_file.get(one.id, ()))),
        )
        for one in sorted(task.problem.applications, key=lambda one: one.id)
    )
    part = {reviewer: number for number, group in enumerate(best.parts, start=1) for reviewer in group}
    reviewers = tuple(
        (
            one.id,
            readers[one.id],
            one.loads.least if one.loads else None,
            one.loads.most if one.loads else None,
            shortened([file for file, reviewer in best.pairs if reviewer == one.id], 50),
            part.get(one.id),
        )
        for one in sorted(task.problem.reviewers, key=lambda one: one.id)
    )
    tables = [
        Result("pairs", heading, pairs),
        Result("files", ("file", "reviewers", "affinity together"), files),
        Result("reviewers", ("reviewer", "files", "at least", "at most", "which", "group"), reviewers),
    ]
    if found.moved is not None:
        gone = [(*pair, "dropped") for pair in found.moved.dropped] + [
            (*pair, "could not stay") for pair in found.moved.lost
        ]
        tables.append(Result("gone", ("file", "reviewer", "why"), tuple(sorted(gone))))
    return tuple(tables)
