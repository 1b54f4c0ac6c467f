"""The builder's forms of one step and of one question: the document flattened for a page, and put together again."""

from tessera.calls.forms.questions.conditions import answers_of, condition_of, condition_words, flat_path, rows_of
from tessera.calls.forms.questions.documents import blank_question, flattened, put_together, taken_from_bank
from tessera.calls.forms.questions.sections import question_section, step_section
from tessera.calls.forms.questions.words import CHANNELS, FACT_WORDS, SEEN_BY, TYPES

__all__ = [
    "CHANNELS",
    "FACT_WORDS",
    "SEEN_BY",
    "TYPES",
    "answers_of",
    "blank_question",
    "condition_of",
    "condition_words",
    "flat_path",
    "flattened",
    "put_together",
    "question_section",
    "rows_of",
    "step_section",
    "taken_from_bank",
]
