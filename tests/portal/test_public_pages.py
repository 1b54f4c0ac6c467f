"""The public pages over the real archive: what they say, in which language, at which cost."""

import gzip
import re
from datetime import UTC, datetime
from html import unescape
from itertools import pairwise

import pytest
import time_machine

from tessera.core.versions import bump_content_version
from tessera.places.queries import forget_reference
from tessera.publications.services import withdraw_record
from tessera.web.weight import asset_weight
from tests.portal import published
from tests.portal.published import dated
from tests.sweep.pages import ARCHIVE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("archive")]

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
PAGES = [
    "", "trainings/", *(f"trainings/{one['id']}/" for one in ARCHIVE["trainings"]), "people/",
    "people/amira-sadik-aly/", "organisations/", "organisations/icom/", "topics/", "topics/ethics/", "regions/",
    "regions/lac/", "coverage/", "coverage/?on=2023-10-31&rule=lenient&reading=harsh&online=no", "about/", "privacy/",
    "accessibility/", "next/", "next/?country=MX", "next/?region=APA",
]  # fmt: skip


def text_of(html: str) -> str:
    body = html[html.index("<main") : html.index("</main>")]
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body))).strip()


@pytest.fixture
def read(client):
    def read(path: str, status: int = 200) -> str:
        with time_machine.travel(NOW, tick=False):
            answer = client.get(path)
        assert answer.status_code == status
        return answer.content.decode()

    return read


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_a_page_is_light_and_asks_little(client, django_assert_max_num_queries, language, path):
    client.get("/en/trainings/")  # the process knows the places and the shelf
    client.get("/en/coverage/")
    with django_assert_max_num_queries(6):
        answer = client.get(f"/{language}/{path}")
    html = answer.content
    assets = set(re.findall(rb'(?:href|src)="/static/([^"?#]+\.(?:css|js|svg))"', html))
    weight = len(gzip.compress(html, 6)) + sum(asset_weight(name.decode()) for name in assets)
    assert answer.status_code == 200
    assert weight <= 40_000
    assert len(assets) + 1 <= 8
    assert b"htmx" not in html


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_a_page_has_one_heading_a_title_and_its_other_languages(read, language, path):
    html = read(f"/{language}/{path}")
    levels = [int(level) for level in re.findall(r"<h([1-6])", html[html.index("<main") :])]
    bare = path.partition("?")[0]
    assert html.count("<h1") == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert f'<html lang="{language}"' in html
    title = re.search(r"<title>([^<]+)</title>", html)[1]
    assert (": " in title, "\u00a0: " in title) == (True, language == "fr")
    for code in ("en", "fr", "es"):
        assert f'<link rel="alternate" hreflang="{code}" href="http://testserver/{code}/{bare}' in html
    assert f'<link rel="canonical" href="http://testserver/{language}/{bare}' in html


def test_home_says_that_none_is_planned_and_offers_an_alert(read):
    said = text_of(read("/en/"))
    assert said.startswith("Every region, at least every two years.")
    assert "None planned at the moment" in said
    assert "0 of 5 regions reached in the last 24 months" in said
    assert "Nobody has confirmed yet that the last training took place." in said


def test_home_shows_the_next_training_as_it_was_in_2023(client):
    with time_machine.travel(datetime(2023, 7, 11, tzinfo=UTC), tick=False):
        said = text_of(client.get("/en/").content.decode())
    assert "Takes place from 16 to 20 October 2023." in said
    assert "3 of 5 regions reached in the last 24 months" in said


def test_front_door_follows_the_browsers_languages(client):
    for accepted, home in (("es-MX,es;q=0.9", "/es/"), ("fr", "/fr/"), ("de,en;q=0.1", "/en/"), ("", "/en/")):
        answer = client.get("/", headers={"Accept-Language": accepted})
        assert (answer.status_code, answer["Location"]) == (302, home)
        assert "Accept-Language" in answer["Vary"]


