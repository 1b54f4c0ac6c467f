from datetime import date

import pytest

from tessera.core.versions import bump_content_version
from tessera.programmes import services
from tessera.programmes.queries import trainings_whole
from tessera.programmes.services.records import trainings
from tessera.publications import queries
from tessera.publications.models import PublicRecord
from tessera.publications.queries import Filters
from tessera.publications.services import withdraw_record
from tessera.publications.shelf import forget_shelf, shelf
from tests.factories.accounts import UserFactory
from tests.factories.moments import NOW
from tests.factories.organisations import make_organisation, make_person
from tests.factories.programmes import make_topic, make_training

pytestmark = pytest.mark.django_db


@pytest.fixture
def three():
    make_topic(id="ethics", name={"en": "Ethics"})
    make_topic(id="risk", name={"en": "Risk"})
    make_person(id="ada", name={"display": "Ada Agata"})
    make_person(id="bea", name={"display": "Bea Basalto"})
    make_organisation(id="host", name={"en": "The Host"})
    host = [{"organisation": "host", "role": "organiser"}]
    make_training(
        id="mexico",
        title={"en": "Charlie"},
        dates={"edtf": "2024-05-01/2024-05-05"},
        phases=[],
        status="delivered",
        languages=[{"code": "es"}],
        topics=["ethics", "risk"],
        people=[{"person": "ada", "role": "trainer"}],
        organisations=host,
    )
    make_training(
        id="peru",
        title={"en": "Alpha"},
        dates={"edtf": "2025-12-30/2026-01-02"},
        phases=[],
        status="announced",
        languages=[{"code": "es"}, {"code": "en"}],
        topics=["risk"],
        places=[{"country": "PE", "city": None}],
        people=[{"person": "ada", "role": "mentor"}, {"person": "bea", "role": "trainer"}],
        organisations=host,
    )
    make_training(
        id="kenya",
        title={"en": "Bravo"},
        dates={"edtf": "2026-06"},
        phases=[],
        status="planned",
        format={"value": "online"},
        places=[{"country": "KE", "city": None}],
        audience={"scope": "interregional", "countries": [], "unesco_regions": ["AFR", "ARB"]},
        organisations=[],
        organised=False,
    )


def slugs(filters, **more):
    return [record.slug for record in queries.catalogue(filters, **more).records]


def counts(filters, facet):
    return [(v.value, v.count, v.selected) for v in queries.catalogue(filters).facets.get(facet, [])]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (Filters(), ["kenya", "peru", "mexico"]),
        (Filters(sort="oldest"), ["mexico", "peru", "kenya"]),
        (Filters(sort="title"), ["peru", "kenya", "mexico"]),
        (Filters(sort="nonsense"), ["kenya", "peru", "mexico"]),
        (Filters(facets={"region": ["LAC"]}), ["peru", "mexico"]),
        (Filters(facets={"region": ["LAC", "ARB"]}), ["kenya", "peru", "mexico"]),
        (Filters(facets={"region": ["LAC"], "language": ["en"]}), ["peru"]),
        (Filters(facets={"country": ["PE", "KE"]}), ["kenya", "peru"]),
        (Filters(facets={"topic": ["ethics"]}), ["mexico"]),
        (Filters(facets={"year": ["2025"]}), ["peru"]),
        (Filters(facets={"year": ["2026"]}), ["kenya", "peru"]),
        (Filters(facets={"format": ["online"]}), ["kenya"]),
        (Filters(facets={"status": ["announced", "delivered"]}), ["peru", "mexico"]),
        (Filters(facets={"trainer": ["ada"]}), ["mexico"]),
        (Filters(facets={"organisation": ["host"]}), ["peru", "mexico"]),
        (Filters(facets={"region": ["XXX"]}), []),
        (Filters(facets={"region": []}), ["kenya", "peru", "mexico"]),
        (Filters(text="agata"), ["peru", "mexico"]),
        (Filters(text="agata", facets={"year": ["2024"]}), ["mexico"]),
        (Filters(text="!"), []),
    ],
)
def test_catalogue_filters_and_sorts(three, filters, found):
    assert slugs(filters) == found
    assert [record.slug for record in queries.every(filters)] == found
    listed, total = queries.listing(filters, offset=1, limit=1)
    assert ([record.slug for record in listed], total) == (found[1:2], len(found))


