import pytest

from tessera.organisations import services
from tessera.organisations.documents import person_document as read_person
from tessera.organisations.queries import moved_to, persons_whole, similar_organisations, similar_people
from tests.factories.moments import NOW
from tests.factories.organisations import make_organisation, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    for n, (given, family) in enumerate(
        [("Françoise", "Collanges"), ("Amira", "Sadik Aly"), ("Peter", "van Mensch"), ("Ólafur", "Łukaszyński")]
    ):
        make_person(
            id=f"p{n}", name={"given": given, "family": family, "display": f"{given} {family}"}, published=n % 2 == 0
        )


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("francoise collanges", ["p0"]),
        ("FRANÇOISE", ["p0"]),
        ("Collange", ["p0"]),
        ("Francoise Colanges", ["p0"]),
        ("Amria Sadik", ["p1"]),
        ("sadic aly amira", ["p1"]),
        ("Olafur Lukaszynski", ["p3"]),
        ("mensch", ["p2"]),
        ("Zebra", []),
        ("", []),
        ("!!", []),
    ],
)
def test_similar_people_forgives_accents_case_order_and_errors(people, typed, found):
    assert [match.slug for match in similar_people(typed)] == found


def test_similar_people_follows_a_new_name():
    make_person(id="p", name={"display": "Ada Pirita"})
    document = read_person(persons_whole().get())
    services.save_person({**document, "name": {"display": "Ada Calcita"}}, by=None, at=NOW)
    assert [m.slug for m in similar_people("pirita")] == []
    assert [(m.slug, m.score, m.published) for m in similar_people("Calcita")] == [("p", 1.0, True)]


def test_similar_organisations_knows_every_language_and_alias():
    make_organisation(
        id="icom",
        name={"en": "International Council of Museums", "es": "Consejo Internacional de Museos"},
        also_named=["ICOM Secretariat"],
        country="FR",
        city="Paris",
    )
    make_organisation(id="other", name={"en": "Museum of Stones"})
    for typed in ("icom", "consejo internacional", "International Counsil of Museums"):
        assert similar_organisations(typed)[0].slug == "icom"
    assert similar_organisations("secretariat")[0].detail == "Paris, France"


@pytest.mark.parametrize("n", [1, 3])
def test_similar_people_query_count_does_not_grow(n, django_assert_num_queries):
    for _ in range(n):
        make_person(name={"display": "Ada Pirita"})
    with django_assert_num_queries(2):  # entries, persons
        assert len(similar_people("pirita")) == n


def test_moved_to_is_none_for_what_was_not_merged():
    make_person(id="p")
    assert (moved_to("person", "p"), moved_to("person", "x"), moved_to("training", "x")) == (None, None, None)
