"""Sentences about a lottery and about what is wrong with a published one."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tessera.solvers.cohort.lotteries import Lottery

FAULTS = {
    "not-a-lottery": "this is no published lottery",
    "format": "the record is of another format",
    "commitment": "the commitment is not the one of this record: something was changed after it was published",
    "objective": "what is fair, or the number of seats, is not said",
    "asked": "what was asked for does not fit what is given",
    "claim": "what is proven is not said",
    "not-whole": "a number is not whole",
    "band": "band and best score do not fit",
    "source": "neither a public source nor a secret seed is named, or both are",
    "type-twice": "somebody stands in two groups, or a group is empty",
    "type-not-alike": "the people of a group are not alike under the rules",
    "panel-order": "the cohorts are not in their order",
    "panel-twice": "a cohort stands twice",
    "panel-malformed": "a cohort does not fit the groups",
    "panel-breaks-rule": "a cohort breaks a rule",
    "panel-penalty": "a cohort misses the soft rules by another sum than recorded",
    "panel-outside-band": "a cohort lies outside the band",
    "tickets": "the tickets do not add up",
    "marginals": "the chances do not follow from the tickets",
    "draw": "the draw is incomplete",
    "draw-commitment": "the draw belongs to another record",
    "draw-seed": "the seed does not follow from the commitment and the value",
    "draw-number": "the ticket does not follow from the seed",
    "draw-panel": "the cohort is not the one of the ticket",
    "draw-members": "the people drawn are not those that the seed gives",
    "secret-seed": "the value is not the secret seed that was promised",
}


OFFERED = (
    "Leximin was asked for and its time was up; this is the maximin lottery, its first stage: the smallest chance is the "
    "largest there can be, those above it are not."
)


def chance(p: Fraction) -> str:
    """A probability for a person: “1/2 (50 %)”."""
    if p == 0:
        return "no chance"
    if p == 1:
        return "certain"
    exact = f"{p.numerator}/{p.denominator}, " if p.denominator <= 1000 else ""
    return f"chance {exact}{float(p) * 100:.4g} %"


def fairness(found: Lottery) -> tuple[str, ...]:
    """What is proven of the lottery."""
    value = found.proof.value
    said = []
    if value is not None:
        said.append(f"Everybody who can be in has a chance of at least {float(value) * 100:.4g} %.")
    if found.asked is not None:
        said.append(OFFERED)
    if str(found.proof.status) == "optimal":
        what = "no lottery gives the least favoured more" + (
            ", then the next, and so on" if str(found.objective) == "leximin" else ""
        )
        said.append(f"Proven fairest: {what}.")
    elif found.proof.bound is not None:
        said.append(f"The time was up: the fairest lottery might give at most {float(found.proof.bound) * 100:.4g} %.")
    if found.never:
        said.append(f"In no cohort that takes part: {len(found.never)}.")
    return tuple(said)


def fault(code: str) -> str:
    """One thing wrong with a published lottery; what follows the code says where."""
    kind, _colon, where = code.partition(":")
    return f"  - {FAULTS.get(kind, kind.replace('-', ' '))}{f' ({where})' if where else ''}."
