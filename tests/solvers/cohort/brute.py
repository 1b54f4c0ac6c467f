"""Every cohort of a small pool, by the checker: what the exact methods are held against."""

from itertools import combinations

from hypothesis import strategies as st

from tessera.solvers.cohort.answers import Selection
from tessera.solvers.cohort.check import measured, pins
from tessera.solvers.cohort.model import AnyOf, Applicant, Budget, Cap, Is, Not, Pool, Quota, Rules, Share
from tessera.solvers.proof import Proof, Status


def judged(pool, rules, members):
    """(penalty, value) of these people, or None where they break a hard rule."""
    people = {one.id: one for one in pool.applicants}
    chosen = [people[one] for one in members]
    if any(True for _broken in pins(rules, chosen)):
        return None
    penalty = 0
    for _limit, weight, _want, _found, short in measured(pool, rules, chosen):
        if short and weight is None:
            return None
        penalty += short * (weight or 0)
    return penalty, sum(one.score or 0 for one in chosen)


def cohorts(pool, rules, k):
    """{members: (penalty, value)} of every cohort that keeps the hard rules."""
    told = {members: judged(pool, rules, members) for members in combinations(pool.ids, k)}
    return {members: rank for members, rank in told.items() if rank is not None}


def best(pool, rules, k):
    """(penalty, value, all cohorts that reach them), or None."""
    there = cohorts(pool, rules, k)
    if not there:
        return None
    penalty, value = min(there.values(), key=lambda rank: (rank[0], -rank[1]))
    return penalty, value, sorted(members for members, rank in there.items() if rank == (penalty, value))


def claimed(members, k, value, bound=None, penalty=0):
    """A selection that claims to be optimal."""
    proof = Proof(Status.OPTIMAL, value, value if bound is None else bound, "", "", 0.0, "")
    return Selection(tuple(members), value, False, proof, k, penalty)


REGION = ("AFR", "EUR", "LAC")


def people(at_most=9, unknown=True, scored=False):
    value = {"region": st.sampled_from(REGION), "gender": st.sampled_from(("f", "m")), "house": st.sampled_from("HIJ")}
    if unknown:
        value = {name: st.none() | one for name, one in value.items()}
    score = st.integers(0, 9) if scored else st.none() | st.integers(-2, 9) | st.integers(0, 9)
    one = st.tuples(score, st.integers(0, 5), st.fixed_dictionaries(value))
    return st.lists(one, min_size=4, max_size=at_most).map(
        lambda rows: Pool(tuple(Applicant(f"P{at}", *row) for at, row in enumerate(rows)))
    )


def limits(low, high):
    return st.tuples(st.none() | st.integers(*low), st.none() | st.integers(*high)).filter(
        lambda pair: pair != (None, None)
    )


@st.composite
def rules(draw, soft=True):
    weight = st.none() | st.integers(1, 3) if soft else st.none()
    conditions = [
        Is("region", ("AFR",)),
        Is("region", ("EUR", "LAC")),
        Is("gender", ("f",)),
        AnyOf((Is("region", ("LAC",)), Is("gender", ("m",)))),
        Not(Is("house", ("H",))),
    ]
    quotas = []
    for name in draw(st.sets(st.integers(0, 4), max_size=3)):
        low, high = draw(limits((0, 3), (0, 3)))
        quotas.append(Quota(f"q{name}", conditions[name], low, high, draw(weight), draw(st.booleans())))
    shares = []
    if draw(st.booleans()):
        low, high = draw(limits((0, 70), (30, 100)))
        of = draw(st.sampled_from((None, Is("region", ("AFR", "EUR")))))
        shares.append(Share("women", Is("gender", ("f",)), low, high, of, draw(weight)))
    caps = []
    if draw(st.booleans()):
        but = draw(st.sampled_from(({}, {"H": 3}, {"I": 0})))
        caps.append(Cap("house", "house", draw(st.integers(1, 2)), but, draw(weight), draw(st.booleans())))
    budget = draw(st.none() | st.builds(Budget, st.integers(3, 12), st.just(2)))
    pins = draw(st.lists(st.sampled_from(("P0", "P1", "P2", "P3")), max_size=2, unique=True))
    return Rules(
        tuple(quotas),
        tuple(shares),
        tuple(caps),
        budget,
        include=frozenset(pins[:1]),
        exclude=frozenset(pins[1:]),
        score_at_least=draw(st.sampled_from((None, None, 1))),
    )
