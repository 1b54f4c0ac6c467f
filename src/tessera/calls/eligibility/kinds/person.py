"""What somebody is and can: age, nationality, languages, certificates, what a person judges."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tessera.calls.eligibility.kinds.case import Case, Found, age_on
from tessera.calls.eligibility.model import Language, Outcome
from tessera.calls.questions.model import LEVELS
from tessera.core.sentences import Sentence
from tessera.places.wording import Day, countries
from tessera.places.wording import Language as LanguageName


def age(case: Case) -> Found:
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


def nationality(case: Case) -> Found:
    held = case.profile.nationality or frozenset()
    flagged = held & set(case.params["flagged"])
    if flagged:
        text = _("Nationality %(flagged)s: the law of a funder asks for a look at this file. A person decides.")
        return Outcome.PERSON, Sentence(text, {"flagged": countries(flagged)})
    text = _("Nationality %(held)s: nothing to look at.")
    return Outcome.MET, Sentence(text, {"held": countries(held)})


def language(case: Case) -> Found:
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


def certificate(case: Case) -> Found:
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


def by_person(case: Case) -> Found:
    return Outcome.PERSON, Sentence(_("A person of the office looks at this."))
