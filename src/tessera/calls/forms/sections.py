"""The sections of a call's form."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from tessera.calls.documents import STEPS
from tessera.calls.forms.items import Coverage, KeysHere, Sum
from tessera.calls.models import Channel
from tessera.calls.moments import MILESTONES
from tessera.grants.queries import category_choices, table_choices
from tessera.programmes.forms.choices import common_languages
from tessera.programmes.models import Training
from tessera.web.sections import Day, KeyLine, Line, Lines, Number, Pick, Picks, Rows, Section, Translations, Zone
from tessera.web.sections.translations import language_words

ZONE_HELP = _("Continent and city, for example Africa/Lagos, or “anywhere on Earth”.")
TIME_HELP = _("Hours and minutes, for example 23:59. The whole minute counts.")


def training_choices() -> list[tuple[str, str]]:
    """(slug, title) of the trainings that a call can be for, those to come first."""
    rows = Training.objects.exclude(status__in=("delivered", "followed_up", "closed", "cancelled"))
    return [(row.slug, str(row)) for row in rows.only("slug", "title").order_by("-starts_on", "-pk")[:300]]


def main_languages() -> list[tuple[str, str]]:
    return [(code, language_words(code)) for code in settings.CONTENT_LANGUAGES]


CALL_SECTIONS = (
    Section(
        "texts",
        _("Texts"),
        (
            Translations("title", _("Title"), limit=200, help=_("At least in one language.")),
            Translations(
                "summary",
                _("Summary"),
                long=True,
                limit=1200,
                help=_("Two or three sentences for lists and for the top of the page."),
            ),
            Translations("audience", _("Who may apply"), long=True, limit=8000, rows=6),
            Translations("offer", _("What is offered"), long=True, limit=8000, rows=6),
            Translations("process", _("How it goes on"), long=True, limit=8000, rows=6),
            Pick("main_language", _("Main language of the call"), choices=main_languages, empty=None),
            Picks("answer_languages", _("Answers are read in"), choices=common_languages),
            Line("contact", _("E-mail address for questions"), limit=254, input_type="email"),
            Pick("training", _("Training"), choices=training_choices),
        ),
    ),
    Section(
        "dates",
        _("Dates"),
        (
            Day("opens.day", _("Opens on")),
            Line("opens.time", _("Opens at"), limit=20, help=_("On the clock of the deadline, for example 09:00.")),
            Day("deadline.day", _("Deadline")),
            Line("deadline.time", _("Time of the deadline"), limit=20, help=TIME_HELP),
            Zone("deadline.zone", _("Time zone of the deadline"), help=ZONE_HELP),
            *(Day(f"timeline.{key}", MILESTONES[key]) for key in STEPS),
        ),
        about=_("“Timeline” on the page of the call proposes the usual days from the dates of the training."),
    ),
    Section(
        "strands",
        _("Strands"),
        (
            Rows(
                "strands",
                _("Strands"),
                items=(
                    Translations("name", _("Name"), limit=120),
                    KeyLine(
                        "key",
                        _("Key"),
                        limit=40,
                        help=_("Left empty: made of the name. It stays once the call is public."),
                    ),
                    Translations("audience", _("For whom"), long=True, limit=8000, rows=3),
                    Number("places.min", _("Least number of places"), smallest=1, largest=10000),
                    Number("places.max", _("Most places"), smallest=1, largest=10000),
                    KeysHere("packages", _("Packages"), among="packages"),
                    Day("opens.day", _("Opens on")),
                    Line("opens.time", _("Opens at"), limit=20),
                    Day("deadline.day", _("Deadline of its own")),
                    Line("deadline.time", _("Time of the deadline"), limit=20, help=TIME_HELP),
                    Zone("deadline.zone", _("Time zone of the deadline"), help=ZONE_HELP),
                ),
                add_label=_("Add a strand"),
                row_label=_("Strand"),
                wide=True,
                help=_(
                    "Parts with an audience, places and dates of their own. One is enough. Dates left empty are those of the call."
                ),
            ),
        ),
    ),
    Section(
        "packages",
        _("Packages and fee"),
        (
            Sum("fee", _("Fee for participants"), help=_("Left empty: nothing is said. 0: it costs nothing.")),
            Rows(
                "packages",
                _("Packages"),
                items=(
                    Translations("name", _("Name"), limit=160),
                    KeyLine(
                        "key",
                        _("Key"),
                        limit=40,
                        help=_("Small letters, digits and underscores. Left empty: made by itself."),
                    ),
                    Coverage("components", _("What it covers")),
                    Sum("ceiling", _("At most")),
                    Sum("fee", _("Fee with this package")),
                    KeysHere("condition.strands", _("Only for the strands"), among="strands"),
                    Pick("condition.table", _("Only for countries by the table"), choices=table_choices),
                    Picks("condition.categories", _("Categories of that table"), choices=category_choices),
                    Lines("condition.cities", _("Only for people who live in"), help=_("Cities, one a line.")),
                    Lines("condition.not_cities", _("Not for people who live in"), help=_("Cities, one a line.")),
                ),
                add_label=_("Add a package"),
                row_label=_("Package"),
                wide=True,
            ),
        ),
    ),
    Section(
        "conditions",
        _("Way of applying and limits"),
        (
            Pick("channel", _("Way of applying"), choices=Channel.choices, empty=None, radio=True),
            KeyLine(
                "sister_group",
                _("Group of sister calls"),
                limit=80,
                help=_("Calls with the same word here are sisters: a person applies to one of them only."),
            ),
            Number(
                "limits.considered_per_country",
                _("Most applications considered per country"),
                smallest=1,
                largest=10000,
            ),
            Number("limits.accepted_per_country", _("Most people accepted per country"), smallest=1, largest=10000),
            Number(
                "limits.accepted_per_institution", _("Most people accepted per institution"), smallest=1, largest=10000
            ),
            Number("limits.host_min", _("Least number of places for the host country"), largest=10000),
            Number("limits.host_max", _("Most places for the host country"), largest=10000),
        ),
    ),
)
