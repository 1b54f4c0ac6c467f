"""Reads of proposals: lists, and what follows from a country."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tessera.places.queries import HOME_SCHEME, WORKING_SCHEME, reference
from tessera.planning.models import Proposal
from tessera.web.money import in_words

KINDS = {"received": "due", "accepted": "done", "declined": "late", "withdrawn": "", "draft": ""}


@dataclass(frozen=True)
class ProposalRow:
    """A proposal with what a list shows of it."""

    proposal: Proposal
    kind: str
    region: str
    area: str
    languages: str
    budget: str


def proposals(
    user: Any, *, state: str = "", region: str = "", capacity: str = "", word: str = "", rehearsal: str = ""
) -> models.QuerySet[Proposal]:
    """Confirmed proposals that ``user`` may see, the latest first; loads country, topic and training."""
    rows = Proposal.objects.visible_to(user)
    if state:
        rows = rows.filter(state=state)
    if capacity:
        rows = rows.filter(capacity=capacity)
    if region:
        places = reference()
        held = {r.code: r.countries for r in (*places.regions(HOME_SCHEME), *places.regions(WORKING_SCHEME))}
        rows = rows.filter(country__in=held.get(region, frozenset()))
    for part in word.split():
        rows = rows.filter(
            models.Q(organisation__icontains=part) | models.Q(need__icontains=part) | models.Q(code__iexact=part)
            | models.Q(name__icontains=part) | models.Q(city__icontains=part)
        )  # fmt: skip
    if rehearsal:
        rows = rows.filter(rehearsal=rehearsal == "only")
    return rows.select_related("country", "topic", "training", "decided_by__person").order_by("-confirmed_at", "-pk")


def proposal_row(proposal: Proposal) -> ProposalRow:
    """The same with region and working area, both derived from the country, in the reader's language."""
    places = reference()
    return ProposalRow(
        proposal=proposal,
        kind=KINDS[proposal.state],
        region=region_name(proposal.country_id, HOME_SCHEME) or _("outside the regions"),
        area=region_name(proposal.country_id, WORKING_SCHEME),
        languages=", ".join(
            str(places.languages[code].name) if code in places.languages else code for code in proposal.languages
        ),
        budget=in_words(proposal.budget, proposal.currency),
    )


def region_name(country: str, scheme: str) -> str:
    """The region of a scheme that holds ``country``, in the reader's language; "" where none does."""
    places = reference()
    code = places.region_of(country, scheme)
    return places.scheme(scheme).by_code[code].name.best(get_language())[0] if code else ""


def waiting_proposals(user: Any) -> int:
    """How many real proposals wait for an answer."""
    return Proposal.objects.visible_to(user).real().filter(state=Proposal.State.RECEIVED).count()
