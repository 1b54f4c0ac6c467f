"""The sections of a topic's form and the programme's."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tessera.places.queries import language_choices
from tessera.programmes.forms.choices import SOURCE_KINDS, SOURCE_TITLE, common_languages
from tessera.web.sections import (
    Address,
    Day,
    KeyLine,
    Line,
    Number,
    Pick,
    Picks,
    Reference,
    Rows,
    Section,
    Text,
    Translations,
)

TOPIC_SECTIONS = (
    Section(
        "texts",
        _("Texts"),
        (
            Translations("name", _("Name"), limit=120),
            Translations("description", _("Description"), long=True, limit=1200),
            Number("order", _("Place in lists"), largest=10000),
        ),
    ),
)

SERIES_SECTIONS = (Section("names", _("Name"), (Translations("name", _("Name"), limit=120),)),)

SOURCE_SECTIONS = (
    Section(
        "facts",
        _("Source"),
        (
            Line("title", _("Title"), limit=300, required=True, help=SOURCE_TITLE),
            Pick("kind", _("Kind"), choices=SOURCE_KINDS, empty=None, radio=True),
            Line("publisher", _("Publisher"), limit=200),
            Address("url", _("Address"), limit=500),
            Pick("language", _("Language"), choices=language_choices),
            Text(
                "state",
                _("State in which it was read"),
                rows=3,
                help=_("In English: the day it was read, the version."),
            ),
            Text("note", _("Remark"), help=_("In English. Never shown to the public."), rows=3),
        ),
    ),
)

PROGRAMME_SECTIONS = (
    Section(
        "texts",
        _("Texts"),
        (
            Translations("name", _("Name"), limit=120),
            Translations("about", _("About"), long=True, limit=8000, rows=8),
            Translations("cadence", _("Cadence"), limit=300),
            Translations("language_rule", _("Rule for languages"), limit=600),
            Picks("official_languages", _("Official languages"), choices=common_languages),
            Reference("owner", _("Held by"), kind="organisation"),
        ),
    ),
    Section(
        "goals",
        _("Goals and coverage"),
        (
            Rows(
                "goals",
                _("Goals"),
                items=(
                    KeyLine(
                        "id", _("Key"), limit=60, help=_("Small letters and underscores; addresses are made of it.")
                    ),
                    Number(
                        "rule.every_region_reached_within_months",
                        _("Every region reached within (months)"),
                        smallest=1,
                        largest=240,
                    ),
                    Translations("statement", _("Sentence"), long=True, limit=600, rows=3),
                ),
                add_label=_("Add a goal"),
                row_label=_("Goal"),
                wide=True,
            ),
            Day(
                "coverage.first_record",
                _("First record"),
                help=_("Regions count from this day. Left empty: 1 September 2018."),
            ),
            KeyLine("coverage.scheme", _("Coverage scheme"), limit=40, help=_("Its code. Left empty: unesco.")),
        ),
    ),
)
