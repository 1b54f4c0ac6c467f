"""``tessera plan``: what its files must hold, and what it says."""

import json
from dataclasses import replace
from datetime import date

import pytest

from tessera.commands.planclock import clock_faults
from tessera.commands.planfiles import Files, read_plan
from tessera.commands.tables.faults import Faults
from tessera.commands.words.plan import Planner
from tessera.solvers import coverage
from tessera.solvers.coverage.model import Count, CountKind, Rule, RuleKind

TRAININGS = "id,dates,regions\npebble,2025-06-09/2025-06-13,ARB\n"
LIMITS = """\
from = 2026-01-01
quarters = 4
first_record = 2025-01-01
trainings_a_quarter = 2
[[region]]
code = "ARB"
countries = ["MA", "TN"]
[[region]]
code = "LAC"
countries = ["PE", "CL"]
"""


@pytest.fixture
def faults_of(folder, write):
    def call(trainings=TRAININGS, limits=LIMITS, hosts=None):
        write("trainings.csv", trainings)
        write("limits.toml", limits)
        if hosts is not None:
            write("hosts.csv", hosts)
        faults = Faults()
        task = read_plan(
            Files(folder / "trainings.csv", folder / "limits.toml", folder / "hosts.csv" if hosts else None), faults
        )
        assert (task is None) == bool(faults.found)
        return [str(fault) for fault in faults.found], task

    return call


def test_due_days_are_those_of_the_coverage_clock(faults_of):
    faults, task = faults_of()

    assert faults == []
    assert {one.key: one.due_on for one in task.problem.regions} == {"ARB": date(2027, 6, 13), "LAC": date(2027, 1, 1)}


def test_a_one_country_training_counts_by_the_rule(faults_of):
    trainings = "id,dates,scope,countries\npebble,2025-06-09,national,PE\n"

    _faults, strict = faults_of(trainings)
    _faults, lenient = faults_of(trainings, 'rule = "lenient"\n' + LIMITS)

    assert [task.coverage.region("LAC").last for task in (strict, lenient)] == [None, date(2025, 6, 9)]


def test_an_announced_training_is_fixed_at_its_days(faults_of):
    _faults, task = faults_of(TRAININGS + "granite,2026-05-04/2026-05-08,LAC\n")

    assert [(one.quarter, one.host) for one in task.fixed] == [(1, "granite")]
    assert [one.dates[0].start_on for one in task.problem.hosts if one.key == "granite"] == [date(2026, 5, 4)]


def test_every_fault_of_every_file_is_told(faults_of):
    faults, _task = faults_of(
        "id,dates,regions,countries\npebble,yesterday,ARB,\nslate,2025,ARX,\nflint,2025,,ZZ\nagate,2025,,\n",
        LIMITS,
        "id,regions,quarters,cost\nagate,,2026-Q5,-1\n",
    )

    assert faults == [
        "trainings.csv, line 2, “dates”: “yesterday” is not a date (2023-11-06, 2019-10, 2023-11-06/2023-11-10).",
        "trainings.csv, line 4, “countries”: “ZZ” is not the code of a country (two letters, ISO 3166-1).",
        "trainings.csv, line 3, “regions”: “ARX” is unknown; did you mean “ARB”?",
        "trainings.csv, line 4: has neither countries nor regions.",
        "trainings.csv, line 5: has neither countries nor regions.",
        "hosts.csv, line 2, “quarters”: “2026-Q5” is not a quarter (2027-Q1).",
        "hosts.csv, line 2, “cost”: “-1” is negative.",
        "hosts.csv, line 2: serves neither a region nor an area.",
    ]


def test_dates_that_run_backwards_or_never_end_are_called_that(faults_of):
    faults, _task = faults_of("id,dates,regions\na,2025-06-13/2025-06-09,ARB\nb,2025-06-13/..,ARB\n")

    assert faults == [
        "trainings.csv, line 2, “dates”: “2025-06-13/2025-06-09” runs backwards.",
        "trainings.csv, line 3, “dates”: “2025-06-13/..” has no end.",
    ]


