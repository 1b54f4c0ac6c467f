"""Folding, cleaning, slugs."""

import pytest

from tessera.core.codes import ALPHABET, free_slug, new_code, slug_of
from tessera.core.folding import clean, fold, words


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Côte d’Ivoire", "cote d'ivoire"),
        ("Jean-Sébastien Bélanger", "jean-sebastien belanger"),
        ("MØLLER  Łódź", "moller lodz"),
        ("Straße", "strasse"),
        ("İstanbul", "istanbul"),
        ("Abū Ẓaby", "abu zaby"),
        ("東京", "東京"),
    ],
)
def test_fold_removes_case_accents_and_variants(text, folded):
    assert fold(text) == folded


def test_words_part_at_punctuation_and_apostrophes():
    assert words("L’avenir : aujourd’hui, en Afrique-du-Sud") == [
        "l", "avenir", "aujourd", "hui", "en", "afrique", "du", "sud",
    ]  # fmt: skip


def test_clean_removes_invisible_signs_and_keeps_joiners():
    assert clean(" a\u200bb\u202e\u0000 \r\nc\t ") == "ab\nc"
    assert clean("می\u200cخواهم") == "می\u200cخواهم"
    assert clean("one\n two", lines=False) == "one two"
    assert clean("a\ufffe\uffff\ufdd0\ufdefb") == "ab"  # no characters at all


def test_slug_of_has_only_plain_letters():
    assert slug_of("L’avenir des musées, aujourd’hui !") == "lavenir-des-musees-aujourdhui"
    assert slug_of("東京") == ""


def test_free_slug_counts_up_and_falls_back():
    taken = {"lagos", "lagos-2", "training"}
    assert free_slug("Lagos", taken.__contains__, fallback="training") == "lagos-3"
    assert free_slug("東京", taken.__contains__, fallback="training") == "training-2"


def test_new_code_uses_signs_that_cannot_be_mistaken():
    code = new_code(200)
    assert len(code) == 200
    assert set(code) <= set(ALPHABET)
    assert not set("01ILOU") & set(ALPHABET)
