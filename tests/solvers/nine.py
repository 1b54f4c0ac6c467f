"""The worked example of the documentation: nine people for four seats, scores in points and money in whole units.

``points`` and ``money`` are what one of each is in the numbers that are wanted (1000 and 100: milli-points and cents).
"""

from tessera.solvers.cohort.model import Applicant, Budget, Cap, Is, Pool, Quota, Rules

SEED = "tessera-example-seed"
NAMES = ("region", "gender", "language", "institution")
PEOPLE = """
A1 AFR f FR I1 92 900
A2 AFR m EN I2 88 900
A3 EUR f EN I3 95 0
A4 EUR f FR I3 93 0
A5 EUR m EN I4 90 0
A6 LAC f ES I5 84 1200
A7 LAC m ES I6 84 1200
A8 ASP f EN I7 86 1500
A9 ASP m EN I8 80 600
"""
QUOTAS = (
    ("region", "AFR", 1, 2),
    ("region", "EUR", 1, 1),
    ("region", "LAC", 1, 2),
    ("region", "ASP", 0, 1),
    ("gender", "f", 2, 3),
    ("language", "FR", 1, 2),
    ("language", "ES", 1, 2),
)


def pool(points: int = 1, money: int = 1) -> Pool:
    people = []
    for line in PEOPLE.split("\n")[1:-1]:
        name, *values, score, cost = line.split()
        people.append(Applicant(name, int(score) * points, int(cost) * money, dict(zip(NAMES, values, strict=True))))
    return Pool(tuple(people))


def rules(budget: int = 3600, money: int = 1) -> Rules:
    return Rules(
        quotas=tuple(Quota(value, Is(name, (value,)), low, high) for name, value, low, high in QUOTAS),
        caps=(Cap("institution", "institution", 1),),
        budget=Budget(budget * money, step=100 * money),
    )
