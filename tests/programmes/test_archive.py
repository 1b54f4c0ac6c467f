import copy
import json
from pathlib import Path

import pytest

from tessera.accounts.models import Person
from tessera.activity.documents import set_text_state
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
from tests.factories.accounts import OfficeUserFactory
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
    translate_much(data)
    return made.slug


def translate_much(data):
    """Texts of every kind that are drafts, out of date or further than a file's; the source of one changed."""
    office = OfficeUserFactory()
    typed = {"by": office, "at": NOW}
    washington, titled = data["trainings"][1], data["trainings"][2]
    services.save_training({**washington, "summary": {**washington["summary"], "en": "Said anew."}}, **typed)
    session = {"title": {"en": "Day one", "fr": "Premier jour"}, "kind": "session_block"}
    services.save_training({**titled, "subtitle": {"en": "Below", "es": "Debajo"}, "sessions": [session]}, **typed)
    last = data["trainings"][-1]["id"]
    for language, state in (("fr", "current"), ("es", "draft"), ("en", "reviewed")):
        set_text_state(Training.objects.get(slug=last), "title", language, state, **typed)
    services.save_series({"id": "series", "name": {"en": "Same", "fr": "Même"}}, **typed)
    services.save_topic({"id": "topic", "name": {"en": "One", "fr": "Un"}, "order": 901}, **typed)
    save_organisation({"id": "house", "type": "museum", "name": {"en": "House", "es": "Casa"}}, **typed)
    someone = {"given": "Ada", "family": "Granito"}
    bio = {"en": "Works.", "fr": "Travaille."}
    save_person({"id": "ada", "name": someone, "position": {"es": "Jefa"}, "bio": bio, "affiliations": []}, **typed)
    services.save_programme({**data["programme"], "about": {"en": "About it.", "fr": "À propos."}}, **typed)


def states():
    """How far every text is, and what it was translated from."""
    rows = TranslationState.objects.order_by("object_type", "object_key", "field", "language")
    told = ("object_type", "object_key", "field", "language", "state", "origin", "source_language", "source_text")
    return list(rows.values_list(*told))


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
    before, texts = held(), states()
    empty()
    assert held() == ({}, {})

    report = archive.load(written, at=NOW)

    assert (report.changed, report.unchanged, report.kept) == ([], [], [])
    assert held() == before
    assert states() == texts
    assert dump() == written
    assert archive.load(written, at=NOW).wrote is False
    assert Training.objects.get(slug="mexico-2023").series.name == {"en": "Risk", "fr": "Risque", "es": "Riesgo"}
    hidden = (made, "colombia-2019")
    assert set(Training.objects.filter(published=False).values_list("slug", flat=True)) == set(hidden)
    assert written["series"] == {
        "risk": {"en": "Risk", "fr": "Risque", "es": "Riesgo"},
        "series": {"en": "Same", "fr": "Même"},
        "unused": {"en": "Unused"},
    }


def test_dump_tells_only_the_states_that_are_not_usual_for_a_file(data):
    archive.load(data, at=NOW)
    assert "text_states" not in dump()
    office = OfficeUserFactory()
    first, second = data["trainings"][:2]
    services.save_training({**first, "subtitle": {"en": "Below", "fr": "Dessous"}}, by=office, at=NOW)
    services.save_training({**second, "summary": {**second["summary"], "en": "Said anew."}}, by=office, at=NOW)

    source = {"state": "stale", "source": {"en": second["summary"]["en"]}}
    assert dump()["text_states"] == {
        "training": {
            first["id"]: {"subtitle.fr": {"state": "draft"}},
            second["id"]: {"summary.es": source, "summary.fr": source},
        }
    }


