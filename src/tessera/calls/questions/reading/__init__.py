"""From a document to a form and back."""

from tessera.calls.questions.reading.documents import condition_document, question_document, to_document
from tessera.calls.questions.reading.form import allowed_values, read_form, sketched_question
from tessera.calls.questions.reading.settings import COLUMN_TYPES, MOST_ROWS, SETTINGS

__all__ = [
    "COLUMN_TYPES",
    "MOST_ROWS",
    "SETTINGS",
    "allowed_values",
    "condition_document",
    "question_document",
    "read_form",
    "sketched_question",
    "to_document",
]
