"""Signing in and out. The answers never say whether an address has an account."""

from __future__ import annotations

import ipaddress
import uuid
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal import flows
from allauth.account.internal.stagekit import clear_login
from allauth.account.models import Login
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.request import split_domain_port
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from tessera.accounts import queries, second_factor, services, windows
from tessera.accounts.forms import MailedCodeForm, SignInForm
from tessera.accounts.models import Role, SignInLink, User
from tessera.web.views.errors import too_many_requests

ASKED = "sign_in_link"  # the request this browser made, in its session
MAILED_TO = "mailed_to"  # the address it was made for, where a message goes to every address
METHOD = "mailed_link"


def next_of(request: HttpRequest) -> str:
    """Where the reader wanted to go, if that is a page of this site."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if len(wanted) > 500 or not url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure()):
        return ""
    return wanted


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """An address, and either its password or a link by mail."""
    next_path = next_of(request)
    if request.user.is_authenticated:
        return redirect(next_path or "accounts:home")
    form = SignInForm(request.POST or None)
    if form.is_bound and form.is_valid():
        if form.cleaned_data["password"]:
            answer = _by_password(request, form, next_path)
            if answer is not None:
                return answer
        else:
            return _by_link(request, form.cleaned_data["email"], next_path)
    page = {"form": form, "next": next_path, "rehearsal": may_rehearse(request)}
    return render(request, "accounts/sign_in.html", page, status=422 if form.is_bound else 200)


def _by_password(request: HttpRequest, form: SignInForm, next_path: str) -> HttpResponse | None:
    """Sign in, or None after noting on the form what is wrong."""
    if not windows.PASSWORDS_PER_READER.admit(windows.reader_of(request)):
        return too_many_requests(request)
    credentials = {"email": form.cleaned_data["email"].strip(), "password": form.cleaned_data["password"]}
    adapter = get_adapter()
    try:
        user = adapter.authenticate(request, **credentials)
    except ValidationError as refusal:  # allauth's window for one address is full
        form.add_error(None, refusal)
        return None
    if user is None:
        form.add_error(None, adapter.validation_error("email_password_mismatch"))
        return None
    clear_login(request)
    return flows.login.perform_password_login(
        request, credentials, Login(user=user, email=credentials["email"], redirect_url=next_path or None)
    )


def _by_link(request: HttpRequest, address: str, next_path: str) -> HttpResponse:
    folded = address.strip().lower()
    limits = (
        (windows.LINKS_PER_READER, windows.reader_of(request)),
        (windows.LINKS_PER_ADDRESS, folded),
        (windows.LINKS_PER_ADDRESS_AND_DAY, folded),
    )
    if not all(window.admit(key) for window, key in limits):
        return too_many_requests(request)
    key = str(uuid.uuid4())
    services.send_sign_in_link.enqueue(key, address.strip(), get_language() or settings.MAIN_LANGUAGE, next_path)
    request.session[ASKED] = key
    request.session.pop(MAILED_TO, None)
    return redirect("accounts:link_sent")


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def link_sent(request: HttpRequest) -> HttpResponse:
    """The same page for every address: a message is under way if it has an account, or in any case to whoever applies.

    The code can be typed here.
    """
    if request.user.is_authenticated:
        return redirect("accounts:home")
    key = request.session.get(ASKED)
    if not key:
        return redirect("accounts:sign_in")
    form = MailedCodeForm(request.POST or None)
    if form.is_bound and form.is_valid():
        if not windows.TOKENS_PER_READER.admit(windows.reader_of(request)):
            return too_many_requests(request)
        link = services.use_code(key, form.cleaned_data["code"], at=timezone.now())
        if link is not None:
            return _enter(request, link)
        form.add_error("code", _("This code is wrong, used or too old. Follow the link in the message, or ask again."))
    page = {"form": form, "mailed_to": request.session.get(MAILED_TO, "")}
    return render(request, "accounts/link_sent.html", page, status=422 if form.is_bound else 200)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows a button, so that a mail program that opens links uses nothing up; POST signs in, once."""
    if not windows.TOKENS_PER_READER.admit(windows.reader_of(request)):
        return too_many_requests(request)
    now = timezone.now()
    if request.method == "POST":
        used = services.use_link(token, at=now)
        if used is not None:
            return _enter(request, used)
    elif (found := services.link_of(token, at=now)) is not None:
        return render(request, "accounts/link.html", {"link": found})
    return render(request, "accounts/link_invalid.html", {"form": SignInForm()}, status=410)


def _enter(request: HttpRequest, link: SignInLink) -> HttpResponse:
    """Sign in through allauth, which asks for the second factor where there is one."""
    request.session.pop(ASKED, None)
    request.session.pop(MAILED_TO, None)
    if request.user.is_authenticated:
        flows.logout.logout(request, show_message=False)
    clear_login(request)
    flows.login.record_authentication(request, link.user, method=METHOD, reauthenticated=True)
    next_path = link.next_path
    if link.purpose == SignInLink.Purpose.INVITATION:
        next_path = next_path or reverse("accounts:welcome")
    return flows.login.perform_login(
        request, Login(user=link.user, email=link.user.email, redirect_url=next_path or None)
    )


@login_not_required
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign out, also of a sign-in that waits for its second factor."""
    flows.logout.logout(request)
    response = redirect(f"/{get_language()}/")
    response.headers["Clear-Site-Data"] = '"storage"'  # drafts kept on the device belong to who was signed in
    return response


@login_not_required
@never_cache
def closed(request: HttpRequest) -> HttpResponse:
    """The right password of a closed account ends here."""
    return render(request, "accounts/closed.html", status=403)


def may_rehearse(request: HttpRequest) -> bool:
    """Whether this request comes from this machine, to a site that nothing but this machine is meant to reach."""
    if not settings.EMBEDDED or "HTTP_X_FORWARDED_FOR" in request.META or "HTTP_FORWARDED" in request.META:
        return False
    try:
        local = ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
    return local and split_domain_port(request.get_host())[0] in ("localhost", "127.0.0.1")


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def rehearsal(request: HttpRequest) -> HttpResponse:
    """Sign in as any invented person with one click, second factor included; on this machine only."""
    if not may_rehearse(request):
        raise Http404
    if request.method == "POST":
        user = get_object_or_404(User, pk=_number(request.POST.get("user")), rehearsal=True, is_active=True)
        if request.user.is_authenticated:
            flows.logout.logout(request, show_message=False)
        return _enter_rehearsal(request, user)
    users = list(queries.rehearsal_users())
    groups: list[tuple[Any, list[User]]] = [
        (role.label, [user for user in users if _holds(user, role)]) for role in Role
    ]
    groups.append(("", [user for user in users if not user.grants.all()]))
    page = {"groups": [(label, members) for label, members in groups if members], "next": next_of(request)}
    return render(request, "accounts/rehearsal.html", page)


def _enter_rehearsal(request: HttpRequest, user: User) -> HttpResponse:
    adapter = get_adapter()
    flows.login.record_authentication(request, user, method="rehearsal", reauthenticated=True)
    adapter.login(request, user)
    request.session[second_factor.REHEARSAL] = True
    return adapter.post_login(
        request,
        user,
        email_verification="none",
        signal_kwargs=None,
        email=user.email,
        signup=False,
        redirect_url=next_of(request) or None,
    )


def _holds(user: User, role: Role) -> bool:
    return any(grant.role == role for grant in user.grants.all())


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 12 else 0
