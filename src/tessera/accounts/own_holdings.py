"""What this app, and the apps below it, hold about a user."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db.models import Q, TextChoices
from django.utils.translation import gettext_lazy as _

from tessera.accounts import scopes
from tessera.accounts.devices import device_name
from tessera.accounts.holdings import Row, Words, declare
from tessera.accounts.models import EmailChange, PrivacyRequest, Role, RoleGrant, SignInLink, User
from tessera.activity.history import done
from tessera.activity.models import Activity
from tessera.core.models import Draft
from tessera.messaging.models import Message
from tessera.messaging.services import forget_messages

_TEAM = _("You and the administrators")
_AS_ACCOUNT = _("As long as the account")


def _at(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None


def _account(user: User) -> list[Row]:
    return [
        {
            "email": user.email,
            "language": user.language,
            "time_zone": user.time_zone,
            "theme": user.theme,
            "hide_map": user.hide_map,
            "has_password": user.has_usable_password(),
            "joined_at": _at(user.joined_at),
            "last_sign_in_at": _at(user.last_login),
        }
    ]


def _person(user: User) -> list[Row]:
    person = user.person
    if person is None:
        return []
    return [
        {
            "name": person.display,
            "given": person.given,
            "family": person.family,
            "other_names": person.other_names,
            "position": dict(person.position),
            "biography": dict(person.biography),
            "as_of": person.as_of,
            "approved_on": person.approved_on.isoformat() if person.approved_on else None,
            "work_country": person.work_country_id,
            "remarks": person.remarks,
            "published": person.published,
        }
    ]


def _keeps_person(user: User) -> list[Words]:
    if user.person is not None and user.person.published:
        return [
            _("You are named on public pages as someone who worked in the programme: your name is taken out there.")
        ]
    return []


def _roles(user: User) -> list[Row]:
    return [
        {
            "role": grant.role,
            "scope": f"{grant.scope_kind} {grant.scope_key}".strip(),
            "granted_at": _at(grant.granted_at),
        }
        for grant in user.grants.order_by("pk")
    ]


def _protection(user: User) -> list[Row]:
    return [
        {
            "type": found.type,
            "name": str(found),
            "created_at": _at(found.created_at),
            "used_at": _at(found.last_used_at),
        }
        for found in Authenticator.objects.filter(user=user).order_by("pk")
    ]


def _sessions(user: User) -> list[Row]:
    return [
        {
            "device": device_name(session.user_agent),
            "network_address": session.ip,
            "since": _at(session.created_at),
            "last_seen_at": _at(session.last_seen_at),
        }
        for session in UserSession.objects.filter(user=user).order_by("pk")
    ]


def _end_access(user: User, at: datetime) -> None:
    for session in UserSession.objects.filter(user=user):
        session.end()
    Authenticator.objects.filter(user=user).delete()
    SignInLink.objects.filter(user=user).delete()
    EmailChange.objects.filter(user=user).delete()
    Draft.objects.filter(user=user).delete()


def _links(user: User) -> list[Row]:
    links = [
        {"purpose": link.purpose, "made_at": _at(link.made_at), "used_at": _at(link.used_at)}
        for link in SignInLink.objects.filter(user=user).order_by("made_at", "pk")
    ]
    changes = [
        {"purpose": "address_change", "made_at": _at(change.asked_at), "old": change.old_email, "new": change.new_email}
        for change in EmailChange.objects.filter(user=user).order_by("asked_at", "pk")
    ]
    return links + changes


def _messages(user: User) -> list[Row]:
    return [
        {"subject": m.subject, "address": m.address, "written_at": _at(m.created_at), "sent_at": _at(m.sent_at)}
        for m in Message.objects.filter(to=user).order_by("created_at", "pk")
    ]


def _erase_messages(user: User, at: datetime) -> None:
    """What was sent loses its reader and its words; what waits is not sent."""
    forget_messages(Message.objects.filter(Q(to=user) | Q(address__iexact=user.email)))


def _drafts(user: User) -> list[Row]:
    return [
        {"form": draft.form, "text": draft.data, "saved_at": _at(draft.saved_at)}
        for draft in Draft.objects.filter(user=user).order_by("pk")
    ]


def _deeds(user: User) -> list[Row]:
    return [
        {"what": deed.verb, "of": deed.object_label, "at": _at(deed.at), "reason": deed.reason}
        for deed in Activity.objects.filter(by=user).order_by("at", "pk").iterator()
    ]


def _requests(user: User) -> list[Row]:
    return [
        {"kind": r.kind, "state": r.state, "text": r.text, "asked_at": _at(r.asked_at), "answer": r.answer}
        for r in PrivacyRequest.objects.filter(user=user).order_by("asked_at", "pk")
    ]


_NAMES: dict[str, Any] = {
    "email": _("E-mail address"),
    "language": _("Language"),
    "time_zone": _("Time zone"),
    "theme": _("Colours"),
    "hide_map": _("Map hidden"),
    "has_password": _("Has a password"),
    "joined_at": _("Account since"),
    "last_sign_in_at": _("Last sign-in"),
    "name": _("Name"),
    "given": _("Given names"),
    "family": _("Family names"),
    "other_names": _("Other names"),
    "position": _("Position"),
    "biography": _("Biography"),
    "as_of": _("As of"),
    "approved_on": _("Approved on"),
    "work_country": _("Country of work"),
    "remarks": _("Remarks"),
    "published": _("Public"),
    "role": _("Role"),
    "scope": _("Where"),
    "granted_at": _("Given on"),
    "type": _("Kind"),
    "created_at": _("Added on"),
    "used_at": _("Last used"),
    "device": _("Device"),
    "network_address": _("Network address"),
    "since": _("Since"),
    "last_seen_at": _("Last seen"),
    "purpose": _("Purpose"),
    "made_at": _("Made on"),
    "old": _("Old address"),
    "new": _("New address"),
    "subject": _("Subject"),
    "address": _("Address"),
    "written_at": _("Written on"),
    "sent_at": _("Sent on"),
    "form": _("Form"),
    "text": _("Text"),
    "saved_at": _("Saved on"),
    "what": _("What"),
    "of": _("Of"),
    "at": _("When"),
    "reason": _("Reason"),
    "kind": _("Kind"),
    "state": _("State"),
    "asked_at": _("Asked on"),
    "answer": _("Answer"),
}


def _of(choices: type[TextChoices]) -> Callable[[Any], Words]:
    return lambda code: dict(choices.choices).get(code, code)


def _scope(kind: str, key: str = "") -> str:
    return scopes.label_of(kind, key) or key


_SAY: dict[str, Callable[[Any], Words]] = {
    "role": _of(Role),
    "scope": lambda code: RoleGrant.Scope.ALL.label if code == "all" else _scope(*code.split(" ", 1)),
    "type": _of(Authenticator.Type),
    "kind": _of(PrivacyRequest.Kind),
    "state": _of(PrivacyRequest.State),
    "purpose": lambda code: dict(SignInLink.Purpose.choices).get(code, _("change of address")),
    "theme": lambda code: {"light": _("Light"), "dark": _("Dark")}.get(code, code),
    "what": done,
}


def declare_all() -> None:
    """Declare them, in the order in which the privacy page shows them."""
    declare(
        "accounts.account", _account, label=_("Your account"), names=_NAMES, say=_SAY, why=_("So that you can sign in"),
        seen_by=_TEAM, kept=_("Until you ask for erasure"),
    )  # fmt: skip
    declare(
        "accounts.person", _person, label=_("Your name, position and biography"), names=_NAMES, say=_SAY,
        why=_("The public record says who taught, hosted and organised"),
        seen_by=_("Everyone, where it is public; else the programme office"),
        kept=_("Corrected or removed when you ask"), keeps=_keeps_person,
    )  # fmt: skip
    declare(
        "accounts.roles", _roles, label=_("Your roles"), names=_NAMES, say=_SAY, why=_("They say what you may do here"),
        seen_by=_TEAM, kept=_AS_ACCOUNT,
    )  # fmt: skip
    declare(
        "accounts.protection", _protection, label=_("Passkeys, authenticator app, recovery codes"), names=_NAMES, say=_SAY,
        why=_("They protect your account; the secrets themselves are not shown"), seen_by=_TEAM, kept=_AS_ACCOUNT,
    )  # fmt: skip
    declare(
        "accounts.sessions", _sessions, label=_("Where you are signed in"), names=_NAMES, say=_SAY,
        why=_("So that you can end what you do not know"), seen_by=_("You"), kept=_("14 days after the last visit"),
        erase=_end_access,
    )  # fmt: skip
    declare(
        "accounts.links", _links, label=_("Sign-in links and changes of address"), names=_NAMES, say=_SAY,
        why=_("Each works once"), seen_by=_("Nobody"), kept=_("30 days"),
    )  # fmt: skip
    declare(
        "messaging.messages", _messages, label=_("Messages to you"), names=_NAMES, say=_SAY,
        why=_("So that we know what was sent and what came back"), seen_by=_("You and the programme office"),
        kept=_AS_ACCOUNT, count=lambda user: Message.objects.filter(to=user).count(), erase=_erase_messages,
    )  # fmt: skip
    declare(
        "core.drafts", _drafts, label=_("Text you have not saved yet"), names=_NAMES, say=_SAY,
        why=_("So that nothing you write is lost"), seen_by=_("You"), kept=_("Until you save it"),
    )  # fmt: skip
    declare(
        "activity.deeds", _deeds, label=_("What you did here"), names=_NAMES, say=_SAY,
        why=_("Every change can be traced to who made it"), seen_by=_("The programme office and the administrators"),
        kept=_("Without your name after an erasure"), count=lambda user: Activity.objects.filter(by=user).count(),
    )  # fmt: skip
    declare(
        "accounts.requests", _requests, label=_("Your requests about your data"), names=_NAMES, say=_SAY,
        why=_("So that each is answered within a month"), seen_by=_TEAM, kept=_("Without your name after an erasure"),
    )  # fmt: skip
