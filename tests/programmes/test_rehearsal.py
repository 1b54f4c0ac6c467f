import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.urls import reverse

from tessera.accounts.models import Person, Role, RoleGrant, User
from tessera.activity.models import Activity
from tessera.core.errors import InvalidDocument
from tessera.core.models import LoadedRecord, TranslationState
from tessera.core.versions import content_version
from tessera.planning.queries import coverage_report
from tessera.programmes import archive, archive_checks, rehearsal, services
from tessera.programmes.dumping import dump
from tessera.programmes.models import Training
from tessera.programmes.queries import trainings_whole
from tessera.programmes.services.records import trainings
from tessera.publications import queries, search
from tessera.publications.models import PublicRecord, PublicWord
from tests.factories.moments import NOW, TODAY
from tests.factories.pages import filled
from tests.factories.programmes import make_training

pytestmark = pytest.mark.django_db
ARCHIVE = json.loads(Path("src/tessera/programmes/data/archive.json").read_text())


@pytest.fixture
def real():
    archive.load(ARCHIVE, at=NOW)


def figures():
    found = queries.catalogue(queries.Filters())
    return {
        "catalogue": (
            found.total,
            {facet: [(v.value, v.count) for v in values] for facet, values in found.facets.items()},
        ),
        "every": [record.slug for record in queries.every(queries.Filters())],
        "listed": [[record.slug for record in queries.listed(kind)] for kind in search.KINDS],
        "upcoming": [record.slug for record in queries.upcoming(TODAY)],
        "search": [search.search(word) for word in ("pizarra", "basalt", "heat")],
        "dump": dump(),
        "coverage": [coverage_report(TODAY, scheme).as_json() for scheme in ("unesco", "working_areas")],
    }


def test_rehearsal_has_trainings_in_every_situation(real):
    rehearsal.load_rehearsal(NOW)
    rows = {t.slug: t for t in Training.objects.filter(rehearsal=True)}
    assert {slug: row.status for slug, row in rows.items()} == {
        "rehearsal-heat-la-paz": "announced",
        "rehearsal-voices-dakar": "planned",
        "rehearsal-small-tools": "in_delivery",
        "rehearsal-amber-klaipeda": "announced",
        "rehearsal-reef-suva": "postponed",
        "rehearsal-night-tunis": "cancelled",
        "rehearsal-listening": "proposed",
        "rehearsal-first-aid-tashkent": "delivered",
    }
    assert rows["rehearsal-heat-la-paz"].starts_on == TODAY + timedelta(days=200)
    running = rows["rehearsal-small-tools"]
    assert str(running.starts_on) < str(TODAY) < str(running.ends_on)
    assert str(rows["rehearsal-amber-klaipeda"].ends_on) < str(TODAY)
    assert [slug for slug, row in rows.items() if not row.published] == ["rehearsal-listening"]
    states = TranslationState.objects.filter(object_key__in=rows).exclude(state="current")
    assert sorted(states.values_list("object_key", "field", "language", "state")) == [
        ("rehearsal-first-aid-tashkent", "summary", "es", "stale"),
        ("rehearsal-first-aid-tashkent", "title", "fr", "stale"),
        ("rehearsal-heat-la-paz", "need", "fr", "draft"),
        ("rehearsal-voices-dakar", "summary", "es", "draft"),
        ("rehearsal-voices-dakar", "summary", "fr", "reviewed"),
    ]


def test_rehearsal_has_an_account_for_every_role(real):
    rehearsal.load_rehearsal(NOW)
    held = RoleGrant.objects.filter(user__rehearsal=True).values_list("role", flat=True)
    assert set(held) == set(Role.values)
    assert User.objects.filter(rehearsal=True, person__rehearsal=True).count() == User.objects.count() == 10


def test_rehearsal_host_has_a_draft_to_edit(real, client):
    rehearsal.load_rehearsal(NOW)
    client.force_login(User.objects.get(email="amina-jaspe@rehearsal.example"))

    listed = client.get(reverse("portal:desk"), follow=True).content.decode()
    form = client.get(reverse("programmes:training_edit", args=["rehearsal-listening", "texts"]))
    posted = {**filled(form, summary__fr="Écouter d’abord, montrer ensuite."), "do": "save"}
    client.post(reverse("programmes:training_edit", args=["rehearsal-listening", "texts"]), posted)

    assert re.findall(r'href="/en/desk/trainings/([\w-]+)/"', listed) == ["rehearsal-listening"]
    assert Training.objects.get(slug="rehearsal-listening").summary["fr"] == "Écouter d’abord, montrer ensuite."
    assert Activity.objects.filter(object_key="rehearsal-listening", verb="training.edited").count() == 1


