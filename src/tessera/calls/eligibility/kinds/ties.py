"""How somebody stands to the programme: membership, earlier grants and editions, other calls, endorsement."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import cast

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from tessera.calls.eligibility.kinds.case import Case, Found, age_on
from tessera.calls.eligibility.model import Outcome
from tessera.core.sentences import Listed, Sentence
from tessera.places.wording import Day


def membership(case: Case) -> Found:
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


def grant_pause(case: Case) -> Found:
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


def sister(case: Case) -> Found:
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


_ENDORSEMENTS: Mapping[str, Found] = {
    "given": (Outcome.MET, Sentence(_("The endorsement is given."))),
    "asked": (Outcome.UNKNOWN, Sentence(_("The endorsement is asked for and not answered yet."))),
    "refused": (Outcome.NOT_MET, Sentence(_("The endorsement is refused."))),
    "expired": (Outcome.NOT_MET, Sentence(_("The endorsement was not given in time."))),
}
# Where any channel will do: the first of these that one of them has.
_BEST_FIRST = ("given", "in_place", "asked", "not_asked", "no_channel", "expired", "refused")


def endorsement(case: Case) -> Found:
    state = _endorsement_of(case)
    if state == "in_place" and case.params.get("channel") and not case.params.get("fallback"):
        text = _(
            "Somebody else endorsed in the place of the national committee: a person of the office decides "
            "whether that counts."
        )
        return Outcome.PERSON, Sentence(text)
    if state == "in_place":
        return _ENDORSEMENTS["given"]
    if state == "no_channel":
        if case.params.get("fallback"):
            text = _("Nobody in the country can endorse: a person of the office decides instead.")
            return Outcome.PERSON, Sentence(text)
        return Outcome.NOT_MET, Sentence(_("Nobody in the country can endorse, and this call has no other way."))
    return _ENDORSEMENTS.get(state, (Outcome.UNKNOWN, Sentence(_("The endorsement is not asked for yet."))))


def _endorsement_of(case: Case) -> str:
    """The state of the channel that the rule names; of the best one where it names none."""
    known, channel = case.profile.endorsement or "not_asked", case.params.get("channel")
    if isinstance(known, str):
        return known
    if channel:
        return known.get(channel, "not_asked")
    return next((state for state in _BEST_FIRST if state in known.values()), "not_asked")


def prior(case: Case) -> Found:
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
