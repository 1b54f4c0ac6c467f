"""What types of question, readers, conditions and facts are called in the builder."""

from __future__ import annotations

from django.utils.translation import gettext_lazy, pgettext_lazy

from tessera.calls.eligibility.kinds import CHANNEL_NAMES, FACT_NAMES
from tessera.calls.questions.model import Type

TYPES = {
    Type.SHORT_TEXT: gettext_lazy("A line of text"),
    Type.LONG_TEXT: gettext_lazy("A long text"),
    Type.CHOICE: gettext_lazy("One choice"),
    Type.CHOICES: gettext_lazy("Several choices"),
    Type.COUNTRY: gettext_lazy("A country or territory"),
    Type.COUNTRIES: gettext_lazy("Countries or territories"),
    Type.DATE: gettext_lazy("A day"),
    Type.NUMBER: gettext_lazy("A number"),
    Type.EMAIL: gettext_lazy("An e-mail address"),
    Type.PHONE: gettext_lazy("A telephone number"),
    Type.LANGUAGE_TABLE: gettext_lazy("Languages with levels"),
    Type.ROWS: gettext_lazy("A table of rows"),
    Type.COMMITMENT: gettext_lazy("A commitment to tick"),
    Type.FILE: gettext_lazy("A file"),
    Type.REFEREE: gettext_lazy("A referee"),
    Type.ENDORSEMENT: gettext_lazy("An endorsement"),
    Type.SIGNATURE: gettext_lazy("A typed signature"),
}
STAGES = [
    ("apply", gettext_lazy("with the application")),
    ("after_selection", gettext_lazy("after the selection, of those selected")),
]
SEEN_BY = [
    ("reviewers", gettext_lazy("reviewers, the committee and the office")),
    ("committee", gettext_lazy("the committee and the office")),
    ("office", gettext_lazy("the office only")),
]
UNITS = [("words", gettext_lazy("words")), ("characters", gettext_lazy("characters"))]
FORMATS = [("pdf", "PDF"), ("jpeg", "JPEG"), ("png", "PNG")]
CHANNELS = [*CHANNEL_NAMES.items()]
LETTERS = [
    ("text", gettext_lazy("by writing a text")),
    ("file", gettext_lazy("by sending a letter as a file")),
    ("either", gettext_lazy("by a text or a letter, as they like")),
]
OPERATIONS = [
    ("is", gettext_lazy("is")),
    ("is_not", gettext_lazy("is answered and is not")),
    ("any_of", gettext_lazy("is one of")),
    ("answered", gettext_lazy("is answered, whatever it is")),
]
HOW = [("all", gettext_lazy("all of these hold")), ("any", gettext_lazy("one of these holds"))]
FACT_WORDS = {**FACT_NAMES, "earlier_grant": pgettext_lazy("fact", "whether there was an earlier grant")}
YES = ("yes", gettext_lazy("agreed"))
