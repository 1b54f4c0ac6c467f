"""A step of a form drawn as its page draws it, for those who build the form."""

from __future__ import annotations

from dataclasses import replace

from django.template.loader import render_to_string
from django.utils.translation import override

from tessera.applications.pages import fields_of
from tessera.calls.questions import Form, Step


def drawn_step(step: Step, language: str) -> str:
    """All questions of ``step`` in ``language``; those under a condition and those of later are shown too, and say so, and
    so does the step."""
    free = replace(
        step,
        show_if=None,
        questions=tuple(replace(question, show_if=None, stage="apply") for question in step.questions),
    )
    notes = {
        question.key: (question.show_if is not None, question.stage == "after_selection") for question in step.questions
    }
    with override(language):
        rows = [(field, *notes[field.key]) for field in fields_of(free, Form((free,)), {})]
        return render_to_string("apply/drawn_step.html", {"step": step, "rows": rows})
