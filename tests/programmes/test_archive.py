import copy
import json
from pathlib import Path

import pytest

from tessera.accounts.models import Person
from tessera.activity.models import Activity, Revision
from tessera.core.models import LoadedRecord, TranslationState
from tessera.core.versions import content_version
from tessera.organisations.models import Organisation, Position
from tessera.organisations.services import organisations, persons, save_organisation, save_person
from tessera.programmes import archive, services
from tessera.programmes.dumping import dump
from tessera.programmes.models import ArchiveSection, Programme, Series, Source, Topic, Training
from tessera.programmes.queries import trainings_whole
from tessera.programmes.services.programme import programmes
from tessera.programmes.services.records import series, sources, topics, trainings
from tessera.publications.models import PublicRecord
from tessera.publications.stores import PublicStore
from tests.factories.moments import NOW

pytestmark = pytest.mark.django_db
PATH = Path("src/tessera/programmes/data/archive.json")


@pytest.fixture
def data():
    return json.loads(PATH.read_text())


def test_dump_gives_the_archive_back(data):
    archive.load(data, at=NOW)
    found = dump()
    assert sorted(found) == sorted(data)
    for section in data:
        assert found[section] == data[section], section
    assert [list(found[s]) for s in ("topics", "countries")] == [list(data[s]) for s in ("topics", "countries")]


def test_load_twice_changes_nothing(data):
    first = archive.load(data, at=NOW)
    before = (Activity.objects.count(), Revision.objects.count(), content_version(), TranslationState.objects.count())
    second = archive.load(data, at=NOW)
    after = (Activity.objects.count(), Revision.objects.count(), content_version(), TranslationState.objects.count())
    assert after == before
    assert (second.created, second.changed, second.kept) == ([], [], [])
    assert len(first.created) == len(second.unchanged) == 9 + 1 + 19 + 30 + 25 + 10


def edit_much(data):
    """What the office does to a loaded archive, kind by kind; returns the slug of a training that it made."""
    done = {"by": None, "at": NOW}
    services.save_series({"id": "risk", "name": {"en": "Risk", "fr": "Risque", "es": "Riesgo"}}, **done)
    services.save_series({"id": "unused", "name": {"en": "Unused"}}, **done)
    mexico, *_others = data["trainings"]
    services.save_training(
        {**mexico, "series": "risk", "summary": {"en": "Ours.", "fr": "Le nôtre."}, "capacity": {"min": 10}}, **done
    )
    made = services.clone_training(Training.objects.get(slug="iran-2018"), **done)
    services.unpublish_training(Training.objects.get(slug="colombia-2019"), **done)
    services.save_topic(
        {"id": "new-topic", "name": {"en": "New"}, "description": {"en": "Said."}, "order": 900}, **done
    )
    first, second, *_others = Topic.objects.order_by("order")
    services.unpublish_topic(first, **done)
    services.save_topic({"id": second.slug, "name": dict(second.name)}, **done)
    services.save_source({**data["sources"][1], "note": "Read again."}, **done)
    services.save_programme({**data["programme"], "about": {"en": "About it."}}, **done)
    icom, ada = data["organisations"][0], data["people"][0]
    save_organisation({**icom, "note": "Ask."}, **done)
    save_person({**ada, "data_quality": ["Not sure."]}, **done)
    save_organisation({"id": "", "type": "museum", "name": {"es": "Casa de piedra"}, "parent": icom["id"]}, **done)
    save_person(
        {"id": "", "name": {"given": "Ines", "family": "Cantera"}, "position": {}, "bio": {}, "affiliations": []},
        **done,
    )
    return made.slug


def empty():
    """Take out everything that a dump holds, and all that was kept about it."""
    for model in (
        Training, Series, Topic, Source, Programme, Position, Person, ArchiveSection, LoadedRecord, Revision, Activity,
        TranslationState, PublicRecord,
    ):  # fmt: skip
        model.objects.all().delete()
    Organisation.objects.update(parent=None)
    Organisation.objects.all().delete()


def held():
    """Every record by its kind and key, with whether it is public and, then, what the public sees."""
    public = {(row.kind, row.slug): (row.card, row.facts) for row in PublicRecord.objects.all()}
    found = {}
    for store in (organisations, persons, topics, series, trainings, sources, programmes):
        rows = (
            store.whole()
            if isinstance(store, PublicStore)
            else {series: Series, sources: Source}.get(store, Programme).objects.all()
        )
        for row in rows:
            key = (store.name, row.natural_code)
            found[key] = (store.read(row), getattr(row, "published", None), public.pop(key, None))
    return found, public


def test_load_of_a_dump_into_an_empty_database_gives_the_same(data):
    archive.load(data, at=NOW)
    made = edit_much(data)
    written = json.loads(json.dumps(dump()))
    before = held()
    empty()
    assert held() == ({}, {})

    report = archive.load(written, at=NOW)

    assert (report.changed, report.unchanged, report.kept) == ([], [], [])
    assert held() == before
    assert dump() == written
    assert archive.load(written, at=NOW).wrote is False
    assert Training.objects.get(slug="mexico-2023").series.name == {"en": "Risk", "fr": "Risque", "es": "Riesgo"}
    hidden = (made, "colombia-2019")
    assert set(Training.objects.filter(published=False).values_list("slug", flat=True)) == set(hidden)
    assert written["series"] == {"risk": {"en": "Risk", "fr": "Risque", "es": "Riesgo"}, "unused": {"en": "Unused"}}


