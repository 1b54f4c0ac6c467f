"""The choices of a form that are known only once it is asked for."""

from __future__ import annotations

from django import forms


def choice_field(form: forms.BaseForm, name: str) -> forms.ChoiceField:
    """The field ``name``, whose choices can be read and set; a form knows no more of its fields than that they are some.

    TypeError where it has none.
    """
    field = form.fields[name]
    if not isinstance(field, forms.ChoiceField):
        raise TypeError(f"“{name}” has no choices")
    return field
