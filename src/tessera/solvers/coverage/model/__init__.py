"""What a planning problem is, and what a plan is.

Quarters are numbered from 0, the quarter that begins on `PlanProblem.first`; past ones are negative. Money is in minor
units of one currency. Keys are unique texts; results come in the order of time, then of keys. A training without exact
dates is read as held on the last day of its quarter, so a quarter meets a due day only if it ends on or before it.
"""

from tessera.solvers.coverage.model.change import Ban, Change, Delta, Price
from tessera.solvers.coverage.model.conflict import (
    Conflict,
    Count,
    CountKind,
    Easing,
    EasingKind,
    Layer,
    Relaxation,
    Rule,
    RuleKind,
    Weights,
)
from tessera.solvers.coverage.model.plan import Level, Line, Missed, Plan
from tessera.solvers.coverage.model.problem import (
    LARGEST,
    LEVELS,
    LONGEST,
    Area,
    Dates,
    Fixed,
    Funder,
    Host,
    InputError,
    LevelKey,
    Limits,
    PlanProblem,
    Region,
    Trainer,
    YearLimit,
)

__all__ = [
    "LARGEST",
    "LEVELS",
    "LONGEST",
    "Area",
    "Ban",
    "Change",
    "Conflict",
    "Count",
    "CountKind",
    "Dates",
    "Delta",
    "Easing",
    "EasingKind",
    "Fixed",
    "Funder",
    "Host",
    "InputError",
    "Layer",
    "Level",
    "LevelKey",
    "Limits",
    "Line",
    "Missed",
    "Plan",
    "PlanProblem",
    "Price",
    "Region",
    "Relaxation",
    "Rule",
    "RuleKind",
    "Trainer",
    "Weights",
    "YearLimit",
]
