"""Endorsing and recommending by link, without an account; and where an applicant reads how it stands.

A link that was used, ran out or is not ours gets one and the same page, which reveals nothing and offers a new one.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tessera.accounts.models import User
from tessera.accounts.permissions import me, require
from tessera.accounts.windows import TOKENS_PER_READER, Window, reader_of
from tessera.applications.forms.requests import NewLinkForm, RankForm, RefusalForm, RequestForm
from tessera.applications.models import Application, Request, countries_of
from tessera.applications.requesting import asked_rows, document_of_request, endorsements_of, request_page
from tessera.applications.services import open_document
from tessera.applications.services import requests as services
from tessera.applications.views.files import file_answer
from tessera.core.errors import DomainError
from tessera.web.views.errors import too_many_requests

LINKS_PER_READER = Window("request-links-reader", 10, 3600)
LINKS_PER_ADDRESS = Window("request-links-address", 4, 24 * 3600)
# Somebody who ranks a country reads many files in one sitting; a token is too long to be found by trying.
FILES_PER_READER = Window("request-files-reader", 120, 15 * 60)
ASKED_PER_APPLICATION = Window("request-asked", 12, 24 * 3600)
PAGE = 30


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """What is asked, by whom, until when; the form that answers it."""
    if not TOKENS_PER_READER.admit(reader_of(request)):
        return too_many_requests(request)
    found = services.request_of(token, at=timezone.now())
    if found is None:
        return _gone(request)
    return _answer(request, found, by=None)


@login_not_required
@never_cache
@require_safe
def document(request: HttpRequest, token: str, key: uuid.UUID) -> HttpResponseBase:
    """A file of the application for whoever holds the link of an endorsement, as an attachment; any other key is gone."""
    if not FILES_PER_READER.admit(reader_of(request)):
        return too_many_requests(request)
    asked = services.request_of(token, at=timezone.now())
    found = document_of_request(asked, key) if asked is not None else None
    if asked is None or found is None:
        return _gone(request)
    try:
        opened = open_document(found, by=None, actor=asked.name, at=timezone.now())
    except FileNotFoundError:
        return _gone(request)
    return file_answer(found, opened)


@require_http_methods(["GET", "HEAD", "POST"])
def endorse(request: HttpRequest, pk: int) -> HttpResponse:
    """The same for a host who is signed in; once it is given, its rank alone may change."""
    rows = Request.objects.visible_to(request.user).of_committees()
    rows = rows.select_related("application__call__training", "application__applicant", "country")
    found = get_object_or_404(rows.prefetch_related("application__requests"), pk=pk)
    require(request.user, "applications.endorse_application", found.application)
    now = timezone.now()
    if found.country_id not in countries_of(me(request)):
        return _gone(request)
    if services.may_rank_anew(found, now):
        return _ranked(request, found)
    return _answer(request, found, by=me(request)) if services.may_answer(found, now) else _gone(request)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new_link(request: HttpRequest) -> HttpResponse:
    """Ask for the links again; the same answer for every address."""
    form = NewLinkForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        if not LINKS_PER_READER.admit(reader_of(request)):
            return too_many_requests(request)
        address = form.cleaned_data["email"].strip().lower()
        if LINKS_PER_ADDRESS.admit(address):  # beyond that nothing is sent
            services.send_new_links.enqueue(address)
        return redirect("requests:sent")
    return render(request, "requests/new_link.html", {"form": form}, status=422 if form.is_bound else 200)


@login_not_required
@never_cache
@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    return render(request, "requests/sent.html")


@login_not_required
@never_cache
@require_safe
def thanks(request: HttpRequest) -> HttpResponse:
    """After an answer. It names nobody, because anybody can open it."""
    return render(request, "requests/thanks.html")


@require_safe
def country(request: HttpRequest) -> HttpResponse:
    """The requests of the countries that a host holds, and of no other."""
    found = endorsements_of(me(request), countries_of(me(request)))
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    now = timezone.now()
    rows = [(row, services.may_answer(row, now) or services.may_rank_anew(row, now)) for row in page]
    return render(request, "requests/country.html", {"page": page, "rows": rows, "section": "endorsements"})


@require_safe
def mine(request: HttpRequest, number: str) -> HttpResponse:
    """Whom an application asks, and how far each is; no word of what they wrote."""
    application = _own(request, number)
    context = {"application": application, "rows": asked_rows(application, at=timezone.now())}
    return render(request, "requests/mine.html", context)


@require_POST
def ask(request: HttpRequest, number: str, question: str) -> HttpResponse:
    """Ask whom the answer names."""
    application = _own(request, number)
    require(request.user, "applications.write_application", application)
    if not ASKED_PER_APPLICATION.admit(number):
        return too_many_requests(request)
    try:
        made = services.ask(application, question, by=me(request), at=timezone.now())
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("%(name)s has been asked by mail.") % {"name": made.name})
    return redirect("requests:mine", number)


def _answer(request: HttpRequest, found: Request, *, by: User | None) -> HttpResponse:
    posted = request.POST if request.method == "POST" else None
    says_no = posted is not None and "refuse" in posted
    page = request_page(found, by)
    if posted is not None and "remove_letter" in posted:
        return _without_letter(request, found, by=by)
    form = RequestForm(
        None if says_no else posted, None if says_no or posted is None else request.FILES, endorsement=found.is_endorsement(),
        transmits=found.transmits, ranked=page.ranked, takes=page.takes, has_letter=page.letter is not None,
        auto_id="id_%s",
    )  # fmt: skip
    no = RefusalForm(posted if says_no else None, auto_id="no_%s")
    if posted is not None and not says_no and not _letter_taken(form, found, by=by):
        return _gone(request)
    if posted is not None and (no.is_valid() if says_no else form.is_valid()):
        done = _refused(found, no, by=by) if says_no else _given(found, form, by=by)
        if done is None:
            return _gone(request)
        if done and by is not None:  # a host goes on with the next one
            messages.success(request, _("Your answer is received."))
            return redirect("requests:country")
        if done:
            return redirect("requests:thanks")
    if posted is not None:  # a letter that came stays, whatever else is missing
        page = request_page(found, by)
    context: dict[str, Any] = {"page": page, "form": form, "no": no, "by": by}
    if by is None:
        context["token"] = services.token_of(found)
    return render(request, "requests/answer.html", context, status=200 if posted is None else 422)


def _ranked(request: HttpRequest, found: Request) -> HttpResponse:
    """Another rank for what was given already."""
    form = RankForm(request.POST if request.method == "POST" else None, initial={"rank": found.rank})
    if form.is_bound and form.is_valid():
        try:
            services.rank_anew(found, form.cleaned_data["rank"], by=me(request), at=timezone.now())
        except DomainError as refusal:
            form.add_error("rank", str(refusal))
        else:
            messages.success(request, _("The rank is changed."))
            return redirect("requests:country")
    context = {"page": request_page(found, me(request)), "rank_form": form, "by": me(request)}
    return render(request, "requests/answer.html", context, status=422 if form.is_bound else 200)


def _refused(found: Request, no: RefusalForm, *, by: User | None) -> bool | None:
    """Say no; None where the request is over."""
    try:
        services.refuse(found, text=no.cleaned_data["reason"], by=by, at=timezone.now())
    except DomainError:
        return None
    return True


def _given(found: Request, form: RequestForm, *, by: User | None) -> bool | None:
    """Give what is asked; False where something is missing, which stands at its field, None where the request is over."""
    given = form.cleaned_data
    try:
        services.give(
            found, opinion=given["opinion"], text=given["text"], rank=given.get("rank"), by=by, at=timezone.now()
        )
    except (services.RankTaken, services.RankMissing) as refusal:
        form.add_error("rank", str(refusal))
    except services.LetterMissing as refusal:
        form.add_error("letter", str(refusal))
    except (services.TextMissing, services.TextOrLetterMissing) as refusal:
        form.add_error("text", str(refusal))
    except DomainError:
        return None
    else:
        return True
    return False


def _letter_taken(form: RequestForm, found: Request, *, by: User | None) -> bool:
    """Keep the file that was sent; why it is refused stands at its field. False where the request is over."""
    form.is_valid()
    file = form.cleaned_data.get("letter")
    if not file:
        return True
    try:
        services.take_letter(found, file, by=by, at=timezone.now())
    except services.CannotAnswer:
        return False
    except DomainError as refusal:
        form.add_error("letter", str(refusal))
    return True


def _without_letter(request: HttpRequest, found: Request, *, by: User | None) -> HttpResponse:
    try:
        services.remove_letter(found, by=by, at=timezone.now())
    except DomainError:
        return _gone(request)
    return redirect(request.path)


def _gone(request: HttpRequest) -> HttpResponse:
    return render(request, "requests/gone.html", {"form": NewLinkForm()}, status=410)


def _own(request: HttpRequest, number: str) -> Application:
    """One's own application, and nobody else's: to everybody else it is not there."""
    rows = Application.objects.of(me(request)).select_related("call", "applicant", "form_version")
    return get_object_or_404(rows.prefetch_related("answers", "requests"), number=number)
