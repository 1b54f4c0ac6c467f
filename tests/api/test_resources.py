"""What the interface answers: every value the record's, nothing that is not public."""

import pytest

from tessera.api.v1 import RESOURCES
from tessera.core.versions import bump_content_version
from tests.portal import published

pytestmark = pytest.mark.django_db


def get(client, path, **query):
    response = client.get(f"/api/v1/{path}", query_params=query)
    assert (response.status_code, response["Content-Type"]) == (200, "application/json; charset=utf-8")
    return response.json()


def test_training_in_a_list_says_what_its_card_says(client):
    published.surroundings()
    published.training()
    (training,) = get(client, "trainings")["results"]
    assert training == {
        "id": "granite-2023",
        "url": {code: f"http://testserver/{code}/trainings/granite-2023/" for code in ("en", "fr", "es")},
        "title": {"en": "Museums <and> their neighbours", "fr": "Les musées et leurs voisins"},
        "subtitle": {"en": "A week of cases"},
        "summary": {"en": "Five days & five cases.", "fr": "Cinq jours, cinq cas."},
        "status": "delivered",
        "dates": {
            "edtf": "2023-10-16/2023-10-20",
            "precision": "day",
            "earliest": "2023-10-16",
            "latest": "2023-10-20",
            "tentative": False,
        },
        "format": "in_person",
        "places": [
            {"country": {"code": "MX", "name": {"en": "Mexico", "fr": "Mexique", "es": "México"}}, "city": "Granito"}
        ],
        "scope": "regional",
        "regions": [
            {
                "code": "LAC",
                "name": {
                    "en": "Latin America and the Caribbean",
                    "fr": "Amérique latine et Caraïbes",
                    "es": "América Latina y el Caribe",
                },
            }
        ],
        "countries": [],
        "areas": [],
        "languages": [{"code": "es", "name": {"en": "Spanish", "fr": "espagnol", "es": "español"}}],
        "topics": [{"id": "ethics", "name": {"en": "Ethics", "fr": "Déontologie"}}],
        "participants": {"kind": "reported", "min": 27, "max": 30, "differ": True},
        "participant_countries": 9,
        "organisations": [
            {"id": "basalt", "name": {"en": "Museum of Basalt"}, "role": "organiser"},
            {"id": "slate", "name": {"en": "House of Slate"}, "role": "partner"},
        ],
        "people": [
            {"id": "celia", "name": "Celia Pizarra", "role": "trainer"},
            {"id": "hugo", "name": "Hugo Granito", "role": "mentor"},
        ],
        "changed_at": "2024-03-05T09:30:00Z",
    }


def test_training_alone_has_phases_sessions_former_dates_and_counts(client):
    published.surroundings()
    published.training(
        former_dates=[
            {"edtf": "2022-11", "precision": "month", "reason": "Inundación", "language": "es"},
            {"edtf": "2023-03", "precision": "month", "reason": "Flood", "changed_on": "2023-02-01"},
            {"edtf": "2023-06", "precision": "month"},
        ],
        sessions=[{"title": {"en": "Case one"}, "kind": "workshop", "trainers": ["celia", "secret"]}],
        sources={"X1": {"title": "A page", "url": "https://page.example/", "language": "en"}},
    )
    training = get(client, "trainings/granite-2023")
    assert training["former_dates"] == [
        {"edtf": "2022-11", "reason": {"es": "Inundación"}, "changed_on": None},
        {"edtf": "2023-03", "reason": {"und": "Flood"}, "changed_on": "2023-02-01"},
        {"edtf": "2023-06", "reason": {}, "changed_on": None},
    ]
    assert [(phase["mode"], phase["dates"]["edtf"]) for phase in training["phases"]] == [
        ("in_person", "2023-10-16/2023-10-20")
    ]
    assert training["sessions"] == [
        {"title": {"en": "Case one"}, "kind": "workshop", "phase": None, "starts": None, "ends": None,
         "trainers": [{"id": "celia", "name": "Celia Pizarra"}]}
    ]  # fmt: skip
    assert training["study_visits"] == [{"id": "slate", "name": {"en": "House of Slate"}}]
    assert training["reported"] == [{"value": 27, "source": None}, {"value": 30, "source": None}]
    assert training["sources"] == [
        {"code": "X1", "title": "A page", "publisher": None, "url": "https://page.example/", "language": "en"}
    ]
    assert (training["duration_days"], training["capacity"], training["methods"]) == (
        5,
        {"min": 20, "max": 30},
        ["workshop"],
    )


