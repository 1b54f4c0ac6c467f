"""An assignment checked from scratch: plain loops over the input, sharing nothing with the methods but the data types."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from tessera.solvers.assignment.model import (
    Affinity,
    Application,
    Assignment,
    Certificate,
    Fault,
    Loads,
    Objective,
    Pair,
    Problem,
    Randomised,
    Reassignment,
    Reviewer,
    Rules,
    Shortage,
    Side,
)
from tessera.solvers.proof import Status

type Allowed = Mapping[str, Mapping[str, int]]


def allowed_pairs(problem: Problem) -> dict[str, dict[str, int]]:
    """{application: {reviewer: affinity}} of every pair that may be."""
    reviewers = {one.id: one for one in problem.reviewers}
    pairs: dict[str, dict[str, int]] = {one.id: {} for one in problem.applications}
    applications = {one.id: one for one in problem.applications}
    for (application, reviewer), value in _values(problem):
        file, reader = applications[application], reviewers[reviewer]
        at_home = bool(file.institution) and file.institution == reader.institution
        foreign = bool(file.language) and file.language not in reader.languages
        if not at_home and not foreign and (application, reviewer) not in problem.conflicts:
            pairs[application][reviewer] = value
    return pairs


def _values(problem: Problem) -> Iterator[tuple[Pair, int]]:
    affinity = problem.affinity
    if not isinstance(affinity, Affinity):
        yield from affinity.items()
        return
    names = [one.id for one in problem.reviewers]
    for row, application in enumerate(problem.applications):
        values = affinity.values[row].tolist()
        given = [True] * len(names) if affinity.allowed is None else affinity.allowed[row].tolist()
        for name, value, may in zip(names, values, given, strict=True):
            if may:
                yield (application.id, name), value


def faults(problem: Problem, pairs: Iterable[Pair]) -> tuple[Fault, ...]:
    """Every rule that these pairs break; empty for an assignment that keeps them all."""
    return tuple(_faults(problem, tuple(pairs), allowed_pairs(problem)))


def _faults(problem: Problem, pairs: Sequence[Pair], allowed: Allowed) -> Iterator[Fault]:
    readers: dict[str, list[str]] = defaultdict(list)
    load: Counter[str] = Counter()
    for pair, times in Counter(pairs).items():
        application, reviewer = pair
        if times > 1:
            yield Fault(application, f"is given to {reviewer} {times} times")
        if reviewer not in allowed.get(application, {}):
            yield Fault(application, f"may not be read by {reviewer}")
            continue
        readers[application].append(reviewer)
        load[reviewer] += 1
    people = {one.id: one for one in problem.reviewers}
    for file in problem.applications:
        given = readers[file.id]
        if len(given) != file.reviews:
            yield Fault(file.id, f"has {len(given)} reviewers instead of {file.reviews}")
        if not _fits(problem.rules, file, [(allowed[file.id][name], people[name]) for name in given]):
            yield Fault(file.id, "has too few experts, or too many reviewers from one place")
    for reader in problem.reviewers:
        loads = _loads(problem, reader)
        if not loads.least <= load[reader.id] <= loads.most:
            yield Fault(reader.id, f"reads {load[reader.id]}, not {loads.least} to {loads.most}")


def verify(problem: Problem, assignment: Assignment) -> tuple[Fault, ...]:
    """Every claim of an assignment that does not hold: its rules, its figures, its bounds, its reasons."""
    return tuple(_untrue(problem, assignment, allowed_pairs(problem)))


def _untrue(problem: Problem, claim: Assignment, allowed: Allowed) -> Iterator[Fault]:
    proof = claim.proof
    for shortage in claim.shortages:
        if not _holds(problem, shortage, allowed):
            yield Fault("shortages", f"{', '.join(shortage.short)} can be served within what is offered")
    if proof.status in (Status.INFEASIBLE, Status.UNKNOWN):
        if claim.pairs:
            yield Fault("pairs", "there are some, though there is said to be no assignment")
        if proof.status == Status.INFEASIBLE and not claim.shortages and not _crossing(problem):
            yield Fault("shortages", "nothing says why there is no assignment")
        return
    broken = [*_faults(problem, claim.pairs, allowed)]
    yield from broken
    if broken:
        return
    sums: Counter[str] = Counter({one.id: 0 for one in problem.applications})
    values = []
    for application, reviewer in claim.pairs:
        values.append(allowed[application][reviewer])
        sums[application] += values[-1]
    figures = (sum(values), min(values, default=None), min(sums.values(), default=None))
    if figures != (claim.total, claim.weakest_pair, claim.weakest_sum):
        yield Fault("figures", f"are {figures} when counted")
    value = dict(zip(Objective, figures, strict=True))[claim.objective]
    if value != proof.value and claim.pairs:
        yield Fault("proof", f"says {proof.value}, but the objective is {value}")
    if proof.status == Status.OPTIMAL and proof.value != proof.bound:
        yield Fault("proof", "is called optimal with a gap")
    yield from _unproven(problem, claim, allowed)
    if tuple(sorted(_parts(claim.pairs))) != tuple(sorted(claim.parts)):
        yield Fault("parts", "are not those of the review graph")


def _unproven(problem: Problem, claim: Assignment, allowed: Allowed) -> Iterator[Fault]:
    proof, floor = claim.proof, None
    if claim.objective == Objective.WEAKEST_PAIR and proof.status == Status.OPTIMAL and claim.pairs:
        floor = claim.weakest_pair
        higher = [value for row in allowed.values() for value in row.values() if value > (floor or 0)]
        proven = any(one.floor == min(higher, default=None) for one in claim.shortages)
        if higher and not proven and not _crossing(problem):
            yield Fault("proof", "nothing shows that the next floor is out of reach")
    if claim.certificate is not None and claim.total_bound is not None:
        shown = _bound(problem, claim.certificate, allowed, floor)
        if shown is None or shown > claim.total_bound:
            yield Fault("total_bound", f"is {claim.total_bound}, but the prices show {shown}")
    if claim.limit is not None and proof.bound is not None:
        shown = _bound(problem, claim.limit, allowed, None)
        if shown is not None and shown < (proof.value or 0):
            yield Fault("proof", f"says {proof.value}, but the prices allow {shown}")


def verify_moves(problem: Problem, current: Iterable[Pair], claim: Reassignment) -> tuple[Fault, ...]:
    """Every claim of a re-assignment that does not hold, but for the moves being fewest (a flow's word)."""
    before, after = set(current), set(claim.assignment.pairs)
    allowed = allowed_pairs(problem)
    lost = {pair for pair in before if pair[1] not in allowed.get(pair[0], {})}
    sets = {"kept": before & after, "added": after - before, "lost": lost, "dropped": before - after - lost}
    wrong = [
        Fault(name, "are others when counted") for name, pairs in sets.items() if set(getattr(claim, name)) != pairs
    ]
    if claim.assignment.pairs and claim.proof.value != len(sets["dropped"]):
        wrong.append(Fault("proof", f"says {claim.proof.value}, but {len(sets['dropped'])} are dropped"))
    return (*wrong, *_untrue(problem, claim.assignment, allowed))


def verify_lottery(problem: Problem, claim: Randomised) -> tuple[Fault, ...]:
    """Every claim of a lottery that does not hold: assignments, tickets, shares, cap, expected total."""
    allowed = allowed_pairs(problem)
    wrong = [fault for pairs in claim.assignments for fault in _faults(problem, pairs, allowed)]
    shares: Counter[Pair] = Counter()
    for pairs, times in zip(claim.assignments, claim.tickets, strict=True):
        for pair in pairs:
            shares[pair] += times
    if {(one.application, one.reviewer): one.tickets for one in claim.shares} != shares or min(
        claim.tickets, default=1
    ) < 1:
        wrong.append(Fault("shares", "are others when counted from the tickets"))
    most = claim.cap * sum(claim.tickets)
    wrong += [Fault(pair[0], f"goes to {pair[1]} too often") for pair, times in sorted(shares.items()) if times > most]
    value = dict(_values(problem))
    if (
        not wrong
        and claim.assignments
        and sum(value[pair] * times for pair, times in shares.items()) != claim.proof.value
    ):
        wrong.append(Fault("proof", f"says {claim.proof.value}, which is not the expected total"))
    return tuple(wrong)


def bound(problem: Problem, certificate: Certificate, *, floor: int | None = None) -> int | None:
    """What no assignment can exceed, shown by these prices (`Certificate`); None where a file has too few reviewers.

    With ``weights`` it bounds the smallest sum of any application, without them the total. ``floor`` leaves out pairs
    of less affinity. Rules count where they are sets inside one another; others are left aside, which keeps it valid.
    """
    return _bound(problem, certificate, allowed_pairs(problem), floor)


def _bound(problem: Problem, certificate: Certificate, allowed: Allowed, floor: int | None) -> int | None:
    price = dict(certificate.prices)
    weight = dict(certificate.weights)
    people = {one.id: one for one in problem.reviewers}
    rules = Rules() if _crossing(problem) else problem.rules
    worth = 0
    for file in problem.applications:
        times = weight.get(file.id, 0) if weight else 1
        offers = sorted(
            (price.get(name, 0) - times * value, name, value)
            for name, value in allowed[file.id].items()
            if floor is None or value >= floor
        )
        chosen: list[tuple[int, Reviewer]] = []
        for cost, name, value in offers:
            if len(chosen) == file.reviews:
                break
            if _fits(rules, file, [*chosen, (value, people[name])], full=False):
                chosen.append((value, people[name]))
                worth -= cost
        if len(chosen) < file.reviews:
            return None
    for reader in problem.reviewers:
        loads = _loads(problem, reader)
        worth += max(price.get(reader.id, 0) * loads.most, price.get(reader.id, 0) * loads.least)
    return worth // certificate.scale


def holds(problem: Problem, shortage: Shortage) -> bool:
    """Whether a shortage is one, by counting: what is needed exceeds what can be offered."""
    return _holds(problem, shortage, allowed_pairs(problem))


def _holds(problem: Problem, shortage: Shortage, allowed: Allowed) -> bool:
    people = {one.id: one for one in problem.reviewers}
    short = set(shortage.short)
    known = people if shortage.side == Side.REVIEWERS else allowed
    if len(short) != len(shortage.short) or not short <= known.keys():
        return False
    if shortage.side == Side.REVIEWERS:
        need = sum(_loads(problem, people[name]).least for name in short)
        offer = 0
        for file in problem.applications:
            row = _from(allowed[file.id], shortage.floor)
            offer += _takes(problem.rules, file, [(row[name], people[name]) for name in short & row.keys()])
        asked = sum(file.reviews for file in problem.applications)
        return need == shortage.need and offer <= shortage.offer and need > min(offer, asked)
    full = {one.id for one in shortage.offers if one.by_load}
    offer = sum(_loads(problem, people[name]).most for name in full)
    need, named = 0, set[str]()
    for file in problem.applications:
        if file.id not in short:
            continue
        row = _from(allowed[file.id], shortage.floor)
        others = [(value, people[name]) for name, value in row.items() if name not in full]
        offer += _takes(problem.rules, file, others)
        need += file.reviews
        named |= row.keys()
    as_said = {one.id for one in shortage.offers} == named
    return as_said and need == shortage.need and offer <= shortage.offer < need


def _from(row: Mapping[str, int], floor: int | None) -> Mapping[str, int]:
    """The pairs of an application that reach a floor."""
    return row if floor is None else {name: value for name, value in row.items() if value >= floor}


def _takes(rules: Rules, file: Application, readers: Sequence[tuple[int, Reviewer]]) -> int:
    """The most reviews that an application can have from these: the least that any one rule leaves."""
    weak = sum(value < rules.expert_from for value, _reader in readers) if rules.experts else 0
    by_experts = len(readers) - weak + min(weak, file.reviews - min(rules.experts, file.reviews))
    houses: Counter[tuple[str, str]] = Counter((one.country, one.institution) for _value, one in readers)
    lands: Counter[str] = Counter()
    free = 0
    for (land, house), count in houses.items():
        kept = min(count, rules.per_institution) if rules.per_institution is not None and house else count
        if rules.per_country is not None and land:
            lands[land] += kept
        else:
            free += kept
    by_places = free + sum(min(count, rules.per_country or 0) for count in lands.values())
    of_one = Counter(one.institution for _value, one in readers)
    most = len(readers) if rules.per_institution is None else rules.per_institution
    by_houses = of_one.pop("", 0) + sum(min(count, most) for count in of_one.values())
    return min(file.reviews, by_experts, by_places, by_houses)


def _fits(rules: Rules, file: Application, readers: Sequence[tuple[int, Reviewer]], *, full: bool = True) -> bool:
    """Whether these reviewers, or (not ``full``) these and some more, keep the rules of an application."""
    experts = sum(value >= rules.expert_from for value, _reader in readers)
    asked = min(rules.experts, file.reviews)
    if rules.experts and (experts < asked if full else len(readers) - experts > file.reviews - asked):
        return False
    for most, places in (
        (rules.per_institution, [one.institution for _value, one in readers if one.institution]),
        (rules.per_country, [one.country for _value, one in readers if one.country]),
    ):
        if most is not None and any(times > most for times in Counter(places).values()):
            return False
    return True


def _crossing(problem: Problem) -> bool:
    rules = problem.rules
    if rules.experts:
        return rules.per_institution is not None or rules.per_country is not None
    if rules.per_institution is None or rules.per_country is None:
        return False
    lands: dict[str, set[str]] = defaultdict(set)
    for one in problem.reviewers:
        if one.institution:
            lands[one.institution].add(one.country)
    return any(len(found) > 1 for found in lands.values())


def _loads(problem: Problem, reader: Reviewer) -> Loads:
    return reader.loads or problem.loads or Loads(0, 0)


def _parts(pairs: Iterable[Pair]) -> list[tuple[str, ...]]:
    """Reviewers who are linked through applications, however far."""
    by_file: dict[str, list[str]] = defaultdict(list)
    by_reader: dict[str, list[str]] = defaultdict(list)
    for application, reviewer in pairs:
        by_file[application].append(reviewer)
        by_reader[reviewer].append(application)
    seen: set[str] = set()
    found = []
    for start in by_reader:
        if start in seen:
            continue
        part, waiting = {start}, [start]
        while waiting:
            for application in by_reader[waiting.pop()]:
                new = set(by_file.pop(application, ())) - part
                part |= new
                waiting.extend(new)
        seen |= part
        found.append(tuple(sorted(part)))
    return found
