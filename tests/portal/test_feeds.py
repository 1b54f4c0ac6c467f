"""Lists in other forms: Atom, CSV, JSON."""

import csv
import json
from datetime import timedelta
from io import StringIO
from xml.etree import ElementTree as ET

import pytest

from tessera.core.versions import bump_content_version
from tessera.portal.feeds import COLUMNS, safe_cell
from tests.portal import published

pytestmark = pytest.mark.django_db
A = "{http://www.w3.org/2005/Atom}"


def rows(client, address="/en/trainings.csv"):
    content = client.get(address).content
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(StringIO(content.decode("utf-8-sig"), newline="")))


def test_csv_gives_every_column_of_the_record(client):
    published.surroundings()
    published.training()
    assert rows(client) == [
        {
            "id": "granite-2023",
            "title": "Museums <and> their neighbours",
            "title_language": "en",
            "status": "delivered",
            "dates": "2023-10-16/2023-10-20",
            "earliest": "2023-10-16",
            "latest": "2023-10-20",
            "format": "in_person",
            "places": "Granito, Mexico",
            "place_countries": "MX",
            "scope": "regional",
            "regions": "LAC",
            "audience_countries": "",
            "languages": "es",
            "topics": "Ethics",
            "participants_min": "27",
            "participants_max": "30",
            "participants_kind": "reported",
            "organisers": "Museum of Basalt",
            "partners": "House of Slate",
            "trainers": "Celia Pizarra",
            "mentors": "Hugo Granito",
            "url": "http://testserver/en/trainings/granite-2023/",
            "changed_at": "2024-03-05T09:30:00Z",
        }
    ]


def test_csv_speaks_the_language_of_its_address(client):
    published.surroundings()
    published.training()
    (row,) = rows(client, "/fr/trainings.csv")
    assert (row["title"], row["places"], row["topics"]) == (
        "Les musées et leurs voisins",
        "Granito, Mexique",
        "Déontologie",
    )
    (row,) = rows(client, "/es/trainings.csv")
    assert (row["title"], row["title_language"]) == ("Museums <and> their neighbours", "en")