def test_lang_gives_each_text_once_in_the_language_or_the_nearest(client):
    published.training()
    (french,) = get(client, "trainings", lang="fr-CA")["results"]
    (spanish,) = get(client, "trainings", lang="es")["results"]
    (other,) = get(client, "trainings", lang="tlh")["results"]
    assert french["title"] == {"fr": "Les musées et leurs voisins"}
    assert french["places"][0]["country"]["name"] == {"fr": "Mexique"}
    assert spanish["title"] == other["title"] == {"en": "Museums <and> their neighbours"}


def test_lists_come_in_parts_that_name_one_another(client):
    for n in range(5):
        published.training(f"stone-{n}", dates=published.dated(f"201{n}", f"201{n}-01-01", f"201{n}-12-31", "year"))
    first = get(client, "trainings", limit=2, sort="oldest")
    second = client.get(first["next"]).json()
    third = client.get(second["next"]).json()
    ids = [[training["id"] for training in part["results"]] for part in (first, second, third)]
    assert ids == [["stone-0", "stone-1"], ["stone-2", "stone-3"], ["stone-4"]]
    assert [part["count"] for part in (first, second, third)] == [5, 5, 5]
    assert (first["previous"], third["next"]) == (None, None)
    assert client.get(third["previous"]).json()["results"] == second["results"]


def test_trainings_are_filtered_as_in_the_catalogue(client):
    published.surroundings()
    published.training("one", title={"en": "First stone"})
    published.training("two", title={"en": "Second stone"}, status="announced", regions=["AFR"])
    published.training("three", title={"en": "Third stone"}, status="planned", regions=["AFR"])

    def ids(**query):
        return {training["id"] for training in get(client, "trainings", **query)["results"]}

    assert ids(region="AFR") == {"two", "three"}
    assert ids(region="AFR", status=["announced", "delivered"]) == {"two"}
    assert ids(q="sec") == {"two"}
    assert ids(topic="ethics", status=["announced", "delivered"]) == {"one", "two"}


def test_facets_count_under_the_other_filters_and_have_names(client):
    published.surroundings()
    published.training("one")
    published.training("two", status="announced")
    found = get(client, "facets", status="announced")
    assert found["count"] == 1
    assert [(v["value"], v["count"], v["selected"]) for v in found["facets"]["status"]] == [
        ("announced", 1, True),
        ("delivered", 1, False),
    ]
    assert found["facets"]["topic"] == [
        {"value": "ethics", "name": {"en": "Ethics", "fr": "Déontologie"}, "count": 1, "selected": False}
    ]
    assert found["facets"]["country"][0]["name"]["fr"] == "Mexique"


def test_person_has_posts_and_trainings_by_role(client):
    published.surroundings()
    published.training(facets={"person": ["celia"]})
    assert [person["id"] for person in get(client, "people", q="piz")["results"]] == ["celia"]
    celia = get(client, "people/celia")
    assert (celia["name"], celia["position"], celia["country"]["code"]) == ("Celia Pizarra", {"en": "Curator"}, "MX")
    assert celia["affiliations"] == [
        {"organisation": "Museum of Basalt", "id": "basalt", "title": None, "since": None, "until": None,
         "current": True}
    ]  # fmt: skip
    assert celia["trainings"] == [
        {
            "id": "granite-2023",
            "title": {"en": "Museums <and> their neighbours", "fr": "Les musées et leurs voisins"},
            "role": "trainer",
        }
    ]


def test_people_and_organisations_are_narrowed(client):
    published.surroundings()
    assert [p["id"] for p in get(client, "people", country="MX", organisation="basalt")["results"]] == ["celia", "hugo"]
    assert get(client, "people", country="FR") == {"count": 0, "next": None, "previous": None, "results": []}
    assert [o["id"] for o in get(client, "organisations", type="museum", q="slate")["results"]] == ["slate"]


