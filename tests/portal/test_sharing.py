"""Pictures and meta data for shared addresses."""

from io import BytesIO

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation
from PIL import Image

from tessera.places import datafiles
from tessera.portal.sharing import SIZE, share_image
from tests.portal import published

LAPIS, OCHRE, GROUND = (35, 65, 143), (182, 126, 31), (246, 242, 233)


def tile(png, country):
    """The colour of the middle and of the corner of a country's tile."""
    picture = Image.open(BytesIO(png)).convert("RGB")
    grid = datafiles.read("tilegrid")
    column, row = grid[country]
    x, y = (1200 - 37 * 30) // 2 + column * 30, (630 - 18 * 30) // 2 + row * 30
    return picture.getpixel((x + 15, y + 15)), picture.getpixel((x + 4, y + 4))


def test_picture_sets_the_tiles_of_the_countries_reached():
    png = share_image({"BR", "MX"}, {"MX"})
    assert Image.open(BytesIO(png)).size == SIZE == (1200, 630)
    assert tile(png, "BR") == (LAPIS, LAPIS)
    assert tile(png, "MX") == (OCHRE, OCHRE)
    assert tile(png, "FR")[1] == GROUND
    assert share_image({"BR", "MX"}, {"MX"}) == png
    assert len(png) < 10_000


def test_country_without_a_tile_is_left_out():
    assert share_image({"AQ"}) == share_image(())


@pytest.mark.django_db
def test_picture_of_a_training_shows_its_region(client):
    published.training()
    response = client.get("/en/trainings/granite-2023/share.png")
    assert (response.status_code, response["Content-Type"]) == (200, "image/png")
    assert response.content == share_image(datafiles.region_countries()["LAC"], {"MX"})


@pytest.mark.django_db
def test_picture_of_a_national_training_shows_its_country_alone(client):
    audience = {"scope": "national", "countries": ["NG"], "regions": ["AFR"], "areas": []}
    published.training(audience=audience, countries=["NG"], places=[])
    assert client.get("/fr/trainings/granite-2023/share.png").content == share_image({"NG"})


@pytest.mark.django_db
def test_rehearsal_has_no_picture_and_asks_robots_to_stay_away(client):
    record = published.training("rehearsed", rehearsal=True)
    assert client.get("/en/trainings/rehearsed/share.png").status_code == 404
    assert (
        rendered("{% training_share_meta record %}", record=record)
        == '<meta name="robots" content="noindex, nofollow">'
    )


@pytest.mark.django_db
def test_site_has_a_picture_of_every_tile(client):
    png = client.get("/en/share.png").content
    assert {tile(png, country) for country in datafiles.read("tilegrid")} == {(LAPIS, LAPIS)}


@pytest.mark.django_db
def test_meta_of_a_training_speaks_the_readers_language():
    html = rendered("{% training_share_meta record %}", "fr", record=published.training())
    assert '<meta property="og:title" content="Les musées et leurs voisins">' in html
    assert '<meta property="og:description" content="Cinq jours, cinq cas.">' in html
    assert '<meta property="og:image" content="http://testserver/fr/trainings/granite-2023/share.png">' in html
    assert '<meta property="og:locale" content="fr_FR">' in html
    assert '<meta name="twitter:card" content="summary_large_image">' in html


@pytest.mark.django_db
def test_meta_escapes_what_it_quotes():
    html = rendered("{% training_share_meta record %}", record=published.training(title={"en": '"><script>'}))
    assert "<script>" not in html


def rendered(text, language="en", **context):
    request = RequestFactory().get(f"/{language}/trainings/granite-2023/")
    with translation.override(language):
        return Template("{% load machine %}" + text).render(Context({"request": request, **context}))
