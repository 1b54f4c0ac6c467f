"""A form that asks something of those selected, beside and between what is asked of all, and a place that was taken."""

from __future__ import annotations

from typing import Any

from tests.applications.asking import options, question
from tests.factories.applications import ApplicationFactory, write_answers
from tests.factories.calls import CallFactory
from tests.factories.programmes import make_training

LATER: dict[str, Any] = {"stage": "after_selection", "seen_by": "office", "identity": True}
FORM: dict[str, Any] = {
    "steps": [
        {
            "key": "you",
            "title": {"en": "About you", "fr": "Vous", "es": "Usted"},
            "questions": [
                question("full_name", "short_text", "Full name", required=True, identity=True, seen_by="committee"),
                question("letter", "long_text", "Why you?"),
                question("visa", "choice", "Do you need a visa?", options=options("yes", "no")),
                question("cv", "file", "Your CV", seen_by="committee"),
                question("arrival", "date", "When do you arrive?", stage="after_selection", seen_by="committee"),
            ],
        },
        {
            "key": "papers",
            "title": {"en": "Papers", "fr": "Papiers", "es": "Papeles"},
            "questions": [
                question(
                    "passport", "file", "Your passport", required=True, sensitive=True, max_mb=1,
                    purpose={"en": "For the letter.", "fr": "Pour la lettre.", "es": "Para la carta."},
                    show_if={"question": "visa", "op": "is", "values": ["yes"]}, **LATER,
                ),
                question(
                    "diet", "long_text", "What you do not eat", required=True, sensitive=True,
                    limit={"unit": "words", "max": 5}, **LATER,
                ),
                question("needs", "choice", "Do you need a room alone?", options=options("yes", "no"), **LATER),
                question(
                    "why_alone", "short_text", "Why alone?", required=True,
                    show_if={"question": "needs", "op": "is", "values": ["yes"]}, **LATER,
                ),
            ],
        },
        {
            "key": "trip",
            "title": {"en": "The trip", "fr": "Le voyage", "es": "El viaje"},
            "questions": [question("flight", "rows", "Flights", columns=[
                {"key": "number", "type": "short_text", "label": {"en": "Number", "fr": "Numéro", "es": "Número"}},
            ], **LATER)],
        },
    ]
}  # fmt: skip
SUBMITTED = {"full_name": "Awa Grès", "letter": "Parce que.", "visa": "yes"}


def call_with_questions(code: str = "sea", **more: Any) -> Any:
    """Decided, its training from 7 to 11 September 2026."""
    training = make_training(dates={"edtf": "2026-09-07/2026-09-11"}, phases=[])
    return CallFactory(**{"code": code, "form": FORM, "status": "decided", "training": training, **more})


def chosen(call: Any = None, *, status: str = "accepted", answers: Any = SUBMITTED, **more: Any) -> Any:
    """An application that was written, handed in and went as far as ``status``."""
    call = call or call_with_questions()
    row = ApplicationFactory(call=call, **more)
    was = call.status
    type(call).objects.filter(pk=call.pk).update(status="open")
    write_answers(row, answers)
    type(call).objects.filter(pk=call.pk).update(status=was)
    row.refresh_from_db()
    row.call = call
    if status != "draft":
        row.status, row.submitted_at = status, row.started_at
        row.form_version, row.rule_version = call.form_versions.get(), call.rule_versions.get()
        row.receipt_sha256 = "f" * 64
        row.save()
    return row
