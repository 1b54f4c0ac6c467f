"""``tessera lottery``: everybody's fair chance, published before the draw, and the draw."""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tessera.commands import pools
from tessera.commands.failure import CommandFailed
from tessera.commands.solving import Answer, add_common, give, proof_table, reading, search, whole
from tessera.commands.sound import conflict_of
from tessera.commands.tables.kinds import NotSo, in_points, milli
from tessera.commands.tables.sheets import BYTES_MOST
from tessera.commands.tables.writing import Result
from tessera.commands.words import counted, points
from tessera.commands.words.cohort import Speaker
from tessera.commands.words.lottery import chance, fairness, fault

if TYPE_CHECKING:
    from tessera.solvers.cohort.answers import Conflict
    from tessera.solvers.cohort.lotteries import Commitment, Lottery
    from tessera.solvers.watch import Watch

ANY = "any"


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "lottery",
        help="draw people fairly under rules, from files",
        description="Work out the fairest lottery over all cohorts that keep the rules and tell everybody's chance. With "
        "--record, pool, rules and tickets are fixed in a file to publish before the draw; --draw then draws from that "
        "file, and with --record keeps the draw: from the file that keeps it nothing is drawn again, and it is not "
        "written over. Needs no database.",
    )
    parser.add_argument(
        "applicants", metavar="APPLICANTS", type=Path, nargs="?", help="one row a person (.csv, .xlsx or .json)"
    )
    parser.add_argument("rules", metavar="RULES", type=Path, nargs="?", help="seats and rules (.toml or .json)")
    parser.add_argument("--seats", type=pools.seats, metavar="N", help="another number of seats than the rules say")
    parser.add_argument(
        "--band",
        type=_band,
        metavar="POINTS",
        help="how far below the best cohort a cohort may stay, 0 for ties only, “any” for every cohort (default: the rules’)",
    )
    parser.add_argument(
        "--objective", choices=("leximin", "maximin"), help="what is fair (default: the rules’, else leximin)"
    )
    parser.add_argument("--record", type=Path, metavar="FILE", help="write the record to publish (.json)")
    parser.add_argument(
        "--source", metavar="TEXT", help="the public value, not known yet, that will decide; for --record"
    )
    parser.add_argument(
        "--secret-file", type=Path, metavar="FILE", help="instead of --source: a secret seed, told only after the draw"
    )
    parser.add_argument("--draw", type=Path, metavar="RECORD", help="draw from a published record")
    parser.add_argument("--value", metavar="TEXT", help="what the source gave; for --draw")
    parser.add_argument(
        "--explain", action="append", default=[], metavar="ID", help="say what chance this person has and why"
    )
    add_common(parser)
    parser.add_argument("--seed", type=whole, default=0, metavar="N", help="seed of the search (default: %(default)s)")
    parser.set_defaults(run=run)


def _band(text: str) -> int | str:
    if text.casefold() == ANY:
        return ANY
    try:
        return int(milli(0, pools.SCORE_MOST)(text))
    except NotSo as problem:
        raise argparse.ArgumentTypeError(str(problem)[:-1]) from None


def run(arguments: argparse.Namespace) -> int:
    _fit(arguments)
    if arguments.draw is not None:
        return _draw(arguments)
    task = pools.asked_task(arguments, *([arguments.secret_file] if arguments.secret_file is not None else []))
    terms = task.lottery
    if arguments.band is not None:
        terms = replace(terms, band=None if arguments.band == ANY else arguments.band)
    if arguments.objective:
        terms = replace(terms, objective=arguments.objective)
    task = replace(task, lottery=terms)
    found, conflict = search(lambda watch: _search(task, arguments.seed, watch), arguments.time_limit)
    if not found.panels:
        return give(arguments, "lottery", _none(task, found, conflict))
    commitment, published = _checked(found, arguments)
    beside = None
    sentences = []
    if arguments.record is not None:
        beside = {arguments.record: published}
        sentences.append(f"Commitment to publish: {commitment.sha256}.")
    answer = _answer(task, found, arguments.explain)
    answer = replace(answer, sentences=(*answer.sentences, *sentences))
    return give(arguments, "lottery", answer, beside=beside)


def _checked(found: Lottery, arguments: argparse.Namespace) -> tuple[Commitment, str]:
    """The lottery as it would be published; CommandFailed where that does not pass its check, to be published or not."""
    from tessera.solvers.cohort.lotteries import commit, faults, publish

    secret = _secret(arguments.secret_file) if arguments.secret_file else None
    source = arguments.source if arguments.record is not None else "not to be published"
    try:
        commitment = commit(found, source=source or "", secret=secret)
    except ValueError as error:
        raise CommandFailed(str(error), status=2) from error
    published = publish(found, commitment)
    broken = faults(published)
    if broken:
        raise CommandFailed(f"The lottery does not pass its check and is not given out: {', '.join(broken)}.")
    return commitment, published


