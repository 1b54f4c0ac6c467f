"""The coverage clock: the figures of the record, and the rule case by case."""

import json
from dataclasses import replace
from datetime import date
from importlib import resources

import pytest

from tessera.core import edtf
from tessera.places import datafiles
from tessera.places.schemes import Region, Scheme
from tessera.planning import clock
from tessera.planning.clock_documents import clock_training
from tessera.planning.clock_types import Age, ClockPhase, ClockSettings, ClockTraining

ARCHIVE = json.loads(resources.files("tessera.programmes").joinpath("data/archive.json").read_text("utf-8"))
RECORD = [clock_training(document) for document in ARCHIVE["trainings"]]
UNESCO = datafiles.scheme("unesco")
FIRST, SECOND = date(2023, 10, 31), date(2026, 11, 30)

WEST = Scheme("unesco", (Region("W", frozenset({"WA", "WB"})), Region("E", frozenset({"EA", "EB"}))))


def training(dates: str, *, key="t", status="delivered", scope="regional", countries="WA WB", mode="in_person"):
    phases = tuple(ClockPhase(edtf.parse(part), mode) for part in dates.split())
    return ClockTraining(key, status, scope, frozenset(countries.split()), phases)


def west(trainings, on: str, **settings):
    return clock.coverage(trainings, WEST, date.fromisoformat(on), ClockSettings(**settings)).region("W")


def windows(region):
    return [(str(w.start), str(w.end), w.days, w.open) for w in region.missed]


# --- the table of the record -------------------------------------------------------------------

AFR_STRICT = {
    "kind": ("2021-12-01", "2023-04-30", 516, False),
    "harsh": ("2021-11-02", "2023-04-30", 545, False),
}
AFR_LENIENT = {
    "kind": ("2021-12-01", "2022-11-20", 355, False),
    "harsh": ("2021-11-02", "2022-11-20", 384, False),
}
ENA = ("2020-09-02", "2022-10-23", 782, False)
LAC_WITHOUT_ONLINE = {
    "kind": ("2021-11-01", "2022-04-26", 177, False),
    "harsh": ("2021-10-02", "2022-04-26", 207, False),
}
ARB_FROM = {"kind": ("2021-07-01", 853, 1979), "harsh": ("2021-06-02", 882, 2008)}
APA_FROM = {
    ("strict", "kind"): ("2020-09-02", 1155, 2281),
    ("strict", "harsh"): ("2020-09-02", 1155, 2281),
    ("lenient", "kind"): ("2020-10-01", 1126, 2252),
    ("lenient", "harsh"): ("2020-09-02", 1155, 2281),
}


@pytest.mark.parametrize("online", [True, False])
@pytest.mark.parametrize("reading", ["kind", "harsh"])
@pytest.mark.parametrize("rule", ["strict", "lenient"])
@pytest.mark.parametrize("on", [FIRST, SECOND])
def test_coverage_of_the_record_is_the_table(on, rule, reading, online):
    found = clock.coverage(RECORD, UNESCO, on, ClockSettings(rule=rule, reading=reading, online=online))

    late, day = on == SECOND, on.isoformat()
    afr = [(AFR_STRICT if rule == "strict" else AFR_LENIENT)[reading]]
    arb, apa = ARB_FROM[reading], APA_FROM[rule, reading]
    since_2025 = [("2025-05-06", day, 574, True)] if late else []
    lac = [] if online else [LAC_WITHOUT_ONLINE[reading]]
    assert {region.code: windows(region) for region in found.regions} == {
        "AFR": afr + since_2025,
        "ARB": [(arb[0], day, arb[2] if late else arb[1], True)],
        "APA": [(apa[0], day, apa[2] if late else apa[1], True)],
        "ENA": [ENA, *since_2025],
        "LAC": lac + ([("2025-10-21", day, 406, True)] if late else []),
    }
    assert {region.code: region.state for region in found.regions} == {
        "AFR": "overdue" if late else "on_time",
        "ARB": "overdue",
        "APA": "overdue",
        "ENA": "overdue" if late else "on_time",
        "LAC": "overdue" if late else "on_time",
    }
    assert found.on_time == (0 if late else 3)
    assert {code: str(found.region(code).due) for code in ("AFR", "ENA", "LAC")} == {
        "AFR": "2025-05-05",
        "ENA": "2025-05-05",
        "LAC": "2025-10-20",
    }


