"""Tickets, commitment, draw, publication; and that no field of it can be changed unseen."""

import hashlib
import hmac
import json
import subprocess
import sys
import tracemalloc
from bisect import bisect_right
from collections import Counter
from fractions import Fraction
from itertools import accumulate
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tessera.solvers.cohort.lotteries import (
    TICKETS,
    AlreadyDrawn,
    Panel,
    WrongSeed,
    commit,
    commitment_of,
    draw,
    faults,
    lottery,
    publish,
    verify,
)
from tessera.solvers.cohort.lotteries.protocol import below, by_ticket
from tessera.solvers.cohort.lotteries.tickets import chances, in_order, share_out
from tessera.solvers.cohort.model import Applicant, Is, Pool, Quota, Rules
from tessera.solvers.proof import sha256
from tests.solvers import nine

ROOT = Path(__file__).parents[3]
SOURCE = "The national lottery of 2027-01-09: six numbers, ascending, one space between"
VALUE = "3 11 17 20 38 44"


@pytest.fixture(scope="module")
def found():
    pool, rules = nine.pool(1000, 100), nine.rules(money=100)
    return lottery(pool, rules, 4, band=12_000)


@pytest.fixture(scope="module")
def published(found):
    commitment = commit(found, source=SOURCE)
    return publish(found, commitment.closed(draw(commitment, found, VALUE)))


def test_tickets_of_the_worked_example():
    ids = tuple(f"A{i}" for i in range(1, 10))
    key = b"tessera-example-seed"

    assert by_ticket(key, ids) == ["A4", "A8", "A6", "A3", "A7", "A2", "A9", "A1", "A5"]
    assert hmac.digest(key, b"A4", "sha256").hex().startswith("1d71379f1601")


@given(st.lists(st.floats(0, 1e6, allow_nan=False), min_size=1, max_size=20).filter(any))
@settings(max_examples=60, deadline=None)
def test_shares_add_up_and_are_off_by_less_than_one(weights):
    shares = share_out(weights)

    total = sum(map(Fraction, weights))
    assert sum(shares) == TICKETS
    assert all(
        abs(share - Fraction(weight) * TICKETS / total) < 1 for share, weight in zip(shares, weights, strict=True)
    )


def test_equal_remainders_go_to_the_earlier():
    assert share_out([1, 1, 1], 5) == [2, 2, 1]


@pytest.mark.parametrize("weights", [[], [0.0], [1.0, -1.0, 3.0]])
def test_shares_of_nothing_are_refused(weights):
    with pytest.raises(ValueError, match="Weights"):
        share_out(weights)


def test_panels_come_in_canonical_order_and_those_without_a_ticket_go():
    late, early, never = Panel(((1, 2),)), Panel(((0, 1), (1, 1))), Panel(((0, 2),))

    panels, tickets = in_order([late, never, early], [0.75, 1e-15, 0.25])

    assert panels == (early, late)
    assert tickets == (2**30, 3 * 2**30)


def test_over_all_numbers_everybody_has_exactly_the_published_share(found):
    ends = list(accumulate(found.tickets))
    starts = [0, *ends[:-1]]
    seats = Counter()
    for j, panel in enumerate(found.panels):
        # Numbers of this panel are those in [starts[j], ends[j]): both ends fall in it, those outside do not.
        assert [bisect_right(ends, r) for r in (starts[j], ends[j] - 1)] == [j, j]
        for t, count in panel.counts:
            seats[t] += count * (ends[j] - starts[j])

    assert ends[-1] == TICKETS
    for t, people in enumerate(found.types):
        assert {found.marginals[one] for one in people} == {Fraction(seats[t], TICKETS * len(people))}
    assert sum(found.marginals.values()) == found.k


