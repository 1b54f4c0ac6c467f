"""The form of a call: questions kept as data, answers cleaned and checked. Pure: no models here."""

from tessera.calls.questions.bank import BankQuestion, bank, default_document, default_form, usual_questions
from tessera.calls.questions.changes import changes_allowed
from tessera.calls.questions.cleaning import character_count, clean_answer, word_count
from tessera.calls.questions.conditions import asked_answers, shown
from tessera.calls.questions.facts import FACTS
from tessera.calls.questions.model import Form, Problem, Question, Refusal, Step, Type
from tessera.calls.questions.problems import answer_problems, problems
from tessera.calls.questions.reading import read_form, to_document

__all__ = [
    "FACTS",
    "BankQuestion",
    "Form",
    "Problem",
    "Question",
    "Refusal",
    "Step",
    "Type",
    "answer_problems",
    "asked_answers",
    "bank",
    "changes_allowed",
    "character_count",
    "clean_answer",
    "default_document",
    "default_form",
    "problems",
    "read_form",
    "shown",
    "to_document",
    "usual_questions",
    "word_count",
]