def test_each_facet_is_counted_under_the_other_filters(three):
    filters = Filters(facets={"region": ["LAC"], "topic": ["ethics"]})
    assert counts(filters, "region") == [("LAC", 1, True)]
    assert counts(filters, "topic") == [("risk", 2, False), ("ethics", 1, True)]
    assert counts(filters, "year") == [("2024", 1, False)]
    assert counts(Filters(), "year") == [("2026", 2, False), ("2025", 1, False), ("2024", 1, False)]
    assert counts(Filters(text="zzzz"), "region") == []
    assert counts(Filters(text="zzzz", facets={"region": ["LAC"]}), "region") == [("LAC", 0, True)]


def test_facets_of_records_carry_their_cards_and_hidden_ones_are_left_out(three):
    from tessera.organisations import services as organisations
    from tessera.organisations.queries import persons_whole

    shown = queries.catalogue(Filters()).facets["trainer"]
    assert [(value.value, value.card and value.card["name"]) for value in shown] == [
        ("ada", "Ada Agata"),
        ("bea", "Bea Basalto"),
    ]
    organisations.unpublish_person(persons_whole().get(slug="bea"), by=UserFactory(), at=NOW)
    assert [value.value for value in queries.catalogue(Filters()).facets["trainer"]] == ["ada"]


def test_long_facets_show_the_most_frequent_and_the_selected(three):
    found = queries.catalogue(Filters(facets={"trainer": ["bea"]}), facet_size=1)
    assert [(v.value, v.selected) for v in found.facets["trainer"]] == [("ada", False), ("bea", True)]
    found = queries.catalogue(Filters(), facet_size=1)
    assert [v.value for v in found.facets["trainer"]] == ["ada"]
    assert (found.cut, queries.catalogue(Filters()).cut) == ({"trainer"}, set())


def test_pages_end_where_they_end(three):
    first, last = queries.catalogue(Filters(), size=2), queries.catalogue(Filters(), page=9, size=2)
    assert ([r.slug for r in first.records], first.total, first.page, first.pages) == (["kenya", "peru"], 3, 1, 2)
    assert ([r.slug for r in last.records], last.page) == (["mexico"], 2)
    assert queries.catalogue(Filters(), page=-3, size=2).page == 1


def test_names_come_before_other_finds(three):
    row = trainings_whole().get(slug="kenya")
    services.save_training({**trainings.read(row), "summary": {"en": "After Alpha."}}, by=None, at=NOW)
    assert slugs(Filters(text="alpha")) == ["peru", "kenya"]


def test_a_change_shows_in_the_next_catalogue(three):
    assert slugs(Filters(facets={"status": ["announced"]})) == ["peru"]
    services.set_status(trainings_whole().get(slug="kenya"), "announced", by=UserFactory(), at=NOW)
    assert slugs(Filters(facets={"status": ["announced"]})) == ["kenya", "peru"]
    services.unpublish_training(trainings_whole().get(slug="peru"), by=UserFactory(), at=NOW)
    assert slugs(Filters()) == ["kenya", "mexico"]
    assert [v.count for v in queries.catalogue(Filters()).facets["year"]] == [1, 1]


def test_upcoming_are_those_not_over_soonest_first(three):
    make_training(id="soon", dates={"edtf": "2026-04-01"}, phases=[], status="announced")
    make_training(id="undated", dates=None, phases=[], status="planned")
    found = [record.slug for record in queries.upcoming(date(2026, 3, 2))]
    assert found == ["soon", "kenya", "undated"]
    assert [r.slug for r in queries.upcoming(date(2026, 3, 2), region="LAC")] == ["soon", "undated"]
    assert [r.slug for r in queries.upcoming(date(2026, 1, 2), region="LAC")] == ["peru", "soon", "undated"]


