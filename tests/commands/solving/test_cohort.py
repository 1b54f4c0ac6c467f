"""``tessera cohort``: what rules and people may be, and that the answer does not hang on the form of the files."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
import xlsxwriter

from tessera.commands import cohort
from tessera.commands.pools import read_task
from tessera.commands.tables.faults import Faults
from tessera.commands.words.cohort import Speaker
from tessera.solvers.cohort.claims import check_waitlist
from tessera.solvers.cohort.selection import select
from tessera.solvers.cohort.waiting import waitlist
from tessera.solvers.proof import Status
from tests.own_site import ROOT

PEOPLE = "id,score,region,new\nA1,92.5,AFR,yes\nA2,88,EUR,no\nA3,,EUR,\nA4,70,LAC,no\n"
EXAMPLE = ROOT / "examples/cohort"


@pytest.fixture
def read(folder, write):
    def call(rules, people=PEOPLE):
        write("people.csv", people)
        write("rules.toml", rules)
        faults = Faults()
        task = read_task(Path("people.csv"), Path("rules.toml"), faults)
        assert (task is None) == bool(faults.found)
        return task, [str(fault) for fault in faults.found]

    return call


def test_rules_are_read_as_written(read):
    task, faults = read(
        """
seats = 2
seed = "pebble"
score_at_least = "60,5"
budget = { at_most = 1200.50, step = 100, price = 2 }
include = ["A1"]
exclude = "A4"
reserve = 1
[quotas.Region]
AFR = "1-2"
[[quota]]
name = "new or African"
any = [{ feature = "new", value = "yes" }, { all = [{ feature = "region", values = ["AFR"] }] }]
at_least = 1
soft = 3
[[share]]
feature = "new"
value = "no"
at_most = 60
of = { not = { feature = "region", value = "LAC" } }
[[cap]]
feature = "region"
at_most = 1
but = { EUR = 2 }
[lottery]
band = "any"
""",
        PEOPLE.replace("new\n", "new,cost\n").replace("yes\n", "yes,10.5\n"),
    )

    assert faults == []
    rules = task.rules
    assert (task.seats, task.seed, task.reserve, task.lottery.band) == (2, "pebble", 1, None)
    assert (rules.score_at_least, rules.budget.at_most, rules.budget.step, rules.budget.price) == (
        60_500,
        120_050,
        10_000,
        2,
    )
    assert (rules.include, rules.exclude) == (frozenset({"A1"}), frozenset({"A4"}))
    assert [(one.name, one.at_least, one.at_most, one.weight) for one in rules.quotas] == [
        ("Region AFR", 1, 2, None),
        ("new or African", 1, None, 3),
    ]
    assert [one.name for one in rules.shares] == ["new no"]
    assert [(one.name, one.at_most, dict(one.but)) for one in rules.caps] == [("each region", 1, {"EUR": 2})]
    assert [one.features for one in task.pool.applicants][2] == {"region": "EUR"}


@pytest.mark.parametrize(
    ("rules", "fault"),
    [
        ("set = 4", "rules.toml: there is no “seats”."),
        ("seats = 0", "rules.toml, line 1, “seats”: “0” is less than 1."),
        (
            "seats = 2\n[quotas.regiom]\nAFR = '1'",
            "rules.toml, line 2, “quotas.regiom”: there is no column “regiom” in people.csv; did you mean “region”?",
        ),
        (
            "seats = 2\n[quotas.region]\nAFR = 'two'",
            "rules.toml, line 3, “quotas.region.AFR”: “two” is not a range (“1-2”, “1-”, “-2” or “2”).",
        ),
        ("seats = 2\ninclude = ['A9']", "rules.toml, line 2, “include”: nobody has the id “A9”."),
        (
            "seats = 2\n[[quota]]\nfeature = 'region'\nvalue = 'AFR'\nat_lest = 1",
            "rules.toml, line 2, “quota[1]”: there is neither “at_least” nor “at_most”.",
        ),
        (
            "seats = 2\n[[quota]]\nname = 'x'\nat_least = 1",
            "rules.toml, line 2, “quota[1]”: one of “feature”, “any”, “all” or “not” says whom this is about.",
        ),
        (
            "seats = 2\n[[quota]]\nfeature = 'region'\nvalue = 'AFR'\nat_least = 3\nat_most = 1",
            "rules.toml, line 5, “quota[1].at_least”: at least 3 and at most 1 cannot both be.",
        ),
        (
            "seats = 2\n[[cap]]\nfeature = 'region'\nat_most = 1\n[[cap]]\nfeature = 'region'\nat_most = 2",
            "rules.toml: two rules are called “each region”: give each a name of its own.",
        ),
        (
            "seats = 2\n[[quota]]\nname = 'x'\nany = []\nat_least = 1",
            "rules.toml, line 4, “quota[1].any”: holds no condition.",
        ),
        ("seats = 2\nbudget = -3", "rules.toml, line 2, “budget”: “-3” is negative."),
        ("seats = 2\n[lottery]\nband = 'some'", "rules.toml, line 3, “lottery.band”: “some” is not a number."),
    ],
)
def test_rules_that_make_no_sense_are_refused_with_their_place(read, rules, fault):
    _task, faults = read(rules)

    assert faults[0] == fault


def test_what_is_missing_or_unused_is_told(read):
    task, faults = read("seats = 2\n[quotas.region]\nAFRICA = '-1'")

    assert faults == []
    assert task.notes == (
        "Nobody has “AFRICA” under “region”; the nearest is “AFR”.",
        "No rule looks at “new” in people.csv.",
        "1 of 4 have no score: they are chosen only where a rule names them.",
    )


def test_a_value_that_seems_to_say_unknown_is_told(read):
    people = "id,score,region\nA1,1,n/a\nA2,2,?\nA3,3,NA\nA4,4,\n"
    task, _faults = read("seats = 2\n[[share]]\nfeature = 'region'\nvalue = 'NA'\nat_most = 50", people)

    assert task.notes == tuple(
        f"“{value}” under “region” is a value like any other; an empty cell is unknown." for value in ("?", "NA", "n/a")
    )


def test_an_unknown_person_to_explain_is_refused(said, write):
    write("people.csv", PEOPLE)
    write("rules.toml", "seats = 2")

    status, out, err = said("cohort", "people.csv", "rules.toml", "--explain", "A11")

    assert (status, out) == (2, "")
    assert err.splitlines()[0] == "--explain: nobody has the id “A11”; did you mean “A1”?"


def answer(said, people, rules="rules.toml"):
    status, out, _err = said("cohort", people, rules, "--json")
    told = json.loads(out)
    for row in [*told["proof"], *told.get("proof_of_the_reserve", [])]:
        if row["what"] == "seconds":
            row["value"] = None
    return status, {name: value for name, value in told.items() if name != "sentences"}


def test_the_answer_is_the_same_whatever_the_form_and_order_of_the_table(said, folder, write):
    text = (EXAMPLE / "applicants.csv").read_text("utf-8")
    rows = [line.split(",") for line in text.splitlines()]
    write("rules.toml", (EXAMPLE / "rules.toml").read_text("utf-8"))
    write("a.csv", text)
    shuffled = rows[5:] + rows[1:5][::-1]
    write("b.csv", "\n".join(";".join(row).replace(".", ",") for row in [rows[0], *shuffled]))
    write("c.json", json.dumps([dict(zip(rows[0], row, strict=True)) for row in shuffled]))
    with xlsxwriter.Workbook(str(folder / "d.xlsx")) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate([rows[0], *shuffled]):
            for column, cell in enumerate(row):
                sheet.write(number, column, int(cell) if cell.isdigit() else cell)

    found = [answer(said, name) for name in ("a.csv", "b.csv", "c.json", "d.xlsx")]

    assert found[0][0] == 0
    assert found[1:] == found[:1] * 3


def test_the_seed_decides_ties_alone(said, write):
    write("people.csv", "id,score\n" + "".join(f"A{number},50\n" for number in range(8)))
    write("rules.toml", "seats = 3")

    found = {
        seed: [row["id"] for row in answer_with_seed(said, seed)["people"] if row["decision"] == "selected"]
        for seed in ("one", "two", "three", "four")
    }

    assert len({tuple(ids) for ids in found.values()}) > 1
    assert [row["id"] for row in answer_with_seed(said, "one")["people"] if row["decision"] == "selected"] == found[
        "one"
    ]


def answer_with_seed(said, seed):
    return json.loads(said("cohort", "people.csv", "rules.toml", "--json", "--seed", seed, "--reasons", "0")[1])


def test_a_change_that_is_offered_comes_true(said, write):
    write("applicants.csv", (EXAMPLE / "applicants.csv").read_text("utf-8"))
    rules = (EXAMPLE / "rules.toml").read_text("utf-8")
    write("rules.toml", rules)
    why = json.loads(said("cohort", "applicants.csv", "rules.toml", "--json")[1])
    reason = next(row["reason"] for row in why["people"] if row["id"] == "A5")
    write("wider.toml", rules.replace('EUR = "1"', 'EUR = "1-2"'))

    wider = json.loads(said("cohort", "applicants.csv", "wider.toml", "--json")[1])

    assert "Ask for at most 2 instead of 1 in “region EUR”" in reason
    certain = "and this person would be certain of a place" in reason
    selected = {row["id"] for row in wider["people"] if row["decision"] == "selected"}
    assert ("A5" in selected) or not certain


def test_the_price_of_a_rule_is_what_the_cohort_gains_without_it(said, write):
    write("applicants.csv", (EXAMPLE / "applicants.csv").read_text("utf-8"))
    rules = (EXAMPLE / "rules.toml").read_text("utf-8")
    write("rules.toml", rules)
    write("wider.toml", rules.replace('EUR = "1"', 'EUR = "1-2"'))

    told = json.loads(said("cohort", "applicants.csv", "rules.toml", "--json", "--prices")[1])
    wider = json.loads(said("cohort", "applicants.csv", "wider.toml", "--json")[1])

    def together(found):
        return sum(row["score"] for row in found["people"] if row["decision"] == "selected")

    dear = [row for row in told["prices"] if row["points if moved by one"] or row["points without it"]]
    assert [(row["rule"], row["at its limit"], row["points if moved by one"]) for row in dear] == [
        ("“region EUR” (at most 1)", True, together(wider) - together(told))
    ]
    assert "prices" not in wider


def test_more_seats_than_people_is_an_answer_not_a_fault(said, write):
    write("people.csv", PEOPLE)
    write("rules.toml", "seats = 9")

    status, out, err = said("cohort", "people.csv", "rules.toml", "-o", "out.csv")

    assert (status, err) == (1, "")
    assert "There are 9 seats and only 3 people to choose from" in out
    assert out.endswith("Nothing was written to out.csv.\n")


def test_somebody_below_the_entry_hears_which_score_or_entry_would_do(said, write):
    write("people.csv", "id,score,region\nA,90,AFR\nB,70,EUR\nC,50,EUR\nD,,EUR\n")
    write("rules.toml", "seats = 2\nscore_at_least = 60\n")

    _status, out, _err = said("cohort", "people.csv", "rules.toml", "--json", "--explain", "C", "--explain", "D")

    wanted = "With a score of 70 points this person would tie (in place of B), with more be certain of a place."
    assert [one for one in json.loads(out)["sentences"] if one[:2] in ("C:", "D:")] == [
        f"C: Not considered: the score is below the entry. {wanted}",
        f"D: Not considered: there is no score. {wanted}",
    ]
    write("people.csv", "id,score,region\nA,90,AFR\nB,70,EUR\nE,85,AFR\nF,84,AFR\n")
    write(
        "rules.toml",
        'seats = 2\nscore_at_least = 80\n[[share]]\nfeature = "region"\nvalue = "EUR"\nat_least = 50\nsoft = 1\n',
    )
    _status, out, _err = said("cohort", "people.csv", "rules.toml", "--json", "--explain", "B")
    assert [one for one in json.loads(out)["sentences"] if one.startswith("B:")] == [
        (
            "B: Not considered: the score is below the entry. With a score of 80 points, the entry, this person would be certain "
            "of a place (in place of E). Lower the entry from 80 points to 70 points, and this person would be certain of a place."
        )
    ]


@pytest.fixture
def example():
    """The worked example's task, its cohort, and what is said of a reserve list that took so long."""
    faults = Faults()
    task = read_task(EXAMPLE / "applicants.csv", EXAMPLE / "rules.toml", faults)
    assert (faults.found, task.reserve > 0) == ([], True)
    selection = select(task.pool, task.rules, task.seats, seed=task.seed)
    return task, selection, Speaker(task.rules, task.seats, task.names)


