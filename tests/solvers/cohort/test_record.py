"""Published records: they come back as they were, and whoever changes one is found out."""

import json

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tessera.solvers.cohort.faults import DataFault
from tessera.solvers.cohort.record import read, record, verify
from tessera.solvers.cohort.selection import select
from tests.solvers.cohort import brute
from tests.solvers.cohort.test_example import POOL, rules


@settings(max_examples=15, deadline=None)
@given(brute.people(), brute.rules(), st.integers(1, 3))
def test_a_record_comes_back_and_holds(pool, given_rules, k):
    selection = select(pool, given_rules, k, seed="s")
    assume(selection.found)
    text = record(pool, given_rules, selection)

    assert read(text) == (pool, given_rules, selection)
    assert verify(text) == ()


def changed(change):
    told = json.loads(record(POOL, rules(), select(POOL, rules(), 4, seed="s")))
    change(told)
    return json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        (lambda told: told["selection"]["members"].__setitem__(0, "A9"), {"order", "lower", "value", "bound"}),
        (lambda told: told["selection"].__setitem__("value", 360), {"value"}),
        (lambda told: told["selection"]["proof"].__setitem__("bound", 358), {"bound"}),
        (lambda told: told["selection"]["proof"].__setitem__("bound", 400), {"bound"}),
        (lambda told: told["pool"]["applicants"][8].__setitem__("score", 70), {"input"}),
        (lambda told: told["rules"]["budget"].__setitem__("at_most", 3500), {"input"}),
    ],
)
def test_a_changed_record_is_found_out(change, codes):
    assert {one.code for one in verify(changed(change))} == codes


def test_what_is_no_record_is_refused():
    for text in ("{}", "[]", "null", '{"format":"other"}', "no", '{"format":NaN}'):
        with pytest.raises(ValueError):  # noqa: PT011 - the text differs with the fault
            verify(text)
    with pytest.raises(DataFault):
        verify(changed(lambda told: told["pool"]["applicants"][1].__setitem__("id", "A1")))
