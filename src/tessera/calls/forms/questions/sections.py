"""What the builder asks about a step and about a question of each type."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tessera.calls.forms.questions.conditions import GROUPS, AnswersOf
from tessera.calls.forms.questions.words import (
    CHANNELS,
    FACT_WORDS,
    FORMATS,
    HOW,
    LETTERS,
    OPERATIONS,
    SEEN_BY,
    STAGES,
    TYPES,
    UNITS,
)
from tessera.calls.questions.facts import FACTS, IDENTITY_TYPES
from tessera.calls.questions.model import Type
from tessera.calls.questions.reading import COLUMN_TYPES, SETTINGS
from tessera.core.translated import best
from tessera.programmes.forms.choices import common_languages, countries_by_region
from tessera.web.sections import (
    Codes,
    Day,
    Flag,
    Item,
    KeyLine,
    Line,
    Number,
    Pick,
    Picks,
    Rows,
    Section,
    Translations,
)

type Document = dict[str, Any]


def step_section(earlier: Sequence[Document] = ()) -> Section:
    """The texts of one step, and when it is asked; ``earlier`` are the questions that this may depend on."""
    return Section(
        "step",
        _("Step"),
        (
            Translations(
                "title", _("Title"), long=True, rows=1, limit=120, states=False, help=_("At least in one language.")
            ),
            Translations(
                "help",
                _("Above its questions"),
                long=True,
                rows=2,
                limit=2000,
                states=False,
                help=_("May be left empty."),
            ),
            *(
                _conditions(
                    earlier,
                    _(
                        "Without a condition everybody is asked. The questions of a hidden step are never demanded. "
                        "Conditions of one group count as one: where all have to hold, one of the group is enough; where one "
                        "is enough, all of the group have to hold."
                    ),
                )
                if earlier
                else ()
            ),
        ),
    )


def question_section(kind: Type, document: Mapping[str, Any], earlier: list[Document], *, new: bool) -> Section:
    """What is asked about a question of ``kind`` in the form ``document``; ``earlier`` are those it may depend on."""
    steps = [(step["key"], best(step["title"])[0] or step["key"]) for step in document["steps"]]
    items: list[Item] = [
        Translations("label", _("Question"), long=True, rows=2, limit=500, states=False, help=_("At least in one language.")),
        Translations("help", _("Help"), long=True, rows=2, limit=2000, states=False),
        Translations(
            "purpose", _("Why it is asked"), long=True, rows=2, limit=500, states=False,
            help=_("Applicants read it beside the question."),
        ),
    ]  # fmt: skip
    if new:
        items.append(
            KeyLine(
                "key", _("Key"), limit=64, help=_("Left empty: made of the question. It stays for good afterwards.")
            )
        )
    items += [
        Pick("step", _("In the step"), choices=steps, empty=None),
        Flag("required", _("An answer is required")),
        *_settings(kind),
        Pick("stage", pgettext("a question", "Asked"), choices=STAGES, empty=None, radio=True),
        Pick("seen_by", _("Who reads the answer"), choices=_readers(kind), empty=None, radio=True),
    ]
    if kind not in IDENTITY_TYPES:
        items.append(
            Flag(
                "identity",
                _("It says who the applicant is"),
                help=_(
                    "Name, contact, age, gender, nationality, photo, request for a grant: reviewers never see these."
                ),
            )
        )
    items.append(
        Flag(
            "sensitive",
            _("Deleted 30 days after the end of the training"),
            help=_("For passports, diet, health and whom to call: the answer and its file go, with 14 days’ notice."),
        )
    )
    facts = [(fact, FACT_WORDS[fact]) for fact, kinds in FACTS.items() if kind in kinds]
    if facts:
        items.append(
            Pick(
                "fact",
                _("What the rules learn from it"),
                choices=facts,
                empty=_("nothing"),
                help=_("Rules of eligibility judge by such facts."),
            )
        )
    if earlier:
        items += _conditions(
            earlier,
            _(
                "Without a condition everybody is asked. A hidden question is never demanded. Conditions of one group "
                "count as one: where all have to hold, one of the group is enough; where one is enough, all of the "
                "group have to hold."
            ),
        )
    return Section("question", TYPES[kind], tuple(items))


def _conditions(earlier: Sequence[Document], help_text: str) -> list[Item]:
    """“Asked only if”: rows of conditions on ``earlier`` questions, and how several of them count."""
    return [
        Rows(
            "show.rows",
            _("Asked only if"),
            items=(
                Pick(
                    "question", _("The answer to"), empty=_("Choose"),
                    choices=[(q["key"], best(q["label"])[0] or q["key"]) for q in earlier],
                ),
                Pick("op", _("Condition"), choices=OPERATIONS, empty=None),
                AnswersOf("values", _("Answers")),
                Pick(
                    "group", _("Together with"), empty=_("none: it stands alone"),
                    choices=[(letter, _("group %(letter)s") % {"letter": letter.upper()}) for letter in GROUPS],
                ),
            ),
            add_label=_("Add a condition"),
            row_label=_("Condition"),
            help=help_text,
        ),
        Pick("show.how", _("With several conditions"), choices=HOW, empty=None),
    ]  # fmt: skip


def _readers(kind: Type) -> list[tuple[str, Any]]:
    return SEEN_BY[1:] if kind in IDENTITY_TYPES else SEEN_BY


def _settings(kind: Type) -> list[Item]:
    names = SETTINGS[kind]
    found: list[Item] = []
    if "limit" in names:
        found += [
            Number("limit.max", _("At most"), smallest=1, largest=30000),
            Number("limit.min", _("At least"), smallest=1, largest=30000),
            Pick("limit.unit", _("Counted in"), choices=UNITS, empty=None),
        ]
    if "options" in names:
        found.append(
            Rows(
                "options",
                _("Answers to choose from"),
                items=(
                    Translations("label", _("Answer"), long=True, rows=1, limit=300, states=False),
                    KeyLine(
                        "key", _("Key"), limit=64, help=_("Left empty: made of the answer. Answers are kept by it.")
                    ),
                    *([Flag("alone", _("Goes with no other answer"))] if kind is Type.CHOICES else []),
                ),
                add_label=_("Add an answer"),
                row_label=_("Answer"),
                wide=True,
            )
        )
    if "among" in names:
        found.append(
            Codes(
                "among", _("Only these countries"), groups=countries_by_region, help=_("None marked: all of the world.")
            )
        )
    if "columns" in names:
        found.append(
            Rows(
                "columns",
                _("Columns"),
                items=(
                    Translations("label", _("Heading"), long=True, rows=1, limit=200, states=False),
                    KeyLine("key", _("Key"), limit=64, help=_("Left empty: made of the heading.")),
                    Pick("type", _("What is filled in"), choices=[(kind, TYPES[kind]) for kind in COLUMN_TYPES], empty=None),
                    Flag("required", _("Required in each row")),
                    Translations(
                        "lines", _("Answers to choose from, one a line"), long=True, rows=3, states=False,
                        help=_("For “One choice” only; the same order in each language."),
                    ),
                ),
                add_label=_("Add a column"),
                row_label=_("Column"),
                wide=True,
            )
        )  # fmt: skip
    if kind is Type.DATE:
        found += [Day("min", _("Not before")), Day("max", _("Not after"))]
    elif kind is Type.NUMBER:
        found += [
            Line("min", _("Smallest number"), limit=20),
            Line("max", _("Greatest number"), limit=20),
            Flag("decimals", _("Numbers with decimals are taken")),
        ]
    elif "min" in names:
        found += [
            Number("min", _("At least how many"), largest=300),
            Number("max", _("At most how many"), largest=300),
        ]
    if kind is Type.FILE:
        found += [
            Picks("accepts", _("Kinds of file"), choices=FORMATS),
            Number("max_mb", _("At most, in MB"), smallest=1, largest=40),
            Number("max_pages", _("Most pages"), smallest=1, largest=200),
            Picks(
                "document_language", _("Languages of the document"), choices=common_languages,
                help=_("None marked: any language."),
            ),
        ]  # fmt: skip
    return found + _of_others(names)


def _of_others(names: tuple[str, ...]) -> list[Item]:
    """What is said of whoever is asked: who they are, until when, and how they answer."""
    found: list[Item] = []
    if "channel" in names:
        found.append(Pick("channel", _("Who endorses"), choices=CHANNELS, empty=None))
    if "letter" in names:
        found.append(Pick("letter", _("How the referee answers"), choices=LETTERS, empty=None))
    if "ranked" in names:
        found.append(
            Flag(
                "ranked", _("A rank is asked for"),
                help=_("Whoever endorses several applications of this call says which comes first."),
            )
        )  # fmt: skip
    if "due_days" in names:
        found.append(
            Number(
                "due_days", _("Days before the deadline"), largest=90, help=_("By when that person is asked to answer.")
            )
        )
    return found