def test_chances_are_those_of_the_tickets():
    told = chances(
        "ABCD", (("A", "B"), ("C",)), (Panel(((0, 1),)), Panel(((0, 1), (1, 1)))), (TICKETS // 4 * 3, TICKETS // 4)
    )

    assert told == {"A": Fraction(1, 2), "B": Fraction(1, 2), "C": Fraction(1, 4), "D": 0}


def test_numbers_below_a_limit_are_taken_again_where_they_would_be_unequal():
    limit = 2**63 + 1  # nearly half of all eight-byte numbers are refused
    for seed in (b"a", b"b", b"c", b"d"):
        first = [int.from_bytes(hashlib.sha256(seed + i.to_bytes(4, "big")).digest()[:8], "big") for i in range(30)]

        assert below(seed, limit) == next(number for number in first if number < limit)
        assert below(seed, TICKETS) == first[0] % TICKETS


def test_draw_is_what_anybody_computes(found):
    commitment = commit(found, source=SOURCE)

    drawn = draw(commitment, found, VALUE)

    seed = hashlib.sha256((commitment.sha256 + VALUE).encode()).digest()
    assert drawn.seed == seed.hex()
    assert drawn.number == int.from_bytes(hashlib.sha256(seed + bytes(4)).digest()[4:8], "big")
    assert drawn == draw(commitment, found, VALUE)
    assert len(drawn.members) == 4
    counts = dict(found.panels[drawn.panel].counts)
    for t, people in enumerate(found.types):
        assert len(set(drawn.members) & set(people)) == counts.get(t, 0)
    assert drawn != draw(commitment, found, VALUE + " ")


def test_a_draw_is_not_repeated(found):
    commitment = commit(found, source=SOURCE)
    closed = commitment.closed(draw(commitment, found, VALUE))

    with pytest.raises(AlreadyDrawn):
        draw(closed, found, "another")
    with pytest.raises(AlreadyDrawn):
        draw(commitment_of(publish(found, closed)), found, "another")


def test_another_lottery_is_not_drawn_from(found):
    pool, rules = nine.pool(1000, 100), nine.rules(money=100)
    other = lottery(pool, rules, 4, band=0)

    with pytest.raises(ValueError, match="committed"):
        draw(commit(found, source=SOURCE), other, VALUE)


def test_a_secret_seed_must_be_the_promised_one(found):
    commitment = commit(found, secret="correct horse battery staple")

    with pytest.raises(WrongSeed):
        draw(commitment, found, "incorrect horse battery staple")
    drawn = draw(commitment, found, "correct horse battery staple")

    assert "correct horse" not in publish(found, commitment)
    assert verify(publish(found, commitment.closed(drawn)))


@pytest.mark.parametrize("given", [{}, {"source": " "}, {"source": "x", "secret": "s" * 20}, {"secret": "short"}])
def test_a_commitment_needs_one_source_of_chance(found, given):
    with pytest.raises(ValueError, match=r"source|characters"):
        commit(found, **given)


def test_nothing_is_drawn_from_no_panels_or_no_value(found):
    empty = lottery(Pool(()), Rules(), 1, band=None)

    with pytest.raises(ValueError, match="nothing"):
        commit(empty, source=SOURCE)
    with pytest.raises(ValueError, match="no value"):
        draw(commit(found, source=SOURCE), found, "")


def test_a_published_lottery_is_in_order_before_and_after_the_draw(found, published):
    assert faults(publish(found, commit(found, source=SOURCE))) == ()
    assert faults(published) == ()
    assert verify(published)


def leaves(value, path=()):
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list):
        for key, inner in enumerate(value):
            yield from leaves(inner, (*path, key))
    else:
        yield path, value


def changed(published, path, value):
    told = json.loads(published)
    at = told
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    return json.dumps(told)


def other_than(value):
    if isinstance(value, bool) or value is None:
        return not value
    return value + 1 if isinstance(value, (int, float)) else value + "x"


def test_no_field_can_be_changed_unseen(published):
    paths = list(leaves(json.loads(published)))

    assert len(paths) > 200
    assert [path for path, value in paths if verify(changed(published, path, other_than(value)))] == []


def test_no_field_can_be_left_out_or_added(published):
    told = json.loads(published)
    for part in (told, told["body"], told["draw"], told["body"]["rules"], told["body"]["claim"]):
        for name in list(part):
            kept = part.pop(name)
            assert not verify(json.dumps(told))
            part[name] = kept
        part["more"] = 1
        assert not verify(json.dumps(told))
        del part["more"]
    assert verify(json.dumps(told))