def test_all_ten_trainings_stand_in_the_catalogue_newest_first(read):
    html = read("/en/trainings/")
    assert re.findall(r'<a href="/en/trainings/([a-z0-9-]+)/">', html) == [
        "mexico-2023", "washington-2023", "nigeria-2022", "armenia-2022", "martinique-2021-2022", "south-africa-2019",
        "colombia-2019", "morocco-2019", "qatar-2018", "iran-2018",
    ]  # fmt: skip
    said = text_of(html)
    assert "27–30 people" in said
    assert "Nothing is on record between December 2019 and August 2021." in said
    assert "Yerevan, Armenia: History Museum of Armenia, Khachatur Abovyan House-Museum" in said


@pytest.mark.parametrize(
    ("query", "slugs"),
    [
        ("region=ARB", ["morocco-2019", "qatar-2018"]),
        ("region=LAC&year=2019", ["colombia-2019"]),
        ("q=memoires", ["colombia-2019"]),
        ("q=collanjes", ["martinique-2021-2022"]),
        ("trainer=amira-sadik-aly", ["armenia-2022"]),
        ("status=announced", ["mexico-2023"]),
        ("format=hybrid&sort=title", ["martinique-2021-2022"]),
        ("language=fr", ["morocco-2019"]),
        ("country=MQ", ["martinique-2021-2022"]),
        ("q=basalt-that-is-nowhere", []),
    ],
)
def test_catalogue_narrows_without_scripts(read, query, slugs):
    html = read(f"/en/trainings/?{query}")
    assert re.findall(r'class="as3"><a href="/en/trainings/([a-z0-9-]+)/">', html) == slugs


def test_catalogue_keeps_clean_addresses(client):
    answer = client.get("/en/trainings/?q=&region=LAC&year=&topic=&unknown=&sort=newest")
    assert (answer.status_code, answer["Location"]) == (302, "/en/trainings/?region=LAC")
    assert client.get("/en/trainings/?q=&region=")["Location"] == "/en/trainings/"
    assert client.get("/en/trainings/?colour=blue").status_code == 200


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("year=abc", "Year: there is no “abc” here."),
        ("region=ZZ", "Region: there is no “ZZ” here."),
        ("country=ZZ", "Country or territory: there is no “ZZ” here."),
        ("language=zz", "Language: there is no “zz” here."),
        ("topic=nothing", "Subject: there is no “nothing” here."),
        ("trainer=nobody", "Trainer: there is no “nobody” here."),
        ("format=remote", "Format: there is no “remote” here."),
        ("status=over", "Status: there is no “over” here."),
        ("sort=random", "Order: there is no “random” here."),
    ],
)
def test_catalogue_names_a_filter_that_nothing_has_and_leaves_it_out(read, query, sentence):
    html = read(f"/en/trainings/?country=MX&{query}", status=400)

    assert f"A filter is left out. {sentence}" in text_of(html)
    assert re.findall(r'class="as3"><a href="/en/trainings/([a-z0-9-]+)/">', html) == ["mexico-2023"]
    assert 'href="/en/trainings.csv?country=MX"' in html


def test_catalogue_names_each_filter_left_out_in_the_readers_language(read):
    said = text_of(read("/fr/trainings/?region=ZZ&region=LAC&year=12", status=400))
    assert "2 filtres sont laissés de côté. Région : « ZZ » n’existe pas ici. Année : « 12 » n’existe pas ici." in said


@pytest.mark.parametrize("form", ["ics", "atom", "csv", "json"])
def test_other_forms_of_the_list_refuse_a_filter_that_nothing_has(client, form):
    answer = client.get(f"/en/trainings.{form}?region=ZZ&year=abc")

    assert (answer.status_code, answer["Content-Type"]) == (400, "text/plain; charset=utf-8")
    assert answer.content.decode() == "Region: there is no “ZZ” here.\nYear: there is no “abc” here.\n"


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("scheme=zz", "A filter is left out. Scheme of regions: there is no “zz” here."),
        ("rule=x", "A filter is left out. Trainings for one country: there is no “x” here."),
        (
            "reading=x&online=x",
            "2 filters are left out. Rough dates: there is no “x” here. Online phases: there is no “x” here.",
        ),
    ],
)
def test_coverage_names_a_switch_that_does_not_exist(read, query, sentence):
    html = read(f"/en/coverage/?on=2023-10-31&{query}", status=400)

    assert sentence in text_of(html)
    assert 'value="2023-10-31"' in html


