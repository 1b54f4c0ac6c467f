"""Copies of people and organisations, and their public pages before they are public."""

import pytest
from django.urls import reverse

from tessera.accounts.models import Person
from tessera.accounts.services import merge_persons
from tessera.activity.documents import set_text_state
from tessera.activity.erasure import forget_subject
from tessera.activity.models import Activity, Revision
from tessera.core.models import Draft, TranslationState
from tessera.core.versions import content_version
from tessera.organisations import services
from tessera.organisations.documents import organisation_document, person_document
from tessera.organisations.models import NameEntry, Organisation
from tessera.organisations.queries import organisations_whole, persons_whole
from tessera.publications.models import PublicRecord
from tests.factories.accounts import OfficeUserFactory, UserFactory
from tests.factories.moments import NOW
from tests.factories.organisations import make_organisation, make_person
from tests.factories.pages import filled
from tests.factories.programmes import make_training

pytestmark = pytest.mark.django_db
ROLES = ["nobody", "applicant", "trainer", "host", "funder", "committee", "admin"]


def page(name, *arguments):
    return reverse(f"organisations:{name}", args=arguments)


def preview(kind, key, section=""):
    return reverse(f"portal:desk_{kind}_preview", args=[key]) + (f"?section={section}" if section else "")


def states(kind, key):
    rows = TranslationState.objects.filter(object_type=kind, object_key=key)
    return {f"{row.field}.{row.language}": (row.state, row.source_text) for row in rows}


def written():
    """How much there is of everything that writing a record touches."""
    counted = (Person, Organisation, NameEntry, Activity, Revision, TranslationState, PublicRecord, Draft)
    return [*(model.objects.count() for model in counted), content_version()]


@pytest.fixture
def office(client):
    user = OfficeUserFactory()
    client.force_login(user)
    return user


def test_copy_of_a_person_is_a_draft_with_texts_facts_and_states(client, office):
    make_organisation(id="icom", name={"en": "ICOM"})
    posts = [{"organisation": "Council", "record": "icom", "title": "Chair", "current_on_page": True}]
    name = {"given": "Ada", "family": "Stein", "display": "Ada Stein", "sort": "Ada Stein", "other": ["A. S."]}
    ada = make_person(id="ada", name=name, affiliations=posts, data_quality=["Not sure."])
    set_text_state(ada, "position", "fr", "reviewed", by=office, at=NOW)
    document = person_document(persons_whole().get(slug="ada"))
    services.save_person({**document, "bio": {**document["bio"], "en": "Keeps rocks."}}, by=office, at=NOW)
    before = person_document(persons_whole().get(slug="ada"))

    answer = client.post(page("person_clone", "ada"), {"name": "Annemarie  de Wildt"})

    copy = persons_whole().get(slug="annemarie-de-wildt")
    assert answer["Location"] == page("person", copy.slug)
    assert (copy.published, copy.rehearsal, copy.version) == (False, False, 1)
    assert person_document(copy) == {
        "id": "annemarie-de-wildt",
        "name": {"given": "Annemarie", "family": "de Wildt", "display": "Annemarie de Wildt"},
        **{key: before[key] for key in ("position", "affiliations", "bio", "as_of", "work_country")},
    }
    assert states("person", copy.slug) == states("person", "ada")
    assert states("person", copy.slug)["bio.fr"] == ("stale", "Keeps stones.")
    assert states("person", copy.slug)["position.fr"] == ("reviewed", "")
    assert person_document(persons_whole().get(slug="ada")) == before
    assert PublicRecord.objects.filter(kind="person").values_list("slug", flat=True).get() == "ada"
    done = Activity.objects.get(object_key=copy.slug)
    assert (done.verb, done.reason, done.by) == ("person.cloned", "From “Ada Stein”.", office)
    history = client.get(page("person_history", copy.slug)).content.decode()
    assert "copied it" in history
    assert "From “Ada Stein”." in history


def test_copy_of_an_organisation_has_its_own_names_and_no_number(client, office):
    make_organisation(id="council", name={"en": "Council"})
    make_organisation(
        id="mac", name={"en": "Museum", "fr": "Musée"}, name_status={"fr": "official"}, type="university", city="Oaxaca",
        parent="council", also_named=["MAC"], icom_institutional_member="123", website="https://mac.example/",
        note="Ask again.", rehearsal=True,
    )  # fmt: skip

    answer = client.post(page("organisation_clone", "mac"), {"name_en": "Archive", "name_es": "Archivo"})

    copy = organisations_whole().get(slug="archive")
    assert answer["Location"] == page("organisation", "archive")
    assert (copy.published, copy.rehearsal, copy.version) == (False, True, 1)
    assert organisation_document(copy) == {
        "id": "archive", "type": "university", "name": {"en": "Archive", "es": "Archivo"}, "country": "MX",
        "city": "Oaxaca", "parent": "council", "website": "https://mac.example/",
    }  # fmt: skip
    assert states("organisation", "archive") == {"name.en": ("current", ""), "name.es": ("draft", "")}
    assert Activity.objects.get(object_key="archive").reason == "From “Museum”."


def test_copy_under_the_same_name_gets_a_fresh_address(client, office):
    make_organisation(id="museum", name={"en": "Museum"})

    client.post(page("organisation_clone", "museum"), {"name_en": "Museum"})

    assert set(Organisation.objects.values_list("slug", flat=True)) == {"museum", "museum-2"}


@pytest.mark.parametrize(
    ("kind", "answers"), [("person", {"name": " "}), ("organisation", {"name_en": "", "name_fr": "  "})]
)
def test_copy_without_a_name_is_refused_at_the_field(client, office, kind, answers):
    make_person(id="ada")
    make_organisation(id="ada")
    before = written()

    answer = client.post(page(f"{kind}_clone", "ada"), answers)

    assert answer.status_code == 422
    assert answer.context["form"].errors
    assert written() == before


