"""Who reads what: reviewers for applications, best possible under loads, languages, conflicts and rules."""

from tessera.solvers.assignment.assigning import assign, solve
from tessera.solvers.assignment.check import faults, verify, verify_lottery, verify_moves
from tessera.solvers.assignment.greedy import Greedy, greedy
from tessera.solvers.assignment.model import (
    Affinity,
    Application,
    Assignment,
    Certificate,
    Fault,
    InvalidProblem,
    Loads,
    NewReviewers,
    Objective,
    Offer,
    Pair,
    Prices,
    Problem,
    Randomised,
    Reassignment,
    Repair,
    Reviewer,
    Rules,
    Share,
    Shortage,
    Side,
)
from tessera.solvers.assignment.randomising import draw, randomise
from tessera.solvers.assignment.reassigning import reassign
from tessera.solvers.assignment.repair import repair
from tessera.solvers.assignment.repaired import repaired, verify_repair

__all__ = [
    "Affinity",
    "Application",
    "Assignment",
    "Certificate",
    "Fault",
    "Greedy",
    "InvalidProblem",
    "Loads",
    "NewReviewers",
    "Objective",
    "Offer",
    "Pair",
    "Prices",
    "Problem",
    "Randomised",
    "Reassignment",
    "Repair",
    "Reviewer",
    "Rules",
    "Share",
    "Shortage",
    "Side",
    "assign",
    "draw",
    "faults",
    "greedy",
    "randomise",
    "reassign",
    "repair",
    "repaired",
    "solve",
    "verify",
    "verify_lottery",
    "verify_moves",
    "verify_repair",
]