@pytest.mark.parametrize("text", ["=cmd()", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_csv_never_holds_a_formula(client, text):
    published.training(title={"en": text})
    assert rows(client)[0]["title"] == f"'{text}" == safe_cell(text)


def test_csv_columns_are_documented_on_the_page_about_feeds(client):
    html = client.get("/en/feeds/").content.decode()
    assert [column for column in COLUMNS if f"<code>{column}</code>" not in html] == []


def test_atom_names_feed_entries_links_and_changes(client):
    published.surroundings()
    published.training()
    feed = ET.fromstring(client.get("/en/trainings.atom?region=LAC").content)
    links = {(link.get("rel"), link.get("href")) for link in feed.findall(f"{A}link")}
    (entry,) = feed.findall(f"{A}entry")
    assert feed.findtext(f"{A}title") == "Tessera: Regional trainings (Latin America and the Caribbean)"
    assert feed.findtext(f"{A}updated") == "2024-03-05T09:30:00Z"
    assert feed.findtext(f"{A}author/{A}name") == "Tessera"
    assert links == {
        ("self", "http://testserver/en/trainings.atom?region=LAC"),
        ("alternate", "http://testserver/en/trainings/?region=LAC"),
    }
    assert entry.findtext(f"{A}title") == "Museums <and> their neighbours"
    assert entry.findtext(f"{A}updated") == "2024-03-05T09:30:00Z"
    assert [a.text for a in entry.iterfind(f"{A}author/{A}name")] == ["Museum of Basalt"]
    assert [(c.get("term"), c.get("label")) for c in entry.findall(f"{A}category")] == [("ethics", "Ethics")]
    assert {(a.get("hreflang"), a.get("href")) for a in entry.findall(f"{A}link")} == {
        ("en", "http://testserver/en/trainings/granite-2023/"),
        ("fr", "http://testserver/fr/trainings/granite-2023/"),
    }


def test_atom_ids_stay_when_host_language_and_content_change(client, settings):
    settings.ALLOWED_HOSTS = ["*"]
    published.training()
    first = ET.fromstring(client.get("/en/trainings.atom").content).findtext(f"{A}entry/{A}id")
    published.training(title={"en": "Another title"}, at=published.AT + timedelta(days=1))
    bump_content_version()
    second = ET.fromstring(client.get("/fr/trainings.atom", HTTP_HOST="example.org").content)
    assert second.findtext(f"{A}entry/{A}id") == first
    assert second.findtext(f"{A}entry/{A}updated") == "2024-03-06T09:30:00Z"


def test_atom_of_an_empty_list_is_a_feed_without_entries(client):
    feed = ET.fromstring(client.get("/en/trainings.atom?year=1900").content)
    assert (feed.tag, feed.findall(f"{A}entry"), feed.findtext(f"{A}updated")) == (
        f"{A}feed",
        [],
        "2018-09-01T00:00:00Z",
    )


def test_json_holds_what_the_card_holds_and_no_record_that_is_not_public(client):
    published.surroundings()
    published.training()
    data = json.loads(client.get("/en/trainings.json").content)
    (training,) = data["trainings"]
    assert data["count"] == 1
    assert training["title"] == {"en": "Museums <and> their neighbours", "fr": "Les musées et leurs voisins"}
    assert [(o["id"], o["role"]) for o in training["organisations"]] == [("basalt", "organiser"), ("slate", "partner")]
    assert [(p["name"], p["role"]) for p in training["people"]] == [
        ("Celia Pizarra", "trainer"),
        ("Hugo Granito", "mentor"),
    ]
    assert training["dates"] == {
        "edtf": "2023-10-16/2023-10-20", "precision": "day", "earliest": "2023-10-16", "latest": "2023-10-20",
        "tentative": False,
    }  # fmt: skip
    assert training["regions"][0]["code"] == "LAC"
    assert training["places"][0]["country"]["name"]["fr"] == "Mexique"


@pytest.mark.parametrize("form", ["ics", "atom", "csv", "json"])
def test_lists_filter_as_the_catalogue_does_and_never_show_rehearsal(client, form):
    published.training("one", title={"en": "First stone"})
    published.training("two", title={"en": "Second stone"}, status="announced")
    published.training("rehearsed", title={"en": "Rehearsed stone"}, rehearsal=True)
    whole = client.get(f"/en/trainings.{form}?rehearsal=1").content.decode()
    some = client.get(f"/en/trainings.{form}?status=announced&q=second").content.decode()
    assert [name for name in ("First", "Second", "Rehearsed") if f"{name} stone" in whole] == ["First", "Second"]
    assert [name for name in ("First", "Second", "Rehearsed") if f"{name} stone" in some] == ["Second"]


@pytest.mark.parametrize("form", ["ics", "atom", "csv", "json"])
@pytest.mark.parametrize("n", [1, 3])
def test_query_count_of_a_list_does_not_grow(client, django_assert_num_queries, form, n):
    published.surroundings()
    client.get("/en/trainings.json")  # the process knows the places
    for number in range(n):
        published.training(f"stone-{number}")
    bump_content_version()
    client.get("/fr/trainings.json")  # … and the shelf of trainings
    with django_assert_num_queries(4):  # versions, shelf, trainings, names
        client.get(f"/en/trainings.{form}")


@pytest.mark.parametrize("form", ["ics", "atom", "csv", "json"])
def test_an_unchanged_list_answers_304_and_a_change_shows_at_once(client, form):
    published.training()
    bump_content_version()
    first = client.get(f"/en/trainings.{form}")
    again = client.get(f"/en/trainings.{form}", headers={"If-None-Match": first["ETag"]})
    published.training(title={"en": "A changed title"})
    bump_content_version()
    changed = client.get(f"/en/trainings.{form}", headers={"If-None-Match": first["ETag"]})
    assert (first.status_code, again.status_code, again.content, changed.status_code) == (200, 304, b"", 200)
    assert "A changed title" in changed.content.decode()


def test_page_about_feeds_is_valid(client, html_errors):
    for language in ("en", "fr", "es"):
        assert html_errors(client.get(f"/{language}/feeds/").content) == []