def test_coverage_of_the_record_says_who_was_never_reached_and_what_is_not_confirmed():
    found = clock.coverage(RECORD, UNESCO, FIRST)

    assert [region.code for region in found.regions if region.last is None] == ["APA"]
    assert [region.code for region in found.regions if region.due_from_record] == ["APA"]
    assert [region.code for region in found.regions if not region.confirmed] == ["LAC"]
    assert [region.code for region in found.regions if not region.certain] == ["AFR", "ARB"]
    assert [region.code for region in found.regions if region.running] == []
    assert {region.code: [reach.training for reach in region.reaches] for region in found.regions} == {
        "AFR": ["morocco-2019", "south-africa-2019", "washington-2023"],
        "ARB": ["morocco-2019"],
        "APA": [],
        "ENA": ["armenia-2022", "washington-2023"],
        "LAC": ["colombia-2019", "martinique-2021-2022", "mexico-2023"],
    }
    assert {reach.derived for region in found.regions for reach in region.reaches} == {False}


@pytest.mark.parametrize(("on", "state"), [("2025-05-05", "due_soon"), ("2025-05-06", "overdue")])
def test_coverage_of_the_record_turns_the_day_after_the_due_day(on, state):
    assert clock.coverage(RECORD, UNESCO, date.fromisoformat(on)).region("AFR").state == state


@pytest.mark.parametrize(("rule", "count"), [("strict", 3), ("lenient", 4)])
@pytest.mark.parametrize("reading", ["kind", "harsh"])
@pytest.mark.parametrize("on", [FIRST, SECOND])
def test_best_window_of_the_record_never_held_all_five(on, rule, count, reading):
    best = clock.best_window(RECORD, UNESCO, on, ClockSettings(rule=rule, reading=reading))

    assert best.count == len(best.regions) == count
    assert best.end == clock.add_months(best.start, 24)


def test_best_window_of_the_record_lies_at_the_beginning():
    best = clock.best_window(RECORD, UNESCO, FIRST, ClockSettings(rule="lenient"))

    assert (str(best.start), str(best.end)) == ("2018-09-30", "2020-09-30")
    assert best.regions == ("AFR", "ARB", "APA", "LAC")


def test_as_json_is_the_published_shape():
    found = clock.as_json(clock.coverage(RECORD, UNESCO, FIRST))

    assert json.loads(json.dumps(found)) == found
    assert {key: value for key, value in found.items() if key != "regions"} == {
        "on": "2023-10-31",
        "scheme": "unesco",
        "rule": "strict",
        "reading": "kind",
        "online": True,
        "on_time": 3,
    }
    assert [region["code"] for region in found["regions"]] == ["AFR", "ARB", "APA", "ENA", "LAC"]
    assert found["regions"][0] == {
        "code": "AFR",
        "state": "on_time",
        "last": "2023-05-05",
        "due": "2025-05-05",
        "missed": [{"from": "2021-12-01", "to": "2023-04-30", "days": 516, "open": False}],
    }
    assert found["regions"][2] == {
        "code": "APA",
        "state": "overdue",
        "last": None,
        "due": "2020-09-01",
        "missed": [{"from": "2020-09-02", "to": "2023-10-31", "days": 1155, "open": True}],
    }


def test_ages_of_the_record_are_those_of_the_map():
    found = clock.ages(RECORD, UNESCO, date(2023, 7, 31))

    assert {code: (age.months, age.band) for code, age in found.regions.items()} == {
        "AFR": (2, "a"),
        "ARB": (49, "d"),
        "APA": (None, "n"),
        "ENA": (2, "a"),
        "LAC": (15, "b"),
    }
    assert {code: (found.countries[code].months, found.countries[code].band) for code in ("NG", "QA", "IR", "JP")} == {
        "NG": (2, "a"),  # the region's later training
        "QA": (49, "d"),
        "IR": (58, "d"),
        "JP": (None, "n"),
    }


def test_coverage_of_the_record_under_other_schemes_is_derived():
    split = clock.coverage(RECORD, datafiles.scheme("unesco_split"), FIRST)
    assert split.on_time == 4
    assert [reach.training for reach in split.region("NAM").reaches] == ["washington-2023"]
    assert [reach.training for reach in split.region("EUR").reaches] == ["armenia-2022", "washington-2023"]
    assert {reach.derived for region in split.regions for reach in region.reaches} == {True}

    m49 = clock.coverage(RECORD, datafiles.scheme("m49_subregions"), FIRST)
    assert [reach.training for reach in m49.region("145").reaches] == [
        "morocco-2019",  # Arab States of Western Asia
        "armenia-2022",
        "washington-2023",
    ]
    caribbean = {reach.training: reach.derived for reach in m49.region("029").reaches}
    assert caribbean == {"colombia-2019": True, "martinique-2021-2022": False, "mexico-2023": True}
    assert [reach.training for reach in m49.region("005").reaches] == ["colombia-2019", "mexico-2023"]


