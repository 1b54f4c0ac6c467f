"""Colons and semicolons between what is put together: French sets a no-break space before them."""

import re
from pathlib import Path

import pytest
from django.template import Context, Template
from django.utils.translation import override

from tessera.web.punctuation import labelled, listed

SOURCES = Path("src/tessera")
SENTENCES = re.compile(r"\{%\s*blocktranslate\b.*?\{%\s*endblocktranslate\s*%\}", re.DOTALL)
BARE = re.compile(r"(?:%\}|\}\}|</\w+>|\))[:;]\s|join:\"[:;] ")
PLUMBING = {"feeds.py", "delivery.py"}  # a list inside a cell of a CSV file, and what a mail server answered


@pytest.mark.parametrize(
    ("language", "label", "parts"),
    [
        ("en", "Region: Africa", "Lagos; Yerevan"),
        ("fr", "Region\u00a0: Africa", "Lagos\u00a0; Yerevan"),
        ("es", "Region: Africa", "Lagos; Yerevan"),
    ],
)
def test_label_and_list_are_set_as_the_language_does(language, label, parts):
    page = Template(
        '{{ a }}{% colon %} {{ b }}|{{ c }}{% semicolon %} {{ d }}|{% for x in "x" %}{{ list|listed }}{% endfor %}'
    )
    context = {"a": "Region", "b": "Africa", "c": "Lagos", "d": "Yerevan", "list": ["Lagos", "Yerevan"]}

    with override(language):
        said = page.render(Context(context))
        assert (labelled("Region", "Africa"), listed(["Lagos", "Yerevan"])) == (label, parts)
    assert said == f"{label}|{parts}|{parts}"
    assert (labelled("Region", "Africa", language), listed(["Lagos", "Yerevan"], language)) == (label, parts)


def test_list_of_one_part_or_none_has_no_semicolon():
    assert (listed(["Lagos"], "fr"), listed([], "fr")) == ("Lagos", "")


def test_no_template_sets_a_bare_colon_or_semicolon():
    found = [
        f"{path.relative_to(SOURCES)}: {match.group()}"
        for kind in ("html", "txt", "mjml")
        for path in sorted(SOURCES.glob(f"**/templates/**/*.{kind}"))
        for match in BARE.finditer(SENTENCES.sub("", path.read_text("utf-8")))
    ]

    assert found == []


def test_the_sweep_would_find_one():
    assert [
        bool(BARE.search(text)) for text in ('{% translate "A" %}: {{ b }}', "<b>x</b>; y", '{{ a|join:"; " }}')
    ] == [True] * 3
    assert not BARE.search('{% translate "A" %}{% colon %} {{ b }}')


def test_no_page_joins_its_parts_with_a_bare_semicolon():
    found = [
        str(path.relative_to(SOURCES))
        for app in (
            "accounts",
            "activity",
            "messaging",
            "organisations",
            "places",
            "planning",
            "portal",
            "programmes",
            "web",
        )
        for path in sorted((SOURCES / app).rglob("*.py"))
        if path.name not in PLUMBING and re.search(r"[\"']; [\"']\.join", path.read_text("utf-8"))
    ]

    assert found == []