def test_alert_leaves_out_a_filter_that_nothing_has_and_says_so(read):
    html = read("/en/alerts/new/?region=ZZ&country=MX", status=400)

    assert "A filter is left out. Region: there is no “ZZ” here." in text_of(html)
    assert 'action="?country=MX"' in html


def test_catalogue_offers_the_same_list_in_other_forms(read):
    html = read("/fr/trainings/?region=LAC&q=museo")
    for form in ("ics", "atom", "csv", "json"):
        assert f'href="/fr/trainings.{form}?q=museo&amp;region=LAC"' in html
    assert 'href="/fr/alerts/new/?q=museo&amp;region=LAC"' in html


def test_facets_count_what_they_would_leave(read):
    html = read("/en/trainings/?year=2019")
    assert re.findall(r'<option value="(\w+)"[^>]*>([^<]+) \((\d)\)</option>', html.partition('name="topic"')[0]) == [
        ("AFR", "Africa", "2"), ("ARB", "Arab States", "1"), ("LAC", "Latin America and the Caribbean", "1"),
    ]  # fmt: skip
    assert '<option value="2019" selected>2019 (3)</option>' in html


@pytest.mark.parametrize("n", [13, 41])
def test_every_trainer_can_be_chosen_or_the_page_says_where_the_others_are(read, n):
    people = [f"stone-{number:02}" for number in range(n)]
    for number, slug in enumerate(people):
        published.person(slug, f"Hugo Granito {number:02}")
    published.training("quarry", facets={"trainer": people})
    bump_content_version()

    html = read("/en/trainings/?country=MX&q=neighbours")
    listed = html.partition('<select id="f-trainer"')[2].partition("</div>")[0]

    assert re.findall(r'value="(stone-\d\d)"', listed) == people[:40]
    assert ("Only the most frequent are listed." in listed) == (n > 40)
    assert ('<a href="/en/people/">All people</a>' in listed) == (n > 40)


def test_training_page_tells_all_sources_of_a_contradiction(read):
    said = text_of(read("/en/trainings/armenia-2022/"))
    assert "Took place from 24 to 28 October 2022." in said
    assert "27–30 people, sources differ" in said
    assert "Reported 30 (introduction) 27 (programme outline)" in said
    assert "Raised the need AA Ani Avagyan" in said


def test_training_page_does_not_say_that_an_announced_training_took_place(read):
    said = text_of(read("/es/trainings/mexico-2023/"))
    assert "Estaba prevista del 16 al 20 de octubre de 2023. Nadie ha confirmado todavía que se celebrara." in said
    assert "Sin confirmar" in said
    assert "30 plazas" in said


def test_training_page_shows_phases_and_why_it_was_hybrid(read):
    html = read("/fr/trainings/martinique-2021-2022/")
    said = text_of(html)
    assert "A eu lieu de septembre 2021 au 29 avril 2022. Hybride : Restrictions sanitaires de 2021." in said
    assert "En ligne de septembre à décembre 2021 – 4 séances" in said
    assert "En présentiel du 27 au 29 avril 2022 Fort-de-France 3 séances" in said
    assert (
        html.count('aria-label="En ligne, de septembre à décembre 2021\u00a0; En présentiel, du 27 au 29 avril 2022"')
        == 1
    )


def test_other_sources_stand_apart_and_their_words_are_marked_english(read):
    html = read("/fr/trainings/washington-2023/")
    assert "du 3 au 7 octobre 2022" in text_of(html)
    assert '<span lang="en">African professionals</span>' in html


