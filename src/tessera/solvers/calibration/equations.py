"""The normal equations, with applications eliminated: one dense system as large as there are reviewers.

With D = reviews of an application + its ridge, N = who scored what, y = scores: the reviewers' equations are
(reviews of each + ridge) - N' D^-1 N, since each application's own unknown stands in one equation of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tessera.solvers.calibration.table import Table
from tessera.solvers.linear import Floats


@dataclass(frozen=True, slots=True, eq=False)
class Solved:
    """Mean (0 where merits are free), what each application and reviewer adds, and the blocks of the inverse.

    ``inverse`` is that of the reviewers' system, the mean first where there is one. ``explained`` is the sum of squares
    that the solution takes up: scores times fitted right sides.
    """

    mean: float
    merit: Floats
    bias: Floats
    inverse: Floats
    explained: float


def mixed(laid: Table, merit_ridge: float, bias_ridge: float) -> Solved:
    """Henderson's mixed-model equations for y = m + a + b + e; ridges are noise over merit and over severity."""
    scale = laid.per_application + merit_ridge
    count = len(laid.reviewers)
    system = np.zeros((count + 1, count + 1))
    sums = laid.by_application(laid.score)
    shrunk = laid.per_application / scale
    system[1:, 1:] = np.diag(laid.per_reviewer + bias_ridge) - _linked(laid, 1 / scale)
    system[0, 0] = len(laid.score) - float((laid.per_application * shrunk).sum())
    system[0, 1:] = system[1:, 0] = laid.per_reviewer - laid.by_reviewer(shrunk[laid.row])
    right = np.empty(count + 1)
    right[0] = sums.sum() - float((shrunk * sums).sum())
    right[1:] = laid.by_reviewer(laid.score - (sums / scale)[laid.row])
    inverse = np.linalg.inv(system)
    found = inverse @ right
    mean, bias = float(found[0]), found[1:]
    merit = (sums - laid.per_application * mean - laid.by_application(bias[laid.column])) / scale
    explained = mean * sums.sum() + float(bias @ laid.by_reviewer(laid.score)) + float(merit @ sums)
    return Solved(mean, merit, bias, inverse, explained)


def free(laid: Table, bias_ridge: float, group: Floats | None) -> Solved:
    """Merits without shrinkage. ``group`` (the number of each reviewer's part) makes biases add up to 0 in each part;
    without it ``bias_ridge`` > 0 must hold them.
    """
    own = laid.per_application
    sums = laid.by_application(laid.score)
    system = np.diag(laid.per_reviewer + bias_ridge) - _linked(laid, 1 / own)
    right = laid.by_reviewer(laid.score - (sums / own)[laid.row])
    level = np.zeros_like(system)
    if group is not None:
        level = (group[:, None] == group[None, :]) / np.bincount(group.astype(np.int64))[group.astype(np.int64)]
    inverse = np.linalg.inv(system + level) - level
    bias = inverse @ right
    merit = (sums - laid.by_application(bias[laid.column])) / own
    explained = float(bias @ laid.by_reviewer(laid.score)) + float(merit @ sums)
    return Solved(0.0, merit, bias, inverse, explained)


def couples(laid: Table, matrix: Floats) -> Floats:
    """For each application the sum of a reviewers' matrix over all couples of its reviewers."""
    entries = matrix[laid.column[laid.first], laid.column[laid.second]]
    return np.bincount(laid.row[laid.first], entries, minlength=len(laid.applications))


def _linked(laid: Table, weight: Floats) -> Floats:
    """N' diag(weight) N, from couples alone: no array of applications by reviewers is ever made."""
    count = len(laid.reviewers)
    key = laid.column[laid.first] * count + laid.column[laid.second]
    return np.bincount(key, weight[laid.row[laid.first]], minlength=count * count).reshape(count, count)