def test_a_reserve_list_for_which_no_time_was_left_is_missed_in_words(example):
    task, selection, speaker = example
    answer = cohort._answer(task, cohort._Found(selection, None, {}, None), speaker, [])
    assert "The time was up before a reserve list was worked out: there is none." in answer.sentences
    assert [table.name for table in answer.tables] == ["people", "reserve", "gauges", "proof"]


@pytest.mark.parametrize(
    ("status", "sentences"),
    [
        ("optimal", ["Reserve list: "]),
        ("feasible", ["Reserve list: ", "The time was up: a better reserve list may exist, and one that covers more members."]),
        ("unknown", ["No reserve list was found in the time allowed; that nobody could step in is not proven."]),
    ],
)  # fmt: skip
def test_a_reserve_list_says_how_sure_it_is_and_shows_its_proof(example, status, sentences):
    task, selection, speaker = example
    waiting = waitlist(task.pool, task.rules, selection, task.reserve, task.cover)
    waiting = replace(waiting, irreplaceable=(), proof=replace(waiting.proof, status=Status(status)))
    answer = cohort._answer(task, cohort._Found(selection, waiting, {}, None), speaker, [])
    said = [one for one in answer.sentences if "eserve list" in one]
    assert [one[: len(other)] for one, other in zip(said, sentences, strict=True)] == sentences
    assert [(table.name, table.rows[0]) for table in answer.tables][-1] == ("proof of the reserve", ("status", status))


