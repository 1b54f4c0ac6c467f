"""Finding people, and making one of two."""

import pytest
from django.utils import timezone

from tessera.accounts import merging, queries, services
from tessera.accounts.models import MergeRecord, Person
from tessera.accounts.services import people
from tessera.activity.models import Activity
from tessera.publications.models import PublicRecord
from tessera.publications.services import Publication, publish_record
from tests.factories.accounts import PersonFactory, UserFactory

pytestmark = pytest.mark.django_db

NAMES = [
    ("ani-avagyan", "Ani", "Avagyan"),
    ("juliana-bevilacqua", "Juliana", "Ribeiro da Silva Bevilacqua"),
    ("francoise-collanges", "Françoise", "Collanges"),
    ("marilia-bonas", "Marília", "Bonas"),
    ("annemarie-de-wildt", "Annemarie", "de Wildt"),
    ("peter-van-mensch", "Peter", "van Mensch"),
    ("jean-sebastien-belanger", "Jean-Sébastien", "Bélanger"),
    ("anna-granitova", "Анна", "Гранитова"),
    ("teresa", "Teresa", ""),
]


@pytest.fixture
def people_there():
    for slug, given, family in NAMES:
        PersonFactory(slug=slug, given=given, family=family)


@pytest.mark.parametrize(("text", "slug"), [
    ("bevilacqua", "juliana-bevilacqua"),
    ("BEVILAQUA", "juliana-bevilacqua"),
    ("Juliana Beviláqua", "juliana-bevilacqua"),
    ("collanges francoise", "francoise-collanges"),
    ("Francois Colanges", "francoise-collanges"),
    ("marilia", "marilia-bonas"),
    ("bona", "marilia-bonas"),
    ("de wildt", "annemarie-de-wildt"),
    ("Jean Sebastien Belanger", "jean-sebastien-belanger"),
    ("гранитова", "anna-granitova"),
    ("Theresa", "teresa"),
    ("Avagian", "ani-avagyan"),
])  # fmt: skip
def test_finder_finds_in_spite_of_case_accents_and_errors(people_there, text, slug):
    found = queries.find_persons(text)

    assert found[0].person.slug == slug


@pytest.mark.parametrize("text", ["", "  ", "Zzyzx Quartz", "Mohammed", "123"])
def test_finder_finds_nobody(people_there, text):
    assert queries.find_persons(text) == []


def test_finder_puts_the_same_name_first(people_there):
    PersonFactory(slug="bonas-other", given="Marilia", family="Bonassi")

    found = queries.find_persons("Marília Bonas")

    assert (found[0].person.slug, found[0].likeness) == ("marilia-bonas", 1.0)
    assert "bonas-other" in [match.person.slug for match in found]


def test_finder_takes_one_query_and_shows_no_merged_or_nameless_person(people_there, django_assert_num_queries):
    kept = Person.objects.get(slug="teresa")
    PersonFactory(slug="teresa-2", given="Teresa", family="", merged_into=kept)
    PersonFactory(slug="teresa-3", given="Teresa", family="", anonymised_at=timezone.now())

    with django_assert_num_queries(1):
        found = queries.find_persons("Teresa")

    assert [match.person.slug for match in found] == ["teresa"]


def test_finder_finds_other_names():
    PersonFactory(slug="x", given="Celia", family="Pizarra", other_names=["Celia Marmol"])

    assert [match.person.slug for match in queries.find_persons("marmol")] == ["x"]


@pytest.fixture
def two():
    kept = PersonFactory(slug="celia", given="Celia", family="Pizarra", biography={})
    merged = PersonFactory(
        slug="celia-2", given="Célia", family="Pizarra Gómez", biography={"en": "Restorer."}, other_names=["C. Pizarra"]
    )
    publish_record(Publication("person", "celia-2", card={}, facts={}, names=["Célia"]), at=timezone.now())
    return kept, merged


def facts(person):
    person = Person.objects.get(pk=person.pk)
    return {
        field.attname: getattr(person, field.attname)
        for field in Person._meta.concrete_fields
        if field.attname != "version"
    }


