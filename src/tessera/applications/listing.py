"""The office's list of applications: narrowed, counted, with what the rules said in one word."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, Subquery, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from tessera.applications.later import STATES as LATER_STATES
from tessera.applications.later import later_states
from tessera.applications.models import Application, Document, Request, Status, Verdict, Waiver
from tessera.applications.transmission import (
    STATES,
    TO_DECIDE,
    is_transmitted,
    said_in_a_cell,
    with_transmission,
)
from tessera.calls.eligibility import editing
from tessera.calls.models import Call
from tessera.calls.queries import latest_rules
from tessera.core.folding import fold
from tessera.core.translated import best
from tessera.places.queries import reference
from tessera.web.dates import moment_in_words

KINDS: Mapping[str, str] = {
    "submitted": "due", "returned": "part", "eligible": "done", "ineligible": "late", "incomplete": "late",
    "under_review": "part", "selected": "done", "reserve": "part", "offered": "done", "accepted": "done",
}  # fmt: skip
# The worst that stands against it; a waived condition does not.
VERDICTS: Mapping[str, tuple[Any, str]] = {
    "met": (gettext_lazy("all conditions met"), "done"),
    "person": (gettext_lazy("a person decides"), "part"),
    "unknown": (gettext_lazy("something is not known"), "due"),
    "not_met": (gettext_lazy("a condition is not met"), "late"),
    "none": (gettext_lazy("nothing judged"), ""),
}
COLUMNS: Mapping[str, Any] = {
    "country": gettext_lazy("Country or territory"),
    "institution": gettext_lazy("Institution"),
    "strand": gettext_lazy("Strand"),
    "verdict": gettext_lazy("Conditions"),
    "priorities": gettext_lazy("Priorities met"),
    "transmission": gettext_lazy("Transmission"),
    "endorsement": gettext_lazy("Endorsement"),
    "files": gettext_lazy("Files"),
    "later": gettext_lazy("Questions to those selected"),
    "language": gettext_lazy("Language"),
    "origin": gettext_lazy("Origin"),
    "submitted": gettext_lazy("Submitted"),
}
MOST_NAMED = 10
USUAL = ("country", "institution", "verdict", "submitted")
ORDERS: Mapping[str, tuple[Any, tuple[str, ...]]] = {
    "": (gettext_lazy("the latest first"), ("-submitted_at", "-pk")),
    "preferred": (gettext_lazy("the preferred first"), ("-priorities", "-submitted_at", "-pk")),
}


@dataclass(frozen=True)
class Cell:
    """One cell of the list; ``kind`` makes it a state."""

    text: str
    kind: str = ""


@dataclass(frozen=True)
class Row:
    """One application with the cells of the columns that were asked for."""

    application: Application
    state: str
    kind: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Count:
    """How many there are of one state, country or strand."""

    key: str
    name: str
    number: int


def applications(
    user: Any, call: Call, *, q: str = "", state: str = "", country: str = "", strand: str = "", verdict: str = "",
    origin: str = "", transmission: str = "", later: str | None = None, order: str = "",
) -> models.QuerySet[Application]:  # fmt: skip
    """Those handed in that ``user`` may see, with ``verdict`` and the number of its ``rules``, ``transmission``, ``endorsement``
    and ``files`` beside; with ``later`` where the call asks something of those selected (``later`` is not None).

    The latest come first; with ``order`` "preferred" those that meet the first priority, of them those that meet the
    second, and so on. Loads the country; nothing else is followed.
    """
    rows = with_verdict(Application.objects.visible_to(user).handed_in().filter(call=call))
    if is_transmitted(call):
        rows = with_transmission(rows, timezone.now())
    else:
        transmission = ""
    if later is not None:
        rows = with_later(rows, later_states(user, call))
    for name, value in (
        ("status", state),
        ("country", country),
        ("strand", strand),
        ("verdict", verdict),
        ("origin", origin),
        ("transmission", transmission),
        ("later", later),
    ):
        if value:
            rows = rows.filter(**{name: value})
    if parts := fold(q).split():
        rows = rows.filter(pk__in=_with_words(rows, parts))
    living = Request.objects.current().of_the_country()
    endorsed = living.filter(application=OuterRef("pk"), kind=Request.Kind.ENDORSEMENT).order_by("-pk")
    files = Document.objects.current().filter(application=OuterRef("pk")).order_by().values("application")
    return (
        rows.annotate(
            rules=models.F("rule_version__number"),
            endorsement=Subquery(endorsed.values("state")[:1]),
            files=Subquery(files.annotate(n=models.Count("pk")).values("n"), output_field=models.IntegerField()),
        )
        .select_related("country")
        .order_by(*ORDERS[order][1])
    )


def _with_words(rows: models.QuerySet[Application], parts: list[str]) -> list[int]:
    """Those of ``rows`` that have each of ``parts`` in their name, address or institution, or as their number; by key.

    Read and folded here, in one query: no database compares as `fold` does, and an institution is kept as it was written.
    """
    texts = rows.order_by().values_list("pk", "number", "names_folded", "email", "institution")
    return [
        pk
        for pk, number, *searched in texts
        if all(part == fold(number) or any(part in fold(text) for text in searched) for part in parts)
    ]


def has_priorities(call: Call) -> bool:
    """Whether the rules of ``call`` prefer anybody, in any strand. One query."""
    version = latest_rules(call)
    document = version.document if version else {}
    parts = [editing.EVERYBODY, *document.get("strands", {})]
    return any(rule.get("weight") == "priority" for part in parts for rule in editing.rules_in(document, part))


def priorities_in_words(kept: str) -> str:
    """Which of the priorities are met, by their place; nothing where there are none."""
    if not kept:
        return ""
    met = [str(n) for n, one in enumerate(kept, start=1) if one == "1"]
    return _("%(met)s of %(total)s") % {"met": ", ".join(met) or pgettext("priorities", "none"), "total": len(kept)}


def with_verdict(rows: models.QuerySet[Application]) -> models.QuerySet[Application]:
    """``verdict``: the worst outcome of a hard rule that was not waived, or that a person has to look at something."""
    waived = Waiver.objects.filter(
        application=OuterRef("application"), rule_version=OuterRef("rule_version"), rule=OuterRef("rule")
    )
    standing = Verdict.objects.filter(application=OuterRef("pk"), rule_version=OuterRef("rule_version")).exclude(
        Exists(waived)
    )
    hard = standing.filter(document__weight="hard")
    return rows.annotate(
        verdict=Case(
            When(Exists(hard.filter(outcome="not_met")), then=Value("not_met")),
            When(Exists(hard.filter(outcome="unknown")), then=Value("unknown")),
            When(
                Exists(standing.filter(Q(outcome="person") | (Q(document__weight="person") & ~Q(outcome="met")))),
                then=Value("person"),
            ),
            When(Exists(Verdict.objects.filter(application=OuterRef("pk"))), then=Value("met")),
            default=Value("none"),
            output_field=models.CharField(),
        )
    )


def with_later(rows: models.QuerySet[Application], states: Mapping[int, str]) -> models.QuerySet[Application]:
    """``later``: which of ``states`` (`later_states`) each is in; "" for those that are asked nothing more."""
    whens = [
        When(pk__in=[pk for pk, one in states.items() if one == state], then=Value(state)) for state in LATER_STATES
    ]
    return rows.annotate(later=Case(*whens, default=Value(""), output_field=models.CharField()))


def row_of(application: Any, columns: tuple[str, ...], strands: Mapping[str, str], call: Call) -> Row:
    """One line of the list of ``call``, from what `applications` loaded."""
    return Row(
        application,
        str(application.get_status_display()),
        KINDS.get(application.status, ""),
        tuple(_cell(application, column, strands, call) for column in columns),
    )


def counts(user: Any, call: Call) -> dict[str, list[Count]]:
    """How many were handed in, by state, country and strand: three queries, the largest first."""
    rows = Application.objects.visible_to(user).handed_in().filter(call=call)
    places, strands = reference().country_names(), strand_names(call)
    names: dict[str, Mapping[str, Any]] = {
        "state": dict(Status.choices), "country": places, "strand": strands,
    }  # fmt: skip
    found = {}
    for key, field in (("state", "status"), ("country", "country_id"), ("strand", "strand")):
        grouped = (
            rows.order_by()
            .values_list(field)
            .annotate(n=models.Count("pk"))
            .order_by("-n", models.F(field).asc(nulls_last=True))
        )
        found[key] = [
            Count(value or "", str(names[key].get(value) or value or _("not said")), number)
            for value, number in grouped
        ]
    return found


@dataclass(frozen=True)
class Untransmitted:
    """Those of a call that nobody transmitted, by name, the first of them; ``total`` is how many there are."""

    total: int
    rows: list[tuple[Application, str]]


def untransmitted(user: Any, call: Call) -> Untransmitted | None:
    """What the office decides on because nobody transmitted it; None in another kind of call, else at most two queries."""
    if not is_transmitted(call):
        return None
    mine = Application.objects.visible_to(user).handed_in().filter(call=call)
    rows: models.QuerySet[Any] = with_transmission(mine, timezone.now())
    rows = rows.filter(transmission__in=TO_DECIDE, status__in=(Status.SUBMITTED, Status.ELIGIBLE))
    total = rows.count()
    first = rows.order_by("transmitted_until", "pk")[:MOST_NAMED] if total else []
    return Untransmitted(total, [(row, said_in_a_cell(row, call)) for row in first])


def strand_names(call: Call) -> dict[str, str]:
    """What the strands of a call are called, in the reader's language."""
    rows = sorted(call.strands.all(), key=lambda one: (one.order, one.pk))
    alone = _("Everybody") if len(rows) == 1 else ""
    return {strand.key: best(strand.name)[0] or alone or strand.key for strand in rows}


