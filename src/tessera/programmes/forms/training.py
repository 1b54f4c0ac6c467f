"""The sections of a training's form."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, pgettext_lazy

from tessera.places.queries import country_choices, language_choices, region_choices
from tessera.programmes.forms import choices
from tessera.programmes.forms.items import BasisOf, DatesOf, Facts, NamedHere, PhaseOf, Phases, Span
from tessera.programmes.models import Basis, Credit, Engagement, Mode
from tessera.web.sections import (
    Codes,
    Day,
    Flag,
    Line,
    Lines,
    Moment,
    Number,
    Pick,
    Picks,
    Reference,
    Rows,
    Section,
    Text,
    Translations,
    Zone,
    worded,
)

KNOWN_FROM = _("Known from")


def _basis(path: str, beside: str = "", label: object = KNOWN_FROM) -> BasisOf:
    return BasisOf(path, label, choices=Basis.choices, beside=beside)  # type: ignore[arg-type]


_ROW_BASIS = Pick("basis", KNOWN_FROM, choices=Basis.choices)

TRAINING_SECTIONS = (
    Section(
        "texts",
        _("Texts"),
        (
            Translations("title", _("Title"), limit=300, help=_("At least in one language.")),
            Translations("subtitle", _("Subtitle"), limit=300),
            Translations(
                "summary",
                _("Summary"),
                long=True,
                limit=1200,
                help=_("Two or three sentences, for lists and for the top of the page."),
            ),
            Translations(
                "need", _("Need"), long=True, limit=8000, rows=6, help=_("Why this training: who needs what.")
            ),
            Translations("objectives", _("Objectives"), long=True, limit=8000, rows=6),
            Translations("outcomes", _("Outcomes"), long=True, limit=8000, rows=6),
            Translations("approach", _("Approach"), long=True, limit=8000, rows=6),
            *(
                Pick(
                    f"title_status.{code}",
                    worded(gettext_noop("Origin of the title (%(language)s)"), language=code.upper()),
                    choices=choices.ORIGINS,
                )
                for code in settings.CONTENT_LANGUAGES
            ),
        ),
    ),
    Section(
        "dates",
        _("Dates and phases"),
        (
            DatesOf("dates.edtf", _("Dates of the whole training")),
            _basis("dates.basis", "edtf", _("The dates are known from")),
            Flag("tentative", _("The dates are tentative")),
            Phases(
                "phases",
                _("Phases"),
                items=(
                    Pick("mode", _("Mode"), choices=Mode.choices, empty=None),
                    DatesOf("edtf", _("Dates"), follow=("precision",)),
                    Number(
                        "sessions",
                        _("Number of sessions"),
                        smallest=1,
                        largest=1000,
                        help=_("Where they are not listed one by one."),
                    ),
                    Zone("time_zone", _("Time zone")),
                ),
                add_label=_("Add a phase"),
                row_label=_("Phase"),
                blank=(("mode", "in_person"),),
                help=_("Dated parts, each in person, online or both."),
            ),
            Number("duration_days.value", _("Days in all"), smallest=1, largest=1000),
            _basis("duration_days.basis", "value", _("The number of days is known from")),
            Rows(
                "former_dates",
                _("Earlier dates"),
                items=(
                    DatesOf("edtf", _("Dates"), follow=()),
                    Day("changed_on", _("Given up on")),
                    Text("reason", _("Reason"), rows=2),
                    Pick("language", choices.REASON_LANGUAGE, choices=choices.content_languages),
                ),
                add_label=_("Add earlier dates"),
                row_label=_("Earlier dates"),
                help=_("Kept when a training is postponed; the public page shows them."),
            ),
        ),
    ),
    Section(
        "sessions",
        _("Sessions"),
        (
            Rows(
                "sessions",
                _("Sessions"),
                items=(
                    Translations("title", _("Title"), limit=300),
                    Pick("kind", _("Kind"), choices=choices.SESSION_KINDS, empty=None),
                    PhaseOf("phase", _("Phase"), empty=pgettext_lazy("phase", "Not said")),
                    Moment("starts", _("Begins"), help=_("On the clock of the phase's time zone.")),
                    Moment("ends", _("Ends")),
                    Line("room", _("Room"), limit=120),
                    NamedHere("trainers", _("Trainers"), among="people", key="person"),
                ),
                add_label=_("Add a session"),
                row_label=_("Session"),
                blank=(("kind", "workshop"),),
                wide=True,
            ),
        ),
        about=_("Slots with their times, or named parts where no time is known."),
    ),
    Section(
        "places",
        _("Places and format"),
        (
            Pick("format.value", _("Format"), choices=Mode.choices, empty=None, radio=True),
            _basis("format.basis", "value", _("The format is known from")),
            Translations("format.reason", _("Reason for the format"), limit=300),
            Rows(
                "places",
                _("Places"),
                items=(
                    Pick("country", _("Country or territory"), choices=country_choices),
                    Line("city", _("City"), limit=120),
                    Zone("time_zone", _("Time zone")),
                    _ROW_BASIS,
                    Text("note", _("Remark for editors"), rows=2),
                ),
                add_label=_("Add a place"),
                row_label=_("Place"),
            ),
            Rows(
                "languages",
                _("Teaching languages"),
                items=(
                    Pick("code", _("Language"), choices=language_choices),
                    _ROW_BASIS,
                    Pick("source", _("Source"), choices=choices.sources),
                ),
                add_label=_("Add a language"),
                row_label=_("Language"),
            ),
            Picks("interpretation", _("Interpretation into"), choices=choices.common_languages),
            Picks("methods", _("Methods"), choices=choices.METHODS),
            Picks("topics", _("Topics"), choices=choices.topics),
            Pick(
                "series",
                _("Series"),
                choices=choices.series,
                help=_("Links the repeats of a training. A new one is made under “Series”, on the desk."),
            ),
        ),
    ),
    Section(
        "audience",
        _("Audience"),
        (
            Pick("audience.scope", _("For whom"), choices=choices.SCOPES, empty=None, radio=True),
            Picks("audience.unesco_regions", _("Regions"), choices=region_choices),
            Picks(
                "audience.m49_subregions",
                _("Areas"),
                choices=choices.areas,
                help=_("Areas of UN M49, where only a part of a region is meant."),
            ),
            Codes(
                "audience.countries",
                _("Countries and territories"),
                groups=choices.countries_by_region,
                help=_("Only where they are named; else the areas or regions count."),
            ),
            Pick("audience.language_area", _("Language area"), choices=language_choices),
            Line("audience.career_level", _("Career level"), words=choices.LEVELS),
            Line("audience.disciplines", _("Disciplines"), words=choices.DISCIPLINES),
            Line("audience.subregion", _("Part of a region, as written")),
            Lines("audience.networks", _("Networks"), help=_("One a line.")),
            _basis("audience.basis", "scope", _("The audience is known from")),
            Text("audience.note", _("Remark for editors"), rows=3),
        ),
    ),
    Section(
        "people",
        _("People and organisations"),
        (
            Rows(
                "organisations",
                _("Organisations, in the order of the credits"),
                items=(
                    Reference("organisation", _("Organisation"), kind="organisation"),
                    Pick("role", _("Role"), choices=Credit.Role.choices, empty=None),
                    _ROW_BASIS,
                ),
                add_label=_("Add an organisation"),
                row_label=_("Organisation"),
                blank=(("role", "organiser"), ("basis", "stated")),
            ),
            Rows(
                "people",
                _("People, in order"),
                items=(
                    Reference("person", _("Person"), kind="person"),
                    Pick("role", _("Role"), choices=Engagement.Role.choices, empty=None),
                    _ROW_BASIS,
                ),
                add_label=_("Add a person"),
                row_label=_("Person"),
                blank=(("role", "trainer"), ("basis", "stated")),
            ),
            NamedHere(
                "study_visits",
                _("Study visits"),
                among="organisations",
                key="organisation",
                role="study_visit",
                help=_("Of the organisations credited with a study visit above."),
            ),
            Rows(
                "media_credits",
                _("Credits of pictures"),
                items=(Line("credit", _("Credit")),),
                add_label=_("Add a credit"),
                row_label=_("Credit"),
            ),
        ),
    ),
    Section(
        "numbers",
        _("Numbers"),
        (
            Number("capacity.min", _("Least number of places"), smallest=1, largest=10000),
            Number("capacity.max", _("Most places"), smallest=1, largest=10000),
            Span("participants.planned", _("Participants planned")),
            Rows(
                "participants.reported",
                _("Participants reported"),
                items=(
                    Number("value", _("Number"), largest=32767),
                    Line("where", _("Where it says so")),
                    Pick("source", _("Source"), choices=choices.sources),
                ),
                add_label=_("Add a number"),
                row_label=_("Number"),
                help=_(
                    "Every number that a source gives. Where they differ, all are kept and the range is shown."
                    " A new source is recorded under “Sources”, on the desk."
                ),
            ),
            Number("participants.resolved", _("Settled number"), help=_("Only when the contradiction is cleared up.")),
            Number("participants.recorded", _("Recorded by the office")),
            Number("participants.countries_count", _("Countries they came from"), smallest=1, largest=250),
        ),
        about=_("A number without a source is left out; nothing is guessed."),
    ),
    Section(
        "sources",
        _("Remarks and sources"),
        (
            Lines(
                "issues",
                _("Remarks for editors"),
                rows=6,
                limit=2000,
                help=_("What is missing or contradicts itself; in English, one a line. Never shown to the public."),
            ),
            Flag("has_detail_page", _("The source has a page of its own for this training")),
            Flag("commitments.dissemination.required", _("Participants promise to pass on what they learn")),
            Lines(
                "commitments.dissemination.to",
                _("To whom they promise it"),
                help=_("One a line."),
                words=choices.RECEIVERS,
            ),
            *(
                Pick(
                    f"title_source.{code}",
                    worded(gettext_noop("Source of the title (%(language)s)"), language=code.upper()),
                    choices=choices.sources,
                )
                for code in settings.CONTENT_LANGUAGES
            ),
            Rows(
                "external",
                _("What other sources say"),
                items=(
                    Pick("source", _("Source"), choices=choices.sources),
                    Facts(
                        "facts",
                        _("Facts"),
                        help=_(
                            "One a line: a name, a colon, the value. Several values with | between them;"
                            " ¶ stands where a line of a value ends."
                        ),
                    ),
                ),
                add_label=_("Add a source"),
                row_label=_("Source"),
                help=_(
                    "Kept apart and shown as “according to”; never mixed into the stated facts."
                    " A new source is recorded under “Sources”, on the desk."
                ),
            ),
        ),
    ),
)
