"""The desk's pages of people and organisations."""

import pytest
from django.urls import reverse

from tessera.accounts.models import Person
from tessera.activity.models import Activity
from tessera.organisations.models import Organisation
from tessera.organisations.services import organisations as organisation_store
from tessera.organisations.services import persons as person_store
from tests.factories.accounts import OfficeUserFactory, UserFactory
from tests.factories.organisations import make_organisation, make_person
from tests.factories.pages import filled
from tests.factories.programmes import make_training
from tests.factories.publications import public

pytestmark = pytest.mark.django_db


def page(name, *arguments):
    return reverse(f"organisations:{name}", args=arguments)


@pytest.fixture
def office(client):
    user = OfficeUserFactory()
    client.force_login(user)
    return user


@pytest.mark.parametrize("n", [1, 3])
def test_people_query_count_does_not_grow(client, office, n, django_assert_num_queries):
    slugs = [make_person().slug for _ in range(n)]

    # session, user, grants; count, people with country
    with django_assert_num_queries(5):
        html = client.get(page("people")).content.decode()

    assert [slug for slug in slugs if page("person", slug) in html] == slugs


@pytest.mark.parametrize("n", [1, 3])
def test_organisations_query_count_does_not_grow(client, office, n, django_assert_num_queries):
    parent = make_organisation(id="parent")
    slugs = [make_organisation(parent=parent.slug).slug for _ in range(n)]

    # session, user, grants; count, organisations with country and parent
    with django_assert_num_queries(5):
        html = client.get(page("organisations")).content.decode()

    assert [slug for slug in slugs if page("organisation", slug) in html] == slugs


def test_people_are_found_without_accents_and_by_state(client, office):
    make_person(id="ines", name={"given": "Inés", "family": "Cantera", "display": "Inés Cantera"})
    make_person(id="hugo", name={"given": "Hugo", "family": "Granito", "display": "Hugo Granito"}, published=False)

    def found(query):
        html = client.get(page("people") + query).content.decode()
        return [slug for slug in ("ines", "hugo") if page("person", slug) in html]

    assert found("") == ["ines", "hugo"]
    assert found("?q=ines") == ["ines"]
    assert found("?q=gran") == ["hugo"]
    assert found("?state=draft") == ["hugo"]
    assert found("?state=merged") == []


def test_organisations_are_found_by_alias_and_type(client, office):
    make_organisation(id="icom", name={"en": "International Council of Museums"}, also_named=["ICOM"])
    make_organisation(id="tumo", name={"en": "TUMO"}, type="university")

    def found(query):
        html = client.get(page("organisations") + query).content.decode()
        return [slug for slug in ("icom", "tumo") if page("organisation", slug) in html]

    assert found("?q=icom") == ["icom"]
    assert found("?type=university") == ["tumo"]


def test_new_person_is_looked_for_first(client, office):
    make_person(id="suzy", name={"given": "Suzy", "family": "Hakimian", "display": "Suzy Hakimian"})

    html = client.get(page("person_new") + "?name=Susy+Hakimian").content.decode()

    assert "Is it one of these?" in html
    assert page("person", "suzy") in html
    assert Person.objects.exclude(user__isnull=False).count() == 1


def test_new_person_and_organisation_begin_as_drafts(client, office):
    answer = client.post(page("person_new"), {"name": "Annemarie de Wildt"})
    person = Person.objects.get(slug="annemarie-de-wildt")
    assert answer["Location"] == page("person_edit", person.slug, "names")
    assert (person.given, person.family, person.published) == ("Annemarie", "de Wildt", False)

    refused = client.post(page("organisation_new"), {"name": "Basalt Museum"})
    assert (refused.status_code, Organisation.objects.count()) == (422, 0)
    client.post(page("organisation_new"), {"name": "Basalt Museum", "type": "museum"})
    assert Organisation.objects.get().type == "museum"


@pytest.mark.parametrize("name", ["Teresa", "محمد علي", "李小龙", "x" * 60])
def test_names_of_any_script_and_length_are_taken(client, office, name):
    client.post(page("person_new"), {"name": f"  {name} "})

    assert Person.objects.get(display=name).published is False


@pytest.mark.parametrize("section", ["names", "biography", "posts", "remarks"])
def test_section_of_a_person_saved_untouched_changes_nothing(client, office, section):
    make_organisation(id="icom", name={"en": "ICOM"})
    make_person(
        id="ada",
        affiliations=[
            {"organisation": "Council", "record": "icom", "title": "Chair", "from": "2019", "current_on_page": True}
        ],
        data_quality=["Not sure."],
    )
    address = page("person_edit", "ada", section)
    before = person_store.read(Person.objects.get(slug="ada"))

    client.post(address, {**filled(client.get(address)), "do": "save"})

    assert person_store.read(Person.objects.get(slug="ada")) == before
    assert Activity.objects.filter(object_key="ada").count() == 1


