"""The administration of accounts: who has one, with which roles, and what people ask about their data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tessera.accounts import queries, services
from tessera.accounts.forms import AnswerForm, GrantForm, InviteForm, ReasonForm
from tessera.accounts.models import PrivacyRequest, Role, RoleGrant, User
from tessera.accounts.permissions import me, require
from tessera.activity.queries import activity_of
from tessera.core.errors import DomainError

PAGE = 30
BOTH = ["GET", "HEAD", "POST"]


@require_safe
def users(request: HttpRequest) -> HttpResponse:
    """Every account, with its roles; narrowed by text, role and state."""
    require(me(request), "accounts.manage_users")
    chosen = {name: request.GET.get(name, "").strip() for name in ("text", "role", "state")}
    rows = queries.users_for_administration(me(request), **chosen)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    people = [(user, [queries.grant_in_words(grant) for grant in user.grants.all()]) for user in page]
    context = {"page": page, "people": people, "chosen": chosen, "roles": Role.choices, "section": "users"}
    return render(request, "accounts/users.html", context)


@require_safe
def user(request: HttpRequest, pk: int) -> HttpResponse:
    """One account: roles, state, what was done to it."""
    subject = _subject(request, pk)
    context = {
        "subject": subject,
        "grants": [(grant, queries.grant_in_words(grant)) for grant in subject.grants.order_by("role", "pk")],
        "deeds": queries.deeds_in_words(activity_of(subject)[:PAGE]),
        "protected": queries.has_second_factor(subject),
        "section": "users",
    }
    return render(request, "accounts/user.html", context)


@require_http_methods(BOTH)
def invite(request: HttpRequest) -> HttpResponse:
    """Make an account and mail its owner the way in."""
    require(me(request), "accounts.manage_users")
    form = InviteForm(request.POST or None, initial={"language": request.LANGUAGE_CODE})
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        roles = [(data["role"], RoleGrant.Scope.ALL, "")] if data["role"] else []
        try:
            made = services.invite_user(
                data["email"], language=data["language"], by=me(request), at=timezone.now(), roles=roles,
                reason=data["reason"],
            )  # fmt: skip
        except DomainError as refusal:
            form.add_error("email", str(refusal))
        else:
            messages.success(request, _("%(address)s is invited.") % {"address": made.email})
            return redirect("accounts:user", pk=made.pk)
    context = {"form": form, "section": "users"}
    return render(request, "accounts/invite.html", context, status=422 if form.is_bound else 200)


@require_http_methods(BOTH)
def grant(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a role: the form, then a sentence to confirm."""
    subject = _subject(request, pk)
    require(me(request), "accounts.manage_roles", subject)
    form = GrantForm(request.POST or None)
    sentence = ""
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        if "confirmed" in request.POST:
            scope = {"scope_kind": data["scope_kind"], "scope_key": data["scope_key"]}

            def act() -> None:
                services.grant_role(
                    subject, data["role"], by=me(request), at=timezone.now(), reason=data["reason"], **scope
                )

            return _done(request, subject, act, _("The role is given."))
        wanted = RoleGrant(user=subject, role=data["role"], scope_kind=data["scope_kind"], scope_key=data["scope_key"])
        sentence = _("%(person)s will be: %(role)s.") % {
            "person": subject,
            "role": queries.grant_in_words(wanted),
        }
    context = {"form": form, "subject": subject, "sentence": sentence, "section": "users"}
    status = 422 if form.is_bound and not sentence else 200
    return render(request, "accounts/grant.html", context, status=status)


@require_http_methods(BOTH)
def revoke(request: HttpRequest, pk: int, grant_pk: int) -> HttpResponse:
    """Take a role away."""
    subject = _subject(request, pk)
    require(me(request), "accounts.manage_roles", subject)
    held = get_object_or_404(RoleGrant, pk=grant_pk, user=subject)
    sentence = _("%(person)s will no longer be: %(role)s.") % {"person": subject, "role": queries.grant_in_words(held)}
    return _confirm(
        request, subject, sentence, _("Take the role away"), _("The role is taken away."),
        lambda reason: services.revoke_role(held, by=me(request), at=timezone.now(), reason=reason),
    )  # fmt: skip


