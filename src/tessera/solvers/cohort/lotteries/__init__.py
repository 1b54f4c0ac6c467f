"""Who is drawn, fairly and so that everybody can check it: probabilities, tickets, commitment, draw."""

from tessera.solvers.cohort.lotteries.make import lottery
from tessera.solvers.cohort.lotteries.model import (
    TICKETS,
    AlreadyDrawn,
    Commitment,
    Draw,
    Lottery,
    Objective,
    Panel,
    WrongSeed,
)
from tessera.solvers.cohort.lotteries.protocol import commit, draw
from tessera.solvers.cohort.lotteries.record import commitment_of, publish
from tessera.solvers.cohort.lotteries.verify import faults, verify

__all__ = [
    "TICKETS",
    "AlreadyDrawn",
    "Commitment",
    "Draw",
    "Lottery",
    "Objective",
    "Panel",
    "WrongSeed",
    "commit",
    "commitment_of",
    "draw",
    "faults",
    "lottery",
    "publish",
    "verify",
]