def test_rehearsal_never_counts(real):
    before = figures()
    rehearsal.load_rehearsal(NOW)
    assert figures() == before
    assert queries.catalogue(queries.Filters(), rehearsal=True).total == 10 + 7
    assert queries.record("training", "rehearsal-heat-la-paz", rehearsal=False) is None
    shown = queries.record("training", "rehearsal-heat-la-paz")
    assert shown is not None
    assert shown.rehearsal is True
    assert "fr" not in shown.facts["need"]


def test_load_rehearsal_twice_changes_nothing_even_later(real):
    rehearsal.load_rehearsal(NOW)
    before = (Activity.objects.count(), content_version(), LoadedRecord.objects.count(), dict(states()))
    report = rehearsal.load_rehearsal(NOW + timedelta(days=90))
    assert (report.created, report.changed, report.kept) == ([], [], [])
    assert (Activity.objects.count(), content_version(), LoadedRecord.objects.count(), dict(states())) == before


def states():
    return TranslationState.objects.values_list("pk", "state")


def test_load_rehearsal_keeps_what_was_edited_here(real):
    rehearsal.load_rehearsal(NOW)
    row = trainings_whole().get(slug="rehearsal-night-tunis")
    services.save_training({**trainings.read(row), "summary": {"en": "Ours."}}, by=None, at=NOW)
    User.objects.filter(email="hugo-granito@rehearsal.example").delete()
    report = rehearsal.load_rehearsal(NOW)
    assert report.kept == ["training rehearsal-night-tunis: edited here"]
    assert User.objects.count() == 9


def everything():
    """Every row of every table of ours, without what only says that something happened."""
    told = {"core.contentversion", "core.loadedrecord", "activity.activity", "activity.revision"}
    found = {}
    for model in apps.get_models():
        if model.__module__.startswith("tessera.") and model._meta.label_lower not in told:
            found[model._meta.label_lower] = sorted(map(str, model._default_manager.values_list("pk")))
    return found


def test_remove_rehearsal_leaves_everything_else_and_stays_removed(real):
    before, words, done = (
        everything(),
        sorted(PublicWord.objects.values_list("word", "records")),
        Activity.objects.count(),
    )
    rehearsal.load_rehearsal(NOW)
    removed = rehearsal.remove_rehearsal(NOW)
    assert removed.counts == {
        "application": 7, "call": 3, "proposal": 4, "scenario": 1, "training": 8, "person": 13, "organisation": 8, "user": 10,
    }  # fmt: skip
    assert everything() == before
    assert sorted(PublicWord.objects.values_list("word", "records")) == words
    assert PublicRecord.objects.filter(rehearsal=True).count() == 0
    assert Activity.objects.count() == done + 1
    assert rehearsal.load_rehearsal(NOW).created == []
    assert len(rehearsal.load_rehearsal(NOW, again=True).created) == 8 + 13 + 8 + 10 + (4 + 4 + 1) + (3 + 7)


def test_remove_rehearsal_twice_is_quiet(real):
    rehearsal.load_rehearsal(NOW)
    rehearsal.remove_rehearsal(NOW)
    before = Activity.objects.count()
    assert rehearsal.remove_rehearsal(NOW).total == 0
    assert Activity.objects.count() == before


def test_a_real_training_names_no_rehearsal_record(real):
    rehearsal.load_rehearsal(NOW)
    training = make_training()
    document = trainings.read(trainings_whole().get(pk=training.pk))
    document["people"] = [{"person": "ada-beryl", "role": "trainer"}]
    document["study_visits"] = ["slate-museum"]
    with pytest.raises(InvalidDocument) as refusal:
        services.save_training(document, by=None, at=NOW)
    assert refusal.value.errors == {
        "people[0].person": ["“ada-beryl” is a rehearsal record: it has no place in a real training."],
        "study_visits[0]": ["“slate-museum” is a rehearsal record: it has no place in a real training."],
    }


def test_the_file_is_clean_and_in_three_languages(real):
    data = rehearsal.rehearsal_data(TODAY)
    assert archive_checks.check(data["archive"]) == []
    for training in data["archive"]["trainings"]:
        if training["id"] != "rehearsal-listening":
            assert sorted(training["title"]) == sorted(training["summary"]) == ["en", "es", "fr"]
    assert {person["id"] for person in data["archive"]["people"]} >= {user["person"] for user in data["users"]}
    assert not Person.objects.filter(rehearsal=True).exists()
