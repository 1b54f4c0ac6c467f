"""The programme's own colours."""

import pytest
from django.urls import reverse

from tessera.web.accent import accent_css, check_accent, contrast

pytestmark = pytest.mark.django_db


def test_contrast_is_that_of_wcag():
    assert contrast("#000000", "#ffffff") == 21
    assert round(contrast("#767676", "#ffffff"), 2) == 4.54


def test_house_colours_need_no_stylesheet(client):
    assert accent_css() == ""
    assert client.get(reverse("web:theme_css")).status_code == 404
    assert b"theme.css" not in client.get(reverse("web:styleguide")).content


def test_colours_of_the_settings_are_served_and_linked(client, settings):
    settings.ACCENT, settings.ACCENT_DARK = "#7a1f5c", "#f0a6d2"

    css = client.get(reverse("web:theme_css"))

    assert css["Content-Type"] == "text/css; charset=utf-8"
    assert css.content.decode() == (
        "@layer tokens{:root{--lapis:#7a1f5c}}"
        "@layer tokens{@media screen and (prefers-color-scheme:dark){:root:not([data-theme=light]){--lapis:#f0a6d2}}"
        "@media screen{:root[data-theme=dark]{--lapis:#f0a6d2}}}"
    )
    assert b'href="/en/theme.css"' in client.get(reverse("web:styleguide")).content
    assert check_accent() == []


@pytest.mark.parametrize(("colour", "code"), [("blue", "web.E001"), ("#9fb4e8", "web.E002")])
def test_colours_that_cannot_be_read_are_refused(settings, colour, code):
    settings.ACCENT = colour
    assert [error.id for error in check_accent()] == [code]
