"""Small problems, and every assignment of them by brute force."""

from collections import Counter
from collections.abc import Iterator
from itertools import combinations

from hypothesis import strategies as st

from tessera.solvers.assignment import Application, Loads, Objective, Pair, Problem, Reviewer, Rules

# ALGORITHMS 5.2: five reviewers in columns, None for a conflict
WORKED = ((3, 2, 2, 2, 3), (4, 8, 1, 2, None), (9, 5, 7, 2, 2), (None, 9, 7, 1, 5))


def worked() -> Problem:
    affinity = {
        (f"P{p + 1}", f"R{r + 1}"): value for p, row in enumerate(WORKED) for r, value in enumerate(row) if value
    }
    applications = tuple(Application(f"P{p}") for p in range(1, 5))
    return Problem(applications, tuple(Reviewer(f"R{r}") for r in range(1, 6)), affinity, Loads(0, 2))


def pairs_of(*readers: str) -> tuple[Pair, ...]:
    """Of the worked example, one text of reviewers for each application: "45" is R4 and R5."""
    return tuple((f"P{p}", f"R{r}") for p, given in enumerate(readers, 1) for r in given)


def may_be(problem: Problem) -> dict[str, list[str]]:
    """Who may read each application."""
    out: dict[str, list[str]] = {}
    for file in problem.applications:
        out[file.id] = [
            one.id
            for one in problem.reviewers
            if (file.id, one.id) in problem.affinity
            and (file.id, one.id) not in problem.conflicts
            and (not file.language or file.language in one.languages)
            and not (file.institution and file.institution == one.institution)
        ]
    return out


def fits(problem: Problem, file: Application, readers: tuple[str, ...]) -> bool:
    rules, people = problem.rules, {one.id: one for one in problem.reviewers}
    experts = [name for name in readers if problem.affinity[file.id, name] >= rules.expert_from]
    if rules.experts and len(experts) < min(rules.experts, file.reviews):
        return False
    for most, kind in ((rules.per_institution, "institution"), (rules.per_country, "country")):
        places = Counter(getattr(people[name], kind) for name in readers)
        del places[""]
        if most is not None and any(times > most for times in places.values()):
            return False
    return True


def all_assignments(problem: Problem) -> Iterator[tuple[Pair, ...]]:
    """Every assignment that keeps all rules."""
    allowed = may_be(problem)
    choices = [
        [readers for readers in combinations(allowed[file.id], file.reviews) if fits(problem, file, readers)]
        for file in problem.applications
    ]
    loads = {one.id: one.loads or problem.loads for one in problem.reviewers}

    def rest(n: int, load: Counter[str], pairs: tuple[Pair, ...]) -> Iterator[tuple[Pair, ...]]:
        if n == len(choices):
            if all(load[name] >= limits.least for name, limits in loads.items()):
                yield tuple(sorted(pairs))
            return
        file = problem.applications[n].id
        for readers in choices[n]:
            if all(load[name] < loads[name].most for name in readers):
                yield from rest(n + 1, load + Counter(readers), pairs + tuple((file, name) for name in readers))

    yield from rest(0, Counter(), ())


def worth(problem: Problem, objective: Objective, pairs: tuple[Pair, ...]) -> tuple[int, int]:
    """(objective, total)"""
    values = [problem.affinity[pair] for pair in pairs]
    sums = Counter({file.id: 0 for file in problem.applications})
    for pair in pairs:
        sums[pair[0]] += problem.affinity[pair]
    first = {
        Objective.TOTAL: sum(values),
        Objective.WEAKEST_PAIR: min(values, default=0),
        Objective.WEAKEST_APPLICATION: min(sums.values(), default=0),
    }
    return first[objective], sum(values)


def mostly(usual: object, *others: object) -> st.SearchStrategy:
    """Seven times of eight the usual, so that most problems can be solved."""
    return st.integers(0, 7).flatmap(lambda n: st.just(usual) if n else st.sampled_from(others))


@st.composite
def problems(draw: st.DrawFn, *, rules: bool = False, crossing: bool = False, most_files: int = 4) -> Problem:
    files = draw(st.integers(1, most_files))
    readers = draw(st.integers(2, 4))
    houses = st.sampled_from(["", "", "H1", "H2"])
    applications = tuple(
        Application(f"P{n}", draw(st.integers(1, 2)), draw(mostly("", "en", "es")), draw(mostly("", "H1", "H2")))
        for n in range(files)
    )
    loads = st.builds(lambda least, more: Loads(least, least + more), mostly(0, 1, 2), st.integers(1, 4))
    people = []
    for n in range(readers):
        house = draw(houses)
        country = {"H1": "C1", "H2": "C2"}.get(house, "")
        if not house or crossing:
            country = draw(st.sampled_from(["", "C1", "C2"]))
        reads = draw(mostly(frozenset({"en", "es"}), frozenset({"en"}), frozenset({"es"})))
        people.append(Reviewer(f"R{n}", reads, draw(mostly(None, *[Loads(0, 1), Loads(1, 2)])), house, country))
    affinity = {
        (file.id, one.id): draw(st.integers(-3, 9))
        for file in applications
        for one in people
        if draw(st.integers(0, 9))
    }
    kept = Rules()
    if rules:
        kind = "both" if crossing else draw(st.sampled_from(["experts", "places"]))
        kept = Rules(
            draw(mostly(1, 2)) if kind != "places" else 0,
            draw(st.integers(-1, 5)),
            draw(mostly(1, 2)) if kind != "experts" else None,
            draw(st.sampled_from([None, 1])) if kind != "experts" else None,
        )
    conflicts = frozenset({draw(st.sampled_from(sorted(affinity)))} if affinity and draw(st.booleans()) else ())
    return Problem(applications, tuple(people), affinity, draw(loads), conflicts, kept)
