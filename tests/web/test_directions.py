"""Texts of another language inside a page say which way they run where it is not the page's way."""

import pytest
from django.template import Context, Template
from django.utils import translation

from tessera.portal.naming import shown

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
