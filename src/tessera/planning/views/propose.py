"""Proposing a training: the form, the mail, the confirmation, the proposer's own page.

The answers never say whether an address or a proposal is known.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from tessera.accounts.windows import TOKENS_PER_READER, Window, reader_of
from tessera.core.errors import DomainError
from tessera.planning.forms.proposals import ProposalForm
from tessera.planning.queries.proposals import proposal_row
from tessera.planning.services import proposals as services
from tessera.web.pages import in_reading_language
from tessera.web.views.errors import too_many_requests

PROPOSALS_PER_READER = Window("proposal-reader", 10, 3600)
PROPOSALS_PER_ADDRESS = Window("proposal-address", 5, 24 * 3600)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest) -> HttpResponse:
    """The form; the same answer for every address."""
    form = ProposalForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        if not PROPOSALS_PER_READER.admit(reader_of(request)):
            return too_many_requests(request)
        if PROPOSALS_PER_ADDRESS.admit(form.cleaned_data["email"].strip().lower()):  # beyond that nothing is sent
            services.send_proposal(form.facts, language=get_language() or settings.MAIN_LANGUAGE, at=timezone.now())
        return redirect("propose:sent")
    return render(request, "planning/propose.html", {"form": form}, status=422 if form.is_bound else 200)


@login_not_required
@never_cache
@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """What happens next."""
    return render(request, "planning/propose_sent.html", {"days": services.CONFIRM_DAYS})


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Opening the link shows a button (mail programs open links by themselves); the button hands the proposal over."""
    if not TOKENS_PER_READER.admit(reader_of(request)):
        return too_many_requests(request)
    now = timezone.now()
    if request.method == "POST":
        proposal = services.confirm_proposal(token, at=now)
        if proposal is None:
            return render(request, "planning/propose_gone.html", status=410)
        messages.success(request, _("Sent. The programme office has your proposal; the receipt is in your mail."))
        return HttpResponseRedirect(in_reading_language(services.proposer_path(proposal)))
    proposal = services.proposal_to_confirm(token, at=now)
    if proposal is None:
        return render(request, "planning/propose_gone.html", status=410)
    return render(request, "planning/propose_confirm.html", {"row": proposal_row(proposal)})


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: HttpRequest, token: str) -> HttpResponse:
    """Where the proposal stands, for whoever has the link from the mail; and a way to take it back."""
    proposal = services.proposal_of(token)
    if proposal is None:
        return render(request, "planning/propose_gone.html", status=410)
    if request.method == "POST":
        try:
            services.withdraw_proposal(proposal, by=None, at=timezone.now())
        except DomainError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Your proposal is taken back."))
        return HttpResponseRedirect(request.path)
    return render(request, "planning/propose_mine.html", {"row": proposal_row(proposal)})
