import pytest
from django.db import connection

from tessera.organisations import services as organisations
from tessera.organisations.documents import organisation_document, person_document
from tessera.organisations.queries import organisations_whole, persons_whole
from tessera.publications.models import PublicRecord, PublicWord
from tessera.publications.search import distance, nearness, search
from tests.factories.accounts import UserFactory
from tests.factories.moments import NOW
from tests.factories.organisations import make_organisation, make_person
from tests.factories.programmes import make_topic, make_training

pytestmark = pytest.mark.django_db


def slugs(text, *kinds, rehearsal=False):
    found = search(text, kinds or ("training", "person", "organisation", "topic"), rehearsal)
    return sorted(PublicRecord.objects.filter(pk__in=found.ids).values_list("slug", flat=True))


@pytest.fixture
def house():
    make_organisation(
        id="mucem",
        name={"en": "Museum of Civilisations", "fr": "Musée des Civilisations", "es": "Museo de las Civilizaciones"},
        also_named=["Mucem"],
        country="FR",
        city="Marseille",
    )
    make_person(id="collanges", name={"given": "Françoise", "family": "Collanges"}, bio={"en": "Knows paper."})
    make_person(id="lukasz", name={"given": "Łukasz", "family": "O’Brien-Søndergård"}, bio={"fr": "Connaît l’eau."})
    make_topic(id="ethics", name={"en": "Ethics", "fr": "Déontologie", "es": "Ética"})
    make_training(
        id="cairo",
        title={"en": "Emergency response", "fr": "Intervention d’urgence", "es": "Respuesta a emergencias"},
        summary={"en": "Hurricanes and floods.", "fr": "Cyclones.", "es": "Huracanes."},
        places=[{"country": "EG", "city": "Cairo"}],
        audience={"scope": "regional", "countries": [], "unesco_regions": ["ARB"]},
        topics=["ethics"],
        organisations=[{"organisation": "mucem", "role": "organiser"}],
        people=[{"person": "collanges", "role": "trainer"}],
    )
    make_training(
        id="oslo",
        title={"en": "Small museums", "fr": "Petits musées", "es": "Museos pequeños"},
        places=[{"country": "NO", "city": "Tromsø"}],
        audience={"scope": "regional", "countries": [], "unesco_regions": ["ENA"]},
        organisations=[{"organisation": "mucem", "role": "partner"}],
    )


@pytest.mark.parametrize(
    ("text", "kind", "found"),
    [
        ("emergency", "training", ["cairo"]),
        ("EMERG", "training", ["cairo"]),
        ("urgence", "training", ["cairo"]),
        ("emergencias", "training", ["cairo"]),
        ("d'urgence", "training", ["cairo"]),
        ("huracanes", "training", ["cairo"]),
        ("egypte", "training", ["cairo"]),
        ("Égypte", "training", ["cairo"]),
        ("Egipto", "training", ["cairo"]),
        ("arab states", "training", ["cairo"]),
        ("tromso", "training", ["oslo"]),
        ("pequenos", "training", ["oslo"]),
        ("collanges", "training", ["cairo"]),
        ("françoise emergency", "training", ["cairo"]),
        ("mucem", "training", ["cairo", "oslo"]),
        ("deontologie", "training", ["cairo"]),
        ("museo civilizaciones", "training", ["cairo", "oslo"]),
        ("cairo oslo", "training", []),
        ("francoise", "person", ["collanges"]),
        ("paper", "person", ["collanges"]),
        ("lukasz sondergard", "person", ["lukasz"]),
        ("o'brien", "person", ["lukasz"]),
        ("MUSÉE", "organisation", ["mucem"]),
        ("marseille", "organisation", ["mucem"]),
        ("etica", "topic", ["ethics"]),
    ],
)
def test_search_is_accent_insensitive_by_beginnings_and_in_all_languages(house, text, kind, found):
    assert slugs(text, kind) == found


@pytest.mark.parametrize(
    ("typed", "kind", "found", "meant"),
    [
        ("colanges", "training", ["cairo"], {"colanges": ["collanges"]}),
        ("Francosie", "person", ["collanges"], {"francosie": ["francoise"]}),
        ("emergancy", "training", ["cairo"], {"emergancy": ["emergency", "emergencias"]}),
        ("civlisations", "organisation", ["mucem"], {"civlisations": ["civilisations", "civilizaciones"]}),
        ("tromsoe", "training", ["oslo"], {"tromsoe": ["tromso"]}),
        ("francosie emergancy", "training", ["cairo"], None),
        ("colanges mucen", "training", ["cairo"], None),
        ("xqzwv", "training", [], {}),
        ("ab", "person", [], {}),
    ],
)
def test_search_forgives_typing_errors_in_names(house, typed, kind, found, meant):
    assert slugs(typed, kind) == found
    if meant is not None:
        corrected = search(typed, [kind]).corrected
        assert {word: words[0] for word, words in corrected.items()} == {
            word: words[0] for word, words in meant.items()
        }