def test_person_page_shows_the_role_in_each_training(read):
    said = text_of(read("/en/people/amira-sadik-aly/"))
    assert "As of 2023; it may have changed since." in said
    assert "Europe and North America Trainer" in said
    assert "Caribbean Mentor" in said


def test_organisation_page_links_parent_parts_and_roles(read):
    html = read("/en/organisations/nmaahc/")
    assert '<a href="/en/organisations/smithsonian/">Smithsonian Institution</a>' in html
    assert "Africa; Europe and North America Organiser" in text_of(html)


def test_region_page_says_how_it_stands(read):
    said = text_of(read("/en/regions/apa/"))
    assert "No training on record. For one country only: Iran (Islamic Republic of), September 2018." in said
    assert "since 2 September 2020 (2,273 days, open)" in said
    assert "None planned for this region" in said
    assert "South-East Asia Brunei, Cambodia" in said


@pytest.mark.parametrize(
    ("day", "missed"),
    [
        ("2023-10-31", ["516 days", "853 days, open", "1,155 days, open", "782 days", "none"]),
        ("2026-11-30", ["574 days, open", "1,979 days, open", "2,281 days, open", "574 days, open", "406 days, open"]),
    ],
)
def test_coverage_gives_the_expected_table(read, day, missed):
    html = read(f"/en/coverage/?on={day}")
    table = html[html.index('aria-label="State of each region"') :]
    rows = re.findall(r'<th scope="row"><a href="/en/regions/(\w+)/">.*?</tr>', table, re.DOTALL)
    cells = [
        re.findall(r"<td>(.*?)</td>", row, re.DOTALL)[3]
        for row in re.findall(r'<tr><th scope="row".*?</tr>', table, re.DOTALL)
    ]
    assert rows == ["afr", "arb", "apa", "ena", "lac"]
    assert [wanted in cell or cell == wanted for wanted, cell in zip(missed, cells, strict=True)] == [True] * 5


def test_coverage_switches_are_links_and_change_the_answer(read):
    strict, lenient = (text_of(read(f"/en/coverage/?on=2023-10-31{more}")) for more in ("", "&rule=lenient"))
    assert "1 December 2021 to 30 April 2023 (516 days)" in strict
    assert "1 December 2021 to 20 November 2022 (355 days)" in lenient
    offline = text_of(read("/en/coverage/?on=2023-10-31&online=no"))
    assert "1 November 2021 to 26 April 2022 (177 days)" in offline


@pytest.mark.parametrize("day", ["2023-02-30", "tomorrow", "2023-13-01", "2023-10", "0001-01-01", "2023-10-31T12:00"])
def test_an_impossible_day_is_answered_at_its_field(read, day):
    html = read(f"/en/coverage/?on={day}", status=400)
    assert 'aria-invalid="true"' in html
    assert 'id="on-error"' in html
    assert f'value="{day}"' in html
    assert re.search(r'id="on-error">[^<]*\d{4}(-\d\d-\d\d)?', html)


def test_next_training_is_answered_in_two_steps(read):
    assert '<option value="MX">Mexico</option>' in read("/en/next/")
    said = text_of(read("/en/next/?country=MX"))
    assert "None planned for Mexico" in said
    assert "Latin America and the Caribbean : Last reached on 20 October 2023." in said
    assert 'href="/en/alerts/new/?region=LAC"' in read("/en/next/?country=MX")
    assert "There is no country or region “ZZ” here" in text_of(read("/en/next/?country=ZZ", status=400))


OCTOBER = dated("2027-10-04/2027-10-08", "2027-10-04", "2027-10-08")


def named(read, query):
    """The trainings that answer "Next training in my region?"."""
    html = read(f"/en/next/?{query}")
    return re.findall(r'href="/en/trainings/([a-z0-9-]+)/"', html[html.index("<main") : html.index("</main>")])


