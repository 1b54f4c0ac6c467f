"""Reads of people and accounts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.db import models
from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, Value, When
from django.utils.translation import pgettext

from tessera.accounts import scopes, second_factor
from tessera.accounts.models import MergeRecord, Person, PrivacyRequest, Role, RoleGrant, User
from tessera.activity.history import Entry, entries
from tessera.activity.kinds import Wording, word_as
from tessera.activity.models import Activity
from tessera.core.folding import words

CANDIDATES = 60
ENOUGH = 0.62


@dataclass(frozen=True)
class Found:
    """A person who may be the one meant. ``likeness`` is 1.0 for the same name, 0.0 for a stranger's."""

    person: Person
    likeness: float


def find_persons(text: str, *, limit: int = 8, rehearsal: bool | None = None) -> list[Found]:
    """Persons whose names resemble ``text``, likeliest first: without regard to case, accents and word order.

    Beginnings of names are enough ("Bev" finds Bevilacqua) and a typing error is forgiven ("Bevilaqua"). Merged
    persons are found as the one they were merged into. One query, over the folded names.
    """
    asked = words(text)
    if not asked:
        return []
    pieces = _pieces(asked)
    score = sum(
        (Case(When(names_folded__contains=piece, then=weight), default=0) for piece, weight in pieces),
        start=Value(0),
    )
    people = Person.objects.annotate(score=models.ExpressionWrapper(score, output_field=IntegerField())).filter(
        merged_into=None, anonymised_at=None
    )
    if rehearsal is not None:
        people = people.filter(rehearsal=rehearsal)
    least = max(1, max(weight for _piece, weight in pieces) // 3)
    candidates = people.filter(score__gte=least).order_by("-score", "sort_name", "pk")[:CANDIDATES]
    found = [Found(person, _likeness(asked, person.names_folded.split())) for person in candidates]
    found = [match for match in found if match.likeness >= ENOUGH]
    found.sort(key=lambda match: (-round(match.likeness, 3), match.person.sort_name, match.person.pk))
    return found[:limit]


def _pieces(asked: list[str]) -> list[tuple[str, int]]:
    """(text to look for in the folded names, its weight): beginnings of words, and runs of three letters inside."""
    pieces: dict[str, int] = {}
    for word in asked:
        pieces[f" {word}"] = 6
        if len(word) > 3:
            pieces.setdefault(f" {word[:3]}", 2)
            for n in range(len(word) - 2):
                pieces.setdefault(word[n : n + 3], 1)
        elif len(word) == 3:
            pieces.setdefault(f" {word[:2]}", 1)
    return list(pieces.items())


def _likeness(asked: list[str], names: list[str]) -> float:
    """The mean, over the words asked for, of how much each resembles the name it resembles most."""
    if not names:
        return 0.0
    total = 0.0
    for word in asked:
        best = 0.0
        for name in names:
            if name == word:
                best = 1.0
                break
            if name.startswith(word):
                best = max(best, 0.9 if len(word) > 1 else 0.7)
            else:
                best = max(best, SequenceMatcher(None, word, name).ratio() * 0.95)
        total += best
    return total / len(asked)


def person_now(slug: str) -> Person | None:
    """The person of ``slug``, or, where that one was merged, the one it stands for now."""
    person = Person.objects.filter(slug=slug).select_related("merged_into").first()
    seen = set()
    while person is not None and person.merged_into is not None and person.pk not in seen:
        seen.add(person.pk)
        person = person.merged_into
    return person


def open_merges(person: Person) -> models.QuerySet[MergeRecord]:
    """Merges into ``person`` that can be undone, latest first; loads both persons."""
    return (
        MergeRecord.objects.filter(kept=person, undone_at=None).select_related("kept", "merged").order_by("-at", "-pk")
    )


def users_for_administration(reader: User, *, text: str = "", role: str = "", state: str = "") -> models.QuerySet[User]:
    """Accounts that ``reader`` may see, by address; loads person and grants (three queries in all).

    ``text`` is looked for in address and names; ``role`` is a role code; ``state`` is "active" or "inactive".
    """
    users = User.objects.visible_to(reader).select_related("person").prefetch_related("grants")
    for word in words(text):
        users = users.filter(Q(email__icontains=word) | Q(person__names_folded__contains=word))
    if "@" in text:
        users = User.objects.visible_to(reader).select_related("person").prefetch_related("grants")
        users = users.filter(email__icontains=text.strip())
    if role in Role.values:
        users = users.filter(Exists(RoleGrant.objects.filter(user=OuterRef("pk"), role=role)))
    if state in ("active", "inactive"):
        users = users.filter(is_active=state == "active")
    return users.order_by("email", "pk")


def rehearsal_users() -> models.QuerySet[User]:
    """Invented users that can sign in, by address; loads person and grants."""
    return (
        User.objects.filter(rehearsal=True, is_active=True)
        .select_related("person")
        .prefetch_related("grants")
        .order_by("email", "pk")
    )


def privacy_requests_waiting_first() -> models.QuerySet[PrivacyRequest]:
    """Every request, the open ones first and the oldest of them on top; loads user, person and who decided."""
    return PrivacyRequest.objects.select_related("user__person", "decided_by__person").order_by(
        Case(When(state=PrivacyRequest.State.REQUESTED, then=0), default=1, output_field=IntegerField()),
        F("asked_at").asc(),
        "pk",
    )


def grant_in_words(grant: RoleGrant) -> str:
    """ "programme office, everywhere"; "host or national coordinator, Armenia"."""
    where = grant.get_scope_kind_display()
    if grant.scope_kind != RoleGrant.Scope.ALL:
        where = scopes.label_of(grant.scope_kind, grant.scope_key) or grant.scope_key
    return f"{grant.get_role_display()}, {where}"


def roles_of(user: User) -> list[str]:
    """The roles of ``user`` in words."""
    return [grant_in_words(grant) for grant in user.grants.order_by("role", "pk")]


def has_second_factor(user: User) -> bool:
    """Whether a sign-in of ``user`` asks for a second factor."""
    return second_factor.has_second_factor(user)


def deeds_in_words(activities: Iterable[Activity]) -> list[tuple[Entry, str, str]]:
    """(what was done, from, to) in words, in the same order; roles and states of accounts and requests included."""
    return [(entry, entry.before, entry.after) for entry in entries(activities)]


def word_activities() -> None:
    """Let the log name requests, and roles and states of accounts, in words."""
    word_as("user", Wording(state=_state_in_words))
    word_as("privacyrequest", Wording(_request_in_words, _state_in_words))


def _request_in_words(label: str) -> str:
    """ "erasure 1" in the reader's language."""
    kind, _space, number = label.partition(" ")
    return f"{dict(PrivacyRequest.Kind.choices).get(kind, kind)} {number}".strip()


def _state_in_words(code: str) -> str:
    """The words for a grant as the log keeps it ("host country AM"), or for a state; else the code itself."""
    role, _space, scope = code.partition(" ")
    if role in Role.values and scope:
        kind, _space, key = scope.partition(" ")
        return grant_in_words(RoleGrant(role=role, scope_kind=kind, scope_key=key))
    words = {"active": pgettext("account", "open"), "inactive": pgettext("account", "closed")}
    return str(words.get(code) or dict(PrivacyRequest.State.choices).get(code, code))
