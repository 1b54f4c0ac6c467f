"""What is on record of the person who applies: other applications, and roles in trainings. For the office alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import models

from tessera.applications.listing import KINDS
from tessera.applications.models import Application, Status
from tessera.core.translated import best
from tessera.programmes.models import Engagement

MOST = 20  # of each; a person with more is asked about


@dataclass(frozen=True)
class OtherApplication:
    """Another application of the same person. ``by_address``: another account or none, with the same address.

    ``took_part``: a place was offered in its training, and accepted.
    """

    number: str
    call: str
    year: int
    state: str
    kind: str
    by_address: bool
    took_part: bool


@dataclass(frozen=True)
class OtherRole:
    """A role of the same person in a training; ``training`` is its slug, ``year`` None where its dates are not known."""

    role: str
    training: str
    title: str
    year: int | None


@dataclass(frozen=True)
class Prior:
    """What is on record, the latest first; ``person`` is the slug of the record, where there is one."""

    person: str
    applications: list[OtherApplication]
    roles: list[OtherRole]


def prior_of(application: Application, user: Any) -> Prior:
    """What ``user`` of the office may know of the person who wrote ``application``; two queries.

    The same person is the same account, or the same address where a paper came without an account. A draft is its
    writer's alone and is not among them; what was erased is nobody's any more.
    """
    same = models.Q(applicant=application.applicant_id) if application.applicant_id else models.Q()
    if application.email:
        same |= models.Q(email__iexact=application.email)
    person = application.applicant.person if application.applicant else None
    rows: list[Application] = []
    if same:
        found = Application.objects.visible_to(user).handed_in().filter(same, erased_at=None)
        found = found.filter(rehearsal=application.rehearsal).exclude(pk=application.pk)
        rows = list(found.select_related("call").order_by("-submitted_at", "-pk")[:MOST])
    roles: list[Engagement] = []
    if person is not None:
        held = Engagement.objects.filter(person=person).select_related("training")
        roles = list(held.order_by("-training__starts_on", "-training", "order", "pk")[:MOST])
    return Prior(
        person.slug if person is not None else "",
        [
            OtherApplication(
                row.number,
                best(row.call.title)[0] or row.call.code,
                row.submitted_at.year if row.submitted_at else row.started_at.year,
                str(row.get_status_display()),
                KINDS.get(row.status, ""),
                row.applicant_id is None or row.applicant_id != application.applicant_id,
                row.status == Status.ACCEPTED,
            )
            for row in rows
        ],
        [
            OtherRole(
                str(row.get_role_display()),
                row.training.slug,
                best(row.training.title)[0] or row.training.slug,
                row.training.starts_on.year if row.training.starts_on else None,
            )
            for row in roles
        ],
    )
