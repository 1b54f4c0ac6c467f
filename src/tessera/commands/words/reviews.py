"""Sentences about who reads what, and about how severe reviewers are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tessera.commands.tables.kinds import plain_decimal
from tessera.commands.words import capital, counted, listed, points, shortened

if TYPE_CHECKING:
    from tessera.solvers.assignment.model import Problem, Repair, Shortage

OBJECTIVES = {
    "total": "the largest sum of affinities",
    "weakest_pair": "the best weakest pair, then the largest sum of affinities",
    "weakest_application": "the file that gets least gets as much as possible, then the largest sum of affinities",
}


def shortage(one: Shortage) -> str:
    """Why no assignment exists, by counting: “these 14 files need 42 reviews; their 3 reviewers can give 36”."""
    floor = f" of affinity {plain_decimal(one.floor, 3)} or more" if one.floor is not None else ""
    if str(one.side) == "applications":
        language = f" in “{one.language}”" if one.language else ""
        offers = [f"{offer.id} {offer.reviews}{' (full)' if offer.by_load else ''}" for offer in one.offers]
        who = f"{counted(len(one.short), 'file')}{language} ({shortened(one.short)})"
        can = (
            f"{counted(len(one.offers), 'reviewer')} who may read them can give {one.offer}: {shortened(offers)}"
            if one.offers
            else "nobody may read them"
        )
        needs = "needs" if len(one.short) == 1 else "need"
        return f"{who} {needs} {counted(one.need, 'review')}{floor}; {can}. {counted(one.missing, 'review')} missing."
    who = f"{counted(len(one.short), 'reviewer')} ({shortened(one.short)})"
    return (
        f"{who} were promised at least {counted(one.need, 'file')}; the files they may read{floor} leave room for "
        f"{one.offer}. {one.missing} too many."
    )


def repair(found: Repair, *, tried: bool = True) -> tuple[str, ...]:
    """The cheapest change after which an assignment exists, a sentence each; ``tried``: one was found after it."""
    if str(found.proof.status) == "infeasible":
        return ("No change of loads and no new reviewer helps.",)
    if str(found.proof.status) == "unknown":
        return ("No way out was found in the time allowed; that there is none is not proven.",)
    said = [f"let {one} read {counted(number, 'file')} more" for one, number in found.more]
    said += [f"promise {one} {counted(number, 'file')} fewer" for one, number in found.fewer]
    for new in found.new:
        language = f" who {'reads' if new.people == 1 else 'read'} “{new.language}”" if new.language else ""
        said.append(
            f"find {counted(new.people, 'reviewer')}{language} for {counted(new.reviews, 'review')} of "
            f"{shortened(new.applications)}"
        )
    if not said:
        return ()
    more = () if tried else ("The time did not suffice to try it out.",)
    if str(found.proof.status) == "optimal":
        return (f"The cheapest way out: {listed(said)}.", *more)
    return (f"A way out, the cheapest found in the time allowed: {listed(said)}.", *more)


def parts(groups: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """What it means that groups of reviewers share no file."""
    if len(groups) < 2:
        return ()
    named = "; ".join(shortened(group, 6) for group in groups)
    return (
        f"The reviewers fall into {len(groups)} groups that share no file: {named}.",
        "Whether one group is more severe than another cannot be told from the scores.",
    )


def who_reads(problem: Problem, pairs: Sequence[tuple[str, str]], one: str, names: dict[str, str]) -> str:
    """Who reads a file and why nobody else, or what a reviewer reads."""
    from tessera.solvers.assignment.check import allowed_pairs

    allowed = allowed_pairs(problem)
    files = {file.id: file for file in problem.applications}
    said = f"{names[one]} ({one})" if one in names else one
    if one in files:
        readers = [reviewer for file, reviewer in pairs if file == one]
        read = listed([f"{reviewer} (affinity {plain_decimal(allowed[one][reviewer], 3)})" for reviewer in readers])
        free = [
            f"{reviewer} ({plain_decimal(value, 3)})"
            for reviewer, value in sorted(allowed[one].items())
            if reviewer not in readers
        ]
        others = f" Could read it too: {shortened(free)}." if free else ""
        barred = [
            f"{reviewer.id} ({_why_not(problem, one, reviewer.id)})"
            for reviewer in sorted(problem.reviewers, key=lambda each: each.id)
            if reviewer.id not in allowed[one]
        ]
        never = f" May not: {shortened(barred)}." if barred else ""
        return f"{said} is read by {read or 'nobody'}.{others}{never}"
    reads = [
        f"{file} (affinity {plain_decimal(allowed[file][reviewer], 3)})" for file, reviewer in pairs if reviewer == one
    ]
    might = sum(one in values for values in allowed.values())
    return f"{said} reads {counted(len(reads), 'file')} of {might} possible: {listed(reads) or 'none'}."


def _why_not(problem: Problem, file: str, reviewer: str) -> str:
    application = next(each for each in problem.applications if each.id == file)
    person = next(each for each in problem.reviewers if each.id == reviewer)
    if (file, reviewer) in problem.conflicts:
        return "conflict of interest"
    if application.language and application.language not in person.languages:
        return f"does not read “{application.language}”"
    if application.institution and application.institution == person.institution:
        return "same institution"
    return "no affinity given"


def severity(bias: float) -> str:
    """A reviewer's bias in words, in points."""
    rounded = round(bias)
    if not rounded:
        return "as the others"
    return f"{points(abs(rounded))} {'above' if rounded > 0 else 'below'} the others"


def sentence(words: str) -> str:
    """``words`` as a sentence of their own."""
    return f"{capital(words)}."
