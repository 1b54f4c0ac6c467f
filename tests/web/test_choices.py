"""Choices that are set once a form is asked for."""

import pytest
from django import forms

from tessera.web.choices import choice_field


class Asked(forms.Form):
    colour = forms.ChoiceField()
    colours = forms.MultipleChoiceField()
    name = forms.CharField()


@pytest.mark.parametrize("name", ["colour", "colours"])
def test_a_field_with_choices_takes_those_of_its_own_form(name):
    form = Asked()

    choice_field(form, name).choices = [("red", "Red")]

    assert list(form.fields[name].choices) == list(form.fields[name].widget.choices) == [("red", "Red")]
    assert list(Asked().fields[name].choices) == []


def test_a_field_without_choices_is_told():
    with pytest.raises(TypeError, match="“name” has no choices"):
        choice_field(Asked(), "name")