def test_martinique_runs_from_its_first_online_month_to_its_last_day():
    def lac(on: str, **settings):
        return clock.coverage(RECORD, UNESCO, date.fromisoformat(on), ClockSettings(**settings)).region("LAC")

    assert (lac("2021-09-01").running, lac("2021-09-01").state) == (True, "on_time")
    assert (lac("2022-02-01").running, str(lac("2022-02-01").due)) == (True, "2024-04-29")
    assert lac("2022-04-30").running is False
    assert lac("2021-09-15", reading="harsh").running is False
    assert lac("2021-09-30", reading="harsh").running is True


# --- the rule ----------------------------------------------------------------------------------


def test_region_without_training_is_due_24_months_after_the_first_record():
    before, due, after = west([], "2018-01-01"), west([], "2020-09-01"), west([], "2020-09-02")

    assert (before.state, str(before.due), before.last) == ("on_time", "2020-09-01", None)
    assert (due.state, due.missed, due.due_from_record) == ("due_soon", (), True)
    assert (after.state, windows(after)) == ("overdue", [("2020-09-02", "2020-09-02", 1, True)])


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("2022-01-10", []),  # on the due day
        ("2022-01-11", []),  # no whole day between the due day and the start
        ("2022-01-12", [("2022-01-11", "2022-01-11", 1, False)]),
    ],
)
def test_next_training_may_start_on_the_due_day(start, expected):
    region = west([training("2020-01-06/2020-01-10"), training(start, key="next")], "2022-02-01")

    assert windows(region) == expected
    assert region.state == "on_time"


def test_due_soon_begins_180_days_before():
    trainings = [training("2020-01-06/2020-01-10")]  # due 2022-01-10

    assert west(trainings, "2021-07-13").state == "on_time"
    assert west(trainings, "2021-07-14").state == "due_soon"
    assert west(trainings, "2022-01-10").state == "due_soon"
    assert west(trainings, "2022-01-11").state == "overdue"
    assert west(trainings, "2021-07-14", soon_days=90).state == "on_time"


def test_on_time_counts_regions_due_soon():
    assert clock.coverage([training("2020-01-06")], WEST, date(2022, 1, 6)).on_time == 1


def test_training_counts_from_its_first_day_and_region_is_on_time_while_it_runs():
    trainings = [training("2023-01-01/2023-12-31", status="in_delivery")]

    assert west(trainings, "2022-12-31").state == "overdue"
    for day in ("2023-01-01", "2023-06-30", "2023-12-31"):
        region = west(trainings, day)
        assert (region.state, region.running, str(region.due)) == ("on_time", True, "2025-12-31")
        assert windows(region) == [("2020-09-02", "2022-12-31", 851, False)]
    assert west(trainings, "2024-01-01").running is False


def test_running_region_is_on_time_even_under_a_short_limit():
    trainings = [training("2019-01-01/2019-02-01")]

    assert west(trainings, "2019-01-15", months=3, first_record=date(2018, 12, 1)).state == "on_time"
    assert west(trainings, "2019-02-02", months=3, first_record=date(2018, 12, 1)).state == "due_soon"


@pytest.mark.parametrize(
    ("status", "counts", "confirmed"),
    [
        ("proposed", False, True),
        ("planned", False, True),
        ("announced", True, False),
        ("in_delivery", True, True),
        ("delivered", True, True),
        ("followed_up", True, True),
        ("closed", True, True),
        ("postponed", False, True),
        ("cancelled", False, True),
    ],
)
def test_status_decides_whether_a_past_training_counts(status, counts, confirmed):
    region = west([training("2021-03-01/2021-03-05", status=status)], "2021-06-01")

    assert [str(reach.end) for reach in region.reaches] == (["2021-03-05"] if counts else [])
    assert region.confirmed is confirmed
    assert region.projections == ()


