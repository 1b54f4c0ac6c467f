"""Plans in words, in the reader's language: reasons, levels, proof, what cannot be met and what would change it.

Everything here reads the stored JSON of a scenario (`planning.outcomes`); nothing of the solver is imported.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from babel.lists import format_list
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tessera.activity.kinds import Wording, word_as
from tessera.places.queries import SchemeInfo, reference
from tessera.planning.clock import add_months
from tessera.planning.models import OTHER_THEME, Proposal, Scenario
from tessera.planning.queries.names import area_name, region_name
from tessera.web import dates, locales
from tessera.web.money import in_words


def reason(kind: str, *told: Any, scheme: SchemeInfo | None = None) -> str:
    """One reason of a line (see `outcomes`), as a sentence; ``scheme`` as `names.region_name` has it."""
    if kind == "never":
        return _("%(region)s: no training on record in the whole region, and %(days)s days overdue by then.") % {
            "region": region_name(told[0], scheme),
            "days": locales.number(told[2]),
        }
    if kind == "overdue":
        return _("%(region)s: overdue since %(day)s, %(days)s days by then.") % {
            "region": region_name(told[0], scheme),
            "day": dates.in_words(date.fromisoformat(told[1])),
            "days": locales.number(told[2]),
        }
    if kind == "due":
        said = {
            "region": region_name(told[0], scheme),
            "day": dates.in_words(date.fromisoformat(told[1])),
            "n": told[2],
        }
        if told[2] == 0:
            return _("%(region)s: due on %(day)s, the very day.") % said
        return ngettext(
            "%(region)s: on time until %(day)s, so %(n)s day is left.",
            "%(region)s: on time until %(day)s, so %(n)s days are left.",
            told[2],
        ) % {**said, "n": locales.number(told[2])}
    if kind == "area_never":
        return _("%(area)s: no training on record.") % {"area": area_name(told[0])}
    if kind == "area_since":
        return _("%(area)s: waiting since %(month)s.") % {
            "area": area_name(told[0]),
            "month": dates.month_year(date.fromisoformat(told[1])),
        }
    return _("With this one, all %(n)s regions are on time together.") % {"n": told[0]}


def level(found: Mapping[str, Any], currency: str) -> str:
    """What was decided at one level, and how good it is."""
    key, value = found["key"], found["value"]
    if key == "windows":
        return ngettext(
            "%(n)s window without a training, first of all as few as possible.",
            "%(n)s windows without a training, first of all as few as possible.",
            value,
        ) % {"n": value}
    if key == "days":
        return ngettext(
            "Then %(n)s day beyond a due day, as few as possible.",
            "Then %(n)s days beyond a due day, as few as possible.",
            value,
        ) % {"n": locales.number(value)}
    if key == "need":
        return _(
            "Then the least served area has %(share)s trainings for each unit of its need, as many as possible."
        ) % {"share": Fraction(value)}
    if key == "reached":
        return _("Then areas with a need of %(n)s in all are reached, as much as possible.") % {"n": value}
    if key == "cost":
        return _("Then the cost less grants is %(sum)s, as little as possible.") % {"sum": money(value, currency)}
    if key == "early":
        return _("Last, the trainings are as few and as early as all this allows.")
    return ngettext("%(n)s line differs from the first plan.", "%(n)s lines differ from the first plan.", value) % {
        "n": value
    }


def beyond(found: Mapping[str, Any], currency: str) -> str:
    """What is known of a level that is not proved: how good the best may be."""
    if found["proven"] or found["key"] == "early":
        return ""
    if found["bound"] is None:
        return _("How much better a plan may be is not known.")
    bound: Any = found["bound"]
    if found["key"] == "cost":
        bound = money(bound, currency)
    elif found["key"] == "need":
        bound = Fraction(bound)
    else:
        bound = locales.number(bound)
    return _("No plan does better than %(bound)s.") % {"bound": bound}


def standing(progress: Mapping[str, Any], currency: str) -> str:
    """How good the best plan so far is at the step that is being solved, and how good one may be; empty where unknown."""
    step = str(progress.get("step", ""))
    if step not in ("windows", "days", "reached", "cost", "changes"):
        return ""
    whole = {}
    for name in ("value", "bound"):
        if (
            progress.get(name) is not None
        ):  # what is least is at least the next whole number, what is most at most the last
            exact = float(progress[name])
            whole[name] = math.floor(exact + 1e-6) if step == "reached" else math.ceil(exact - 1e-6)
    told = {name: _amount(step, number, currency) for name, number in whole.items()}
    if not told:
        return ""
    if "value" not in told:
        return _("No plan does better than %(bound)s.") % told
    if "bound" not in told:
        return _("Best found so far: %(value)s.") % told
    if whole["value"] == whole["bound"]:
        return _("Best found so far: %(value)s, proved best.") % told
    return _("Best found so far: %(value)s. No plan does better than %(bound)s.") % told


def _amount(step: str, number: int, currency: str) -> str:
    """A value of a step with what it counts."""
    if step == "cost":
        return money(number, currency)
    shown = {"n": locales.number(number)}
    if step == "windows":
        return ngettext("%(n)s window without a training", "%(n)s windows without a training", number) % shown
    if step == "days":
        return ngettext("%(n)s day beyond a due day", "%(n)s days beyond a due day", number) % shown
    if step == "changes":
        return ngettext("%(n)s line that differs", "%(n)s lines that differ", number) % shown
    return ngettext("%(n)s of need reached", "%(n)s of need reached", number) % shown


def rule(found: Mapping[str, Any], first: date, currency: str, names: Mapping[str, str]) -> str:
    """A rule that takes part in a conflict; ``names`` are those of regions, trainers, trainings, themes by their keys."""
    kind, amount = found["kind"], found.get("amount")
    said = {
        "subject": subject(found.get("subject") or "", names),
        "n": amount,
        "year": found.get("year"),
        "from": quarter(first, found["first"]) if found.get("first") is not None else "",
        "to": quarter(first, found["last"]) if found.get("last") is not None else "",
        "sum": money(amount or 0, currency),
    }
    if kind == "window":
        return _window(found, said)
    return (RULES.get(kind) or (lambda n: "%(subject)s"))(amount or 0) % said


def _window(found: Mapping[str, Any], said: Mapping[str, Any]) -> str:
    if found["last"] < found["first"]:  # nothing but exact days in the quarter itself would do
        return _("%(subject)s needs a training early in %(from)s: it falls due before the quarter is over.") % said
    if found["last"] == found["first"]:
        return _("%(subject)s needs a training in %(from)s.") % said
    return _("%(subject)s needs a training between %(from)s and %(to)s.") % said


RULES: dict[str, Callable[[int], str]] = {
    "per_quarter": lambda n: ngettext(
        "At most %(n)s training may be held in %(from)s.", "At most %(n)s trainings may be held in %(from)s.", n
    ),
    "per_year": lambda n: ngettext(
        "At most %(n)s more training may be held in %(year)s.",
        "At most %(n)s more trainings may be held in %(year)s.",
        n,
    ),
    "hosts": lambda n: _("The proposals for %(subject)s allow no more trainings."),
    "host_uses": lambda n: ngettext(
        "%(subject)s holds at most %(n)s training.", "%(subject)s holds at most %(n)s trainings.", n
    ),
    "shared": lambda n: ngettext(
        "At most %(n)s training may be shared by two areas.", "At most %(n)s trainings may be shared by two areas.", n
    ),
    "language": lambda n: ngettext(
        "At least %(n)s training has to be in %(subject)s.", "At least %(n)s trainings have to be in %(subject)s.", n
    ),
    "budget": lambda n: _("At most %(sum)s may be spent in %(year)s."),
    "fixed": lambda n: _("%(subject)s is fixed in %(from)s."),
    "team": lambda n: ngettext(
        "%(subject)s needs %(n)s trainer in %(from)s who speaks its language and knows its theme.",
        "%(subject)s needs %(n)s trainers in %(from)s who speak its language and know its theme.",
        n,
    ),
    "trainer_quarter": lambda n: _("%(subject)s gives one training in %(from)s."),
    "trainer_year": lambda n: ngettext(
        "%(subject)s gives at most %(n)s training in %(year)s.",
        "%(subject)s gives at most %(n)s trainings in %(year)s.",
        n,
    ),
}


def easing(found: Mapping[str, Any], first: date, currency: str, names: Mapping[str, str]) -> str:
    """A change that would help, as something to do."""
    kind, n = found["kind"], found["amount"]
    said = {
        "subject": subject(found.get("subject") or "", names),
        "n": n,
        "year": found.get("year"),
        "from": quarter(first, found["first"]) if found.get("first") is not None else "",
        "to": quarter(first, found["last"]) if found.get("last") is not None else "",
        "language": language_name(found.get("language") or ""),
        "sum": money(n, currency),
    }
    if kind == "per_quarter":
        return ngettext("allow %(n)s more training in %(from)s", "allow %(n)s more trainings in %(from)s", n) % said
    if kind == "per_year":
        return ngettext("allow %(n)s more training in %(year)s", "allow %(n)s more trainings in %(year)s", n) % said
    if kind == "wait":
        return ngettext(
            "let %(subject)s wait %(n)s quarter longer", "let %(subject)s wait %(n)s quarters longer", n
        ) % said  # fmt: skip
    if kind == "host":
        by = {**said, "month": dates.month_year(add_months(first, 3 * (found.get("first") or 0) + 2))}
        if found.get("language") and not _names_only(said["subject"], found["language"]):
            return _("find a host in %(subject)s, in %(language)s, by the end of %(month)s") % by
        return _("find a host in %(subject)s by the end of %(month)s") % by
    if kind == "host_uses":
        return (
            ngettext("let %(subject)s hold %(n)s training more", "let %(subject)s hold %(n)s trainings more", n) % said
        )
    if kind == "shared":
        return ngettext("allow %(n)s more shared training", "allow %(n)s more shared trainings", n) % said
    if kind == "language":
        return ngettext(
            "ask for %(n)s training less in %(subject)s", "ask for %(n)s trainings less in %(subject)s", n
        ) % said  # fmt: skip
    if kind == "budget":
        return _("find %(sum)s more for %(year)s") % said
    if kind == "trainer":
        return _trainer(found, said, names)
    return ngettext(
        "ask %(subject)s for %(n)s training more in %(year)s", "ask %(subject)s for %(n)s trainings more in %(year)s", n
    ) % said  # fmt: skip


def _names_only(subject: str, language: str) -> bool:
    """Whether an area's name says this language, and no other, already: “Africa in French”."""
    words = set(re.findall(r"\w+", subject.casefold()))
    names = {code: str(one.name).casefold() for code, one in reference().languages.items()}
    said = {code for code, name in names.items() if name and set(re.findall(r"\w+", name)) <= words}
    return said == {language}