def test_merge_makes_one_of_two(two):
    kept, merged = two
    account = UserFactory(person=merged)
    by = UserFactory()

    merge = services.merge_persons(kept, merged, by=by, at=timezone.now(), reason="Same passport")

    kept.refresh_from_db(), merged.refresh_from_db(), account.refresh_from_db()
    assert kept.other_names == ["Célia Pizarra Gómez", "C. Pizarra"]
    assert dict(kept.biography) == {"en": "Restorer."}
    assert (merged.merged_into, merged.published) == (kept, False)
    assert account.person == kept
    assert not PublicRecord.objects.filter(slug="celia-2").exists()
    assert queries.person_now("celia-2") == kept
    assert list(queries.open_merges(kept)) == [merge]
    assert [a.object_key for a in Activity.objects.filter(verb="person.merged").order_by("pk")] == ["celia", "celia-2"]


def test_undo_gives_both_back_as_they_were(two):
    kept, merged = two
    account = UserFactory(person=merged)
    before = facts(kept), facts(merged)
    merge = services.merge_persons(kept, merged, by=None, at=timezone.now())

    services.undo_merge(merge, by=None, at=timezone.now())

    account.refresh_from_db()
    assert (facts(kept), facts(merged)) == before
    assert account.person == merged
    with pytest.raises(people.MergeIsUndone):
        services.undo_merge(merge, by=None, at=timezone.now())


def test_undo_keeps_what_was_written_since(two):
    kept, merged = two
    merge = services.merge_persons(kept, merged, by=None, at=timezone.now())
    kept.refresh_from_db()
    kept.biography = {"en": "Restorer and teacher."}
    kept.other_names = [*kept.other_names, "Celia P."]
    kept.save()

    services.undo_merge(merge, by=None, at=timezone.now())

    kept.refresh_from_db()
    assert (dict(kept.biography), kept.other_names) == ({"en": "Restorer and teacher."}, ["Celia P."])


def test_merge_moves_what_other_apps_registered_and_undoes_in_reverse(two):
    kept, merged = two
    log = []
    known = dict(merging._movers)
    merging._movers.clear()
    try:
        for name in ("a", "b"):
            merging.on_merge(
                name,
                lambda k, m, name=name: log.append((name, k.slug, m.slug)) or [name],
                lambda k, m, moved, name=name: log.append((f"undo {name}", moved)),
            )
        merge = services.merge_persons(kept, merged, by=None, at=timezone.now())
        services.undo_merge(merge, by=None, at=timezone.now())
    finally:
        merging._movers.clear()
        merging._movers.update(known)

    assert log == [("a", "celia", "celia-2"), ("b", "celia", "celia-2"), ("undo b", ["b"]), ("undo a", ["a"])]


def test_merge_refuses_what_makes_no_sense(two):
    kept, merged = two
    with pytest.raises(people.SamePerson):
        services.merge_persons(kept, kept, by=None, at=timezone.now())
    UserFactory(person=kept), UserFactory(person=merged)
    before = facts(kept), facts(merged)

    with pytest.raises(people.BothHaveAccounts):
        services.merge_persons(kept, merged, by=None, at=timezone.now())

    assert (facts(kept), facts(merged)) == before
    assert (MergeRecord.objects.count(), PublicRecord.objects.count()) == (0, 1)


def test_merge_of_a_merged_person_is_refused_and_undo_goes_from_the_outside_in(two):
    kept, merged = two
    third = PersonFactory(slug="third")
    first = services.merge_persons(kept, merged, by=None, at=timezone.now())
    with pytest.raises(people.AlreadyMerged):
        services.merge_persons(third, merged, by=None, at=timezone.now())
    second = services.merge_persons(third, kept, by=None, at=timezone.now())
    assert queries.person_now("celia-2") == third

    with pytest.raises(people.MergedSince):
        services.undo_merge(first, by=None, at=timezone.now())
    services.undo_merge(second, by=None, at=timezone.now())
    services.undo_merge(first, by=None, at=timezone.now())

    assert Person.objects.filter(merged_into=None).count() == 3
