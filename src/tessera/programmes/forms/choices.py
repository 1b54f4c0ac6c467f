"""What the desk's forms of trainings let one choose from."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tessera.places.queries import country_choices, language_choices, reference, region_choices
from tessera.programmes.models import Series, Source, Topic
from tessera.programmes.queries import kept_scheme
from tessera.web.punctuation import labelled

SCOPES = [
    ("national", _("One country")),
    ("regional", _("Several countries of a region")),
    ("interregional", _("Several regions")),
]
METHODS = [
    ("lecture", _("Lecture")),
    ("workshop", _("Workshop")),
    ("discussion", _("Discussion")),
    ("participatory_activity", _("Participatory activity")),
    ("seminar", _("Seminar")),
    ("study_visit", _("Study visit")),
    ("peer_exchange", _("Exchange of experience")),
]
SESSION_KINDS = [
    ("workshop", pgettext_lazy("session", "Workshop")),
    ("topic", pgettext_lazy("session", "Topic")),
    ("session_block", pgettext_lazy("session", "Block of sessions")),
]
# The public reads the label of a source as English, whatever language the source itself is in.
SOURCE_TITLE = _("In English: who published it and what it is, with the day.")
SOURCE_KINDS = [
    ("primary", _("Primary: the record itself follows it")),
    ("external", _("External: shown apart, as “according to”")),
]
# What the record keeps as codes among texts that people wrote.
LEVELS = {"mid_career": _("Mid-career")}
DISCIPLINES = {"mixed": pgettext_lazy("disciplines", "Mixed")}
RECEIVERS = {"own_team": _("Their own team"), "collaborators": _("Those they work with")}
# What other sources say, by the names that the record gives it; the same words as on the public page.
FACTS = {
    "dates": _("Dates"),
    "first_planned": _("First planned"),
    "call_published": _("Call published"),
    "calls_launched": _("Calls launched"),
    "calls_launched_note": _("Calls launched, remark"),
    "planned_participants": pgettext_lazy("of a training", "Places"),
    "reported_participants": _("Participants"),
    "participant_countries": _("Participants from"),
    "eligibility": _("Eligibility"),
    "strands": _("Strands"),
    "commitment": _("Commitment"),
    "grants": _("Grants"),
    "additional_supporter": _("Also supported by"),
    "partner": _("Partner"),
    "city": _("Town"),
    "postponed": pgettext_lazy("a training", "Postponed"),
}
REASON_LANGUAGE = _("The reason is written in")
ORIGINS = [
    ("source", _("as in the source")),
    ("official", _("official wording")),
    ("translation", _("our translation")),
]


def topics() -> list[tuple[str, str]]:
    return [(topic.slug, str(topic)) for topic in Topic.objects.order_by("order", "slug")]


def series() -> list[tuple[str, str]]:
    return [(series.slug, str(series)) for series in Series.objects.order_by("slug")]


def sources() -> list[tuple[str, str]]:
    return [(s.code, labelled(s.code, s.title)) for s in Source.objects.order_by("order", "code")]


def countries_by_region() -> list[tuple[str, list[tuple[str, str]]]]:
    names = country_choices()
    scheme = kept_scheme(reference())
    groups = [
        (words, [(code, name) for code, name in names if scheme.region_of(code) == region])
        for region, words in region_choices(scheme.code)
    ]
    outside = [(code, name) for code, name in names if scheme.region_of(code) is None]
    return [*groups, (str(_("Outside the scheme")), outside)] if outside else groups


def areas() -> list[tuple[str, str]]:
    places = reference()
    held = {country.area for country in places.countries.values()} - {None}
    return sorted(((code, str(places.areas[code].name)) for code in held if code), key=lambda pair: pair[1])


def content_languages() -> list[tuple[str, str]]:
    """The languages in which the content is written."""
    names = dict(language_choices())
    return [(code, names.get(code, code)) for code in settings.CONTENT_LANGUAGES]


def common_languages() -> list[tuple[str, str]]:
    """The languages that interpreters are had for most, and those of the content; others come with the document."""
    common = {*settings.CONTENT_LANGUAGES, "ar", "pt", "ru", "zh"}
    return [(code, name) for code, name in language_choices() if code in common]