@pytest.mark.parametrize(
    "text", ["", "   ", "!!!", "\"'*:()", "a" * 5000, "'; DROP TABLE x; --", "﷽ \u0000", "NEAR(", "NOTHING NOT"]
)
def test_search_takes_any_text(house, text):
    assert slugs(text) == []


def test_strong_are_those_whose_own_names_hold_every_word(house):
    make_training(id="other", summary={"en": "An emergency."})
    found = search("emergency", ["training"])
    names = dict(PublicRecord.objects.values_list("pk", "slug"))
    assert sorted(names[pk] for pk in found.ids) == ["cairo", "other"]
    assert sorted(names[pk] for pk in found.strong) == ["cairo"]


def test_a_renamed_person_is_found_in_trainings_by_the_new_name_only(house):
    document = person_document(persons_whole().get(slug="collanges"))
    organisations.save_person({**document, "name": {"given": "Ada", "family": "Calcita"}}, by=None, at=NOW)
    assert (slugs("calcita", "training"), slugs("collanges", "training")) == (["cairo"], [])


def test_a_hidden_person_is_found_nowhere(house):
    organisations.unpublish_person(persons_whole().get(slug="collanges"), by=UserFactory(), at=NOW)
    assert slugs("collanges") == []
    assert not PublicWord.objects.filter(word="collanges").exists()


def test_drafts_are_found_nowhere():
    make_training(published=False, title={"en": "Quicksilver"})
    make_person(published=False, name={"display": "Hidden Quicksilver"})
    assert slugs("quicksilver", rehearsal=True) == []


def test_rehearsal_is_found_only_where_it_is_asked_for():
    make_person(id="stone", rehearsal=True, name={"display": "Celia Pizarra"})
    assert (slugs("pizarra"), slugs("pizarra", rehearsal=True)) == ([], ["stone"])


def test_words_of_names_are_counted(house):
    def records(word):
        return PublicWord.objects.filter(word=word).values_list("records", flat=True).first()

    assert (records("emergency"), records("musees"), records("mucem")) == (1, 1, 1)
    document = organisation_document(organisations_whole().get(slug="mucem"))
    organisations.save_organisation({**document, "also_named": []}, by=None, at=NOW)
    assert (records("mucem"), records("civilisations")) == (None, 1)


def test_full_text_index_follows_every_change():
    """The database's own index is in line: on SQLite the check of FTS5 itself."""
    make_person(id="stone", name={"display": "Celia Pizarra"})
    PublicRecord.objects.filter(slug="stone").update(names_folded="renamed")
    assert (slugs("renamed"), slugs("pizarra")) == (["stone"], [])
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            for table in ("publications_fulltext", "publications_wordparts", "organisations_names"):
                cursor.execute(f"INSERT INTO {table}({table}, rank) VALUES ('integrity-check', 1)")  # noqa: S608
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%_insert'")
            assert sorted(name for (name,) in cursor.fetchall()) == [
                "organisations_names_insert",
                "publications_fulltext_insert",
                "publications_wordparts_insert",
            ]
    PublicRecord.objects.all().delete()
    assert slugs("renamed") == []


@pytest.mark.parametrize(
    ("one", "other", "limit", "edits"),
    [
        ("abc", "abc", 1, 0), ("abc", "abd", 1, 1), ("abc", "acb", 1, 1), ("abc", "ab", 1, 1), ("abc", "xabc", 1, 1),
        ("abcdef", "badcfe", 3, 3), ("abc", "xyz", 2, 3), ("abc", "abcdef", 2, 3), ("", "ab", 2, 2),
    ],
)  # fmt: skip
def test_distance_counts_edits_and_swaps(one, other, limit, edits):
    assert distance(one, other, limit) == edits
    assert distance(other, one, limit) == edits


def test_nearness_takes_beginnings():
    assert nearness("colan", "collanges", 1) == 1
    assert nearness("colanges", "collanges", 1) == 1
    assert nearness("colanges", "mensch", 1) == 2


@pytest.mark.parametrize("n", [1, 3])
def test_search_query_counts(n, django_assert_num_queries):
    for number in range(n):
        make_person(name={"display": f"Celia Pizarra {number}"})
    with django_assert_num_queries(1):
        assert len(search("pizarra").ids) == n
    with django_assert_num_queries(3):  # as typed, words that may be meant, as meant
        assert len(search("pizara").ids) == n
