"""Who reads what, at 5,000 applications x 300 reviewers x 3 reviews: against the same LP given to HiGHS, in one run.

The flow is timed with everything a caller waits for (checking, hashing, prices that prove it); the LP only with
HiGHS's own work on a program that is ready. The LP gets twelve times what the flow took and is cut there.
"""

from __future__ import annotations

import os
import resource
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

# Two threads of a small inversion wait for each other on a busy machine; one is quicker there and no slower elsewhere.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench._figures import Figure, arguments, report  # noqa: E402
from tessera.solvers.assignment import (  # noqa: E402
    Affinity,
    Application,
    Assignment,
    Loads,
    Objective,
    Problem,
    Reviewer,
    greedy,
    reassign,
    solve,
    verify,
)
from tessera.solvers.assignment.ground import Ground, ground  # noqa: E402
from tessera.solvers.assignment.ilp import program  # noqa: E402
from tessera.solvers.assignment.network import feasible, network  # noqa: E402
from tessera.solvers.calibration import Review, calibrate  # noqa: E402
from tessera.solvers.proof import Status  # noqa: E402

TIMES_FASTER = 10
PATIENCE = 12  # how many times the flow's seconds the LP may take
LANGUAGES, SPOKEN = ("en", "es", "fr"), (0.5, 0.2, 0.3)


