"""Forms over documents: a section names places of a document and how each is asked for.

A section form reads its places from the document, shows them, and writes what was answered into a copy;
everything else in the document stays as it is. Lists are rows that buttons add, remove and move.
"""

from tessera.web.sections.fields import (
    Address,
    Codes,
    Flag,
    KeyLine,
    Line,
    Lines,
    Number,
    Pick,
    Picks,
    Text,
    ordered,
)
from tessera.web.sections.form import SectionForm
from tessera.web.sections.items import Item, Section, field_name, label_of, language_at, shown_at, worded
from tessera.web.sections.reference import Creation, Found, Reference, mentions, with_names
from tessera.web.sections.rows import Rows, row_action
from tessera.web.sections.times import Day, Edtf, Moment, Zone
from tessera.web.sections.translations import TextState, Translations, language_words
from tessera.web.sections.values import Key, Mention, Texts

__all__ = [
    "Address",
    "Codes",
    "Creation",
    "Day",
    "Edtf",
    "Flag",
    "Found",
    "Item",
    "Key",
    "KeyLine",
    "Line",
    "Lines",
    "Mention",
    "Moment",
    "Number",
    "Pick",
    "Picks",
    "Reference",
    "Rows",
    "Section",
    "SectionForm",
    "Text",
    "TextState",
    "Texts",
    "Translations",
    "Zone",
    "field_name",
    "label_of",
    "language_at",
    "language_words",
    "mentions",
    "ordered",
    "row_action",
    "shown_at",
    "with_names",
    "worded",
]
