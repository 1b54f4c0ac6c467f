"""Larger pools made by dice."""

import random

from tessera.solvers.cohort.model import Applicant, Is, Quota, Rules


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
