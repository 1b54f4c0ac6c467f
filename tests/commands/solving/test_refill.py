"""``tessera cohort --withdrawn`` and ``tessera assign --randomise``: what happens after, and what nobody can know before."""

import json

import pytest

from tests.own_site import ROOT

COHORT = [str(ROOT / "examples/cohort" / name) for name in ("applicants.csv", "rules.toml")]
ASSIGN = [
    *(str(ROOT / "examples/assign" / name) for name in ("files.csv", "reviewers.csv")),
    "--affinity", str(ROOT / "examples/assign/affinity.csv"),
]  # fmt: skip


def told(said, *arguments, status=0):
    got, out, err = said(*arguments, "--json")
    assert (got, err) == (status, "")
    return json.loads(out)


@pytest.mark.parametrize(
    ("withdrawn", "joins", "sentence"),
    [
        (["A3"], ["A4"], "Mina Jade (A4), number 1 of the reserve list, comes in: the first with whom every rule is kept."),
        (["A3,A4"], ["A5"], "Otto Schiefer (A5), number 2 of the reserve list, comes in: the first with whom every rule is kept."),
        (["A1", "A3"], ["A4", "A8"], ("Several places are filled together: Mina Jade (A4) and Amber Flint (A8) come in, "
                                     "the best with those who stay.")),
        (["A1"], ["A8"], ("No cohort with those who stay keeps every rule. The cheapest change: ask for at least 0 instead of "
                         "1 in “language FR”.")),
        (["A1,A2,A3,A6,A7"], ["A4", "A5", "A8", "A9"], ("Then Mina Jade (A4), Otto Schiefer (A5), Amber Flint (A8) and Clay Marl "
                                                        "(A9) come in: the best with those who stay.")),
        (["A4"], [], "No place is free; the cohort stays as it was."),
    ],
)  # fmt: skip
def test_places_are_filled_like_for_like(said, withdrawn, joins, sentence):
    answer = told(said, "cohort", *COHORT, *[part for one in withdrawn for part in ("--withdrawn", one)])

    gone = {one for part in withdrawn for one in part.split(",")}
    by_decision = {one["id"]: one["decision"] for one in answer["people"]}
    assert [one for one, decision in sorted(by_decision.items()) if decision == "joins"] == joins
    assert {one for one, decision in by_decision.items() if decision == "withdrawn"} == gone
    stay = {"A1", "A2", "A3", "A6"} - gone
    assert {one for one, decision in by_decision.items() if decision == "selected"} == stay
    assert sentence in answer["sentences"]


def test_where_there_is_no_cohort_to_withdraw_from_the_reasons_are_told(said):
    tight = [COHORT[0], str(ROOT / "examples/cohort/tight.toml")]

    answer = told(said, "cohort", *tight, "--withdrawn", "A2", status=1)
    plain = told(said, "cohort", *tight, status=1)

    assert answer["sentences"] == plain["sentences"]
    assert answer["sentences"][0] == "No cohort keeps all these rules."
    assert answer["ways_out"] == plain["ways_out"] != []


def test_where_too_few_people_are_left_nothing_is_said_of_the_time(said):
    answer = told(said, "cohort", *COHORT, "--withdrawn", "A1,A2,A3,A4,A5,A6", status=1)

    assert answer["sentences"][-1] == (
        "No cohort with those who stay keeps every rule, and no change of limits that makes one possible was found."
    )


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--withdrawn", "ZZ"], "--withdrawn: nobody has the id “ZZ”."),
        (
            ["--withdrawn", "A3", "--explain", "A4"],
            "--explain is about the first cohort: leave --withdrawn out for it.",
        ),
        (
            ["--withdrawn", "A3", "--record", "r.json"],
            "--record is about the first cohort: leave --withdrawn out for it.",
        ),
        (["--withdrawn", "A3,"], "“A3,” is not a list of ids like A1,A7"),
    ],
)
def test_withdrawals_that_make_no_sense_are_refused(said, folder, arguments, sentence):
    status, out, err = said("cohort", *COHORT, *arguments)

    assert (status, out, list(folder.iterdir())) == (2, "", [])
    assert sentence in err


def test_no_pair_of_a_lottery_is_likelier_than_the_cap(said):
    answer = told(said, "assign", *ASSIGN, "--randomise", "2/3")

    tickets = sum(one["tickets"] for one in answer["lottery"])
    assert max(one["tickets"] for one in answer["chances"]) * 3 <= 2 * tickets
    assert "Nothing is drawn yet: “--seed TEXT” draws one of them, the same one every time." in answer["sentences"]
    assert "pairs" not in answer


def test_a_seed_draws_the_same_assignment_every_time(said):
    drawn = {
        seed: [
            [(one["file"], one["reviewer"]) for one in told(said, "assign", *ASSIGN, "--randomise", "0.5", "--seed", seed)["pairs"]]
            for _again in range(2)
        ]
        for seed in ("a", "b", "c", "d")
    }  # fmt: skip

    assert all(first == second and len(first) == 8 for first, second in drawn.values())
    assert len({tuple(first) for first, _second in drawn.values()}) == 2


def test_a_lottery_that_the_clock_cuts_is_not_given_out(said):
    answer = told(said, "assign", *ASSIGN, "--randomise", "2/3", "--time-limit", "0.000001", status=1)

    assert answer["sentences"][0] == "The lottery was not finished in the time allowed: give it more with --time-limit."
    assert {one["what"]: one["value"] for one in answer["proof"]}["status"] == "unknown"
    assert set(answer) == {"command", "ok", "sentences", "proof"}


def test_a_cap_that_is_too_low_is_told_apart_from_no_assignment(said):
    answer = told(said, "assign", *ASSIGN, "--randomise", "1%", status=1)

    assert answer["sentences"][0] == (
        "No lottery keeps every pair at 1/100 (1 %) or less, though an assignment exists: raise the cap."
    )
    assert told(said, "assign", *ASSIGN, "--load", "0-1", "--reviews", "9", "--randomise", "1", status=1)["sentences"][
        0
    ] == ("There is no assignment that keeps every rule: without --randomise the reasons are named.")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--seed", "x"], "--seed draws from a lottery: say with --randomise how likely a pair may be."),
        (["--randomise", "1/2", "--objective", "total"], "leave --objective out"),
        (["--randomise", "0"], "“0” is not a probability like 1/2, 0.5 or 50%"),
        (["--randomise", "1/20000"], "“1/20000” is not a probability like 1/2, 0.5 or 50%"),
        (["--randomise", "3/2"], "“3/2” is not a probability like 1/2, 0.5 or 50%"),
    ],
)
def test_lotteries_that_make_no_sense_are_refused(said, arguments, sentence):
    status, out, err = said("assign", *ASSIGN, *arguments)

    assert (status, out) == (2, "")
    assert sentence in err