@pytest.mark.parametrize(
    ("status", "projected"),
    [("proposed", False), ("planned", True), ("announced", True), ("postponed", False), ("cancelled", False)],
)
def test_status_decides_whether_a_coming_training_projects(status, projected):
    region = west([training("2020-01-10"), training("2022-03-01/2022-03-05", key="next", status=status)], "2021-12-01")

    assert (region.state, str(region.due), str(region.last)) == ("due_soon", "2022-01-10", "2020-01-10")
    assert [(p.training, str(p.until), p.days_late, p.in_time) for p in region.projections] == (
        [("next", "2024-03-05", 49, False)] if projected else []
    )
    assert str(region.projected_due) == ("2024-03-05" if projected else "2022-01-10")


@pytest.mark.parametrize(
    ("status", "edtf", "on", "found"),
    [
        ("postponed", "2022-03-01/2022-03-05", "2022-03-05", "planned"),
        ("postponed", "2022-03-01/2022-03-05", "2022-03-06", "postponed"),
        ("postponed", "2022-03", "2022-03-31", "planned"),
        ("cancelled", "2022-03-01/2022-03-05", "2021-12-01", "cancelled"),
        ("announced", "2022-03-01/2022-03-05", "2021-12-01", "announced"),
    ],
)
def test_postponed_to_dates_that_are_not_over_is_planned_for_them(status, edtf, on, found):
    given = training(edtf, status=status)

    assert clock.rescheduled(given, date.fromisoformat(on)) == replace(given, status=found)
    assert clock.rescheduled(replace(given, phases=()), date.fromisoformat(on)).status == status


def test_projections_are_measured_against_those_before_them():
    trainings = [
        training("2020-01-10"),
        training("2023-12-01", key="second", status="planned"),
        training("2021-12-01", key="first", status="announced"),
    ]

    found = west(trainings, "2021-06-01").projections

    assert [(p.training, str(p.start), str(p.until), p.days_late) for p in found] == [
        ("first", "2021-12-01", "2023-12-01", 0),
        ("second", "2023-12-01", "2025-12-01", 0),
    ]


def test_training_planned_for_a_rough_time_that_has_begun_is_still_ahead():
    trainings = [training("2022", status="planned")]

    assert [str(p.start) for p in west(trainings, "2022-06-01").projections] == ["2022-06-02"]
    assert west(trainings, "2022-12-31").projections == ()


def test_one_country_training_counts_for_the_country_only_unless_lenient():
    trainings = [training("2020-01-10", scope="national", countries="WA")]

    assert west(trainings, "2020-06-01").reaches == ()
    assert [reach.training for reach in west(trainings, "2020-06-01", rule="lenient").reaches] == ["t"]
    found = clock.ages(trainings, WEST, date(2020, 6, 1))
    assert found.regions["W"] == Age(None, None, "n")
    assert found.countries == {
        "EA": Age(None, None, "n"),
        "EB": Age(None, None, "n"),
        "WA": Age(date(2020, 1, 10), 4, "a"),
        "WB": Age(None, None, "n"),
    }


def test_regional_training_that_lists_one_country_counts_for_its_region():
    assert [r.training for r in west([training("2020-01-10", countries="WA")], "2020-06-01").reaches] == ["t"]


def test_ages_name_a_country_outside_the_scheme_only_when_reached():
    found = clock.ages([training("2020-01-10", scope="national", countries="AQ")], WEST, date(2020, 6, 1))

    assert found.countries["AQ"].months == 4
    assert "AQ" not in clock.ages([], WEST, date(2020, 6, 1)).countries


@pytest.mark.parametrize(
    ("on", "months", "band"),
    [
        ("2020-01-05", 0, "a"),
        ("2020-02-09", 0, "a"),
        ("2020-02-10", 1, "a"),
        ("2021-01-10", 12, "a"),
        ("2021-01-11", 12, "b"),
        ("2022-01-10", 24, "b"),
        ("2022-01-11", 24, "c"),
        ("2024-01-10", 48, "c"),
        ("2024-01-11", 48, "d"),
    ],
)
def test_age_bands_turn_with_the_clock(on, months, band):
    found = clock.ages([training("2020-01-01/2020-01-10")], WEST, date.fromisoformat(on))

    assert (found.regions["W"].months, found.regions["W"].band) == (months, band)


def test_rough_dates_are_read_kindly_or_harshly():
    trainings = [training("2019-11"), training("2022-02", key="next")]
    kind, harsh = (west(trainings, "2022-06-01", reading=reading) for reading in ("kind", "harsh"))

    assert windows(kind) == [("2021-12-01", "2022-01-31", 62, False)]
    assert windows(harsh) == [("2021-11-02", "2022-02-27", 118, False)]
    assert (str(kind.due), str(harsh.due)) == ("2024-02-28", "2024-02-01")
    assert kind.certain is harsh.certain is False