def test_merged_and_anonymised_records_are_not_copied(client, office):
    kept, merged, gone = make_person(id="kept"), make_person(id="merged"), make_person(id="gone")
    merge_persons(kept, merged, by=office, at=NOW)
    Person.objects.filter(pk=gone.pk).update(anonymised_at=NOW)
    before = written()

    answers = [client.post(page("person_clone", key), {"name": "Twin"}).status_code for key in ("merged", "gone")]

    assert (answers, written()) == ([404, 404], before)
    assert page("person_clone", "merged") not in client.get(page("person", "merged")).content.decode()
    assert page("person_clone", "kept") in client.get(page("person", "kept")).content.decode()


def test_history_of_a_copy_forgets_a_person_whose_data_were_erased(office):
    ada, other = make_person(id="ada"), make_person(id="other")
    copies = [services.clone_person(person, "Twin", by=office, at=NOW) for person in (ada, other)]

    forget_subject("person", "ada", new_key="erased-1")

    told = [Activity.objects.get(object_key=copy.slug) for copy in copies]
    assert [(done.before, done.reason) for done in told] == [("erased-1", ""), ("other", f"From “{other}”.")]


@pytest.mark.parametrize("role", ROLES)
def test_other_roles_neither_copy_nor_preview(client, role):
    make_person(id="ada")
    make_organisation(id="icom")
    client.force_login(UserFactory(roles=[] if role == "nobody" else [role]))
    before = written()

    answers = [
        client.get(page("person_clone", "ada")),
        client.post(page("person_clone", "ada"), {"name": "Twin"}),
        client.post(page("organisation_clone", "icom"), {"name_en": "Twin"}),
        client.get(preview("person", "ada")),
        client.get(preview("organisation", "icom")),
        client.post(preview("person", "ada", "names"), {"name--display": "Other"}),
    ]

    assert {answer.status_code for answer in answers} == {403}
    assert written() == before


def test_preview_of_a_draft_is_the_page_that_the_public_would_see(client, office):
    make_organisation(id="icom", name={"en": "ICOM"})
    make_person(id="ada", published=False, affiliations=[{"organisation": "ICOM", "current_on_page": True}])
    make_organisation(id="mac", published=False, name={"en": "Draft museum"}, parent="icom")
    make_training(title={"en": "Stone care"}, organisations=[{"organisation": "icom", "role": "organiser"}])

    person = client.get(preview("person", "ada")).content.decode()
    organisation = client.get(preview("organisation", "mac")).content.decode()
    known = client.get(preview("organisation", "icom")).content.decode()

    assert "Keeps stones." in person
    assert reverse("portal:organisation", args=["icom"]) in person
    assert "<h1>Draft museum</h1>" in organisation
    assert reverse("portal:organisation", args=["icom"]) in organisation
    assert "Stone care" in known
    for html in (person, organisation, known):
        assert "So the public would see it. " in html
        assert '<meta name="robots" content="noindex">' in html
    assert client.get(reverse("portal:person", args=["ada"])).status_code == 404


def test_preview_hides_translations_that_are_drafts(client, office):
    ada = make_person(id="ada", published=False)
    set_text_state(ada, "bio", "en", "draft", by=office, at=NOW)

    html = client.get(preview("person", "ada")).content.decode()

    assert "Keeps stones." not in html


def test_preview_shows_what_is_typed_and_writes_nothing(client, office):
    make_person(id="ada", published=False)
    make_organisation(id="mac")
    typed = filled(client.get(page("person_edit", "ada", "biography")), bio__en="Keeps <b>rocks</b>.")
    named = filled(client.get(page("organisation_edit", "mac", "names")), name__en="Renamed")
    before = (written(), person_document(persons_whole().get(slug="ada")), PublicRecord.objects.get(slug="mac").card)

    person = client.post(preview("person", "ada", "biography"), {**typed, "do": "preview"})
    organisation = client.post(preview("organisation", "mac", "names"), {**named, "do": "preview"})

    assert "Keeps &lt;b&gt;rocks&lt;/b&gt;." in person.content.decode()
    assert f'href="{page("person_edit", "ada", "biography")}"' in person.content.decode()
    assert "<h1>Renamed</h1>" in organisation.content.decode()
    assert "Nothing was saved" in organisation.content.decode()
    after = (written(), person_document(persons_whole().get(slug="ada")), PublicRecord.objects.get(slug="mac").card)
    assert after == before


def test_preview_makes_the_organisations_that_are_asked_for_and_keeps_none(client, office):
    make_person(id="ada", affiliations=[{"organisation": "Old", "current_on_page": True}])
    typed = filled(client.get(page("person_edit", "ada", "posts")))
    typed |= {"affiliations-0-record-text": "Slate House", "affiliations-0-record-pick": "new"}
    typed |= {"affiliations-0-record-type": "museum"}
    before = written()

    answer = client.post(preview("person", "ada", "posts"), typed)

    assert answer.status_code == 200
    assert answer.context["record"].facts["affiliations"][0]["record"] == "slate-house"
    assert written() == before


def test_preview_of_wrong_answers_goes_back_to_the_form(client, office):
    make_person(id="ada")
    typed = filled(client.get(page("person_edit", "ada", "biography")), as_of="2026-13")

    answer = client.post(preview("person", "ada", "biography"), typed)

    assert answer.status_code == 422
    assert "names a month that does not exist" in answer.content.decode()
    assert client.post(preview("person", "ada", "nothing"), typed).status_code == 404