def _fit(arguments: argparse.Namespace) -> None:
    """CommandFailed (status 2) where the options do not belong together."""
    problem = None
    files = arguments.applicants is not None and arguments.rules is not None
    if arguments.draw is not None:
        if arguments.applicants is not None:
            problem = "--draw takes everything from the record: name no other file."
        elif (arguments.value is None) == (arguments.secret_file is None):
            problem = "--draw needs --value (what the source gave), or --secret-file where a secret seed was agreed."
        elif arguments.source is not None:
            problem = "--source is said when the record is made, not at the draw."
    elif not files:
        problem = "Two files are wanted: APPLICANTS and RULES; or --draw RECORD."
    elif arguments.value is not None:
        problem = "--value belongs to --draw."
    elif arguments.record is not None and (arguments.source is None) == (arguments.secret_file is None):
        problem = "--record needs --source (which public value will decide) or --secret-file."
    elif arguments.record is None and (arguments.source is not None or arguments.secret_file is not None):
        problem = "--source and --secret-file belong to --record."
    if problem is not None:
        raise CommandFailed(problem, status=2)


def _secret(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise CommandFailed(f"“{path}” cannot be read as text.", status=2) from error


def _search(task: pools.CohortTask, seed: int, watch: Watch) -> tuple[Lottery, Conflict | None]:
    from tessera.solvers.cohort.lotteries import lottery

    found = lottery(
        task.pool,
        task.rules,
        task.seats,
        band=task.lottery.band,
        objective=task.lottery.objective,
        time_limit=watch.time_limit,
        seed=seed,
        report=watch.report,
        cancelled=watch.cancelled,
    )
    infeasible = str(found.proof.status) == "infeasible"
    return found, conflict_of(task, watch) if infeasible else None


def _none(task: pools.CohortTask, found: Lottery, conflict: Conflict | None) -> Answer:
    proof = proof_table(found.proof)
    if conflict is None:
        return Answer(False, ("No cohort was found in the time allowed; that none exists is not proven.",), (proof,))
    speaker = Speaker(task.rules, task.seats, task.names)
    return Answer(False, (*speaker.conflict(conflict), *task.notes), (proof,))


def _answer(task: pools.CohortTask, found: Lottery, asked: list[str]) -> Answer:
    never, aside = set(found.never), set(found.set_aside)
    sentences = [
        f"A lottery over {counted(len(found.panels), 'cohort')} of {counted(task.seats, 'person', 'people')}.",
        *fairness(found),
        _band_said(found),
        *task.notes,
        *(_explained(task, found, one) for one in dict.fromkeys(asked)),
    ]
    rows = []
    for one in sorted(task.pool.applicants, key=lambda one: (-found.marginals[one.id], one.id)):
        why = "set aside by the rules" if one.id in aside else "in no cohort" if one.id in never else None
        p = found.marginals[one.id]
        rows.append(
            (one.id, task.names.get(one.id), in_points(one.score), _decimal(p), f"{p.numerator}/{p.denominator}", why)
        )
    tables = (
        Result("chances", ("id", "name", "score", "chance", "exactly", "note"), tuple(rows)),
        _panels(found),
        Result(
            "people alike",
            ("group", "people"),
            tuple((number, people) for number, people in enumerate(found.types, start=1)),
        ),
        proof_table(found.proof),
    )
    return Answer(True, tuple(sentences), tables)


def _band_said(found: Lottery) -> str:
    if found.band is None:
        return "Every cohort that keeps the rules takes part, whatever its scores."
    best = points(found.best or 0)
    if found.band == 0:
        return f"Only the best cohorts take part ({best})."
    return f"Cohorts of at least {points((found.best or 0) - found.band)} take part (the best has {best})."


def _explained(task: pools.CohortTask, found: Lottery, one: str) -> str:
    speaker = Speaker(task.rules, task.seats, task.names)
    said = f"{speaker.who(one)}: {chance(found.marginals[one])}"
    if one in found.set_aside:
        return f"{said}; the rules keep this person out (no score, a score below the entry, no cost, or by name)."
    if one in found.never:
        return f"{said}: no cohort with this person takes part. “tessera cohort … --explain {one}” says which rules are in the way."
    alike = next((people for people in found.types if one in people), (one,))
    return (
        f"{said}, the same as {counted(len(alike) - 1, 'other')} whom no rule tells apart."
        if len(alike) > 1
        else f"{said}."
    )


def _panels(found: Lottery) -> Result:
    total = sum(found.tickets)
    rows = []
    for number, (panel, tickets) in enumerate(zip(found.panels, found.tickets, strict=True), start=1):
        parts = []
        for group, seats in panel.counts:
            people = found.types[group]
            parts.append(people[0] if len(people) == 1 else f"{seats} of group {group + 1}")
        rows.append((number, tickets, _decimal(Fraction(tickets, total)), tuple(parts)))
    return Result("cohorts", ("number", "tickets", "chance", "people"), tuple(rows))


def _draw(arguments: argparse.Namespace) -> int:
    from tessera.solvers.cohort.documents import strict
    from tessera.solvers.cohort.lotteries import AlreadyDrawn, WrongSeed, commitment_of, draw, faults, publish

    with reading(arguments, [path for path in (arguments.draw, arguments.secret_file) if path is not None]):
        text = read_record(arguments.draw)
    found = faults(text)
    if found:
        said = (f"{arguments.draw} is not in order, and nothing is drawn from it:", *(fault(one) for one in found))
        return give(arguments, "lottery", Answer(False, said))
    commitment = commitment_of(text)
    value = arguments.value if arguments.value is not None else _secret(arguments.secret_file)
    held = _held(arguments.draw)
    _draw_once(held, commitment, value)
    lottery = lottery_of(strict(text)["body"])
    try:
        drawn = draw(commitment, lottery, value)
    except AlreadyDrawn:
        raise CommandFailed("The draw has been held; it is not repeated.") from None
    except WrongSeed:
        raise CommandFailed("This is not the secret seed whose SHA-256 was published.") from None
    except ValueError as error:
        raise CommandFailed(str(error), status=2) from error
    scores = {one.id: one.score for one in lottery.pool.applicants}
    members = Result("drawn", ("id", "score"), tuple((one, in_points(scores[one])) for one in drawn.members))
    figures = (
        ("commitment", drawn.commitment),
        ("source", commitment.source or "a secret seed"),
        ("value", drawn.source_value),
        ("seed", drawn.seed),
        ("ticket", drawn.number),
        ("of", sum(lottery.tickets)),
        ("cohort", drawn.panel + 1),
    )
    sentences: tuple[str, ...] = (
        f"Drawn: {', '.join(drawn.members)}.",
        f"Ticket {drawn.number} of {sum(lottery.tickets)}, cohort {drawn.panel + 1} of {len(lottery.panels)}.",
    )
    if arguments.record is None:
        unkept = "Nothing of this draw is kept, and another value would draw again: only --record closes the lottery."
        sentences = (*sentences, unkept)
    answer = Answer(True, sentences, (members, Result("draw", ("what", "value"), figures)))
    closed: Commitment = commitment.closed(drawn)
    beside: dict[Path, Any] | None = None
    if arguments.record is not None:
        beside = {arguments.record: publish(lottery, closed), held: {"sha256": commitment.sha256, "value": value}}
    return give(arguments, "lottery", answer, beside=beside)


def _held(published: Path) -> Path:
    """The file beside a published record that says with which value its draw was held."""
    return published.with_name(f"{published.name}.drawn")


def _draw_once(held: Path, commitment: Commitment, value: str) -> None:
    """CommandFailed where the draw was held with another value; with the same one anybody may repeat it."""
    try:
        told = json.loads(held.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return
    except (OSError, ValueError, RecursionError) as error:
        raise CommandFailed(f"“{held}” cannot be read: it says whether the draw was held.", status=2) from error
    if not isinstance(told, dict) or (told.get("sha256") == commitment.sha256 and told.get("value") != value):
        raise CommandFailed(f"The draw has been held with another value (“{held}” has it); it is not repeated.")


def read_record(path: Path) -> str:
    """The text of a published file; CommandFailed where it cannot be read."""
    try:
        with path.open("rb") as file:
            data = file.read(BYTES_MOST + 1)
        if len(data) > BYTES_MOST:
            raise CommandFailed(f"“{path}” is larger than {BYTES_MOST // 1_000_000} megabytes.", status=2)
        return data.decode("utf-8-sig")
    except OSError as error:
        raise CommandFailed(f"“{path}” cannot be read: {error.strerror or error}.", status=2) from error
    except UnicodeDecodeError as error:
        raise CommandFailed(f"“{path}” is not UTF-8 text.", status=2) from error


def lottery_of(body: dict[str, Any]) -> Lottery:
    """The lottery of a record that was found in order; its proof is what the record claims."""
    from tessera.solvers.cohort.documents import read_pool, read_rules
    from tessera.solvers.cohort.lotteries import Lottery, Objective, Panel
    from tessera.solvers.cohort.lotteries.record import read_fraction
    from tessera.solvers.proof import Proof, Status

    claim = body["claim"]
    return Lottery(
        panels=tuple(Panel(tuple((pair[0], pair[1]) for pair in panel)) for panel in body["panels"]),
        tickets=tuple(body["tickets"]),
        marginals={one: read_fraction(told) for one, told in body["marginals"].items()},
        proof=Proof(Status(claim["status"]), claim["smallest"], claim["bound"], "record", "", 0.0, ""),
        types=tuple(tuple(people) for people in body["types"]),
        pool=read_pool(body["pool"]),
        rules=read_rules(body["rules"]),
        k=body["k"],
        band=body["band"],
        objective=Objective(body["objective"]),
        best=body["best"],
        penalty=body["penalty"],
        never=tuple(body["never"]),
        set_aside=tuple(body["set_aside"]),
        asked=Objective(body["asked"]) if "asked" in body else None,
    )


def is_lottery(text: str) -> bool:
    """Whether a record is one of a lottery, in order or not."""
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(told, dict) and set(told) == {"body", "commitment", "draw"}


def _decimal(p: Fraction) -> Decimal:
    return Decimal(round(p * 10**6)) / 10**6