def test_what_no_host_can_mean_is_told_at_its_row(faults_of):
    limits = """\
from = 2026-01-01
quarters = 4
working_areas = true
themes = ["stones", "schools"]
"""
    faults, task = faults_of(
        TRAININGS + "granite,2026-05-04/2026-05-08,LAC\n",
        limits,
        "id,regions,areas,languages,themes,quarters,dates\n"
        "granite,LAC,,,,,\n"
        "agate,LAC,,,,2026-Q4..2026-Q2,\n"
        "beryl,LAC,,,,2026-Q1 2026-Q2,2026-05-11/2026-05-15\n"
        "coral,,AFR-FR,en,school,,\n",
    )

    assert task is None
    assert faults == [
        "hosts.csv, line 3, “quarters”: “2026-Q4..2026-Q2” runs backwards.",
        "hosts.csv, line 2, “id”: is the id of an announced training too.",
        "hosts.csv, line 4, “quarters”: holds the quarter of the dates too: leave it to them.",
        "hosts.csv, line 5, “languages”: holds no language of AFR-FR (fr).",
        "hosts.csv, line 5, “themes”: “school” is unknown; did you mean “schools”?",
    ]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (
            ("quarters = 4", "quarters = 4\nyears = 1"),
            "limits.toml: either “quarters” or “years” says how far to plan.",
        ),
        (
            ("2026-01-01", "2026-02-01"),
            "limits.toml, line 1, “from”: “2026-02-01” does not begin a quarter (1 January, April, July or October).",
        ),
        (
            ("trainings_a_quarter", "training_a_quarter"),
            "limits.toml, line 4, “training_a_quarter”: unknown key; did you mean “trainings_a_quarter”?",
        ),
        (("quarters = 4", "years = 0"), "limits.toml, line 2, “years”: “0” is less than 1."),
        (('"PE"', '"MA"'), "limits.toml, line 5, “region”: MA is in ARB and also in LAC."),
        (
            ("quarters = 4", "quarters = 4\nmonths = 25"),
            "limits.toml, line 3, “months”: 25 months are no whole number of quarters.",
        ),
    ],
)
def test_limits_that_make_no_sense_are_refused(faults_of, change, fault):
    faults, _task = faults_of(limits=LIMITS.replace(*change))

    assert faults[0] == fault


def test_a_plan_that_cannot_be_met_says_why_and_what_would_help(said, write):
    write("trainings.csv", TRAININGS)
    write("limits.toml", LIMITS.replace("quarters = 4", "quarters = 8\ntrainings_a_year = 0"))

    status, out, _err = said("plan", "trainings.csv", "limits.toml", "--json")

    told = json.loads(out)
    assert status == 1
    assert "It cannot be met because:" in " ".join(told["sentences"])
    assert any("Allow" in sentence or "allow" in sentence for sentence in told["reasons"])


def test_a_host_that_is_missing_is_asked_for_in_words(said, write):
    write("trainings.csv", TRAININGS.replace("2025-06-09/2025-06-13", "2025-06-29/2025-07-04"))
    write("limits.toml", LIMITS.replace("quarters = 4", "quarters = 8").split('[[region]]\ncode = "LAC"')[0])
    write("hosts.csv", "id,name,regions,languages,quarters\nH,House of Slate,ARB,fr,2027-Q4\n")

    status, out, _err = said("plan", "trainings.csv", "limits.toml", "--hosts", "hosts.csv", "--json")

    assert (status, json.loads(out)["reasons"][-1]) == (1, "  - Find a host in ARB for 2027-Q2.")


def test_an_unknown_region_to_explain_is_refused(said, write):
    write("trainings.csv", TRAININGS)
    write("limits.toml", LIMITS)

    status, out, err = said("plan", "trainings.csv", "limits.toml", "--explain", "LAX")

    assert (status, out) == (2, "")
    assert err.splitlines() == [
        "--explain: there is no region “LAX”; did you mean “LAC”?",
        "tessera: 1 fault in what was given; nothing was worked out and nothing written.",
    ]