@pytest.mark.parametrize(
    ("path", "value", "fault"),
    [
        (("tickets", 0), 1, "tickets"),
        (("marginals", "A1"), [1, 1], "marginals"),
        (("best",), 380_000, "panel-outside-band:0"),
        (("penalty",), 1, "panel-penalty:0"),
        (("types", 0), ["A1", "A2"], "type-not-alike:0"),
        (("rules", "budget", "at_most"), 1000, "panel-breaks-rule:0:budget"),
        (("rules", "quotas", 0, "at_least"), 3, "panel-breaks-rule:0:AFR"),
        (("k",), 5, "panel-breaks-rule:0:size"),
        (("never",), ["A1"], "never"),
        (("claim", "status"), "certain", "claim"),
        (("seed_sha256",), "0", "source"),
        (("format",), "tessera-lottery-2", "format"),
    ],
)
def test_a_false_record_is_seen_even_with_its_own_commitment(published, path, value, fault):
    told = json.loads(changed(published, ("body", *path), value))
    told["commitment"], told["draw"] = sha256(told["body"]), None

    assert fault in faults(json.dumps(told))


@pytest.mark.parametrize("count", ["word", [1], 1.5, None, True])
@pytest.mark.parametrize("panel", [0, 1, 2])
def test_a_count_that_is_no_number_is_not_multiplied(published, panel, count):
    """A text times the tickets of its cohort would be gigabytes of it."""
    false = changed(published, ("body", "panels", panel, -1, 1), count)
    tracemalloc.start()

    found = verify(false)

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (found, peak < 20_000_000) == (False, True)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "{",
        '{"body":{},"commitment":"","draw":null}',
        '{"a":1,"a":2}',
        '{"a":NaN}',
        "[" * 100_000,
        "\ud800",
    ],
)
def test_anything_else_is_no_lottery(text):
    assert faults(text) == ("not-a-lottery",)
    assert not verify(text)


def test_commitments_of_anything_else_are_refused():
    with pytest.raises(ValueError, match="published"):
        commitment_of('{"body":{}}')


def test_the_script_for_everybody_repeats_the_draw(published, tmp_path):
    file = tmp_path / "published.json"
    drawn = json.loads(published)["draw"]
    file.write_text(published, "utf-8")

    done = subprocess.run(
        [sys.executable, "-I", ROOT / "examples" / "verify_draw.py", file], capture_output=True, text=True, check=True
    )

    assert done.stdout == f"ticket {drawn['number']}, panel {drawn['panel']}: {' '.join(drawn['members'])}\n"


def test_the_script_draws_inside_types_and_in_every_writing(tmp_path):
    people = tuple(
        Applicant(name, None, None, {"région": "été" if i % 2 else "hiver"})
        for i, name in enumerate(["Ångström", "Đặng", "محمد", "李", "Zoë", "O’Brien", "N'Diaye", "Müller"])
    )
    rules = Rules((Quota("été", Is("région", ("été",)), 1, 2),))
    found = lottery(Pool(people), rules, 4, band=None)
    commitment = commit(found, secret="ein ganz geheimer Ausgang")
    drawn = draw(commitment, found, "ein ganz geheimer Ausgang")
    file = tmp_path / "published.json"
    file.write_text(publish(found, commitment.closed(drawn)), "utf-8")

    done = subprocess.run(
        [sys.executable, "-I", "-X", "utf8", ROOT / "examples" / "verify_draw.py", file],
        capture_output=True, check=True,
    )  # fmt: skip

    assert verify(file.read_text("utf-8"))
    assert done.stdout.decode().split(": ")[1].split() == list(drawn.members)


@pytest.mark.parametrize("path", [("body", "k"), ("body", "source"), ("draw", "members"), ("draw", "source_value")])
def test_the_script_refuses_a_changed_file(published, tmp_path, path):
    file = tmp_path / "published.json"
    file.write_text(changed(published, path, "x"), "utf-8")

    done = subprocess.run(
        [sys.executable, "-I", ROOT / "examples" / "verify_draw.py", file], capture_output=True, check=False
    )

    assert done.returncode == 1
