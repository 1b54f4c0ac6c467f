"""Fair lotteries on generated pools, against the package sortition-algorithms in an environment of its own."""

from __future__ import annotations

import json
import math
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from bench._figures import Figure
from tessera.solvers.cohort.lotteries import lottery
from tessera.solvers.cohort.model import Applicant, Is, Pool, Quota, Rules
from tessera.solvers.proof import Status

ROOT = Path(__file__).resolve().parent.parent
SEATS = 30
SIZES = (2, 3, 4, 5, 6)  # values of each feature


def figures(*, quick: bool = False) -> Iterator[Figure]:
    """The figures; ``quick`` leaves the comparison at 1,000 people out, which takes the other package minutes."""
    rounds = 1 if quick else 3
    with tempfile.TemporaryDirectory(prefix="tessera-sortition-") as folder:
        python = _environment(Path(folder))
        for n, at_least in ((500, 20), (1000, 100)):
            pool, rules = generated(n)
            seconds, lowest = _maximin(pool, rules, rounds)
            yield Figure(f"lottery: maximin, n = {n:,}", seconds, "s")
            if n == 1000 and quick:
                continue
            if python is None:
                yield Figure("sortition-algorithms could not be installed", 1, "", 0)
                continue
            theirs = _theirs(python, pool, rules)
            yield Figure(f"sortition-algorithms: maximin, n = {n:,}", theirs["seconds"], "s")
            yield Figure(f"the lottery's time / theirs, n = {n:,}", seconds / theirs["seconds"], "x", 1 / at_least)
            yield Figure(f"difference of the minimum x 10^6, n = {n:,}", abs(lowest - theirs["minimum"]) * 1e6, "", 1)
    pool, rules = generated(1000)
    yield from _proven("lottery: leximin with proof, n = 1,000", pool, rules, None, rounds, 60)
    pool, rules = generated(5000, scored=True)
    yield from _proven("lottery: ties of the best cohort, n = 5,000", pool, rules, 0, rounds, 10)


def generated(n: int, *, scored: bool = False, seed: int = 0) -> tuple[Pool, Rules]:
    """People of five features, not drawn as the quotas want them; scores are means of three marks, in whole points."""
    dice = random.Random(seed)  # noqa: S311
    wanted, drawn = [], []
    for size in SIZES:
        weights = [dice.uniform(0.5, 1.5) for _value in range(size)]
        wanted.append([weight / sum(weights) for weight in weights])
        drawn.append([weight * dice.uniform(0.4, 1.6) for weight in wanted[-1]])
    rows = [[dice.choices(range(size), bias)[0] for size, bias in zip(SIZES, drawn, strict=True)] for _one in range(n)]
    odds = [math.prod(wanted[f][v] / drawn[f][v] for f, v in enumerate(row)) for row in rows]
    panel: set[int] = set()  # one panel that the quotas allow
    while len(panel) < SEATS:
        panel.add(dice.choices(range(n), odds)[0])
    quotas = []
    for f, size in enumerate(SIZES):
        have = Counter(rows[i][f] for i in panel)
        for v in range(size):
            share = SEATS * wanted[f][v]
            low, high = min(math.floor(share), have[v]), max(math.ceil(share), have[v])
            quotas.append(Quota(f"f{f} v{v}", Is(f"f{f}", (f"v{v}",)), low, high))
    people = tuple(
        Applicant(
            f"P{i:05}",
            round(sum(dice.randint(1, 100) for _mark in range(3)) / 3) * 1000 if scored else None,
            None,
            {f"f{f}": f"v{v}" for f, v in enumerate(row)},
        )
        for i, row in enumerate(rows)
    )
    return Pool(people), Rules(quotas=tuple(quotas))


def _maximin(pool: Pool, rules: Rules, rounds: int) -> tuple[float, float]:
    """(median of the seconds, the smallest probability)."""
    seconds, lowest = [], 0.0
    for _turn in range(rounds):
        started = time.perf_counter()
        found = lottery(pool, rules, SEATS, band=None, objective="maximin")
        seconds.append(time.perf_counter() - started)
        assert found.proof.status == Status.OPTIMAL
        lowest = float(found.proof.value or 0)
    return statistics.median(seconds), lowest


def _proven(what: str, pool: Pool, rules: Rules, band: int | None, rounds: int, at_most: float) -> Iterator[Figure]:
    seconds, unproven = [], 0
    for _turn in range(rounds):
        started = time.perf_counter()
        found = lottery(pool, rules, SEATS, band=band, time_limit=4 * at_most)
        seconds.append(time.perf_counter() - started)
        unproven += found.proof.status != Status.OPTIMAL
    yield Figure(what, statistics.median(seconds), "s", at_most)
    yield Figure(f"{what}: not proven", unproven, "", 0)
    yield Figure(f"{what}: panels", len(found.panels))


def _environment(folder: Path) -> Path | None:
    """The Python of a new environment with the package; None where it cannot be had."""
    uv = shutil.which("uv") or str(ROOT / ".tools" / "bin" / "uv")
    python = folder / "bin" / "python"
    try:
        subprocess.run([uv, "venv", "-q", "--python", sys.executable, str(folder), "--clear"], check=True)
        subprocess.run([uv, "pip", "install", "-q", "--python", str(python), "sortition-algorithms"], check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return python


def _theirs(python: Path, pool: Pool, rules: Rules) -> dict[str, float]:
    problem = {
        "quotas": [[q.when.feature, q.when.values[0], q.at_least, q.at_most] for q in rules.quotas],  # type: ignore[union-attr]
        "people": [{"id": one.id, **one.features} for one in pool.applicants],
        "k": SEATS,
        "seed": 0,
    }
    done = subprocess.run(
        [str(python), str(ROOT / "bench" / "_sortition.py")], input=json.dumps(problem).encode(),
        stdout=subprocess.PIPE, check=True,
    )  # fmt: skip
    return dict(json.loads(done.stdout.splitlines()[-1]))  # the package prints its progress before