@pytest.mark.parametrize(
    ("facts", "answers"),
    [
        (
            {"scope": "national", "countries": ["MX"]},
            {"country=MX": True, "country=CO": False, "region=LAC": True, "country=NG": False, "region=AFR": False},
        ),
        (
            {"scope": "regional", "countries": ["MX", "CO"]},
            {"country=MX": True, "country=CO": True, "country=PE": False, "region=LAC": True, "region=AFR": False},
        ),
        (
            {"scope": "regional", "countries": []},
            {"country=MX": True, "country=PE": True, "region=LAC": True, "country=NG": False, "region=AFR": False},
        ),
    ],
    ids=["its one country", "its two countries", "the whole region"],
)
@pytest.mark.parametrize("dates", [OCTOBER, None], ids=["dated", "undated"])
def test_next_training_is_named_to_those_it_is_for_and_to_nobody_else(read, facts, answers, dates):
    audience = {"scope": facts["scope"], "countries": facts["countries"], "regions": ["LAC"], "areas": [], "basis": ""}
    published.training("to-come", status="announced", dates=dates, phases=[], audience=audience, **facts)
    bump_content_version()

    found = {query: named(read, query) for query in answers}

    assert found == {query: ["to-come"] if meant else [] for query, meant in answers.items()}


def test_next_training_is_asked_and_answered_in_words(read):
    audience = {"scope": "regional", "countries": ["MX", "CO"], "regions": ["LAC"], "areas": [], "basis": "stated"}
    published.training("to-come", status="announced", dates=OCTOBER, phases=[], audience=audience,
                       countries=["MX", "CO"])  # fmt: skip
    published.training("over", status="delivered", audience=audience, countries=["MX", "CO"])
    published.training("practised", status="announced", dates=OCTOBER, phases=[], rehearsal=True)
    bump_content_version()

    html = read("/en/next/?country=CO")
    said = text_of(html)

    assert "Next for Colombia" in said
    assert "4–8 October 2027" in said
    assert named(read, "country=CO") == ["to-come"]
    assert 'href="/en/alerts/new/?region=LAC"' in html
    assert "Next for Latin America and the Caribbean" in text_of(read("/en/next/?region=LAC"))
    assert "None planned for Peru" in text_of(read("/en/next/?country=PE"))
    assert "None planned for Africa" in text_of(read("/en/next/?region=AFR"))


