import json
from pathlib import Path

import pytest

from tessera.activity.documents import RecordGone, set_text_state
from tessera.activity.models import Activity, Revision
from tessera.activity.states import text_states
from tessera.core.errors import InvalidDocument, StaleVersion
from tessera.core.models import TranslationState
from tessera.core.versions import content_version
from tessera.organisations import services
from tessera.organisations.documents import organisation_document as read_organisation
from tessera.organisations.documents import person_document as read_person
from tessera.organisations.models import Organisation
from tessera.organisations.queries import organisations_whole, persons_whole
from tessera.publications import queries
from tests.factories.accounts import UserFactory
from tests.factories.moments import NOW
from tests.factories.organisations import (
    make_organisation,
    make_person,
    organisation_document,
    person_document,
)
from tests.factories.publications import public

pytestmark = pytest.mark.django_db
ARCHIVE = json.loads(Path("src/tessera/programmes/data/archive.json").read_text())


@pytest.mark.parametrize("document", ARCHIVE["people"], ids=lambda d: d["id"])
def test_person_of_the_archive_reads_back_as_it_was(document):
    services.save_person(document, by=None, at=NOW)
    assert read_person(persons_whole().get()) == document


def test_organisations_of_the_archive_read_back_as_they_were():
    for document in sorted(ARCHIVE["organisations"], key=lambda d: (d.get("parent") or "", d["id"])):
        if document.get("parent") == "smithsonian":
            continue
        services.save_organisation(document, by=None, at=NOW)
    found = {o.slug: read_organisation(o) for o in organisations_whole()}
    assert found == {d["id"]: d for d in ARCHIVE["organisations"] if d["id"] in found}
    assert len(found) == len(ARCHIVE["organisations"]) - 1


def test_saving_again_changes_nothing():
    person = make_person(id="ana-agata")
    before = (Activity.objects.count(), Revision.objects.count(), content_version())
    saved = services.save_person(read_person(persons_whole().get()), by=None, at=NOW)
    assert (saved.changed, saved.obj.version) == (False, person.version)
    assert (Activity.objects.count(), Revision.objects.count(), content_version()) == before


def test_saving_a_change_records_it_and_its_revision():
    user = UserFactory()
    make_organisation(id="museo", city="Oaxaca")
    document = read_organisation(organisations_whole().get())
    saved = services.save_organisation({**document, "city": "Puebla"}, by=user, at=NOW, reason="It moved.")
    activity = Activity.objects.latest("pk")
    assert (saved.changed, saved.created, saved.obj.version) == (True, False, 2)
    assert (activity.verb, activity.changes, activity.reason) == (
        "organisation.edited",
        {"city": ["Oaxaca", "Puebla"]},
        "It moved.",
    )
    assert (activity.revision.version, activity.revision.document["city"]) == (2, "Puebla")
    assert queries.cards({"organisation": ["museo"]}) == {
        ("organisation", "museo"): {"name": document["name"], "type": "museum", "country": "MX", "city": "Puebla"}
    }


def test_new_record_gets_a_free_address_from_its_name():
    first = services.save_person(person_document(id="", name={"given": "Zoé", "family": "Épidote"}), by=None, at=NOW)
    second = services.save_person(person_document(id="", name={"given": "Zoe", "family": "Epidote"}), by=None, at=NOW)
    assert (first.obj.slug, second.obj.slug) == ("zoe-epidote", "zoe-epidote-2")
    assert first.obj.sort_name == "Épidote, Zoé"


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        (
            {"country": "MEX"},
            {"country": ["“MEX” is not the code of a country or territory. Nearest: MX (Mexico), ME (Montenegro)."]},
        ),
        (
            {"country": "mexico"},
            {"country": ["“mexico” is not the code of a country or territory. Nearest: MX (Mexico)."]},
        ),
        ({"parent": "icon"}, {"parent": ["There is no organisation “icon”. Nearest: icom."]}),
        ({"name": {}}, {"name": ["Write the name in at least one language."]}),
        ({"colour": "red"}, {"colour": ["“colour” is not known here."]}),
        ({"website": "museo.mx"}, {"website": ["Write the whole address, beginning with https://."]}),
    ],
)
def test_save_organisation_refuses_by_path_and_writes_nothing(changes, errors):
    make_organisation(id="icom")
    before = (Organisation.objects.count(), Activity.objects.count())
    with pytest.raises(InvalidDocument) as refusal:
        services.save_organisation(organisation_document(**changes), by=None, at=NOW)
    assert refusal.value.errors == errors
    assert (Organisation.objects.count(), Activity.objects.count()) == before


