"""What each kind of rule finds: an outcome and a sentence with the numbers it was found by.

One function for each kind, called only when every fact that it needs is known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy, pgettext_lazy

from tessera.calls.eligibility.model import Language, Outcome, Profile
from tessera.calls.questions.model import LEVELS
from tessera.core.sentences import Listed, Sentence
from tessera.places import datafiles
from tessera.places.wording import Country, Day, countries
from tessera.places.wording import Language as LanguageName

type Found = tuple[Outcome, Sentence]
type Names = Mapping[str, Mapping[str, Mapping[str, str]]]

MOST_NAMED = 12  # countries in one sentence


@dataclass(frozen=True, slots=True)
class World:
    """What rules look things up in.

    ``areas`` and ``regions`` give the countries of a code, ``tables`` the category of a country ({"table": {"FR": "A"}}),
    ``names`` what keys are called, by fact (post_level, employer_kind, certificates, team; sister_applications for
    calls): {"post_level": {"head": {"en": …}}}. A key without a name is shown as it is.
    """

    areas: Mapping[str, frozenset[str]] = field(default_factory=datafiles.area_countries)
    regions: Mapping[str, frozenset[str]] = field(default_factory=datafiles.region_countries)
    tables: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    names: Names = field(default_factory=dict)

    def listed(self, fact: str, keys: Iterable[str], *, any_of: bool = True) -> Listed:
        """Keys by name, in the order given."""
        names = self.names.get(fact, {})
        return Listed(tuple(names.get(key) or key for key in keys), any_of)

    def admitted(self, params: Mapping[str, Any]) -> frozenset[str]:
        """The countries that a rule of the kind country_of_work lets in."""
        found = set(params.get("countries", ()))
        for code in params.get("areas", ()):
            found |= self.areas.get(code, frozenset())
        for code in params.get("regions", ()):
            found |= self.regions.get(code, frozenset())
        wanted = set(params.get("categories", ()))
        table = self.tables.get(params.get("table", ""), {})
        return frozenset(found | {country for country, category in table.items() if category in wanted})


@dataclass(frozen=True, slots=True)
class Case:
    """One person before one rule."""

    params: Mapping[str, Any]
    profile: Profile
    on: date
    world: World

    def day(self, name: str) -> date:
        return date.fromisoformat(self.params[name])


def age_on(birth_date: date, on: date) -> int:
    """Whole years of age; whoever was born on 29 February turns a year older on 1 March in other years."""
    return on.year - birth_date.year - ((on.month, on.day) < (birth_date.month, birth_date.day))


def _age(case: Case) -> Found:
    birth, on = cast(date, case.profile.birth_date), case.day("on")
    age, least, most = age_on(birth, on), case.params.get("min"), case.params.get("max")
    params = {"age": age, "on": Day(on), "least": least, "most": most}
    if age < 0:
        return Outcome.NOT_MET, Sentence(_("The birth date %(birth)s is after %(on)s."), params | {"birth": Day(birth)})
    if most is not None and age > most:
        return Outcome.NOT_MET, Sentence(_("Aged %(age)s on %(on)s; at most %(most)s is allowed."), params)
    if least is not None and age < least:
        return Outcome.NOT_MET, Sentence(_("Aged %(age)s on %(on)s; at least %(least)s is needed."), params)
    if least is None:
        return Outcome.MET, Sentence(_("Aged %(age)s on %(on)s: within the limit of %(most)s."), params)
    if most is None:
        return Outcome.MET, Sentence(_("Aged %(age)s on %(on)s: at least %(least)s is needed."), params)
    return Outcome.MET, Sentence(_("Aged %(age)s on %(on)s: between %(least)s and %(most)s."), params)


def _membership(case: Case) -> Found:
    status, paid = case.profile.membership, case.profile.dues_years or frozenset()
    years, by = case.params.get("years", ()), case.params.get("or_commits_by")
    named = Listed(tuple(str(year) for year in years))
    if years and set(years) <= paid and status != "none":
        return Outcome.MET, Sentence(_("Member with dues paid for %(years)s."), {"years": named})
    if status == "new_member" and case.params.get("or_new_member"):
        return Outcome.MET, Sentence(_("New member: no dues of earlier years are asked for."))
    if by and status in ("will_join", "member", "new_member"):
        if status == "will_join" and case.on > date.fromisoformat(by):
            text = _("A commitment to join counted until %(by)s; that day is past.")
            return Outcome.NOT_MET, Sentence(text, {"by": Day(date.fromisoformat(by))})
        if status == "will_join":
            text = _("Commits to join by %(by)s.")
            return Outcome.MET, Sentence(text, {"by": Day(date.fromisoformat(by))})
        if not years:
            return Outcome.MET, Sentence(_("Member already."))
    if years:
        unpaid = Listed(tuple(str(year) for year in years if year not in paid))
        text = _("Dues are needed for %(years)s; not paid: %(unpaid)s.")
        return Outcome.NOT_MET, Sentence(text, {"years": named, "unpaid": unpaid if unpaid.items else named})
    if by:
        text = _("Membership is needed, or a commitment to join by %(by)s.")
        return Outcome.NOT_MET, Sentence(text, {"by": Day(date.fromisoformat(by))})
    return Outcome.NOT_MET, Sentence(_("Only new members are admitted here."))


def _one_of(fact: str, name: str, met: Any, not_met: Any) -> Callable[[Case], Found]:
    def found(case: Case) -> Found:
        given, wanted = getattr(case.profile, fact), case.params[name]
        params = {"given": case.world.listed(fact, [given]), "wanted": case.world.listed(fact, wanted)}
        return (Outcome.MET, Sentence(met, params)) if given in wanted else (Outcome.NOT_MET, Sentence(not_met, params))

    return found


def _country(case: Case) -> Found:
    code = cast(str, case.profile.country_of_work)
    admitted = case.world.admitted(case.params)
    params = {"country": Country(code), "count": len(admitted)}
    if code in admitted:
        text = ngettext_lazy(
            "Works in %(country)s, the one country of this call.",
            "Works in %(country)s, one of the %(count)s countries of this call.",
            "count",
        )
        return Outcome.MET, Sentence(text, params)
    if 0 < len(admitted) <= MOST_NAMED:
        text = _("Works in %(country)s; the call is for people who work in %(countries)s.")
        return Outcome.NOT_MET, Sentence(text, params | {"countries": countries(admitted, any_of=True)})
    text = _("Works in %(country)s, which is not among the %(count)s countries of this call.")
    return Outcome.NOT_MET, Sentence(text, params)


def _nationality(case: Case) -> Found:
    held = case.profile.nationality or frozenset()
    flagged = held & set(case.params["flagged"])
    if flagged:
        text = _("Nationality %(flagged)s: the law of a funder asks for a look at this file. A person decides.")
        return Outcome.PERSON, Sentence(text, {"flagged": countries(flagged)})
    text = _("Nationality %(held)s: nothing to look at.")
    return Outcome.MET, Sentence(text, {"held": countries(held)})


def _language(case: Case) -> Found:
    code = case.params["language"]
    known = (case.profile.languages or {}).get(code, Language())
    short = [
        name
        for name in ("spoken", "written")
        if (wanted := case.params.get(name)) and not _reaches(getattr(known, name), wanted)
    ]
    params = {
        "language": LanguageName(code),
        "spoken": _level(known.spoken),
        "written": _level(known.written),
        "wanted_spoken": case.params.get("spoken"),
        "wanted_written": case.params.get("written"),
    }
    both = "spoken" in case.params and "written" in case.params
    if both:
        met = _(
            "%(language)s: spoken %(spoken)s, written %(written)s; needed: %(wanted_spoken)s and %(wanted_written)s."
        )
        not_met = _(
            "Not enough %(language)s: spoken %(spoken)s, written %(written)s; needed: %(wanted_spoken)s and %(wanted_written)s."
        )
    elif "spoken" in case.params:
        met = _("%(language)s: spoken %(spoken)s; needed: %(wanted_spoken)s.")
        not_met = _("Not enough %(language)s: spoken %(spoken)s; needed: %(wanted_spoken)s.")
    else:
        met = _("%(language)s: written %(written)s; needed: %(wanted_written)s.")
        not_met = _("Not enough %(language)s: written %(written)s; needed: %(wanted_written)s.")
    return (Outcome.NOT_MET, Sentence(not_met, params)) if short else (Outcome.MET, Sentence(met, params))


def _reaches(level: str, wanted: str) -> bool:
    return level == "native" or (level in LEVELS and LEVELS.index(level) >= LEVELS.index(wanted))


def _level(level: str) -> Any:
    return pgettext_lazy("level of a language", "native") if level == "native" else level or "–"


def _experience(case: Case) -> Found:
    years, least, most = case.profile.years_of_experience, case.params.get("min"), case.params.get("max")
    params = {"years": years, "least": least, "most": most}
    if least is not None and cast(int, years) < least:
        text = ngettext_lazy(
            "%(years)d year of experience; at least %(least)s are needed.",
            "%(years)d years of experience; at least %(least)s are needed.",
            "years",
        )
        return Outcome.NOT_MET, Sentence(text, params)
    if most is not None and cast(int, years) > most:
        text = ngettext_lazy(
            "%(years)d year of experience; at most %(most)s are allowed.",
            "%(years)d years of experience; at most %(most)s are allowed.",
            "years",
        )
        return Outcome.NOT_MET, Sentence(text, params)
    text = ngettext_lazy(
        "%(years)d year of experience, as asked for.", "%(years)d years of experience, as asked for.", "years"
    )
    return Outcome.MET, Sentence(text, params)


def _grant_pause(case: Case) -> Found:
    last, on, years = case.profile.earlier_grant_on, case.day("on"), case.params["years"]
    if last == "never":
        return Outcome.MET, Sentence(_("No earlier grant."))
    last = cast(date, last)
    passed = age_on(last, on)
    params = {"last": Day(last), "on": Day(on), "passed": max(passed, 0), "years": years}
    if passed >= years:
        return Outcome.MET, Sentence(
            _("Last grant on %(last)s, %(passed)s years before %(on)s; %(years)s are needed."), params
        )
    return Outcome.NOT_MET, Sentence(
        _("Last grant on %(last)s, %(passed)s full years before %(on)s; %(years)s have to pass."), params
    )


def _sister(case: Case) -> Found:
    held = (case.profile.sister_applications or frozenset()) & set(case.params["calls"])
    most = case.params.get("most", 0)
    if not held:
        return Outcome.MET, Sentence(_("No application in another call of this group."))
    params = {
        "count": len(held),
        "most": most,
        "calls": case.world.listed("sister_applications", sorted(held), any_of=False),
    }
    if len(held) <= most:
        text = ngettext_lazy(
            "%(count)d application in another call of this group (%(calls)s); %(most)s allowed.",
            "%(count)d applications in other calls of this group (%(calls)s); %(most)s allowed.",
            "count",
        )
        return Outcome.MET, Sentence(text, params)
    text = ngettext_lazy(
        "There is %(count)d application in another call of this group already (%(calls)s); allowed beside it: %(most)s.",
        "There are %(count)d applications in other calls of this group already (%(calls)s); allowed beside it: %(most)s.",
        "count",
    )
    return Outcome.NOT_MET, Sentence(text, params)


def _certificate(case: Case) -> Found:
    wanted, held = case.params["certificates"], case.profile.certificates or frozenset()
    least = case.params.get("at_least", len(wanted))
    have = [key for key in wanted if key in held]
    params = {
        "count": len(have),
        "least": least,
        "have": case.world.listed("certificates", have, any_of=False),
        "wanted": case.world.listed("certificates", wanted, any_of=least < len(wanted)),
    }
    if len(have) >= least:
        return Outcome.MET, Sentence(_("Holds %(count)s of %(least)s certificates needed: %(have)s."), params)
    return Outcome.NOT_MET, Sentence(
        _("Holds %(count)s of %(least)s certificates needed before this training: %(wanted)s."), params
    )


def _team(case: Case) -> Found:
    team, wanted = case.profile.team or (), case.params["functions"]
    least, most = case.params.get("min"), case.params.get("max")
    absent = [key for key in wanted if key not in team]
    params = {
        "count": len(team),
        "least": least,
        "most": most,
        "absent": case.world.listed("team", absent, any_of=False),
    }
    if absent:
        text = ngettext_lazy(
            "A team of %(count)d person; nobody in it as %(absent)s.",
            "A team of %(count)d people; nobody in it as %(absent)s.",
            "count",
        )
        return Outcome.NOT_MET, Sentence(text, params)
    if least is not None and len(team) < least:
        text = ngettext_lazy(
            "A team of %(count)d person; at least %(least)s are needed.",
            "A team of %(count)d people; at least %(least)s are needed.",
            "count",
        )
        return Outcome.NOT_MET, Sentence(text, params)
    if most is not None and len(team) > most:
        text = ngettext_lazy(
            "A team of %(count)d person; at most %(most)s are allowed.",
            "A team of %(count)d people; at most %(most)s are allowed.",
            "count",
        )
        return Outcome.NOT_MET, Sentence(text, params)
    text = ngettext_lazy(
        "A team of %(count)d person with every function asked for.",
        "A team of %(count)d people with every function asked for.",
        "count",
    )
    return Outcome.MET, Sentence(text, params)


_ENDORSEMENTS: Mapping[str, Found] = {
    "given": (Outcome.MET, Sentence(_("The endorsement is given."))),
    "asked": (Outcome.UNKNOWN, Sentence(_("The endorsement is asked for and not answered yet."))),
    "refused": (Outcome.NOT_MET, Sentence(_("The endorsement is refused."))),
    "expired": (Outcome.NOT_MET, Sentence(_("The endorsement was not given in time."))),
}


def _endorsement(case: Case) -> Found:
    state = cast(str, case.profile.endorsement)
    if state == "no_channel":
        if case.params.get("fallback"):
            text = _("Nobody in the country can endorse: a person of the office decides instead.")
            return Outcome.PERSON, Sentence(text)
        return Outcome.NOT_MET, Sentence(_("Nobody in the country can endorse, and this call has no other way."))
    return _ENDORSEMENTS.get(state, (Outcome.UNKNOWN, Sentence(_("The endorsement is not asked for yet."))))


def _prior(case: Case) -> Found:
    last, most = case.params["last"], case.params.get("most", 0)
    count = sum(1 <= edition <= last for edition in case.profile.prior_editions or ())
    params = {"count": count, "last": last, "most": most}
    if count <= most:
        text = ngettext_lazy(
            "Took part in %(count)d of the last %(last)s editions; allowed: %(most)s.",
            "Took part in %(count)d of the last %(last)s editions; allowed: %(most)s.",
            "count",
        )
        return Outcome.MET, Sentence(text, params)
    text = ngettext_lazy(
        "Took part in %(count)d of the last %(last)s editions; at most %(most)s is allowed.",
        "Took part in %(count)d of the last %(last)s editions; at most %(most)s is allowed.",
        "count",
    )
    return Outcome.NOT_MET, Sentence(text, params)


def _by_person(case: Case) -> Found:
    return Outcome.PERSON, Sentence(_("A person of the office looks at this."))


FINDERS: Mapping[str, Callable[[Case], Found]] = {
    "age_at": _age,
    "membership": _membership,
    "post_level": _one_of(
        "post_level", "levels",
        _("Level of post: %(given)s."),
        _("Level of post: %(given)s; the call is for %(wanted)s."),
    ),
    "employer_kind": _one_of(
        "employer_kind", "kinds",
        _("Employer: %(given)s."),
        _("Employer: %(given)s; the call is for people employed by %(wanted)s."),
    ),
    "country_of_work": _country,
    "nationality": _nationality,
    "language_level": _language,
    "experience": _experience,
    "grant_pause": _grant_pause,
    "sister_call": _sister,
    "certificate": _certificate,
    "team": _team,
    "endorsement": _endorsement,
    "prior_participation": _prior,
    "by_person": _by_person,
}  # fmt: skip

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