def test_trainings_of_and_listed(three):
    assert [r.slug for r in queries.trainings_of("person", "ada")] == ["peru", "mexico"]
    assert [r.slug for r in queries.trainings_of("topic", "ethics")] == ["mexico"]
    assert [r.slug for r in queries.listed("person")] == ["ada", "bea"]
    assert [r.slug for r in queries.listed("training")] == ["kenya", "peru", "mexico"]


@pytest.mark.parametrize("n", [1, 4])
def test_catalogue_query_count_does_not_grow(three, n, django_assert_num_queries):
    for _ in range(n):
        make_training(people=[{"person": make_person().slug, "role": "trainer"}])
    queries.catalogue(Filters())
    with django_assert_num_queries(2):  # shelf, cards
        queries.catalogue(Filters(facets={"region": ["LAC"]}))
    with django_assert_num_queries(3):  # shelf, text, cards
        queries.catalogue(Filters(text="workshop"))
    with django_assert_num_queries(5):  # shelf, text as typed, words meant, text as meant, cards
        queries.catalogue(Filters(text="agatta"))
    with django_assert_num_queries(2):  # shelf, records
        queries.every(Filters())


def test_cards_of_the_filters_are_read_once_and_again_after_a_change(three, django_assert_num_queries):
    from tessera.organisations import services as organisations
    from tessera.organisations.queries import persons_whole
    from tessera.organisations.services.person import persons

    def named():
        return [value.card["name"] for value in queries.catalogue(Filters(), size=1).facets["trainer"]]

    assert named() == ["Ada Agata", "Bea Basalto"]
    with django_assert_num_queries(2) as asked:  # shelf, the page's training
        assert named() == ["Ada Agata", "Bea Basalto"]
    assert "'person'" not in asked.captured_queries[1]["sql"]

    row = persons_whole().get(slug="bea")
    organisations.save_person({**persons.read(row), "name": {"display": "Bea Basalt"}}, by=None, at=NOW)

    assert named() == ["Ada Agata", "Bea Basalt"]


def test_shelf_holds_no_more_cards_than_it_may(three, monkeypatch):
    monkeypatch.setattr("tessera.publications.shelf.CARDS", 3)
    for _ in range(2):
        found = queries.catalogue(Filters())
        assert [value.card["name"] for value in found.facets["trainer"]] == ["Ada Agata", "Bea Basalto"]
        assert shelf().cards == {}
    queries.catalogue(Filters(), facet_size=0)
    assert sorted(shelf().cards) == [("topic", "ethics"), ("topic", "risk")]


def test_a_new_process_reads_the_shelf_once(three, django_assert_num_queries):
    forget_shelf()
    with django_assert_num_queries(3):  # shelf with its trainings, their facets, cards
        queries.catalogue(Filters())


def test_the_shelf_after_a_change_is_the_one_that_a_new_process_reads(three):
    """Also where a writing with an earlier stamp comes to light after one with a later stamp."""
    shelf()
    kenya, mexico, peru = (PublicRecord.objects.get(kind="training", slug=slug) for slug in ("kenya", "mexico", "peru"))
    kenya.facets.create(facet="topic", value="late")
    PublicRecord.objects.filter(pk=kenya.pk).update(stamp=min(r.stamp for r in (kenya, mexico, peru)) - 1)
    peru.facets.filter(facet="language").delete()
    PublicRecord.objects.filter(pk=peru.pk).update(stamp=max(r.stamp for r in (kenya, mexico, peru)) + 1)
    withdraw_record("training", "mexico")
    bump_content_version()

    found = shelf()
    held = {record_id: sorted(pairs) for record_id, pairs in found.held.items()}
    forget_shelf()
    fresh = shelf()

    assert set(found.rows) == {kenya.pk, peru.pk}
    assert (found.rows, found.facets, found.real, found.all) == (fresh.rows, fresh.facets, fresh.real, fresh.all)
    assert held == {record_id: sorted(pairs) for record_id, pairs in fresh.held.items()}
    assert ("topic", "late") in held[kenya.pk]
