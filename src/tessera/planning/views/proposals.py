"""The office's pages of proposals: the list, one with its history, a new one, the decision."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tessera.accounts.models import User
from tessera.accounts.permissions import has_perm, me, require
from tessera.activity.history import entries
from tessera.activity.queries import activity_of
from tessera.core.errors import DomainError
from tessera.planning.forms.proposals import AcceptForm, OfficeProposalForm, ProposalFilter, ReasonForm
from tessera.planning.models import Proposal
from tessera.planning.queries import proposals as queries
from tessera.planning.services import acceptance
from tessera.planning.services import proposals as services

PAGE = 30


@require_safe
def proposals(request: HttpRequest) -> HttpResponse:
    """Every confirmed proposal, the latest first, narrowed by the address."""
    require(request.user, "planning.view_planning")
    form = ProposalFilter(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    rows = queries.proposals(
        request.user, state=asked.get("state", ""), region=asked.get("region", ""),
        capacity=asked.get("capacity", ""), word=asked.get("q", ""), rehearsal=asked.get("rehearsal", ""),
    )  # fmt: skip
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "tab": "proposals",
        "form": form,
        "page": page,
        "rows": [queries.proposal_row(row) for row in page],
        "narrowed": any(asked.values()),
    }
    return render(request, "planning/proposals.html", context)


@require_safe
def proposal(request: HttpRequest, code: str) -> HttpResponse:
    found = _proposal(request, code)
    require(request.user, "planning.view_proposal", found)
    return _page(request, found, AcceptForm(initial={"role": found.capacity}), ReasonForm())


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A proposal that reached the office another way."""
    require(request.user, "planning.add_proposal")
    form = OfficeProposalForm(
        request.POST if request.method == "POST" else None,
        languages=settings.LANGUAGES,
        initial={"language": get_language()},
    )
    if form.is_bound and form.is_valid():
        made = services.add_proposal(
            form.facts, language=form.cleaned_data["language"], by=me(request), at=timezone.now()
        )
        messages.success(request, _("The proposal is written down, and a receipt is on its way."))
        return redirect("planning:proposal", made.code)
    return render(
        request, "planning/proposal_new.html", {"tab": "proposals", "form": form}, status=422 if form.is_bound else 200
    )


@require_POST
def accept(request: HttpRequest, code: str) -> HttpResponse:
    found = _proposal(request, code)
    require(request.user, "planning.decide_proposal", found)
    form = AcceptForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form, ReasonForm(), status=422)
    return _act(
        request, found, _("Accepted. The proposer gets a mail."),
        lambda by: services.accept_proposal(found, by=by, at=timezone.now(), **form.cleaned_data),
    )  # fmt: skip


@require_POST
def decline(request: HttpRequest, code: str) -> HttpResponse:
    found = _proposal(request, code)
    require(request.user, "planning.decide_proposal", found)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, found, AcceptForm(initial={"role": found.capacity}), form, status=422)
    return _act(
        request, found, _("Declined. The proposer gets a mail with the reason."),
        lambda by: services.decline_proposal(found, by=by, at=timezone.now(), reason=form.cleaned_data["reason"]),
    )  # fmt: skip


@require_POST
def make_training(request: HttpRequest, code: str) -> HttpResponse:
    """A planned training from an accepted proposal."""
    found = _proposal(request, code)
    require(request.user, "planning.decide_proposal", found)
    try:
        training = acceptance.training_of_proposal(found, by=me(request), at=timezone.now())
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect("planning:proposal", code)
    messages.success(request, _("A planned training was made. Nobody but the office sees it until it is published."))
    return redirect("programmes:training", training.slug)


def _act(request: HttpRequest, found: Proposal, done: str, act: Any) -> HttpResponse:
    user: User = me(request)
    try:
        act(user)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect("planning:proposal", found.code)


def _proposal(request: HttpRequest, code: str) -> Proposal:
    require(request.user, "planning.view_planning")
    rows = Proposal.objects.visible_to(request.user).select_related("country", "topic", "training")
    return get_object_or_404(rows, code=code)


def _page(
    request: HttpRequest, found: Proposal, accept_form: AcceptForm, decline_form: ReasonForm, status: int = 200
) -> HttpResponse:
    context = {
        "tab": "proposals",
        "row": queries.proposal_row(found),
        "accept_form": accept_form,
        "decline_form": decline_form,
        "may_decide": has_perm(request.user, "planning.decide_proposal", found) and found.may_be_decided(),
        "may_make": found.state == Proposal.State.ACCEPTED and found.training is None,
        "story": entries(activity_of(found)),
    }
    return render(request, "planning/proposal.html", context, status=status)