def test_load_of_a_draft_that_somebody_reviewed_elsewhere_follows_where_nothing_was_edited_here(data):
    mexico = data["trainings"][0]
    mexico["subtitle"] = {"en": "Below", "fr": "Dessous", "es": "Debajo"}
    drafts = {"subtitle.fr": {"state": "draft"}, "subtitle.es": {"state": "draft"}}
    archive.load(data | {"text_states": {"training": {mexico["id"]: drafts}}}, at=NOW)
    row = TranslationState.objects.filter(object_key=mexico["id"], field="subtitle")
    assert public_subtitle(mexico) == {"en": "Below"}

    drafts.pop("subtitle.fr")
    second = archive.load(data | {"text_states": {"training": {mexico["id"]: drafts}}}, at=NOW)
    assert (second.changed, second.kept) == ([f"training {mexico['id']}"], [])
    assert public_subtitle(mexico) == {"en": "Below", "fr": "Dessous"}
    assert archive.load(data | {"text_states": {"training": {mexico["id"]: drafts}}}, at=NOW).wrote is False

    assert archive.load(data, at=NOW).changed == [f"training {mexico['id']}"]
    assert set(row.values_list("state", flat=True)) == {"current"}

    set_text_state(Training.objects.get(slug=mexico["id"]), "subtitle", "es", "draft", by=OfficeUserFactory(), at=NOW)
    assert archive.load(data, at=NOW).wrote is False
    late = archive.load(data | {"text_states": {"training": {mexico["id"]: {"title.fr": {"state": "draft"}}}}}, at=NOW)
    assert late.kept == [f"training {mexico['id']}: edited here, and other in the file"]
    assert public_subtitle(mexico) == {"en": "Below", "fr": "Dessous"}


def public_subtitle(document):
    return PublicRecord.objects.get(kind="training", slug=document["id"]).card["subtitle"]


@pytest.mark.parametrize(
    ("section", "row"),
    [
        ([], "text_states: Here a group of named values is expected."),
        ({"page": {}}, "text_states.page: There is no such section."),
        ({"training": []}, "text_states.training: Here a group of named values is expected."),
        ({"training": {"nowhere": {}}}, "text_states.training.nowhere (nowhere): There is no such record in this file."),
        ({"topic": {"marketing": []}}, "text_states.topic.marketing (marketing): Here a group of named values is expected."),
        (
            {"topic": {"marketing": {"name.de": {"state": "draft"}}}},
            "text_states.topic.marketing.name.de (marketing): There is no such text in this record.",
        ),
        (
            {"topic": {"marketing": {"name.fr": "draft"}}},
            "text_states.topic.marketing.name.fr (marketing): Here a group of named values is expected.",
        ),
        (
            {"topic": {"marketing": {"name.fr": {"state": "old"}}}},
            "text_states.topic.marketing.name.fr (marketing): “old” is not a state of a text.",
        ),
        (
            {"topic": {"marketing": {"name.fr": {"state": "stale", "source": {"xx": "a"}}}}},
            "text_states.topic.marketing.name.fr (marketing): Here one text by its language is expected.",
        ),
    ],
)  # fmt: skip
def test_load_refuses_states_of_no_text_and_writes_nothing(data, section, row):
    with pytest.raises(archive.ArchiveRefused) as refusal:
        archive.load(data | {"text_states": section}, at=NOW)

    assert [str(found) for found in refusal.value.rows] == [row]
    assert (Training.objects.count(), LoadedRecord.objects.filter(source="archive").count()) == (0, 0)


def test_load_of_a_newer_file_that_names_a_source_removed_here_is_refused_by_row(data):
    data["sources"].append({"id": "PRESS", "kind": "external", "title": "A page"})
    archive.load(data, at=NOW)
    services.delete_source(Source.objects.get(code="PRESS"), by=None, at=NOW)
    data["trainings"][0]["languages"][0]["source"] = "PRESS"
    data["trainings"][0]["summary"]["en"] = "Newer."
    before = held()

    with pytest.raises(archive.ArchiveRefused) as refusal:
        archive.load(data, at=NOW)

    assert [str(row) for row in refusal.value.rows] == [
        "languages[0].source (mexico-2023): There is no source “PRESS”."
    ]
    assert held() == before


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