def table_of(html):
    """{region: (state, due, missed windows, what comes)} of the clock's table."""
    table = html[html.index('aria-label="State of each region"') :]
    rows = re.findall(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', table, re.DOTALL)
    found = {}
    for heading, rest in rows:
        link = re.search(r"/en/regions/(\w+)/", heading)
        region = link[1].upper() if link else heading
        cells = [unescape(cell) for cell in re.findall(r"<td>(.*?)</td>", rest, re.DOTALL)]
        words = [re.sub(r"<[^>]+>", "", cell) for cell in cells]
        state = re.fullmatch(r'<span class="st \w+">([^<]+)</span>.*', cells[0])[1]
        found[region] = (state, words[2], cells[3].split("<br>"), words[4])
    return found


ALL = {"AFR", "ARB", "APA", "ENA", "LAC"}
# The lane's signs of trainings to come, see the legend.
ANNOUNCED = '<rect class="fa" x="-6" y="-2" width="4" height="4"/>'
PLANNED = 'height="10" stroke-width="1.5" stroke-dasharray="2 1.5"/>'


def lanes_of(html):
    """{region: its lane of the clock}, those of working areas left out."""
    lanes = re.findall(
        r'<b><a href="/en/regions/(\w+)/">.*?(<svg class="lane" height="28".*?</svg>)<p', html, re.DOTALL
    )
    return {code.upper(): drawn for code, drawn in lanes}


@pytest.mark.parametrize("day", ["2023-10-31", "2026-11-30"])
@pytest.mark.parametrize(
    ("query", "missed"),
    [
        # DOMAIN §4: what each switch changes; the rest is as in the strict and kind reading
        ("rule=lenient", {"AFR": "1 December 2021 to 20 November 2022 (355 days)",
                          "APA": "since 1 October 2020 ({apa_lenient} days, open)"}),
        ("reading=harsh", {"AFR": "2 November 2021 to 30 April 2023 (545 days)",
                           "ARB": "since 2 June 2021 ({arb_harsh} days, open)"}),
        ("rule=lenient&reading=harsh", {"AFR": "2 November 2021 to 20 November 2022 (384 days)",
                                        "ARB": "since 2 June 2021 ({arb_harsh} days, open)"}),
        ("online=no", {"LAC": "1 November 2021 to 26 April 2022 (177 days)"}),
        ("online=yes", {}),
        ("scheme=unesco", {}),
    ],
)  # fmt: skip
def test_coverage_gives_the_figures_of_each_switch_in_its_table(read, day, query, missed):
    late = day == "2026-11-30"
    days = {"apa_lenient": "2,252" if late else "1,126", "arb_harsh": "2,008" if late else "882"}

    plain, found = table_of(read(f"/en/coverage/?on={day}")), table_of(read(f"/en/coverage/?on={day}&{query}"))

    assert set(found) == set(plain) == ALL
    assert {code: row[2][0] for code, row in found.items() if row[2][0] != plain[code][2][0]} == {
        code: words.format(**days) for code, words in missed.items()
    }
    assert {code: row[0] for code, row in found.items()} == {code: row[0] for code, row in plain.items()}


def test_coverage_under_another_scheme_has_its_regions_in_the_table(read):
    html = read("/en/coverage/?on=2023-10-31")
    assert '<a href="/en/coverage/?on=2023-10-31&amp;scheme=unesco_split">' in html
    split = read("/en/coverage/?on=2023-10-31&scheme=unesco_split")
    plain, found = table_of(html), table_of(split)
    assert {code: row for code, row in found.items() if code not in ("Europe", "North America")} == {
        code: row for code, row in plain.items() if code != "ENA"
    }
    assert {code: found[code] for code in ("Europe", "North America")} == {  # Armenia 2022, Washington 2023
        "Europe": ("On time", "5 May 2025", ["2 September 2020 to 23 October 2022 (782 days)"], "–"),
        "North America": ("On time", "5 May 2025", ["2 September 2020 to 30 April 2023 (971 days)"], "–"),
    }
    assert "4 of 6 regions" in text_of(split)
    assert set(re.findall(r'href="/en/regions/(\w+)/"', split)) == {
        "afr",
        "arb",
        "apa",
        "lac",
    }  # the others have no page


def test_trainings_to_come_are_drawn_and_worded_as_projections_and_never_counted(read):
    before = table_of(read("/en/coverage/"))
    for slug, status, dates, region in (
        ("said-aloud", "announced", OCTOBER, "AFR"),
        ("on-paper", "planned", dated("2027-06", "2027-06-01", "2027-06-30", "month"), "ARB"),
    ):
        audience = {"scope": "regional", "countries": [], "regions": [region], "areas": [], "basis": "stated"}
        published.training(slug, title={"en": slug}, status=status, dates=dates, phases=[], regions=[region],
                           audience=audience)  # fmt: skip
    bump_content_version()

    html = read("/en/coverage/")
    after = table_of(html)

    assert {code: row[3] for code, row in after.items()} == {
        "AFR": "Announced: 4 to 8 October 2027, Granito, Mexico. said-aloud",
        "ARB": "Planned: June 2027, Granito, Mexico. on-paper",
        "APA": "–",
        "ENA": "–",
        "LAC": "–",
    }
    assert {code: row[:3] for code, row in after.items()} == {code: row[:3] for code, row in before.items()}
    assert "0 of 5 regions" in text_of(html)
    lanes = {code: drawn for code, drawn in lanes_of(html).items() if code in ("AFR", "ARB", "APA")}
    assert {code: ANNOUNCED in drawn for code, drawn in lanes.items()} == {"AFR": True, "ARB": False, "APA": False}
    assert {code: PLANNED in drawn for code, drawn in lanes.items()} == {"AFR": False, "ARB": True, "APA": False}
    ahead = {code: len(re.findall(r'<line class="sa"', drawn)) for code, drawn in lanes.items()}
    assert ahead == {"AFR": 1, "ARB": 1, "APA": 0}


def test_map_is_left_out_where_the_reader_said_so(client):
    client.cookies["map"] = "no"
    html = client.get("/en/").content.decode()
    assert '<svg class="map"' not in html
    assert 'href="?map=yes"' in html
    assert '<svg class="map"' in client.get("/en/?map=yes").content.decode()


def test_a_text_in_another_language_is_marked_and_announced(read):
    published.training("one-language", title={"en": "Only in English"}, summary={"en": "No French yet."})
    bump_content_version()
    html = read("/fr/trainings/one-language/")
    assert '<h1><span lang="en">Only in English</span></h1>' in html
    assert html.count('<p class="note">') == 1


def test_rehearsal_records_show_only_where_asked_for_and_are_marked(read):
    published.surroundings()
    published.training("rehearsed", rehearsal=True, title={"en": "Rehearsed stone"})
    bump_content_version()
    assert "Rehearsed stone" not in read("/en/trainings/")
    assert "Rehearsed stone" not in read("/en/")
    listed, own = read("/en/trainings/?rehearsal=1"), read("/en/trainings/rehearsed/")
    assert "Rehearsal, invented" in listed
    assert '<meta name="robots" content="noindex">' in listed
    assert "This record is invented, to practise with." in text_of(own)
    assert "ld+json" not in own


def test_hostile_texts_are_shown_as_text(read):
    published.training("hostile", title={"en": "<script>alert(1)</script>=cmd"}, subtitle={"en": "</title><b>x"})
    bump_content_version()
    for path in ("/en/trainings/", "/en/trainings/hostile/", "/en/", "/en/regions/lac/", "/en/coverage/"):
        assert "<script>alert" not in read(path)
        assert "<b>x" not in read(path)


@pytest.mark.parametrize("path", ["trainings/nowhere/", "people/nobody/", "organisations/none/", "topics/none/",
                                  "regions/xx/", "trainings/Mexico-2023/"])  # fmt: skip
def test_what_is_not_public_is_not_found(read, path):
    assert "A tile is missing here." in text_of(read(f"/en/{path}", status=404))


@pytest.mark.parametrize(
    ("path", "queries"),
    [
        ("/en/trainings/", 3),  # versions, shelf, page with facets' names, its venues among them
        ("/en/trainings/?region=LAC", 3),  # the scheme is known since the last change
        ("/en/trainings/?topic=ethics", 3),  # the shelf's query finds whether there is such a topic
        ("/en/trainings/?topic=ethics&trainer=celia&organisation=basalt", 3),
        ("/en/trainings/?q=worksop", 6),  # versions, shelf, words, words like them, words, page
        ("/en/trainings/?region=LAC&q=worksop", 6),
        ("/en/trainings/?topic=ethics&q=worksop", 6),
        ("/en/trainings/?region=LAC&topic=ethics&q=worksop", 6),
        ("/en/people/", 3),  # versions, count, page
        ("/en/organisations/", 3),
        ("/en/topics/", 3),  # versions, counts, topics
        ("/en/topics/ethics/", 4),  # versions, topic, trainings, venues
        ("/en/people/celia/", 4),  # versions, person, trainings, names
        ("/en/organisations/basalt/", 5),  # versions, organisation, trainings, parts and people, names
        ("/en/regions/lac/", 3),  # versions, trainings, venues
        ("/en/next/?region=LAC", 2),  # versions, to come
        ("/en/", 4),  # versions, to come, latest, venues
        ("/en/coverage/", 1),  # versions
    ],
)
@pytest.mark.parametrize("n", [1, 3])
def test_query_count_does_not_grow(client, django_assert_num_queries, n, path, queries):
    published.surroundings()
    for number in range(n):
        published.training(f"stone-{number}", organisations=[["basalt", "host_venue"]],
                           facets={"person": ["celia"], "organisation": ["basalt"]})  # fmt: skip
        published.person(f"stone-{number}", f"Hugo Granito {number}")
    bump_content_version()
    client.get("/en/trainings/?region=AFR")  # the process knows the shelf, the places and the clock
    client.get("/en/coverage/?on=2020-01-01")
    with django_assert_num_queries(queries):
        assert client.get(path).status_code == 200


@pytest.mark.parametrize(
    ("path", "queries"),
    [
        ("/en/trainings/", 3),  # versions, shelf with what changed, page with facets' names
        ("/en/trainings/?region=LAC&q=worksop", 6),  # versions, shelf, words, words like them, words, page
        ("/en/trainings/?region=LAC&topic=ethics&q=worksop", 6),
        ("/en/organisations/basalt/", 5),
        ("/en/regions/lac/", 5),  # versions, facts of all trainings, programme, trainings, venues
        ("/en/next/?region=LAC", 4),
        ("/en/", 6),  # versions, facts, programme, to come, latest, venues
        ("/en/coverage/", 3),
        ("/en/trainings/stone/", 4),  # versions, training, names, calls
    ],
)
def test_a_page_asks_little_right_after_a_change_too(client, django_assert_num_queries, path, queries):
    published.surroundings()
    for slug in ("stone", "slate", "gravel", "marble", "basalt"):
        published.training(
            slug, organisations=[["basalt", "host_venue"]], facets={"person": ["celia"], "organisation": ["basalt"]}
        )
    bump_content_version()
    client.get("/en/trainings/?region=AFR")
    client.get("/en/coverage/?on=2020-01-01")

    published.training(
        "stone", organisations=[["basalt", "host_venue"]], facets={"person": ["celia"], "region": ["LAC"]}
    )
    published.training("new", organisations=[["basalt", "host_venue"]], facets={"person": ["celia"]})
    withdraw_record("training", "gravel")
    bump_content_version()

    with django_assert_num_queries(queries):
        assert client.get(path).status_code == 200


@pytest.mark.parametrize(("path", "queries"), [("/en/", 12), ("/en/trainings/?region=LAC&q=worksop", 13)])
def test_first_request_of_a_process_reads_the_places_besides(client, django_assert_num_queries, path, queries):
    """See decision 0010: six queries more, and one for the facets of all trainings where there is a list."""
    published.surroundings()
    published.training("stone", organisations=[["basalt", "host_venue"]])
    bump_content_version()
    forget_reference()

    with django_assert_num_queries(queries):
        assert client.get(path).status_code == 200


def test_rehearsal_training_offers_no_calendar_for_it_has_none(read):
    published.training("rehearsed", rehearsal=True)
    published.training("held")

    assert "training.ics" not in read("/en/trainings/rehearsed/")
    assert "/en/trainings/held/training.ics" in read("/en/trainings/held/")


@pytest.mark.parametrize(("language", "label"), [("en", "Subject"), ("fr", "Thème"), ("es", "Tema")])
def test_topic_filter_is_named_as_a_topic_not_as_the_subject_of_a_mail(read, language, label):
    assert f'<label for="f-topic">{label}</label>' in read(f"/{language}/trainings/")


def test_a_city_has_its_name_in_the_readers_language(read):
    for path, names in (
        ("trainings/armenia-2022/", ("Yerevan", "Erevan", "Ereván")),
        ("trainings/south-africa-2019/", ("Cape Town", "Le Cap", "Ciudad del Cabo")),
    ):
        for language, name in zip(("en", "fr", "es"), names, strict=True):
            html = read(f"/{language}/{path}")
            assert f"{name}," in text_of(html)
            assert f'"addressLocality":"{name}"' in html
    assert "armenia-2022" in read("/fr/trainings/?q=erevan")


def test_the_label_of_a_source_is_english_and_its_link_says_the_language_of_the_page(read):
    html = read("/en/trainings/colombia-2019/")
    label = "ICOM noticias, 7 June 2019"
    found = re.findall(rf'<a [^>]*hreflang="es"[^>]*>(?:<span lang="en">)?{label}', html)
    assert len(found) == html.count(f">{label}")
    assert found
