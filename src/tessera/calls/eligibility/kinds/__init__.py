"""What each kind of rule finds: an outcome and a sentence with the numbers it was found by.

One function for each kind, called only when every fact that it needs is known.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tessera.calls.eligibility.kinds import person, ties, work
from tessera.calls.eligibility.kinds.case import Case, Found, World, age_on

__all__ = ["CHANNEL_NAMES", "FACT_NAMES", "FINDERS", "Case", "World", "age_on"]

FINDERS: Mapping[str, Callable[[Case], Found]] = {
    "age_at": person.age,
    "membership": ties.membership,
    "post_level": work.one_of(
        "post_level", "levels",
        _("Level of post: %(given)s."),
        _("Level of post: %(given)s; the call is for %(wanted)s."),
    ),
    "employer_kind": work.one_of(
        "employer_kind", "kinds",
        _("Employer: %(given)s."),
        _("Employer: %(given)s; the call is for people employed by %(wanted)s."),
    ),
    "country_of_work": work.country,
    "nationality": person.nationality,
    "language_level": person.language,
    "experience": work.experience,
    "grant_pause": ties.grant_pause,
    "sister_call": ties.sister,
    "certificate": person.certificate,
    "team": work.team,
    "endorsement": ties.endorsement,
    "prior_participation": ties.prior,
    "by_person": person.by_person,
}  # fmt: skip

CHANNEL_NAMES = {
    "national_committee": _("the national committee"),
    "employer": _("the employer"),
    "other": _("somebody else"),
}

FACT_NAMES = {
    "birth_date": pgettext_lazy("fact", "date of birth"),
    "country_of_work": pgettext_lazy("fact", "country of work"),
    "nationality": pgettext_lazy("fact", "nationality"),
    "city": pgettext_lazy("fact", "city of residence"),
    "membership": pgettext_lazy("fact", "membership"),
    "dues_years": pgettext_lazy("fact", "years of dues paid"),
    "post_level": pgettext_lazy("fact", "level of post"),
    "employer_kind": pgettext_lazy("fact", "kind of employer"),
    "languages": pgettext_lazy("fact", "languages"),
    "years_of_experience": pgettext_lazy("fact", "years of experience"),
    "earlier_grant_on": pgettext_lazy("fact", "earlier grant"),
    "certificates": pgettext_lazy("fact", "certificates"),
    "team": pgettext_lazy("fact", "team"),
    "prior_editions": pgettext_lazy("fact", "earlier participation"),
    "sister_applications": pgettext_lazy("fact", "applications in other calls"),
    "endorsement": pgettext_lazy("fact", "endorsement"),
}
