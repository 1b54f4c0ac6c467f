"""``tessera calibrate``: how severe each reviewer is and what each file is worth, from a table of scores."""

from __future__ import annotations

import argparse
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tessera.commands.failure import CommandFailed
from tessera.commands.solving import Answer, add_common, give, proof_table, reading, require_known, search
from tessera.commands.tables import kinds
from tessera.commands.tables.faults import Faults
from tessera.commands.tables.kinds import in_points, plain_decimal
from tessera.commands.tables.reading import Column, read_table
from tessera.commands.tables.writing import Result
from tessera.commands.words import counted, points, shortened
from tessera.commands.words.reviews import parts, severity

if TYPE_CHECKING:
    from tessera.solvers.calibration.model import Calibration, Merit, Review, Severity
    from tessera.solvers.watch import Watch

SCORE_MOST = 10**9


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "calibrate",
        help="tell severe reviewers from weak files, from a table of scores",
        description="Tell how severe each reviewer is and what each file is worth once that is taken off, with how sure "
        "either is. Raw and calibrated scores stand side by side. Nothing is left to chance: the same scores give the same figures, so "
        "there is no seed. Needs no database.",
    )
    parser.add_argument("scores", metavar="SCORES", type=Path, help="one score a row: file, reviewer, score")
    parser.add_argument(
        "--method",
        choices=("mixed", "least-squares", "ridge"),
        default="mixed",
        help="mixed takes the spread of reviewers from the scores; least-squares shrinks nothing; ridge pulls severity "
        "to 0 by --ridge (default: %(default)s)",
    )
    parser.add_argument(
        "--ridge", type=_above_zero, default=1.0, metavar="WEIGHT", help="for ridge (default: %(default)s)"
    )
    parser.add_argument(
        "--explain", action="append", default=[], metavar="ID", help="say what a file or a reviewer comes to and why"
    )
    add_common(parser)
    parser.set_defaults(run=run)


