"""``tessera coverage`` gives the table of the archive, for both dates and every reading."""

import json

import pytest

from tests.own_site import tessera

AFR_STRICT, AFR_LENIENT = ("2021-12-01", "2023-04-30", 516, False), ("2021-12-01", "2022-11-20", 355, False)
ENA = ("2020-09-02", "2022-10-23", 782, False)
EARLY, LATE = "2023-10-31", "2026-11-30"


def added(first, days):
    return (first, LATE, days, True)


TABLE = [
    (
        (EARLY,),
        3,
        {
            "AFR": [AFR_STRICT],
            "ARB": [("2021-07-01", EARLY, 853, True)],
            "APA": [("2020-09-02", EARLY, 1155, True)],
            "ENA": [ENA],
            "LAC": [],
        },
    ),
    (
        (EARLY, "--rule", "lenient"),
        3,
        {
            "AFR": [AFR_LENIENT],
            "ARB": [("2021-07-01", EARLY, 853, True)],
            "APA": [("2020-10-01", EARLY, 1126, True)],
            "ENA": [ENA],
            "LAC": [],
        },
    ),
    (
        (EARLY, "--reading", "harsh"),
        3,
        {
            "AFR": [("2021-11-02", "2023-04-30", 545, False)],
            "ARB": [("2021-06-02", EARLY, 882, True)],
            "APA": [("2020-09-02", EARLY, 1155, True)],
            "ENA": [ENA],
            "LAC": [],
        },
    ),
    (
        (LATE,),
        0,
        {
            "AFR": [AFR_STRICT, added("2025-05-06", 574)],
            "ARB": [added("2021-07-01", 1979)],
            "APA": [added("2020-09-02", 2281)],
            "ENA": [ENA, added("2025-05-06", 574)],
            "LAC": [added("2025-10-21", 406)],
        },
    ),
    (
        (LATE, "--rule", "lenient", "--reading", "harsh"),
        0,
        {
            "AFR": [("2021-11-02", "2022-11-20", 384, False), added("2025-05-06", 574)],
            "ARB": [added("2021-06-02", 2008)],
            "APA": [added("2020-09-02", 2281)],
            "ENA": [ENA, added("2025-05-06", 574)],
            "LAC": [added("2025-10-21", 406)],
        },
    ),
]


def windows(region):
    return [(window["from"], window["to"], window["days"], window["open"]) for window in region["missed"]]


@pytest.mark.parametrize(("arguments", "on_time", "missed"), TABLE)
def test_coverage_is_the_table(loaded, arguments, on_time, missed):
    done = tessera(loaded, "coverage", "--json", "--on", *arguments)

    answer = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (0, "")
    assert (answer["on"], answer["scheme"], answer["online"], answer["on_time"]) == (
        arguments[0],
        "unesco",
        True,
        on_time,
    )
    assert {region["code"]: windows(region) for region in answer["regions"]} == missed


def test_coverage_without_online_phases(loaded):
    answer = json.loads(tessera(loaded, "coverage", "--on", EARLY, "--without-online", "--json").stdout)

    assert answer["online"] is False
    [latin_america] = [region for region in answer["regions"] if region["code"] == "LAC"]
    assert windows(latin_america) == [("2021-11-01", "2022-04-26", 177, False)]


def test_coverage_in_words(loaded):
    lines = tessera(loaded, "coverage", "--on", EARLY).stdout.splitlines()

    assert lines[0] == "unesco on 2023-10-31, strict rule, kind reading, online phases included"
    assert lines[2] == "AFR     on time   2023-05-05  2025-05-05  2021-12-01 to 2023-04-30 (516)"
    assert lines[4] == "APA     overdue   none        2020-09-01  2020-09-02 to now (1155)"
    assert lines[-1] == "3 of 5 regions on time."


def test_coverage_under_another_scheme(loaded):
    answer = json.loads(tessera(loaded, "coverage", "--on", EARLY, "--scheme", "unesco_split", "--json").stdout)

    assert answer["scheme"] == "unesco_split"
    assert len(answer["regions"]) == 6


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--on", "2023-02-30"), "tessera coverage: argument --on: “2023-02-30” is not a day (YYYY-MM-DD)."),
        (("--on", "20231031"), "tessera coverage: argument --on: “20231031” is not a day (YYYY-MM-DD)."),
        (("--scheme", "atlantis"), "tessera: There is no scheme “atlantis” in force: there are "),
        (("--rule", "soft"), "tessera coverage: argument --rule: invalid choice: 'soft'"),
    ],
)
def test_coverage_of_nonsense_gets_one_sentence(loaded, arguments, sentence):
    done = tessera(loaded, "coverage", *arguments)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(sentence)
    assert len(done.stderr.splitlines()) == 1