def test_a_rule_that_nobody_can_meet_is_not_guessed_when_the_time_is_up(example):
    task, selection, speaker = example
    waiting = waitlist(task.pool, task.rules, selection, task.reserve, task.cover, time_limit=0)
    assert check_waitlist(task.pool, task.rules, selection, waiting) == ()
    assert [(one.member, one.limits) for one in waiting.irreplaceable] == [("A1", ())]
    said = cohort._waiting(task, waiting, speaker)[-1]
    assert said.startswith("Nobody can replace ")
    assert said.endswith(" alone; the rule that makes it so was not found in the time allowed.")


def test_where_four_limits_must_give_all_four_are_named(said, write):
    write("people.csv", "id,score,a,b,c,d\nA1,90,no,no,no,no\nA2,80,no,no,no,no\n")
    quotas = "".join(f'[[quota]]\nname = "{one}"\nfeature = "{one}"\nvalue = "no"\nat_most = 0\n' for one in "abcd")
    write("rules.toml", f"seats = 1\n{quotas}")
    status, out, _err = said("cohort", "people.csv", "rules.toml", "--json")
    told = json.loads(out)
    assert status == 1
    ways = [row["change"] for row in told["ways_out"]]
    assert [re.findall("“(.)”", way) for way in ways] == [["a", "b", "c", "d"]]
    assert ways[0].casefold().count("at most 1 instead of 0") == 4
    assert not any("No change" in sentence for sentence in told["sentences"])