def main() -> int:
    parser = arguments(__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a tenth of the applications: rough figures")
    asked = parser.parse_args()
    return report(figures(quick=asked.quick), as_json=asked.json)


def figures(*, quick: bool = False) -> list[Figure]:
    """Optimum, LP, memory, weakest pair, a drop-out, calibration and what it gains."""
    problem = problem_of(500 if quick else 5_000, 60 if quick else 300)
    rounds = 3
    laid = ground(problem)
    before = _memory_mb()
    seconds, best = _timed(lambda: solve(problem, objective=Objective.TOTAL, connected=False), rounds)
    memory = _memory_mb()
    found = [
        Figure("assignment: allowed pairs, in thousands", float(laid.allowed.sum()) / 1000, ""),
        Figure("assignment: most total, proven", seconds, "s"),
        Figure("assignment: gap to the bound by prices", float(best.total_bound - best.total), "", 0),
        Figure("assignment: peak memory of the process", memory, "MB"),
        Figure("assignment: of it before the first flow", before, "MB"),
        *against_lp(laid, best, seconds, judged=not quick),
        *weakest(problem, laid, rounds),
        *drop_out(problem, best),
        *calibration(quick=quick),
    ]
    baseline = greedy(problem)
    short = sum(left for _name, left in baseline.missing)
    return [
        *found,
        Figure("assignment: total of the greedy way / best", baseline.total / best.total, "x"),
        Figure("assignment: reviews that the greedy way leaves over", short, ""),
    ]


def problem_of(files: int, readers: int, seed: int = 1) -> Problem:
    """Applications and reviewers with eight hidden interests; affinity is how well these agree, 0 to 1,000."""
    chance = np.random.default_rng(seed)
    applications = tuple(
        Application(f"A{n:05}", 3, LANGUAGES[int(chance.choice(3, p=SPOKEN))], f"H{chance.integers(0, 400)}")
        for n in range(files)
    )
    reviewers = tuple(
        Reviewer(
            f"R{n:03}",
            frozenset(name for name in LANGUAGES if chance.random() < 0.7) or frozenset({"en"}),
            institution=f"H{chance.integers(0, 400)}",
        )
        for n in range(readers)
    )
    wishes, skills = chance.normal(size=(files, 8)), chance.normal(size=(readers, 8))
    values = np.clip(wishes @ skills.T * 120 + 500, 0, 1000).astype(np.int64)
    each = 3 * files // readers
    return Problem(applications, reviewers, Affinity(values), Loads(each // 2, each + each // 5))


def against_lp(laid: Ground, best: Assignment, seconds: float, *, judged: bool) -> list[Figure]:
    """The same pairs, needs and loads as a linear program; judged at full size only, where it matters."""
    linear = program(laid, laid.allowed, laid.value).linear
    started = time.perf_counter()
    outcome = linear.solve(relaxed=True, time_limit=PATIENCE * seconds)
    taken = time.perf_counter() - started
    done = outcome.status == Status.OPTIMAL
    differs = abs(outcome.value - best.total) if done else 0.0
    said = "" if done else " (cut, so at most)"
    return [
        Figure(f"assignment: the LP by HiGHS{'' if done else ' (cut: at least)'}", taken, "s"),
        Figure(f"assignment: flow / LP{said}", seconds / taken, "x", 1 / TIMES_FASTER if judged else None),
        Figure("assignment: LP's value less flow's", round(differs, 3), "", 0.001),
    ]


def weakest(problem: Problem, laid: Ground, rounds: int) -> list[Figure]:
    """The weakest pair, and by one more max-flow that the next affinity is out of reach."""
    seconds, fair = _timed(lambda: solve(problem), rounds)
    higher = laid.value[laid.allowed & (laid.value > fair.weakest_pair)]
    mask = laid.allowed & (laid.value >= higher.min())
    _flow, missing, _cut = feasible(network(laid, mask, np.zeros_like(laid.value)))
    started = time.perf_counter()
    untrue = verify(problem, fair)
    checked = time.perf_counter() - started
    return [
        Figure("assignment: weakest pair, then most total, joined", seconds, "s"),
        Figure("assignment: the weakest pair", fair.weakest_pair, ""),
        Figure("assignment: next floor reached by max-flow (1: yes)", float(missing == 0), "", 0),
        Figure("assignment: gap of weakest pair and of total", fair.proof.gap + fair.total_bound - fair.total, "", 0),
        Figure("assignment: parts of the review graph", len(fair.parts), "", 1),
        Figure("assignment: claims that the checker refutes", len(untrue), "", 0),
        Figure("assignment: the checker", checked, "s"),
    ]


def drop_out(problem: Problem, best: Assignment) -> list[Figure]:
    """The busiest reviewer leaves."""
    reviewers = [one.id for one in problem.reviewers]
    load = Counter(reviewer for _application, reviewer in best.pairs)
    gone = max(reviewers, key=lambda name: load[name])
    conflicts = frozenset((one.id, gone) for one in problem.applications)
    after = Problem(
        problem.applications,
        tuple(Reviewer(one.id, one.languages, Loads(0, 0) if one.id == gone else one.loads, one.institution) for one in problem.reviewers),
        problem.affinity, problem.loads, conflicts,
    )  # fmt: skip
    seconds, new = _timed(lambda: reassign(after, best.pairs), 1)
    return [
        Figure("assignment: a reviewer drops out", seconds, "s"),
        Figure("assignment: pairs lost with the reviewer", len(new.lost), ""),
        Figure("assignment: other pairs moved, proven least", len(new.dropped), ""),
    ]


def calibration(*, quick: bool) -> list[Figure]:
    """How long it takes, and how much nearer to the truth it comes: 400 applications, 40 reviewers, 3 reviews."""
    files, readers = (500, 60) if quick else (5_000, 300)
    told, _merit = scores(files, readers, 0.8, seed=3)
    seconds, _done = _timed(lambda: calibrate(told), 3)
    gains = np.array([gain(0.8, seed) for seed in range(5 if quick else 20)])
    level = np.array([gain(0.0, seed) for seed in range(5 if quick else 20)])
    raw, fair, raw_top, fair_top = gains.mean(axis=0).tolist()
    lost = float((level[:, 0] - level[:, 1]).mean())
    return [
        Figure("calibration: 5,000 applications x 300 reviewers x 3" if not quick else "calibration", seconds, "s", 1),
        Figure("calibration: correlation with truth, raw", raw, ""),
        Figure("calibration: correlation with truth, calibrated", fair, ""),
        Figure("calibration: of the best 30, found by raw", raw_top, ""),
        Figure("calibration: of the best 30, found by calibrated", fair_top, ""),
        Figure("calibration: raw / calibrated correlation", raw / fair, "x", 0.95),
        Figure("calibration: correlation lost where nobody is biased", lost, "", 0.005),
    ]


def scores(files: int, readers: int, bias: float, seed: int) -> tuple[list[Review], np.ndarray]:
    """Scores of applications of merit sd 1,000, by reviewers of bias sd ``bias`` x 1,000, with noise of sd 1,000."""
    chance = np.random.default_rng(seed)
    merit, severity = chance.normal(0, 1000, files), chance.normal(0, 1000 * bias, readers)
    told = [
        Review(f"A{p:05}", f"R{r:03}", round(5000 + merit[p] + severity[r] + chance.normal(0, 1000)))
        for p in range(files)
        for r in chance.choice(readers, 3, replace=False).tolist()
    ]
    return told, merit


def gain(bias: float, seed: int) -> tuple[float, float, float, float]:
    """Correlation with merit and share of the best 30, by raw and by calibrated scores."""
    told, merit = scores(400, 40, bias, seed)
    merits = calibrate(told).merits
    best = set(np.argsort(-merit)[:30].tolist())
    out = []
    for given in (np.array([one.raw for one in merits]), np.array([one.calibrated for one in merits])):
        out.append((float(np.corrcoef(given, merit)[0, 1]), len(best & set(np.argsort(-given)[:30].tolist())) / 30))
    return out[0][0], out[1][0], out[0][1], out[1][1]


def _timed[Answer](ask: Callable[[], Answer], rounds: int) -> tuple[float, Answer]:
    """Median seconds and the last answer; a first round, which loads the solver, does not count where there are more."""
    taken = []
    for _round in range(rounds + (rounds > 1)):
        started = time.perf_counter()
        answer = ask()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken[-rounds:]), answer


def _memory_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    sys.exit(main())