def test_organisation_cannot_be_inside_itself():
    make_organisation(id="whole")
    make_organisation(id="part", parent="whole")
    document = read_organisation(organisations_whole().get(slug="whole"))
    with pytest.raises(InvalidDocument) as refusal:
        services.save_organisation({**document, "parent": "part"}, by=None, at=NOW)
    assert refusal.value.errors == {"parent": ["This would make the organisation a part of itself."]}


def test_biography_over_the_limit_is_refused_with_its_length():
    with pytest.raises(InvalidDocument) as refusal:
        services.save_person(person_document(bio={"en": "a" * 601}), by=None, at=NOW)
    assert refusal.value.errors == {"bio.en": ["This text has 601 characters; at most 600 fit."]}


def test_invisible_characters_are_cleaned():
    saved = services.save_person(person_document(name={"display": " A\u200bna\u00a0 Ágata \u200b"}), by=None, at=NOW)
    assert saved.obj.display == "Ana Ágata"


def test_two_editors_of_different_places_are_merged():
    make_person(id="p")
    opened = read_person(persons_whole().get())
    services.save_person({**opened, "work_country": "CL"}, by=None, at=NOW, expected_version=1)
    saved = services.save_person({**opened, "as_of": "2026"}, by=None, at=NOW, expected_version=1)
    assert (saved.merged, saved.obj.work_country_id, saved.obj.as_of, saved.obj.version) == (True, "CL", "2026", 3)


def test_two_editors_of_the_same_place_are_told_and_nothing_is_overwritten():
    make_person(id="p")
    opened = read_person(persons_whole().get())
    services.save_person({**opened, "work_country": "CL"}, by=None, at=NOW, expected_version=1)
    before = Activity.objects.count()
    with pytest.raises(StaleVersion) as refusal:
        services.save_person({**opened, "work_country": "PE"}, by=None, at=NOW, expected_version=1)
    told = refusal.value
    assert (told.conflicts, told.version) == (["work_country"], 2)
    assert [d["work_country"] for d in (told.base, told.mine, told.theirs)] == ["MX", "PE", "CL"]
    assert persons_whole().get().work_country_id == "CL"
    assert Activity.objects.count() == before


def test_a_new_record_does_not_take_an_address_in_use():
    make_person(id="p")
    with pytest.raises(InvalidDocument) as refusal:
        services.save_person(person_document(id="p"), by=None, at=NOW, expected_version=0)
    assert refusal.value.errors == {"id": ["There is already a record with this address."]}


def test_a_record_deleted_meanwhile_is_not_made_again():
    with pytest.raises(RecordGone):
        services.save_person(person_document(id="gone"), by=None, at=NOW, expected_version=3)


def states(key):
    return {
        f"{field}.{language}": row.state
        for field, rows in text_states("person", key).items()
        for language, row in rows.items()
    }


def test_texts_typed_by_a_person_are_drafts_in_other_languages():
    services.save_person(person_document(id="p", bio={}, approved_on=""), by=UserFactory(), at=NOW)
    assert states("p") == {"position.en": "current", "position.fr": "draft", "position.es": "draft"}


def test_a_changed_source_makes_the_others_stale_and_keeps_what_they_were_made_from():
    make_person(id="p", bio={}, approved_on="")
    document = read_person(persons_whole().get())
    changed = {**document, "position": {**document["position"], "en": "Head curator", "es": "Jefa"}}
    services.save_person(changed, by=UserFactory(), at=NOW, states={"position.es": "reviewed"})
    assert states("p") == {"position.en": "current", "position.fr": "stale", "position.es": "reviewed"}
    stale = TranslationState.objects.get(state="stale")
    assert (stale.source_language, stale.source_text) == ("en", "Curator")
    assert public("person", "p").card["stale"] == ["fr"]
    services.save_person(document, by=UserFactory(), at=NOW, states={"position.es": "current"})
    assert states("p") == {"position.en": "current", "position.fr": "reviewed", "position.es": "current"}


