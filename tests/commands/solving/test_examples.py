"""Every worked example gives what its folder says, from a folder that holds nothing else, without a database."""

import csv

import pytest

from tools.examples import EXAMPLES, ROOT, examples, kept, run


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.name)
def test_a_worked_example_gives_what_is_expected(example, tmp_path):
    outcome = run(example, tmp_path)

    told = kept(example, outcome)
    assert {name: (example.expected / name).read_text("utf-8") for name in told} == told
    assert (outcome.status, set(outcome.files), outcome.others) == (example.status, set(example.files), ())


@pytest.mark.parametrize("folder", ["cohort", "lottery"])
def test_the_people_of_the_example_are_those_of_the_page_of_the_solver(folder):
    """Names of institutions aside: who shares one is the same."""
    page = (ROOT / "docs/solvers/cohort.md").read_text("utf-8")
    told = [[cell.strip() for cell in line.split("|")[1:-1]] for line in page.splitlines() if line.startswith("| A")]
    with (EXAMPLES / folder / "applicants.csv").open(encoding="utf-8", newline="") as file:
        given = [
            [row[name] for name in ("id", "region", "gender", "language", "institution", "score", "cost")]
            for row in csv.DictReader(file)
        ]
    for rows in (told, given):
        houses = {house: n for n, house in enumerate(dict.fromkeys(row[4] for row in rows))}
        for row in rows:
            row[4] = houses[row[4]]
    assert given == told
    assert len(told) == 9