def test_load_of_a_file_whose_series_is_nowhere_is_refused_by_row(data):
    data["trainings"][0]["series"] = "risk"
    data["series"] = {"rest": {"en": ""}, "other": "Other"}
    with pytest.raises(archive.ArchiveRefused) as shape:
        archive.load(data, at=NOW)
    data["series"].pop("other")
    with pytest.raises(archive.ArchiveRefused) as refusal:
        archive.load(data, at=NOW)

    assert [str(row) for row in shape.value.rows] == ["series.other (other): Here a group of named values is expected."]
    assert [str(row) for row in refusal.value.rows] == [
        "series.rest.name (rest): Write the name in at least one language.",
        "trainings[0].series (mexico-2023): There is no series “risk”.",
    ]
    assert (Training.objects.count(), Series.objects.count()) == (0, 0)


def test_load_keeps_what_was_edited_here(data):
    archive.load(data, at=NOW)
    document = services.save_training({**data["trainings"][0], "summary": {"en": "Ours."}}, by=None, at=NOW).document
    report = archive.load(data, at=NOW)
    assert report.kept == ["training mexico-2023: edited here"]
    assert trainings_whole().get(slug="mexico-2023").summary == document["summary"] == {"en": "Ours."}


def test_load_of_a_newer_file_changes_what_was_not_edited_here(data):
    archive.load(data, at=NOW)
    services.save_training({**data["trainings"][0], "summary": {"en": "Ours."}}, by=None, at=NOW)
    newer = copy.deepcopy(data)
    newer["trainings"][0]["summary"]["en"] = "Theirs."
    newer["trainings"][1]["summary"]["en"] = "Newer."
    report = archive.load(newer, at=NOW)
    assert (report.changed, report.kept) == (
        ["training washington-2023"],
        ["training mexico-2023: edited here, and other in the file"],
    )
    assert trainings_whole().get(slug="washington-2023").summary["en"] == "Newer."


def test_load_does_not_bring_back_what_was_removed_here(data):
    archive.load(data, at=NOW)
    Training.objects.get(slug="iran-2018").delete()
    report = archive.load(data, at=NOW)
    assert report.kept == ["training iran-2018: removed here"]
    assert Training.objects.count() == 9


def change(data, path, value):
    *parts, last = path
    for part in parts:
        data = data[part]
    if value is None:
        del data[last]
    else:
        data[last] = value


@pytest.mark.parametrize(
    ("path", "value", "rows"),
    [
        (
            ("trainings", 3, "places", 0, "country"),
            "Armenia",
            [
                (
                    "trainings[3].places[0].country (armenia-2022): “Armenia” is not the code of a country or territory."
                    " Nearest: AM (Armenia)."
                )
            ],
        ),
        (
            ("trainings", 0, "dates", "edtf"),
            "2023-10-20/2023-10-16",
            [
                (
                    "trainings[0].dates.edtf (mexico-2023): The end is before the start:"
                    " 2023-10-20 comes after 2023-10-16."
                )
            ],
        ),
        (("trainings", 2, "id"), None, ["trainings[2].id: This row has no key."]),
        (
            ("people", 1, "id"),
            "ani-avagyan",
            ["people[1].id (ani-avagyan): This key is there twice (first in row 0)."],
        ),
        (
            ("countries", "AM", "unesco_region"),
            "APA",
            ["countries.AM.unesco_region (AM): Here it is “ENA”, in the file “APA”."],
        ),
        (("schema",), "other", ["schema: This is not an archive: “schema” is not “tessera-archive”."]),
        (("extra",), {}, ["extra: There is no such section."]),
        (("people",), {}, ["people: Here a list is expected."]),
        (
            ("trainings", 1, "topics", 0),
            "partnership",
            [("trainings[1].topics[0] (washington-2023): There is no topic “partnership”. Nearest: partnerships.")],
        ),
    ],
)
def test_load_refuses_by_row_and_writes_nothing(data, path, value, rows):
    change(data, path, value)
    with pytest.raises(archive.ArchiveRefused) as refusal:
        archive.load(data, at=NOW)
    assert [str(row) for row in refusal.value.rows] == rows
    assert (
        Training.objects.count(),
        Organisation.objects.count(),
        LoadedRecord.objects.filter(source="archive").count(),
    ) == (0, 0, 0)


@pytest.mark.parametrize("data", [None, [], "x", 3])
def test_load_refuses_what_is_no_archive(data):
    with pytest.raises(archive.ArchiveRefused):
        archive.load(data, at=NOW)


def test_origins_of_titles_become_states(data):
    archive.load(data, at=NOW)
    rows = TranslationState.objects.filter(object_type="training", object_key="colombia-2019", field="title")
    assert {row.language: (row.state, row.origin) for row in rows} == {
        "en": ("current", "source"),
        "fr": ("reviewed", "official"),
        "es": ("reviewed", "official"),
    }
    summaries = TranslationState.objects.filter(object_type="training", field="summary")
    assert set(summaries.values_list("state", flat=True)) == {"current"}