def test_drafts_are_not_public_until_somebody_says_so():
    services.save_person(person_document(id="p", bio={}, approved_on=""), by=UserFactory(), at=NOW, published=True)
    assert public("person", "p").card["position"] == {"en": "Curator"}
    assert set_text_state(persons_whole().get(), "position", "fr", "reviewed", by=UserFactory(), at=NOW) is True
    assert public("person", "p").card["position"] == {"en": "Curator", "fr": "Conservatrice"}
    assert Activity.objects.latest("pk").changes == {"position.fr": ["draft", "reviewed"]}
    assert set_text_state(persons_whole().get(), "position", "fr", "reviewed", by=None, at=NOW) is False


def test_archive_origins_give_the_states():
    document = next(d for d in ARCHIVE["organisations"] if d["id"] == "icom")
    services.save_organisation(document, by=None, at=NOW)
    rows = text_states("organisation", "icom")["name"]
    assert {code: (row.state, row.origin) for code, row in rows.items()} == {
        "en": ("current", "source"),
        "fr": ("reviewed", "official"),
        "es": ("reviewed", "official"),
    }


def test_a_changed_biography_loses_its_approval():
    make_person(id="p")
    document = read_person(persons_whole().get())
    saved = services.save_person({**document, "bio": {"en": "Keeps minerals."}}, by=None, at=NOW)
    assert saved.obj.approved_on is None
    again = services.save_person(
        {**saved.document, "bio": {"en": "Keeps rocks."}, "approved_on": "2026-01-05"}, by=None, at=NOW
    )
    assert str(again.obj.approved_on) == "2026-01-05"


def test_restore_brings_an_old_version_back_as_a_new_one():
    make_organisation(id="museo", city="Oaxaca")
    document = read_organisation(organisations_whole().get())
    services.save_organisation({**document, "city": "Puebla"}, by=None, at=NOW)
    first = Revision.objects.get(version=1)
    saved = services.restore_organisation(first, by=UserFactory(), at=NOW)
    assert (saved.obj.city, saved.obj.version, Activity.objects.latest("pk").verb) == (
        "Oaxaca",
        3,
        "organisation.restored",
    )


def test_affiliations_find_their_organisation_by_name():
    make_organisation(id="icom-armenia", name={"en": "ICOM Armenia", "fr": "ICOM Arménie"})
    make_person(
        id="p",
        affiliations=[
            {"organisation": "ICOM ARMENIA", "current_on_page": True},
            {"organisation": "Somewhere else", "current_on_page": False, "record": "icom-armenia"},
            {"organisation": "ICOM Arménie", "current_on_page": False, "record": "icom-armenia"},
            {"organisation": "Nowhere", "current_on_page": False},
        ],
    )
    person = persons_whole().get()
    linked = [p.organisation.slug if p.organisation else None for p in person.positions.order_by("order")]
    assert linked == ["icom-armenia", "icom-armenia", "icom-armenia", None]
    assert [a.get("record") for a in read_person(person)["affiliations"]] == [None, "icom-armenia", None, None]


def test_publish_person_says_what_is_lacking():
    person = make_person(published=False, as_of="", approved_on="")
    with pytest.raises(services.Lacking) as refusal:
        services.publish_person(person, by=UserFactory(), at=NOW)
    assert refusal.value.lacking == [
        "Say when the biography was true (“as of”).",
        f"{person.display} has not approved the biography yet.",
    ]
    assert queries.record("person", person.slug) is None


def test_publish_and_unpublish_organisation():
    organisation = make_organisation(published=False)
    assert queries.record("organisation", organisation.slug) is None
    services.publish_organisation(organisation, by=UserFactory(), at=NOW)
    assert public("organisation", organisation.slug).card["country"] == "MX"
    services.unpublish_organisation(organisation, by=UserFactory(), at=NOW)
    assert queries.record("organisation", organisation.slug) is None


def test_delete_only_what_nobody_saw():
    seen, unseen = make_person(), make_person(published=False)
    services.delete_person(unseen, by=UserFactory(), at=NOW)
    with pytest.raises(services.InUse):
        services.delete_person(seen, by=UserFactory(), at=NOW)
    assert [p.slug for p in persons_whole()] == [seen.slug]
    assert set(TranslationState.objects.values_list("object_key", flat=True)) == {seen.slug}
