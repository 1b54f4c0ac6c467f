"""Every worked example gives what its folder says, from a folder that holds nothing else, without a database."""

import pytest

from tools.examples import examples, kept, run


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.name)
def test_a_worked_example_gives_what_is_expected(example, tmp_path):
    outcome = run(example, tmp_path)

    told = kept(example, outcome)
    assert {name: (example.expected / name).read_text("utf-8") for name in told} == told
    assert (outcome.status, set(outcome.files), outcome.others) == (example.status, set(example.files), ())