def test_region_is_certain_where_only_exact_dates_decide():
    assert west([training("2019-11-04/2019-11-08")], "2022-06-01").certain is True


def test_harsh_reading_of_a_date_rougher_than_the_limit_holds_no_day():
    trainings = [training("2019/2022")]  # begun by 2019-12-31, ended 2022-01-01 at the earliest
    assert windows(west(trainings, "2021-01-01", reading="harsh")) == []

    region = west([training("2021")], "2022-06-01", reading="harsh", months=6, first_record=date(2021, 1, 1))
    assert windows(region) == [("2021-07-02", "2022-06-01", 335, True)]


def test_nested_training_does_not_move_the_clock_back():
    trainings = [training("2019-01-01/2020-12-31"), training("2019-06-01", key="inner")]

    region = west(trainings, "2022-12-31")

    assert (str(region.last), str(region.due), region.missed) == ("2020-12-31", "2022-12-31", ())


def test_online_phases_count_unless_left_out():
    mixed = ClockTraining(
        "t",
        "delivered",
        "regional",
        frozenset({"WA"}),
        (
            ClockPhase(edtf.parse("2020-06-01/2020-06-05"), "online"),
            ClockPhase(edtf.parse("2021-02-01/2021-02-05"), "hybrid"),
        ),
    )

    assert [str(reach.start) for reach in west([mixed], "2021-06-01").reaches] == ["2020-06-01"]
    assert [str(reach.start) for reach in west([mixed], "2021-06-01", online=False).reaches] == ["2021-02-01"]
    assert west([training("2020-06-01", mode="online")], "2021-06-01", online=False).reaches == ()


def test_training_without_dates_counts_nowhere():
    undated = ClockTraining("t", "delivered", "regional", frozenset({"WA"}), ())

    assert west([undated], "2021-06-01").reaches == ()


def test_phase_of_open_dates_is_refused():
    with pytest.raises(ValueError, match="has a start and an end"):
        ClockPhase(edtf.parse("2019-10/..", allow_open=True))


def test_coverage_of_unknown_region_is_a_key_error():
    with pytest.raises(KeyError):
        clock.coverage([], WEST, FIRST).region("N")


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ("2018-09-01", 24, "2020-09-01"),
        ("2020-02-29", 24, "2022-02-28"),
        ("2022-02-28", 24, "2024-02-28"),
        ("2019-01-31", 1, "2019-02-28"),
        ("2019-12-31", 2, "2020-02-29"),
        ("9999-06-01", 24, "9999-12-31"),
    ],
)
def test_add_months_keeps_the_day_or_takes_the_last(day, months, expected):
    assert str(clock.add_months(date.fromisoformat(day), months)) == expected


@pytest.mark.parametrize(
    ("earlier", "later", "months"),
    [
        ("2020-01-31", "2020-02-29", 1),
        ("2020-01-31", "2020-02-28", 0),
        ("2020-01-10", "2022-01-09", 23),
        ("2020-01-10", "2019-01-01", 0),
    ],
)
def test_months_between_counts_whole_months(earlier, later, months):
    assert clock.months_between(date.fromisoformat(earlier), date.fromisoformat(later)) == months


# --- documents ---------------------------------------------------------------------------------


def test_clock_training_reads_phases_audience_and_statements():
    found = {training.key: training for training in RECORD}["martinique-2021-2022"]

    assert [(str(phase.dates), phase.mode) for phase in found.phases] == [
        ("2021-09/2021-12", "online"),
        ("2022-04-27/2022-04-29", "in_person"),
    ]
    assert found.countries == datafiles.area_countries()["029"]
    assert found.stated == {"unesco": {"LAC"}, "m49_subregions": {"029"}}


def test_clock_training_without_phases_takes_its_dates():
    document = {
        "id": "opal-2030",
        "status": "planned",
        "dates": {"edtf": "2030-05"},
        "format": {"value": "online"},
        "audience": {"scope": "regional", "unesco_regions": ["ARB"], "language_area": "fr"},
    }

    found = clock_training(document)

    assert [(str(phase.dates), phase.mode) for phase in found.phases] == [("2030-05", "online")]
    assert found.countries == datafiles.region_countries()["ARB"]
    assert clock_training({**document, "dates": {}}).phases == ()
