"""The worked example of nine people and four seats, and larger pools made by dice."""

import random

from tessera.solvers.cohort.model import Applicant, Budget, Cap, Is, Pool, Quota, Rules

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
NAMES = ("region", "gender", "language", "institution")
QUOTAS = (
    ("region", "AFR", 1, 2),
    ("region", "EUR", 1, 1),
    ("region", "LAC", 1, 2),
    ("region", "ASP", 0, 1),
    ("gender", "f", 2, 3),
    ("language", "FR", 1, 2),
    ("language", "ES", 1, 2),
)


def example() -> tuple[Pool, Rules]:
    people = []
    for line in PEOPLE.split("\n")[1:-1]:
        name, *values, score, cost = line.split()
        people.append(Applicant(name, int(score) * 1000, int(cost) * 100, dict(zip(NAMES, values, strict=True))))
    quotas = tuple(Quota(value, Is(name, (value,)), low, high) for name, value, low, high in QUOTAS)
    return Pool(tuple(people)), Rules(quotas=quotas, caps=(Cap("one each", "institution", 1),), budget=Budget(360_000))


def crowd(n, seed=0):
    """A pool with three features of which the quotas fit."""
    dice = random.Random(seed)  # noqa: S311
    people = [
        Applicant(
            f"P{i:03}",
            dice.randrange(60_000, 100_000, 1000),
            0,
            {"x": dice.choice("ab"), "y": dice.choice("abc"), "z": dice.choice("abcd")},
        )
        for i in range(n)
    ]
    quotas = tuple(
        Quota(f"{name}{value}", Is(name, (value,)), low, high)
        for name, values, low, high in (("x", "ab", 4, 6), ("y", "abc", 3, 4), ("z", "abcd", 2, 3))
        for value in values
    )
    return people, Rules(quotas=quotas)