def test_money_of_a_funder_is_for_a_theme_and_an_area(said, write):
    write("trainings.csv", TRAININGS + "gneiss,2025-03-03/2025-03-07,LAC\n")
    limits = LIMITS.replace("quarters = 4", "quarters = 8\nthemes = ['repair', 'stores']\ncost_without_host = 9000", 1)
    write("limits.toml", limits)
    write("hosts.csv", "id,regions,themes,cost\nagate,ARB,repair,7000\nberyl,LAC,repair;stores,7000\n")
    plain = "id,amount,cap,minimum,themes,regions\n"
    for row, paid in (
        ("slate,2000,,,stores,\n", {"beryl"}),
        ("slate,2000,,,repair,ARB\n", {"agate"}),
        ("slate,2000,,,repair,\n", {"agate", "beryl"}),
        ("slate,2000,,3,stores,ARB\n", set()),
    ):
        write("funders.csv", plain + row)
        status, out, err = said(
            "plan", "trainings.csv", "limits.toml", "--hosts", "hosts.csv", "--funders", "funders.csv", "--json"
        )
        told = json.loads(out)["plan"]
        assert (status, err) == (0, "")
        assert {one["host"] for one in told if one.get("grants")} == paid
        assert all(one["theme"] in row for one in told if one.get("grants"))
    write("funders.csv", plain + "slate,2000,,,repairs,ARX\n")
    status, _out, err = said("plan", "trainings.csv", "limits.toml", "--funders", "funders.csv")
    assert (status, err.splitlines()[:2]) == (2, [
        "funders.csv, line 2, “regions”: “ARX” is unknown; did you mean “ARB”?",
        "funders.csv, line 2, “themes”: “repairs” is unknown; did you mean “repair”?",
    ])  # fmt: skip


def test_trainings_held_and_one_country_trainings_take_places_of_their_year(said, write, faults_of):
    limits = (
        "from = 2027-04-01\nyears = 2\ntrainings_a_year = 2\nfirst_record = 2025-06-01\n"
        "[[year]]\nyear = 2028\ntrainings = 3\nbudget = 900000\n" + LIMITS[LIMITS.index("[[region]]") :]
    )
    trainings = (
        "id,dates,status,scope,countries\nflint,2027-02-01/2027-02-05,delivered,regional,MA\n"
        "slate,2027-03-01/2027-03-05,delivered,regional,TN\nagate,2027-08-02/2027-08-06,announced,national,PE\n"
        "beryl,2028-08-02/2028-08-06,announced,national,PE\nolder,2026-08-02/2026-08-06,delivered,regional,MA\n"
    )
    faults, task = faults_of(trainings, limits)

    assert faults == []
    assert [(one.year, one.trainings, one.budget) for one in task.problem.limits.years] == [
        (2027, 0, None), (2028, 2, 900_000_00),
    ]  # fmt: skip
    status, out, _err = said("plan", "trainings.csv", "limits.toml", "--json")
    told = json.loads(out)
    assert status == 1  # LAC is due on 2027-06-01 and 2027 is full
    assert [row["quarter"][:4] for row in told["plan"]] == ["2028", "2028"]
    assert "agate reaches no region by itself; it takes a place of its year." in told["sentences"]


def test_an_announced_training_that_has_its_trainers_needs_none_of_the_table(said, write):
    write("limits.toml", LIMITS)
    write("trainers.csv", "id,languages,quarters\nopal,fr,2026-Q4\nonyx,fr,2026-Q4\n")
    for staffed, fits in (("yes", True), ("no", False)):
        write("trainings.csv", f"id,dates,regions,staffed\ngranite,2026-05-04/2026-05-08,LAC,{staffed}\n")
        _status, out, err = said("plan", "trainings.csv", "limits.toml", "--trainers", "trainers.csv", "--json")
        told = json.loads(out)
        assert ("No plan keeps what is fixed together with the limits." not in told["sentences"]) == fits, err


def test_rough_dates_of_an_announced_training_count_as_they_are_read(said, write):
    write("trainings.csv", "id,dates,regions\nflint,2025-03-03/2025-03-07,ARB\nslate,2027-03,ARB\n")
    region = LIMITS[LIMITS.index("[[region]]") : LIMITS.rindex("[[region]]")]
    limits = "from = 2027-01-01\nyears = 1\ntrainings_a_quarter = 0\n[quarter_limits]\n2027-Q1 = 1\n" + region

    write("limits.toml", limits)
    status, kind, _err = said("plan", "trainings.csv", "limits.toml", "--json")
    assert (status, json.loads(kind)["missed"]) == (0, [])

    write("limits.toml", 'reading = "harsh"\n' + limits)
    status, harsh, _err = said("plan", "trainings.csv", "limits.toml", "--json")
    told = json.loads(harsh)
    assert [(row["region"], row["from"], row["to"]) for row in told["missed"]] == [("ARB", "2027-03-08", "2027-03-30")]
    assert "All regions are on time together from 2027-03-31." in told["sentences"]
    assert {"first day", "last day"}.isdisjoint(told["plan"][0])  # no day of it is known