def test_organisation_has_its_parent_and_trainings(client):
    published.organisation("basalt", "Museum of Basalt")
    published.organisation("slate", "House of Slate", parent="basalt", also_named=["Old Slate"])
    slate = get(client, "organisations/slate")
    assert (slate["parent"], slate["also_named"]) == (
        {"id": "basalt", "name": {"en": "Museum of Basalt"}},
        ["Old Slate"],
    )
    assert slate["trainings"] == []


def test_topics_regions_and_schemes_are_whole(client):
    published.surroundings()
    regions = get(client, "regions")
    assert [topic["id"] for topic in get(client, "topics")["results"]] == ["ethics"]
    assert get(client, "topics/ethics")["name"] == {"en": "Ethics", "fr": "Déontologie"}
    assert [region["code"] for region in regions["results"]] == ["AFR", "ARB", "APA", "ENA", "LAC"]
    assert "MQ" in regions["results"][4]["countries"]
    assert {scheme["code"] for scheme in get(client, "schemes")["results"]} >= {"unesco", "m49_subregions"}
    assert get(client, "schemes/unesco")["regions"] == regions["results"]


def test_coverage_follows_day_rule_reading_and_online(client):
    published.training()
    found = get(client, "coverage", on="2023-10-31", rule="lenient", reading="harsh", online="false")
    lac = next(region for region in found["regions"] if region["code"] == "LAC")
    assert (found["on"], found["scheme"], found["rule"], found["reading"], found["online"]) == (
        "2023-10-31", "unesco", "lenient", "harsh", False,
    )  # fmt: skip
    assert (found["on_time"], lac["state"], lac["last"], lac["due"]) == (1, "on_time", "2023-10-20", "2025-10-20")
    assert lac["missed"] == [{"from": "2020-09-02", "to": "2023-10-15", "days": 1139, "open": False}]


def test_rehearsal_records_are_never_there(client):
    published.surroundings()
    published.training("rehearsed", rehearsal=True)
    published.person("nobody", "Ona Onyx", rehearsal=True)
    bump_content_version()
    assert get(client, "trainings")["count"] == 0
    assert get(client, "facets")["count"] == 0
    assert get(client, "people", q="onyx")["count"] == 0
    assert "nobody" not in [person["id"] for person in get(client, "people")["results"]]
    for path in ("trainings/rehearsed", "people/nobody"):
        assert client.get(f"/api/v1/{path}").status_code == 404
    assert get(client, "coverage", on="2024-01-01")["on_time"] == 0


def test_index_names_every_resource(client):
    published.surroundings()
    found = get(client, "")
    assert list(found["resources"]) == list(RESOURCES)
    for address in (*found["resources"].values(), found["documentation"], found["openapi"]):
        assert client.get(address).status_code == 200


@pytest.mark.parametrize("n", [1, 3])
@pytest.mark.parametrize(
    ("path", "queries"),
    [
        ("trainings", 4),  # versions (of content and places), shelf, the part, names
        ("trainings?q=museums", 5),  # … and the words
        ("trainings/stone-0", 3),  # versions, record, names
        ("facets", 3),  # versions, shelf, one training with the facets' names
        ("people", 3),  # versions, part, count
        ("people/celia", 4),  # versions, person, posts, trainings
        ("organisations", 3),
        ("organisations/basalt", 3),
        ("topics", 2),
        ("regions", 1),
        ("schemes/unesco", 1),
    ],
)
def test_query_count_does_not_grow(client, django_assert_num_queries, n, path, queries):
    published.surroundings()
    client.get("/api/v1/trainings")
    for number in range(n):
        published.training(f"stone-{number}", facets={"person": ["celia"]})
    bump_content_version()
    client.get("/api/v1/trainings?limit=9")  # the process knows the shelf of trainings
    with django_assert_num_queries(queries):
        assert client.get(f"/api/v1/{path}").status_code == 200
