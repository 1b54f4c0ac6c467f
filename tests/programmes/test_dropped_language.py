"""A language that the content has no more: what was written in it stays, is shown, and holds nothing up."""

import json
from pathlib import Path

import pytest
from django.urls import reverse

from tessera.core.errors import InvalidDocument
from tessera.organisations.models import Organisation
from tessera.programmes import archive, services
from tessera.programmes.dumping import dump
from tessera.programmes.models import Topic, Training
from tessera.programmes.queries import trainings_whole
from tessera.programmes.services.records import trainings
from tests.factories.accounts import OfficeUserFactory
from tests.factories.moments import NOW
from tests.factories.organisations import make_organisation
from tests.factories.pages import filled
from tests.factories.programmes import make_topic, make_training

pytestmark = pytest.mark.django_db
NAMES = {"en": "Stone", "es": "Piedra"}


@pytest.fixture
def office(client):
    user = OfficeUserFactory()
    client.force_login(user)
    return user


def drop(settings, *languages):
    settings.CONTENT_LANGUAGES = [code for code in settings.CONTENT_LANGUAGES if code not in languages]


def save(client, kind, key, section, **fields):
    edit = reverse(f"{kind}_edit", args=[key, section])
    return client.post(edit, {**filled(client.get(edit), **fields), "do": "save"})


def test_a_record_is_edited_and_keeps_the_text(client, office, settings):
    make_training(id="stone", title=NAMES, title_status={"es": "translation"})
    make_organisation(id="icom", name=NAMES)
    drop(settings, "es")

    answers = [
        save(client, "programmes:training", "stone", "texts", title__en="Stones"),
        save(client, "organisations:organisation", "icom", "facts", city="Paris"),
    ]

    assert [answer.status_code for answer in answers] == [302, 302]
    training = Training.objects.get()
    assert (training.title, training.title_origin) == ({"en": "Stones", "es": "Piedra"}, {"es": "translation"})
    assert Organisation.objects.get(slug="icom").name == NAMES
    client.logout()
    assert "<h1>Piedra</h1>" in client.get("/es/trainings/stone/").content.decode()


def test_a_record_takes_a_step_is_copied_restored_deleted_and_brought_back(client, office, settings):
    training = make_training(id="stone", title=NAMES, published=False)
    make_topic(id="topic", name=NAMES, published=False)
    drop(settings, "es")

    services.set_status(training, "cancelled", by=office, at=NOW, reason="Flood.")
    copied = services.clone_training(training, by=office, at=NOW)
    services.save_training(
        trainings.read(trainings_whole().get(slug="stone")) | {"title": {"en": "One"}, "status": "cancelled"},
        by=office,
        at=NOW,
    )
    restored = client.post(reverse("programmes:training_version", args=["stone", 1]))
    client.post(reverse("programmes:topic_delete", args=["topic"]))
    client.post(reverse("programmes:topic_bring_back", args=["topic"]))

    assert restored.status_code == 302
    assert [Training.objects.get(slug=slug).title for slug in ("stone", copied.slug)] == [NAMES, NAMES]
    assert Topic.objects.get().name == NAMES


def test_a_new_text_in_it_is_refused(client, office, settings):
    make_topic(id="topic", name={"en": "Stone"})
    drop(settings, "es")

    with pytest.raises(InvalidDocument) as refusal:
        services.save_topic({"id": "topic", "name": NAMES}, by=office, at=NOW)

    assert refusal.value.errors == {"name.es": ["“es” is not a language of the content."]}
    assert Topic.objects.get().name == {"en": "Stone"}


def test_a_file_is_loaded_with_the_languages_that_it_names_and_dumped_as_it_was(settings):
    data = json.loads(Path("src/tessera/programmes/data/archive.json").read_text())
    drop(settings, "fr", "es")

    archive.load(data, at=NOW)

    assert dump() == data
    data["languages"] = ["en"]
    with pytest.raises(archive.ArchiveRefused) as refusal:
        archive.load(data, at=NOW)
    assert str(refusal.value.rows[0]).endswith("is not a language of the content.")


def test_pages_tell_a_kept_text_in_a_language_that_only_cldr_knows(client, office, settings):
    settings.CONTENT_LANGUAGES = [*settings.CONTENT_LANGUAGES, "yo"]
    make_organisation(id="icom", name={"yo": "Ile"})
    drop(settings, "yo")

    html = client.get(reverse("organisations:organisation", args=["icom"])).content.decode()

    assert '<dt lang="yo">Èdè Yorùbá</dt><dd lang="yo">Ile</dd>' in html
