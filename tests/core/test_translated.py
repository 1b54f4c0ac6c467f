"""Translated content."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from tessera.core.translated import Translated, TrField, best


def test_best_takes_the_readers_language_then_the_main_one_then_any():
    texts = Translated(en="Lagos", es="Lagos (es)")
    assert texts.best("es") == ("Lagos (es)", "es")
    assert texts.best("fr") == ("Lagos", "en")
    assert Translated(es="solo").best("fr") == ("solo", "es")
    assert Translated(fr="").best("fr") == ("", "")
    assert best(None, "fr") == ("", "")


def test_a_language_outside_the_settings_is_still_read():
    assert Translated(pt="formação").best("fr") == ("formação", "pt")


def test_str_follows_the_active_language():
    texts = Translated(en="Coverage", fr="Couverture")
    with translation.override("fr"):
        assert str(texts) == "Couverture"
    with translation.override("es"):
        assert str(texts) == "Coverage"


def test_truth_means_some_text():
    assert not Translated(en="", fr="")
    assert Translated(en="", fr="x")


def test_field_refuses_what_is_not_text_by_language():
    field = TrField()
    with pytest.raises(ValidationError):
        field.validate({"en": 3}, None)
    with pytest.raises(ValidationError):
        field.validate(["en"], None)