def _above_zero(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < 10**9:
        msg = f"“{text}” is not a number above 0"
        raise argparse.ArgumentTypeError(msg)
    return value


def run(arguments: argparse.Namespace) -> int:
    with reading(arguments, [arguments.scores]) as faults:
        reviews = _read(arguments.scores, faults, arguments.ignore_column)
        if not faults.found:
            known = {one.application for one in reviews} | {one.reviewer for one in reviews}
            require_known(arguments.explain, known, faults, "no file and no reviewer")

    def work(watch: Watch) -> Calibration:
        from tessera.solvers.calibration import InvalidReviews, Method, calibrate, verify

        method = Method(arguments.method.replace("-", "_"))
        try:
            found = calibrate(reviews, method=method, ridge=arguments.ridge, watch=watch)
        except InvalidReviews as invalid:
            raise CommandFailed(" ".join(fault.message for fault in invalid.faults), status=2) from invalid
        broken = verify(reviews, found, ridge=arguments.ridge)
        if broken:
            raise CommandFailed(f"The figures do not pass their check and are not given out: {' '.join(broken)}")
        return found

    return give(arguments, "calibrate", _answer(search(work, arguments.time_limit), reviews, arguments.explain))


def _read(path: Path, faults: Faults, ignore: list[str]) -> list[Review]:
    from tessera.solvers.calibration.model import Review

    columns = (
        Column("file", kinds.identifier, needed=True, filled=True),
        Column("reviewer", kinds.identifier, needed=True, filled=True),
        Column("score", kinds.milli(-SCORE_MOST, SCORE_MOST), needed=True, filled=True),
    )
    table = read_table(path, columns, faults, ignore=ignore)
    if table is None:
        return []
    if not table.rows:
        faults.add(path.name, "has no rows.")
    seen: dict[tuple[str, str], int] = {}
    found = []
    for row in table:
        pair = (row["file"], row["reviewer"])
        if None in pair:
            continue
        if seen.setdefault(pair, row.line) != row.line:
            said = f"{row['reviewer']} scored {row['file']} already in line {seen[pair]}."
            faults.add(path.name, said, line=row.line)
        if row["score"] is not None:
            found.append(Review(*pair, row["score"]))
    return found


def _answer(found: Calibration, reviews: list[Review], asked: list[str]) -> Answer:
    few = [one.reviewer for one in found.severities if one.few]
    spread = sorted(found.severities, key=lambda one: (one.bias, one.reviewer))
    files, people = counted(len(found.merits), "file"), counted(len(found.severities), "reviewer")
    mean = points(round(found.mean))
    sentences = [f"{counted(len(reviews), 'score')} of {files} by {people}, {mean} on average."]
    if spread and any(round(one.bias) for one in spread):
        sentences.append(
            f"Most severe: {spread[0].reviewer} ({severity(spread[0].bias)}); most generous: {spread[-1].reviewer} "
            f"({severity(spread[-1].bias)})."
        )
    else:
        sentences.append("The scores show no difference in severity: calibrated scores are the plain means.")
    sentences += parts(found.parts)
    if few:
        sentences.append(f"Fewer than five reviews, so little is known: {shortened(few)}.")
    if str(found.proof.status) != "optimal":
        sentences.append("The figures had not settled when the time was up.")
    sentences += [_explained(found, reviews, one) for one in dict.fromkeys(asked)]
    merits = Result(
        "files",
        ("file", "reviews", "raw", "calibrated", "error", "drawn to the mean", "rank raw", "rank calibrated"),
        _files(found.merits),
    )
    reviewers = Result(
        "reviewers",
        ("reviewer", "reviews", "bias", "error", "in words", "few reviews", "group"),
        tuple(_reviewer(one) for one in found.severities),
    )
    figures = Result(
        "figures",
        ("what", "value"),
        (
            ("method", str(found.method)),
            ("mean", _points(found.mean)),
            ("spread of files", _root(found.merit_variance)),
            ("spread of reviewers", _root(found.severity_variance)),
            ("spread of single scores", _root(found.noise_variance)),
            ("groups of reviewers", len(found.parts)),
        ),
    )
    return Answer(True, tuple(sentences), (merits, reviewers, figures, proof_table(found.proof)))


def _files(merits: tuple[Merit, ...]) -> tuple[tuple[Any, ...], ...]:
    """By calibrated score, best first; equal scores share a rank."""
    raw = sorted(-round(one.raw) for one in merits)
    calibrated = sorted(-round(one.calibrated) for one in merits)
    return tuple(
        (
            one.application,
            one.reviews,
            _points(one.raw),
            _points(one.calibrated),
            _points(one.error),
            _points(one.expected),
            raw.index(-round(one.raw)) + 1,
            calibrated.index(-round(one.calibrated)) + 1,
        )
        for one in sorted(merits, key=lambda one: (-round(one.calibrated), one.application))
    )


def _reviewer(one: Severity) -> tuple[Any, ...]:
    error = _points(one.error)
    return (one.reviewer, one.reviews, _points(one.bias), error, severity(one.bias), one.few, one.part + 1)


def _explained(found: Calibration, reviews: list[Review], one: str) -> str:
    bias = {severe.reviewer: severe.bias for severe in found.severities}
    merit = next((each for each in found.merits if each.application == one), None)
    if merit is None:
        severe = next(each for each in found.severities if each.reviewer == one)
        known = f", give or take {points(round(severe.error))}" if severe.error is not None else ""
        return f"{one} scores {severity(severe.bias)}{known}, by {counted(severe.reviews, 'review')}."
    given = sorted((each.reviewer, each.score) for each in reviews if each.application == one)
    said = "; ".join(
        f"{reviewer} gave {plain_decimal(score, 3)} ({severity(bias[reviewer])})" for reviewer, score in given
    )
    return (
        f"{one}: {said}. Raw mean {plain_decimal(round(merit.raw), 3)}, calibrated "
        f"{plain_decimal(round(merit.calibrated), 3)}."
    )


def _points(milli: float | None) -> Decimal | None:
    return in_points(None if milli is None else round(milli))


def _root(variance: float | None) -> Decimal | None:
    return None if variance is None else _points(max(0.0, variance) ** 0.5)
