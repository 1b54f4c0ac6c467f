"""Names of people, as shown, sorted and compared."""

import json

import pytest
from django.conf import settings

from tessera.accounts import names

SORTED = [
    ("Ani", "Avagyan", "Avagyan, Ani"),
    ("Annemarie", "de Wildt", "Wildt, Annemarie de"),
    ("Peter", "van Mensch", "Mensch, Peter van"),
    ("Juliana", "Ribeiro da Silva Bevilacqua", "Ribeiro da Silva Bevilacqua, Juliana"),
    ("Joost", "van der Steen", "Steen, Joost van der"),
    ("Anne", "d'Agate", "Agate, Anne d'"),
    ("Maria", "De Marmo", "De Marmo, Maria"),
    ("Abdelhamid", "Salah Al-Sharief", "Salah Al-Sharief, Abdelhamid"),
    ("Teresa", "", "Teresa"),
    ("", "Suharto", "Suharto"),
    ("", "de", "de"),
    ("小明", "石", "石, 小明"),
    ("Анна", "Гранитова", "Гранитова, Анна"),
    ("  Celia ", " Pizarra\u200b ", "Pizarra, Celia"),
]


@pytest.mark.parametrize(("given", "family", "expected"), SORTED)
def test_sort_name_puts_the_family_name_first(given, family, expected):
    assert names.sort_name(given, family) == expected


def test_sort_name_without_parts_is_the_name_as_shown():
    assert names.sort_name("", "", "Madonna") == "Madonna"


@pytest.mark.parametrize(
    ("display", "expected"),
    [
        ("Annemarie de Wildt", ("Annemarie", "de Wildt")),
        ("Juliana Ribeiro da Silva", ("Juliana Ribeiro", "da Silva")),
        ("Celia Pizarra", ("Celia", "Pizarra")),
        ("Teresa", ("", "Teresa")),
        ("石小明", ("", "石小明")),
        ("Jan van", ("Jan", "van")),
        ("", ("", "")),
    ],
)
def test_split_name_guesses_given_and_family(display, expected):
    assert names.split_name(display) == expected


@pytest.mark.parametrize(
    ("given", "family", "expected"),
    [
        ("Celia", "Pizarra", "Celia Pizarra"),
        ("小明", "石", "石小明"),
        ("Teresa", "", "Teresa"),
        ("", "Suharto", "Suharto"),
    ],
)
def test_display_name_follows_the_script(given, family, expected):
    assert names.display_name(given, family) == expected


def test_folded_names_holds_each_word_once():
    assert names.folded_names("Marília Bonas", "Marilia", "Bonas-Ø") == " marilia bonas o "


def test_names_of_the_archive_are_put_in_order():
    people = json.loads((settings.PACKAGE / "programmes/data/archive.json").read_text())["people"]

    in_order = sorted(
        (
            names.sort_name(p["name"].get("given", ""), p["name"].get("family", ""), p["name"]["display"])
            for p in people
        ),
        key=names.sort_key,
    )

    assert in_order[-1] == "Wildt, Annemarie de"
    assert "Mensch, Peter van" in in_order
