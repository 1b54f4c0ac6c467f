"""Calls in which an endorser transmits the applications of the own country: what counts already, and what waits.

An application of such a call is taken in like any other, but counts only once the endorsement that transmits it is
given, by its internal deadline. What was not transmitted is decided on by a person of the office.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, Subquery, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tessera.applications.models import RUNNING, Application, Request, Status, TransmissionWaiver
from tessera.applications.sending import said_until
from tessera.calls.models import Call, Channel
from tessera.calls.questions import Form, Question, Type
from tessera.web.dates import in_words

# How far an application is, in words, with how the page marks it. What a person of the office has to look at is late.
STATES: Mapping[str, tuple[Any, str]] = {
    "waiting": (gettext_lazy("waiting to be transmitted"), "due"),
    "transmitted": (gettext_lazy("transmitted"), "done"),
    "late": (gettext_lazy("not transmitted in time"), "late"),
    "refused": (gettext_lazy("transmission refused"), "late"),
    "not_asked": (gettext_lazy("nobody is asked to transmit it"), "late"),
    "waived": (gettext_lazy("counts without being transmitted"), "done"),
}
COUNTS = ("transmitted", "waived")
TO_DECIDE = ("late", "refused", "not_asked")


@dataclass(frozen=True)
class Standing:
    """How far one application is. ``sentence`` is for everybody who may read of it; ``request`` the one that stands."""

    state: str
    kind: str
    words: str
    sentence: str
    request: Request | None = None
    waiver: TransmissionWaiver | None = None

    @property
    def counts(self) -> bool:
        return self.state in COUNTS

    @property
    def to_decide(self) -> bool:
        return self.state in TO_DECIDE


def is_transmitted(call: Call) -> bool:
    """Whether an endorser transmits the applications of ``call``."""
    return call.channel == Channel.TRANSMITTED


def transmitting_question(form: Form) -> Question | None:
    """The question whose endorsement transmits: that of the national committee, else the first one."""
    asked = [one for one in form.questions if one.type is Type.ENDORSEMENT and one.stage == "apply"]
    committee = [question for question in asked if question.channel == "national_committee"]
    return next(iter([*committee, *asked]), None)


def standing_of(application: Application, requests: Iterable[Request], *, at: datetime | None) -> Standing | None:
    """How far ``application`` is at ``at`` (None: whether a deadline is over is left to its state); None where its
    call is of another kind. ``requests`` are all of its own; one query for the waiver unless it is loaded.
    """
    if not is_transmitted(application.call):
        return None
    rows = [row for row in requests if row.transmits and row.is_current() and row.country_id == application.country_id]
    request = max(rows, key=lambda row: row.pk, default=None)
    waiver: TransmissionWaiver | None = getattr(application, "transmission_waiver", None)
    state = _state(request, waiver, at)
    words, kind = STATES[state]
    return Standing(state, kind, str(words), sentence_of(state, application, request), request, waiver)


def _state(request: Request | None, waiver: TransmissionWaiver | None, at: datetime | None) -> str:
    if request is not None and request.state == Request.State.GIVEN:
        return "transmitted"
    if waiver is not None:
        return "waived"
    if request is None:
        return "not_asked"
    if request.state == Request.State.REFUSED:
        return "refused"
    over = request.state == Request.State.EXPIRED or (at is not None and request.due_at <= at)
    return "late" if over else "waiting"


def sentence_of(state: str, application: Application, request: Request | None) -> str:
    """How far it is, as everybody may read it. Nobody's words are in it.

    Why somebody refused is the office's alone, and the reason of a waiver was told by mail.
    """
    if state == "waived":
        return _("It counts without being transmitted: the programme office decided so.")
    if request is None:
        return _("Nobody is asked yet to transmit it.")
    said = {"who": request.name, "until": said_until(request.due_at, application.call)}
    if state == "transmitted":
        day = in_words(request.answered_at.date()) if request.answered_at else ""
        return _("Transmitted by %(who)s on %(day)s.") % {**said, "day": day}
    if state == "refused":
        return _("%(who)s does not transmit it.") % said
    if state == "late":
        return _("Not transmitted by %(who)s, who had until %(until)s.") % said
    return _("Waiting to be transmitted by %(who)s until %(until)s.") % said


def standing_requests() -> models.QuerySet[Request]:
    """The request that transmits the application of an outer query.

    Each transmits those of the own country only: where the country of work is another since, nobody is asked yet.
    """
    own = Q(country=OuterRef("country")) | Q(country=None, application__country=None)
    return Request.objects.current().filter(own, application=OuterRef("pk"), transmits=True).order_by("-pk")


def with_transmission(rows: models.QuerySet[Application], at: datetime) -> models.QuerySet[Application]:
    """``transmission``: the state of each at ``at``, "" where its call is of another kind; and by whom, until when."""
    asked = standing_requests()
    over = asked.filter(Q(state=Request.State.EXPIRED) | Q(due_at__lte=at))
    return rows.annotate(
        transmission=Case(
            When(~Q(call__channel=Channel.TRANSMITTED), then=Value("")),
            When(Exists(asked.filter(state=Request.State.GIVEN)), then=Value("transmitted")),
            When(Exists(TransmissionWaiver.objects.filter(application=OuterRef("pk"))), then=Value("waived")),
            When(Exists(asked.filter(state=Request.State.REFUSED)), then=Value("refused")),
            When(Exists(over), then=Value("late")),
            When(Exists(asked), then=Value("waiting")),
            default=Value("not_asked"),
            output_field=models.CharField(),
        ),
        transmitter=Subquery(asked.values("name")[:1]),
        transmitted_until=Subquery(asked.values("due_at")[:1]),
    )


def counted() -> Q:
    """What counts as complete: every application of another kind of call, and what was transmitted or let pass."""
    return (
        ~Q(call__channel=Channel.TRANSMITTED)
        | Exists(standing_requests().filter(state=Request.State.GIVEN))
        | Exists(TransmissionWaiver.objects.filter(application=OuterRef("pk")))
    )  # fmt: skip


def said_in_a_cell(row: Any, call: Call) -> str:
    """The state of a row of `with_transmission`, with whom it waits for and until when."""
    if row.transmission == "waiting":
        return _("waiting to be transmitted by %(who)s until %(until)s") % {
            "who": row.transmitter, "until": said_until(row.transmitted_until, call),
        }  # fmt: skip
    if row.transmission == "late":
        return _("not transmitted by %(who)s in time (%(until)s)") % {
            "who": row.transmitter, "until": said_until(row.transmitted_until, call),
        }  # fmt: skip
    return str(STATES[row.transmission][0]) if row.transmission in STATES else ""


def calls_to_decide_on(at: datetime) -> list[tuple[Call, int]]:
    """The calls with applications that nobody transmitted, with how many wait for a decision; by code, rehearsal left out.

    One query, and one more where there are any.
    """
    real = Application.objects.real().handed_in().filter(call__channel=Channel.TRANSMITTED, call__status__in=RUNNING)
    rows: models.QuerySet[Any] = with_transmission(real, at)
    rows = rows.filter(transmission__in=TO_DECIDE, status__in=(Status.SUBMITTED, Status.ELIGIBLE))
    found = dict(rows.order_by().values_list("call").annotate(n=models.Count("pk")))
    return [(call, found[call.pk]) for call in Call.objects.filter(pk__in=found).order_by("code")] if found else []
