import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tessera.places import datafiles
from tessera.places import services as places
from tessera.planning import clock
from tessera.planning.clock_documents import clock_training
from tessera.planning.clock_types import ClockSettings
from tessera.planning.queries import UnknownScheme, coverage_report
from tessera.programmes import archive, services
from tessera.programmes.documents import programme_document
from tessera.programmes.models import Training
from tests.factories.moments import NOW
from tests.factories.places import make_scheme
from tests.factories.programmes import make_programme, make_training

ARCHIVE = json.loads(Path("src/tessera/programmes/data/archive.json").read_text())
DAYS = (date(2023, 10, 31), date(2026, 11, 30))
pytestmark = pytest.mark.django_db


def windows(report, code):
    return [(str(w.start), w.open, w.days) for w in report.coverage.region(code).missed]


def test_the_database_gives_what_the_file_gives():
    archive.load(ARCHIVE, at=NOW)
    trainings = [clock_training(document) for document in ARCHIVE["trainings"]]
    for on in DAYS:
        for rule in ("strict", "lenient"):
            for reading in ("kind", "harsh"):
                for online in (True, False):
                    for scheme in datafiles.SCHEMES:
                        settings = ClockSettings(rule=rule, reading=reading, online=online)
                        expected = clock.as_json(clock.coverage(trainings, datafiles.scheme(scheme), on, settings))
                        found = coverage_report(on, scheme, rule, reading, online)
                        assert found.as_json() == expected, (on, rule, reading, online, scheme)


def test_the_table_of_the_brief():
    archive.load(ARCHIVE, at=NOW)
    report = coverage_report(DAYS[0])
    assert report.coverage.on_time == 3
    assert {code: windows(report, code) for code in ("AFR", "ARB", "APA", "ENA", "LAC")} == {
        "AFR": [("2021-12-01", False, 516)],
        "ARB": [("2021-07-01", True, 853)],
        "APA": [("2020-09-02", True, 1155)],
        "ENA": [("2020-09-02", False, 782)],
        "LAC": [],
    }
    later = coverage_report(DAYS[1])
    assert later.coverage.on_time == 0
    assert later.best.count == 3
    assert coverage_report(DAYS[1], rule="lenient").best.count == 4


def test_rehearsal_never_counts_and_hidden_trainings_do():
    make_programme()
    dates: dict[str, Any] = {"dates": {"edtf": "2020-05-04/2020-05-08"}, "phases": [], "status": "delivered"}
    make_training(rehearsal=True, **dates)
    assert coverage_report(DAYS[0]).coverage.region("LAC").last is None
    make_training(published=False, **dates)
    assert coverage_report(DAYS[0]).coverage.region("LAC").last == date(2020, 5, 8)


def test_the_programme_decides_scheme_months_and_first_record():
    own = make_programme()
    places.activate_scheme(make_scheme(), by=None, at=NOW)
    document = {
        **programme_document(own),
        "coverage": {"months": 36, "first_record": "2019-01-15", "scheme": "halves"},
    }
    saved = services.save_programme(document, by=None, at=NOW)
    found = coverage_report(date(2020, 1, 1))
    assert [(region.code, str(region.due)) for region in found.coverage.regions] == [
        ("A-M", "2022-01-15"),
        ("N-Z", "2022-01-15"),
    ]
    assert programme_document(saved.obj)["coverage"] == document["coverage"]


def test_an_unknown_scheme_names_those_in_force():
    with pytest.raises(UnknownScheme) as refusal:
        coverage_report(DAYS[0], "unesko")
    assert refusal.value.known == ["m49_subregions", "unesco", "unesco_split", "working_areas"]


@pytest.mark.parametrize("n", [1, 3])
def test_coverage_report_query_count_does_not_grow(n, django_assert_num_queries):
    for _ in range(n):
        make_training()
    coverage_report(DAYS[0])
    with django_assert_num_queries(4):  # places, programme, trainings, phases
        coverage_report(DAYS[0])
    assert Training.objects.count() == n
