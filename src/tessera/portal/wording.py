"""The words in which facts are told: one key a sentence, and a message of the catalogues each.

English stands here, the other languages in their catalogues: a language more is a catalogue more. Words that change
with what they speak of have a context ("not recorded" of a date, of a language). Words of DOMAIN.md and of the
archive are used as they stand there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache

from django.utils.functional import Promise
from django.utils.translation import (
    get_language,
    gettext_lazy,
    ngettext,
    npgettext,
    override,
    pgettext_lazy,
)

from tessera.web.locales import number

TEXTS: Mapping[str, str | Promise] = {
    # When a training takes, took or was to take place. {said}: "from 16 to 20 October 2023"; {planned}: "for …".
    "when.held": gettext_lazy("Took place {said}."),
    "when.takes": gettext_lazy("Takes place {said}."),
    "when.tentative": gettext_lazy("Is expected to take place {said}; the date is not final."),
    "when.running": gettext_lazy("Is taking place {said}."),
    "when.planned": gettext_lazy("Is planned {planned}."),
    "when.was_planned": gettext_lazy("Was planned {planned}."),
    "when.unconfirmed": gettext_lazy("Was planned {planned}. Nobody has confirmed yet that it took place."),
    "when.unfinished": gettext_lazy("Was planned {planned}. It has begun; nobody has confirmed yet that it is over."),
    "when.postponed": gettext_lazy("Postponed. Was planned {planned}; the new date is not decided yet."),
    "when.postponed_again": gettext_lazy("Postponed. Was planned {planned}; is now planned {new}."),
    "when.postponed_past": gettext_lazy("Postponed. Was planned {planned}, and then {new}; no newer date is decided."),
    "when.postponed_to": gettext_lazy("Postponed. Is now planned {new}."),
    "when.postponed_undated": gettext_lazy("Postponed; the new date is not decided yet."),
    "when.cancelled": gettext_lazy("Cancelled. Was planned {planned}."),
    "when.cancelled_undated": gettext_lazy("Cancelled."),
    "when.undecided": gettext_lazy("The date is not decided yet."),
    "when.unrecorded": gettext_lazy("The date is not recorded."),
    "when.former": gettext_lazy("First planned {planned}."),
    "when.former_next": gettext_lazy("Then planned {planned}."),
    "date.undecided": pgettext_lazy("a date", "not decided"),
    "date.unrecorded": pgettext_lazy("a date", "not recorded"),
    # Statuses, as a training's tile says them.
    "status.proposed": pgettext_lazy("a training", "Proposed"),
    "status.planned": pgettext_lazy("a training", "Planned"),
    "status.announced": pgettext_lazy("a training", "Announced"),
    "status.in_delivery": pgettext_lazy("a training", "Under way"),
    "status.delivered": pgettext_lazy("a training", "Delivered"),
    "status.followed_up": pgettext_lazy("a training", "Delivered, being followed up"),
    "status.closed": pgettext_lazy("a training", "Delivered and closed"),
    "status.postponed": pgettext_lazy("a training", "Postponed"),
    "status.cancelled": pgettext_lazy("a training", "Cancelled"),
    "status.unconfirmed": pgettext_lazy("a training", "Not confirmed"),
    # Formats and scopes.
    "format.in_person": gettext_lazy("In person"),
    "format.online": gettext_lazy("Online"),
    "format.hybrid": gettext_lazy("Hybrid"),
    "scope.regional": gettext_lazy("Several countries of a region"),
    "scope.national": gettext_lazy("One country"),
    "scope.interregional": gettext_lazy("Several regions"),
    "scope.spoken": gettext_lazy("{where}, in {spoken}"),
    "scope.only": gettext_lazy("{country} only"),
    # How many. {n} is a number or a range.
    "span.least": pgettext_lazy("numbers of people", "at least {n}"),
    "span.most": pgettext_lazy("numbers of people", "up to {n}"),
    "people.differ": gettext_lazy("{n} people, sources differ"),
    "people.unknown": gettext_lazy("number not recorded"),
    "people.disagree": gettext_lazy("Sources disagree."),
    "people.kept": gettext_lazy("Both numbers are kept until one is confirmed."),
    "word.rehearsal": gettext_lazy("Rehearsal, invented"),
    "places.differ": gettext_lazy("{n} places, sources differ"),
    "count.planned": pgettext_lazy("numbers of people", "Planned"),
    "count.reported": pgettext_lazy("numbers of people", "Reported"),
    "count.recorded": pgettext_lazy("numbers of people", "Recorded by the office"),
    # A training's facts at a glance, and its texts.
    "fact.dates": pgettext_lazy("fact of a training", "Dates"),
    "fact.where": pgettext_lazy("fact of a training", "Where"),
    "fact.for": pgettext_lazy("fact of a training", "For"),
    "fact.career_level": gettext_lazy("Career level"),
    "fact.disciplines": gettext_lazy("Disciplines"),
    "fact.capacity": pgettext_lazy("of a training", "Places"),
    "fact.people": pgettext_lazy("fact of a training", "People"),
    "fact.from": pgettext_lazy("fact of a training", "From"),
    "fact.language": pgettext_lazy("fact of a training", "Language"),
    "fact.interpretation": pgettext_lazy("fact of a training", "Interpretation"),
    "fact.length": pgettext_lazy("fact of a training", "Length"),
    "date.unrecorded_f": pgettext_lazy("a language", "not recorded"),
    "text.need": pgettext_lazy("text of a training", "The need"),
    "text.objectives": pgettext_lazy("text of a training", "Objectives"),
    "text.outcomes": pgettext_lazy("text of a training", "Outcomes"),
    "text.approach": pgettext_lazy("text of a training", "Approach"),
    "people.trainers": gettext_lazy("Trainers"),
    "people.mentors": gettext_lazy("Mentors"),
    # What other sources say.
    "outside.dates": pgettext_lazy("what a source says", "Dates"),
    "outside.first_planned": pgettext_lazy("what a source says", "First planned"),
    "outside.call_published": pgettext_lazy("what a source says", "Call published"),
    "outside.calls_launched": pgettext_lazy("what a source says", "Calls launched"),
    "outside.planned_participants": pgettext_lazy("what a source says", "Places"),
    "outside.reported_participants": pgettext_lazy("what a source says", "Participants"),
    "outside.participant_countries": pgettext_lazy("what a source says", "Participants from"),
    "outside.eligibility": pgettext_lazy("what a source says", "Eligibility"),
    "outside.strands": pgettext_lazy("what a source says", "Strands"),
    "outside.commitment": pgettext_lazy("what a source says", "Commitment"),
    "outside.grants": pgettext_lazy("what a source says", "Grants"),
    "outside.additional_supporter": gettext_lazy("Also supported by"),
    "outside.partner": pgettext_lazy("what a source says", "Partner"),
    "outside.city": pgettext_lazy("what a source says", "Town"),
    "outside.postponed": pgettext_lazy("what a source says", "Postponed"),
    "outside.yes": gettext_lazy("yes"),
    "outside.no": gettext_lazy("no"),
    # How long ago.
    "ago.less": gettext_lazy("less than a month ago"),
    "ago.none": gettext_lazy("no training on record"),
    # The coverage clock. {on}: "on 5 May 2023"; {by}: "5 May 2025"; {last}: "in June 2019".
    "state.on_time": pgettext_lazy("a region", "On time"),
    "state.due_soon": pgettext_lazy("a region", "Due soon"),
    "state.overdue": pgettext_lazy("a region", "Overdue"),
    "clock.last": gettext_lazy("Last reached {last}."),
    "clock.never": gettext_lazy("No training on record."),
    "clock.running": gettext_lazy("A training is under way."),
    "clock.due": gettext_lazy("The next one is due by {by}."),
    "clock.overdue": gettext_lazy("Overdue since {by}."),
    "clock.unconfirmed": gettext_lazy("Nobody has confirmed yet that the last training took place."),
    "clock.uncertain": gettext_lazy("Some dates are rough: the other reading gives other days."),
    "clock.next": gettext_lazy("Announced: {when}."),
    "clock.next_planned": gettext_lazy("Planned: {when}."),
    "clock.none_planned": gettext_lazy("None planned."),
    "clock.national": gettext_lazy("For one country only: {list}."),
    "missed.none": pgettext_lazy("days missed", "none"),
    "missed.window": pgettext_lazy("days missed", "{start} to {end}"),
    "missed.window_open": pgettext_lazy("days missed", "since {start}"),
    "map.inside": gettext_lazy("reached in the last {months} months."),
    "map.none": gettext_lazy("No training on record: {list}."),
    # The legends of the map and of the clock.
    "legend.a": pgettext_lazy("months since the last training", "{to} months or less"),
    "legend.b": pgettext_lazy("months since the last training", "{first} to {to}"),
    "legend.c": pgettext_lazy("months since the last training", "{first} to {to}, overdue"),
    "legend.d": pgettext_lazy("months since the last training", "more than {to}"),
    "legend.n": gettext_lazy("no training on record"),
    "legend.next": gettext_lazy("a training is announced"),
    "key.held": pgettext_lazy("key of a timeline", "training"),
    "key.national": pgettext_lazy("key of a timeline", "one country only"),
    "key.announced": pgettext_lazy("key of a timeline", "announced"),
    "key.unconfirmed": pgettext_lazy("key of a timeline", "not confirmed"),
    "key.derived": pgettext_lazy("key of a timeline", "wider audience"),
    "key.proposed": pgettext_lazy("key of a timeline", "planned"),
    "key.covered": pgettext_lazy("key of a timeline", "covered"),
    "key.due": pgettext_lazy("key of a timeline", "due date passes"),
    "key.overdue": pgettext_lazy("key of a timeline", "overdue"),
    # Partners by what they did.
    "by.organiser": pgettext_lazy("a training", "Organised by"),
    "by.partner": pgettext_lazy("a training", "In partnership with"),
    "by.supporter": pgettext_lazy("a training", "Supported by"),
    "by.initiator": pgettext_lazy("a training", "On the initiative of"),
    "by.host_venue": pgettext_lazy("a training", "Held at"),
    "by.study_visit": pgettext_lazy("a training", "Study visits"),
    "by.rights_holder": pgettext_lazy("a training", "Image rights"),
    # Roles, as the archive names them.
    "role.organiser": gettext_lazy("Organiser"),
    "role.partner": gettext_lazy("Partner"),
    "role.supporter": gettext_lazy("Supporter or funder"),
    "role.initiator": gettext_lazy("Initiator"),
    "role.host_venue": gettext_lazy("Venue"),
    "role.study_visit": gettext_lazy("Study visit"),
    "role.rights_holder": gettext_lazy("Image rights holder"),
    "role.trainer": gettext_lazy("Trainer"),
    "role.mentor": gettext_lazy("Mentor"),
    "role.needs_originator": gettext_lazy("Raised the need"),
    "role.photographer": gettext_lazy("Photographer"),
    "role.others": gettext_lazy("Also involved"),
    "method.lecture": gettext_lazy("Lecture"),
    "method.workshop": gettext_lazy("Workshop"),
    "method.discussion": gettext_lazy("Discussion"),
    "method.participatory_activity": gettext_lazy("Participatory activity"),
    "method.seminar": gettext_lazy("Seminar"),
    "method.study_visit": gettext_lazy("Study visit"),
    "method.peer_exchange": gettext_lazy("Exchange of experience"),
    "session.workshop": pgettext_lazy("session", "Workshop"),
    "session.topic": pgettext_lazy("session", "Topic"),
    "session.session_block": pgettext_lazy("session", "Block of sessions"),
    "level.mid_career": pgettext_lazy("people", "mid-career"),
    "disciplines.mixed": pgettext_lazy("disciplines", "Mixed"),
    "format.because": gettext_lazy("{format}: {reason}."),
    "place.venues": gettext_lazy("{place}: {venues}"),
    "gap": gettext_lazy("Nothing is on record between {first} and {last}."),
    "list.and": gettext_lazy("{first} and {last}"),
}

# How many: {n} is a number, or a range whose last number decides about the form.
COUNTED: Mapping[str, Callable[[int], str]] = {
    "people.n": lambda n: ngettext("{n} person", "{n} people", n),
    "places.n": lambda n: ngettext("{n} place", "{n} places", n),
    "word.people": lambda n: npgettext("after their number", "person", "people", n),
    "word.places": lambda n: npgettext("after their number", "place", "places", n),
    "count.countries": lambda n: ngettext("{n} country", "{n} countries", n),
    "count.territories": lambda n: ngettext("{n} country or territory", "{n} countries and territories", n),
    "count.days": lambda n: ngettext("{n} day", "{n} days", n),
    "count.sessions": lambda n: ngettext("{n} session", "{n} sessions", n),
    "count.trainings": lambda n: ngettext("{n} training", "{n} trainings", n),
    "ago.months": lambda n: ngettext("{n} month ago", "{n} months ago", n),
    "missed.days": lambda n: ngettext("{n} day", "{n} days", n),
    "missed.open": lambda n: ngettext("{n} day, open", "{n} days, open", n),
    "map.reached": lambda n: ngettext("{n} of {t} region {inside}", "{n} of {t} regions {inside}", n),
    "strip.label": lambda n: ngettext(
        "Timeline of {n} training from {first} to {last}", "Timeline of {n} trainings from {first} to {last}", n
    ),
}


def text(key: str, language: str | None = None) -> str:
    """The text of ``key`` in TEXTS, with its placeholders; the reader's language by default."""
    return _told(key, language or get_language() or "en")


def has(key: str) -> bool:
    """Whether there are words for ``key`` (a vocabulary of the desk may hold more)."""
    return key in TEXTS


def say(key: str, language: str | None = None, **values: object) -> str:
    """The sentence of ``key`` with its values filled in; numbers are written as the language writes them."""
    code = language or get_language() or "en"
    words = _told(key, code, _count(values["n"])) if key in COUNTED else _told(key, code)
    return words.format(**{name: number(v, language) if isinstance(v, int) else v for name, v in values.items()})


def joined(items: list[str], language: str | None = None) -> str:
    """ "a, b and c"."""
    if len(items) < 2:
        return "".join(items)
    return say("list.and", language, first=", ".join(items[:-1]), last=items[-1])


@lru_cache(maxsize=8192)
def _told(key: str, language: str, count: int | None = None) -> str:
    """Kept, for a page of cards asks hundreds of times; the catalogues stay as they were when the process began."""
    with override(language):
        return str(TEXTS[key]) if count is None else COUNTED[key](count)


def _count(told: object) -> int:
    """The number that decides about a form: 30 of "25–30"."""
    return told if isinstance(told, int) else int(re.findall(r"\d+", str(told))[-1])