def _trainer(found: Mapping[str, Any], said: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """Trainers to be found: in so far as it matters, for which language and which theme."""
    n, theme = found["amount"], found.get("theme") if found.get("theme") != OTHER_THEME else None
    told = {**said, "theme": names.get(f"theme:{theme}", theme)}
    if found.get("language") and theme:
        return ngettext(
            "find %(n)s trainer who teaches in %(language)s and knows the theme “%(theme)s” for %(from)s",
            "find %(n)s trainers who teach in %(language)s and know the theme “%(theme)s” for %(from)s",
            n,
        ) % told  # fmt: skip
    if found.get("language"):
        return ngettext(
            "find %(n)s trainer who teaches in %(language)s for %(from)s",
            "find %(n)s trainers who teach in %(language)s for %(from)s",
            n,
        ) % told  # fmt: skip
    if theme:
        return ngettext(
            "find %(n)s trainer who knows the theme “%(theme)s” for %(from)s",
            "find %(n)s trainers who know the theme “%(theme)s” for %(from)s",
            n,
        ) % told  # fmt: skip
    return ngettext("find %(n)s trainer for %(from)s", "find %(n)s trainers for %(from)s", n) % told


def relaxation(found: Mapping[str, Any], first: date, currency: str, names: Mapping[str, str]) -> str:
    """Changes that help together: "Allow one more training in 2027 and let …"."""
    text = listed([easing(one, first, currency, names) for one in found["easings"]])
    return f"{text[:1].upper()}{text[1:]}."


def count(found: Mapping[str, Any], first: date, scheme: SchemeInfo | None = None) -> str:
    """A count that no plan gets around; ``scheme`` as `names.region_name` has it."""
    said = {
        "regions": listed([region_name(code, scheme) for code in found["regions"]]),
        "needed": found["needed"],
        "allowed": found["allowed"],
        "quarter": quarter(first, found["quarter"]) if found.get("quarter") is not None else "",
    }
    if found["kind"] == "due_by":
        return ngettext(
            "By the end of %(quarter)s, %(needed)s training falls due (%(regions)s); only %(allowed)s may be held.",
            "By the end of %(quarter)s, %(needed)s trainings fall due (%(regions)s); only %(allowed)s may be held.",
            found["needed"],
        ) % said  # fmt: skip
    if found["kind"] == "density":
        return _("To keep every region on time for ever takes %(needed)s trainings a quarter; %(allowed)s fit.") % said
    return ngettext(
        "%(regions)s needs %(needed)s training; its proposals allow %(allowed)s.",
        "%(regions)s needs %(needed)s trainings; its proposals allow %(allowed)s.",
        found["needed"],
    ) % said  # fmt: skip


def quarter(first: date, number: int) -> str:
    """A quarter as its months: "January to March 2024"."""
    start = add_months(first, 3 * number)
    end = add_months(start, 2)
    return dates.in_words(f"{start:%Y-%m}/{end:%Y-%m}")


def subject(key: str, names: Mapping[str, str]) -> str:
    """A region, an area, a proposal, a training, a language or a trainer, by the name that people know."""
    kind, _colon, code = key.partition(":")
    if key in names:
        return names[key]
    if kind == "proposal" and code:
        return _("the proposal %(code)s") % {"code": code}
    if kind == "training" and code:
        return code
    places = reference()
    if places.coverage_region(key) is not None:
        return region_name(key)
    if key in places.languages:
        return language_name(key)
    return area_name(key)


def served(regions: Sequence[str], areas: Sequence[str], scheme: SchemeInfo | None = None) -> str:
    """Whom a line is for, in words."""
    return listed([area_name(code) for code in areas] or [region_name(code, scheme) for code in regions])


def language_name(code: str) -> str:
    places = reference()
    return str(places.languages[code].name) if code in places.languages else code


def listed(words: Sequence[str]) -> str:
    return format_list(list(words), style="standard", locale=locales.locale_of()) if words else ""


def money(minor: int, currency: str) -> str:
    return in_words(minor, currency or "EUR")


def word_activities() -> None:
    """Let the log name states of proposals and scenarios in words; a training that was made stands by its key."""
    word_as("proposal", Wording(state=lambda code: dict(Proposal.State.choices).get(code) or _key(code)))
    word_as("scenario", Wording(state=lambda code: dict(Scenario.State.choices).get(code) or _key(code)))


def _key(code: str) -> str:
    return format_html("<code>{}</code>", code)
