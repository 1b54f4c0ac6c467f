"""Where and as what somebody works: country, post, employer, experience, the team."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from tessera.calls.eligibility.kinds.case import Case, Found
from tessera.calls.eligibility.model import Outcome
from tessera.core.sentences import Sentence
from tessera.places.wording import Country, countries

MOST_NAMED = 12  # countries in one sentence


def one_of(fact: str, name: str, met: Any, not_met: Any) -> Callable[[Case], Found]:
    def found(case: Case) -> Found:
        given, wanted = getattr(case.profile, fact), case.params[name]
        params = {"given": case.world.listed(fact, [given]), "wanted": case.world.listed(fact, wanted)}
        return (Outcome.MET, Sentence(met, params)) if given in wanted else (Outcome.NOT_MET, Sentence(not_met, params))

    return found


def country(case: Case) -> Found:
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


def experience(case: Case) -> Found:
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


def team(case: Case) -> Found:
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
