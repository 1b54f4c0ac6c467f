"""Texts of another language inside a page say which way they run where it is not the page's way."""

import pytest
from django.template import Context, Template
from django.template.loader import render_to_string
from django.utils import translation

from tessera.config.languages import make_known
from tessera.portal.naming import shown
from tessera.web.directions import direction, language_attributes
from tessera.web.sections.values import Texts
from tessera.web.templatetags.desk import told

ARABIC, ENGLISH = "متحف", "A museum"


@pytest.mark.parametrize(
    ("reader", "texts", "html"),
    [
        ("en", {"ar": ARABIC}, f'<span lang="ar" dir="rtl">{ARABIC}</span>'),
        ("fr", {"he": "שלום"}, '<span lang="he" dir="rtl">שלום</span>'),
        ("fr", {"en": ENGLISH}, f'<span lang="en">{ENGLISH}</span>'),
        ("en", {"en": ENGLISH, "ar": ARABIC}, ENGLISH),
        ("ar", {"ar": ARABIC}, ARABIC),
        ("ar", {"en": ENGLISH}, f'<span lang="en" dir="ltr">{ENGLISH}</span>'),
        ("ar", {"fa": "موزه"}, '<span lang="fa">موزه</span>'),
        ("en", {"ar": "<b>"}, '<span lang="ar" dir="rtl">&lt;b&gt;</span>'),
        ("en", {}, ""),
    ],
)
def test_a_fallen_back_text_is_marked_with_its_language_and_the_other_direction(reader, texts, html):
    with translation.override(reader):
        tag = Template("{% translated texts %}").render(Context({"texts": texts}))
        assert (tag, shown(texts, reader)) == (html, html)


def test_a_language_that_only_cldr_knows_runs_as_its_own_page_says():
    make_known(["ps", "sd"])
    page = translation.get_language_info("ps")

    assert (page["bidi"], direction("ps"), direction("sd"), direction("ps-af")) == (True, "rtl", "rtl", "rtl")
    assert [direction(code) for code in ("en", "pt-br", "zh-hans", "dv", "xx")] == ["ltr", "ltr", "ltr", "rtl", "ltr"]
    with translation.override("en"):
        assert language_attributes("ps") == ' lang="ps" dir="rtl"'


def test_texts_told_on_the_desk_run_as_their_languages_do():
    with translation.override("en"):
        html = told(Texts({"en": ENGLISH, "ar": ARABIC}))
        empty = Template("<p{% written_in code %}>").render(Context({"code": ""}))

    assert f'<dd lang="en">{ENGLISH}</dd>' in html
    assert f'<dd lang="ar" dir="rtl">{ARABIC}</dd>' in html
    assert empty == "<p>"


def test_what_a_person_wrote_runs_as_its_language_does():
    proposal = {"language": "ar", "need": ARABIC, "topic_words": ARABIC}
    steps = [{"key": "you", "title": "You", "questions": [{"label": "Why?", "lines": [ARABIC]}]}]
    with translation.override("en"):
        proposed = render_to_string("planning/proposal_facts.html", {"row": {"proposal": proposal}})
        answered = render_to_string("applications/answers.html", {"steps": steps, "language": "ar"})
        english = render_to_string("applications/answers.html", {"steps": steps})

    assert f'<dd lang="ar" dir="rtl">{ARABIC}</dd>' in proposed
    assert f'<span lang="ar" dir="rtl">{ARABIC}</span>' in proposed
    assert f'<dd lang="ar" dir="rtl">{ARABIC}</dd>' in answered
    assert f"<dd>{ARABIC}</dd>" in english