@pytest.mark.parametrize("section", ["names", "facts", "remarks"])
def test_section_of_an_organisation_saved_untouched_changes_nothing(client, office, section):
    make_organisation(id="icom")
    make_organisation(id="mac", parent="icom", also_named=["MAC"], website="https://example.org/", note="Check.")
    address = page("organisation_edit", "mac", section)
    before = organisation_store.read(Organisation.objects.get(slug="mac"))

    client.post(address, {**filled(client.get(address)), "do": "save"})

    assert organisation_store.read(Organisation.objects.get(slug="mac")) == before
    assert Activity.objects.filter(object_key="mac").count() == 1


def test_biography_too_long_is_kept_marked_and_not_saved(client, office):
    make_person(id="ada")
    address = page("person_edit", "ada", "biography")
    long = "stone " * 110

    answer = client.post(address, {**filled(client.get(address), bio__en=long), "do": "save"})

    assert answer.status_code == 422
    assert "This is 659 characters long. Please cut 59." in answer.content.decode()
    assert filled(answer)["bio--en"].strip() == long.strip()
    assert Person.objects.get(slug="ada").biography["en"] == "Keeps stones."


def test_approval_ends_with_the_text_it_was_for(client, office):
    make_person(id="ada")
    address = page("person_edit", "ada", "biography")

    client.post(address, {**filled(client.get(address), bio__en="Carves stones."), "do": "save"})

    person = Person.objects.get(slug="ada")
    assert (person.biography["en"], person.approved_on) == ("Carves stones.", None)


def test_parent_is_chosen_changed_and_taken_away(client, office):
    make_organisation(id="icom", name={"en": "ICOM"})
    make_organisation(id="mac")
    address = page("organisation_edit", "mac", "facts")
    data = filled(client.get(address))

    client.post(address, {**data, "parent-text": "icom", "parent-pick": "icom", "do": "save"})
    assert Organisation.objects.get(slug="mac").parent.slug == "icom"

    client.post(address, {**filled(client.get(address)), "parent-none": "1", "do": "save"})
    assert Organisation.objects.get(slug="mac").parent is None


def test_publishing_a_person_asks_for_their_approval(client, office):
    make_person(id="ada", published=False, approved_on="")
    refused = client.post(page("person_publish", "ada"), {"do": "publish"})
    assert (refused.status_code, Person.objects.get(slug="ada").published) == (422, False)

    address = page("person_edit", "ada", "biography")
    client.post(address, {**filled(client.get(address), approved_on="2026-03-01"), "do": "save"})
    client.post(page("person_publish", "ada"), {"do": "publish"})

    assert public("person", "ada").facts["approved_on"] == "2026-03-01"


def test_renamed_organisation_shows_at_once_on_the_page_of_a_training(client, office):
    make_organisation(id="mac", name={"en": "Old name"})
    make_training(id="stone", organisations=[{"organisation": "mac", "role": "organiser"}])
    address = page("organisation_edit", "mac", "names")

    client.post(address, {**filled(client.get(address), name__en="New name"), "do": "save"})
    client.logout()

    html = client.get(reverse("portal:training", args=["stone"])).content.decode()
    assert "New name" in html
    assert "Old name" not in html


def test_used_organisation_is_not_deleted_and_an_unused_draft_comes_back(client, office):
    make_organisation(id="used", published=False)
    make_training(id="stone", organisations=[{"organisation": "used", "role": "organiser"}])
    make_organisation(id="draft", published=False, name={"en": "Draft"})

    refused = client.post(page("organisation_delete", "used"))
    assert (refused.status_code, Organisation.objects.filter(slug="used").count()) == (422, 1)
    client.post(page("organisation_delete", "draft"))
    assert Organisation.objects.filter(slug="draft").count() == 0
    client.post(page("organisation_bring_back", "draft"))
    assert Organisation.objects.get(slug="draft").name == {"en": "Draft"}


@pytest.mark.parametrize("role", ["nobody", "applicant", "trainer", "host", "funder", "committee", "admin"])
def test_other_roles_are_refused_and_nothing_changes(client, role):
    make_person(id="ada")
    make_organisation(id="icom")
    client.force_login(UserFactory(roles=[] if role == "nobody" else [role]))
    people = list(Person.objects.filter(slug="ada").values())

    answers = [
        client.post(page("person_edit", "ada", "names"), {"name--display": "Other", "version": "1", "do": "save"}),
        client.post(page("person_publish", "ada"), {"do": "unpublish"}),
        client.post(page("person_delete", "ada")),
        client.post(page("person_new"), {"name": "Mine"}),
        client.post(page("organisation_edit", "icom", "names"), {"name--en": "Other", "version": "1"}),
        client.post(page("organisation_new"), {"name": "Mine", "type": "museum"}),
        client.post(page("organisation_bring_back", "gone")),
    ]

    assert {answer.status_code for answer in answers} == {403}
    assert list(Person.objects.filter(slug="ada").values()) == people
    assert list(Organisation.objects.values_list("slug", "version")) == [("icom", 1)]
    looks = [client.get(page(name)).status_code for name in ("people", "organisations")]
    assert looks == [200 if role == "admin" else 403] * 2