def _cell(row: Any, column: str, strands: Mapping[str, str], call: Call) -> Cell:
    if column == "country":
        return Cell(reference().country_names().get(row.country_id or "", "–"))
    if column == "verdict":
        text, kind = VERDICTS[row.verdict]
        return Cell(str(text), kind)
    if column == "priorities":
        return Cell(priorities_in_words(row.priorities) or "–")
    if column == "transmission":
        return Cell(said_in_a_cell(row, call), STATES[row.transmission][1] if row.transmission in STATES else "")
    if column == "later":
        words, kind = LATER_STATES.get(row.later, ("–", ""))
        return Cell(str(words), kind)
    if column == "endorsement":
        return Cell(str(dict(Request.State.choices).get(row.endorsement, "–")))
    if column == "files":
        return Cell(str(row.files or 0))
    if column == "strand":
        return Cell(strands.get(row.strand, row.strand or "–"))
    if column == "language":
        places = reference().languages
        return Cell(str(places[row.language].name) if row.language in places else row.language)
    if column == "origin":
        return Cell(str(row.get_origin_display()))
    if column == "submitted":
        at = timezone.localtime(row.submitted_at)
        return Cell(f"{moment_in_words(at)} {at.tzname()}")
    return Cell(str(getattr(row, column) or "–"))