def test_dates_so_rough_that_no_day_is_certain_hold_nothing_in_the_harsh_reading(faults_of):
    """“2026” may end on 1 January or begin on 31 December: six months do not reach from the one to the other."""
    region = LIMITS[LIMITS.index("[[region]]") : LIMITS.rindex("[[region]]")]
    head = "from = 2026-10-01\nquarters = 6\nmonths = 6\ntrainings_a_year = 9\nfirst_record = 2026-01-01\n"

    _faults, task = faults_of(
        "id,dates,status,regions\nflint,2026,announced,ARB\nslate,2027-05-10,announced,ARB\n",
        f'reading = "harsh"\n{head}trainings_a_quarter = 0\n[quarter_limits]\n2026-Q4 = 1\n2027-Q2 = 1\n{region}',
    )
    found = coverage.plan(task.problem, fixed=task.fixed)

    assert [(str(one.start_on), str(one.end_on)) for one in found.missed] == [
        ("2026-10-01", "2027-05-09"), ("2027-11-11", "2028-03-31"),
    ]  # fmt: skip
    assert coverage.check_plan(task.problem, found.lines, task.fixed).faults == ()
    assert clock_faults(task, found) == []


def test_languages_of_hosts_trainers_funders_and_limits_are_the_same_in_capitals(folder, write):
    write("trainings.csv", TRAININGS)
    write("limits.toml", LIMITS.replace("[[region]]", "[trainings_in]\nFR = 1\n[[region]]", 1))
    write("hosts.csv", "id,regions,languages\nslate,LAC,FR;es\n")
    write("trainers.csv", "id,languages\nclay,fr ES\n")
    write("funders.csv", "id,amount,languages\nfund,100,Fr\n")
    faults = Faults()

    names = ("trainings.csv", "limits.toml", "hosts.csv", "trainers.csv", "funders.csv")
    task = read_plan(Files(*(folder / name for name in names)), faults)

    assert [str(fault) for fault in faults.found] == []
    problem = task.problem
    assert [next(host.languages for host in problem.hosts if host.key == "slate"), problem.trainers[0].languages] == [
        ("fr", "es"), ("fr", "es"),
    ]  # fmt: skip
    assert (problem.funders[0].languages, problem.limits.languages) == (("fr",), (("fr", 1),))


def test_a_language_that_is_asked_for_twice_is_a_fault(faults_of):
    twice = LIMITS.replace("[[region]]", "[trainings_in]\nfr = 1\nFR = 2\n[[region]]", 1)

    faults, _task = faults_of(limits=twice)

    assert faults == ["limits.toml, line 5, “trainings_in”: “FR” stands twice."]


def test_days_missed_that_are_not_those_of_the_clock_are_found(faults_of):
    _faults, task = faults_of(TRAININGS, LIMITS.replace("quarters = 4", "quarters = 8\ntrainings_a_year = 0"))
    found = coverage.plan(task.problem, fixed=task.fixed)
    assert [(one.region, str(one.start_on), str(one.end_on)) for one in found.missed] == [
        ("ARB", "2027-06-14", "2027-12-31"), ("LAC", "2027-01-02", "2027-12-31"),
    ]  # fmt: skip
    assert clock_faults(task, found) == []
    assert clock_faults(task, replace(found, missed=found.missed[1:])) == [
        "ARB: missed from 2027-06-14 to 2027-12-31 by the clock only."
    ]


def test_a_window_of_the_first_quarter_does_not_run_backwards_and_one_region_falls_due(faults_of):
    _faults, task = faults_of()
    planner = Planner(task.problem, {})

    said = [planner.rule(Rule(RuleKind.WINDOW, "ARB", 0, last)) for last in (-1, 0, 2)]
    assert said == [
        "ARB needs a training early in 2026-Q1: it falls due before the quarter is over",
        "ARB needs a training in 2026-Q1",
        "ARB needs a training in 2026-Q1 to 2026-Q3",
    ]
    assert planner.count(Count(CountKind.DUE_BY, ("ARB",), 1, 0, 0)) == (
        "ARB falls due by the end of 2026-Q1: 1 training is needed, and there is room for 0."
    )
    assert planner.count(Count(CountKind.DUE_BY, ("ARB", "LAC"), 2, 1, 0)) == (
        "ARB and LAC fall due by the end of 2026-Q1: 2 trainings are needed, and there is room for 1."
    )