def test_a_lower_entry_is_a_way_out(said, write):
    write("people.csv", "id,score\nA1,90\nA2,80\nA3,50\nA4,40\n")
    write("rules.toml", "seats = 3\nscore_at_least = 60\n")
    status, out, _err = said("cohort", "people.csv", "rules.toml", "--json")
    told = json.loads(out)
    assert status == 1
    assert [(row["change"], row["cohort"]) for row in told["ways_out"]] == [
        ("Lower the entry from 60 points to 50 points.", ["A1", "A2", "A3"])
    ]
    write("rules.toml", "seats = 5\nscore_at_least = 60\n")
    status, out, _err = said("cohort", "people.csv", "rules.toml", "--json")
    assert (status, json.loads(out)["sentences"][-1]) == (1, "No change of the limits and no lower entry helps.")


def test_limits_and_entry_together_are_a_way_out_where_neither_is_alone(said, write):
    rules = (
        'seats = 2\nscore_at_least = {}\n[[quota]]\nname = "newcomers"\nfeature = "a"\nvalue = "yes"\nat_most = {}\n'
    )
    write("people.csv", "id,score,a\nA1,90,no\nA2,50,yes\nA3,40,yes\n")
    write("rules.toml", rules.format(60, 0))

    status, out, _err = said("cohort", "people.csv", "rules.toml", "--json")

    told = json.loads(out)
    assert status == 1
    assert [(row["change"], row["cohort"]) for row in told["ways_out"]] == [
        (
            "Ask for at most 1 instead of 0 in “newcomers” and lower the entry from 60 points to 50 points.",
            ["A1", "A2"],
        )
    ]
    assert told["sentences"][:2] == [
        "No cohort keeps all these rules.",
        "There are 2 seats and only 1 person to choose from (the score is below the entry).",
    ]
    for entry, most, kept in ((50, 1, True), (50, 0, False), (60, 1, False), (51, 1, False)):
        write("rules.toml", rules.format(entry, most))
        assert said("cohort", "people.csv", "rules.toml", "--json")[0] == (0 if kept else 1)


def test_cohorts_that_are_as_good_are_listed_up_to_a_number(said, write):
    for name in ("applicants.csv", "rules.toml"):
        write(name, (EXAMPLE / name).read_text("utf-8"))
    told = json.loads(said("cohort", "applicants.csv", "rules.toml", "--json", "--optima", "5")[1])
    assert [(row["selected"], row["people"]) for row in told["equals"]] == [
        (True, ["A1", "A2", "A3", "A6"]), (False, ["A1", "A2", "A3", "A7"]),
    ]  # fmt: skip
    assert "2 cohorts are equally best; all are listed." in told["sentences"]

    told = json.loads(said("cohort", "applicants.csv", "rules.toml", "--json", "--optima", "1")[1])
    assert len(told["equals"]) == 1
    capped = "1 cohort is best of those found; there may be more (ask with a larger --optima, or for more time)."
    assert capped in told["sentences"]
    assert "equals" not in json.loads(said("cohort", "applicants.csv", "rules.toml", "--json")[1])
    assert said("cohort", "applicants.csv", "rules.toml", "--optima", "0")[0] == 2