@require_http_methods(BOTH)
def change_state(request: HttpRequest, pk: int) -> HttpResponse:
    """Close an account, or open it again."""
    subject = _subject(request, pk)
    if subject.is_active:
        return _confirm(
            request, subject,
            _("%(person)s will be signed out everywhere and can no longer sign in.") % {"person": subject},
            _("Close the account"), _("The account is closed."),
            lambda reason: services.deactivate_user(subject, by=me(request), at=timezone.now(), reason=reason),
        )  # fmt: skip
    return _confirm(
        request, subject, _("%(person)s will be able to sign in again.") % {"person": subject},
        _("Open the account"), _("The account is open again."),
        lambda reason: services.activate_user(subject, by=me(request), at=timezone.now(), reason=reason),
    )  # fmt: skip


@require_http_methods(BOTH)
def reset_second_factor(request: HttpRequest, pk: int) -> HttpResponse:
    """Help somebody who lost phone and recovery codes."""
    subject = _subject(request, pk)
    sentence = _(
        "%(person)s will be signed out; passkeys, authenticator app and recovery codes will be forgotten. "
        "First make sure, on another way than by mail, that it is this person who asks."
    ) % {"person": subject}
    return _confirm(
        request, subject, sentence, _("Forget the second factor"), _("The second factor is forgotten."),
        lambda reason: services.reset_second_factor(subject, by=me(request), at=timezone.now(), reason=reason),
    )  # fmt: skip


@require_http_methods(BOTH)
def invite_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Mail a fresh invitation."""
    subject = _subject(request, pk)

    def act(reason: str) -> None:
        services.send_invitation(subject, at=timezone.now())

    sentence = _("A message with a link that signs in once, within seven days, goes to %(address)s.")
    return _confirm(
        request, subject, sentence % {"address": subject.email}, _("Send the invitation"),
        _("The invitation is under way."), act, asks_reason=False,
    )  # fmt: skip


@require_safe
def requests(request: HttpRequest) -> HttpResponse:
    """What people ask about their data; what waits comes first."""
    require(me(request), "accounts.decide_privacy_request")
    page = Paginator(queries.privacy_requests_waiting_first(), PAGE).get_page(request.GET.get("page"))
    return render(request, "accounts/requests.html", {"page": page, "now": timezone.now(), "section": "requests"})


@require_http_methods(BOTH)
def privacy_request(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer one request: refuse it, say it is corrected, or carry the erasure out."""
    asked = get_object_or_404(PrivacyRequest.objects.select_related("user__person", "decided_by__person"), pk=pk)
    require(me(request), "accounts.decide_privacy_request", asked)
    form = AnswerForm(request.POST or None)
    if form.is_bound and form.is_valid():
        answer, now, by = form.cleaned_data["answer"], timezone.now(), me(request)
        try:
            if "refuse" in request.POST:
                services.refuse_request(asked, by=by, at=now, answer=answer)
            elif asked.kind == PrivacyRequest.Kind.ERASURE:
                services.carry_out_erasure(asked, by=by, at=now)
            else:
                services.answer_request(asked, by=by, at=now, answer=answer)
        except DomainError as refusal:
            form.add_error("answer", str(refusal))
        else:
            messages.success(request, _("The request is answered, and the person is told."))
            return redirect("accounts:requests")
    context = {
        "asked": asked,
        "form": form,
        "may_carry_out": asked.may_be_carried_out(timezone.now()),
        "deeds": queries.deeds_in_words(activity_of(asked)[:PAGE]),
        "section": "requests",
    }
    return render(request, "accounts/privacy_request.html", context, status=422 if form.is_bound else 200)


def _subject(request: HttpRequest, pk: int) -> User:
    require(me(request), "accounts.manage_users")
    return get_object_or_404(User.objects.visible_to(me(request)).select_related("person"), pk=pk)


def _confirm(
    request: HttpRequest,
    subject: User,
    sentence: str,
    button: str,
    done: str,
    act: Callable[[str], Any],
    *,
    asks_reason: bool = True,
) -> HttpResponse:
    """GET says what will happen and asks why; POST does it."""
    form: forms.Form = (ReasonForm if asks_reason else forms.Form)(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        return _done(request, subject, lambda: act(form.cleaned_data.get("reason", "")), done)
    context = {"form": form, "subject": subject, "sentence": sentence, "button": button, "section": "users"}
    return render(request, "accounts/confirm.html", context, status=422 if form.is_bound else 200)


def _done(request: HttpRequest, subject: User, act: Callable[[], Any], said: str) -> HttpResponse:
    try:
        act()
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    return redirect("accounts:user", pk=subject.pk)
