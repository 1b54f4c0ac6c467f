"""One person under two addresses: pairs that look alike are proposed, and somebody decides on each."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tessera.activity.services import record
from tessera.applications.models import Application, Likeness, Status
from tessera.applications.sending import tell_applicant
from tessera.applications.services.screening import SCREENED, NotNow, OwnApplication, ensure_decided_on
from tessera.calls.models import Call
from tessera.calls.models import Status as CallStatus
from tessera.calls.queries import sister_calls
from tessera.core.errors import DomainError
from tessera.core.folding import fold

# What another application cannot be merged into: it is not, or no more, in the call.
NOT_COUNTED = (Status.DRAFT, Status.INCOMPLETE, Status.WITHDRAWN)


class AlreadyDecided(DomainError):
    message = gettext_lazy("Somebody has decided on these two already. Nothing was changed.")


class NotOfThese(DomainError):
    message = gettext_lazy("Choose one of the two.")


class KeptIsOut(DomainError):
    message = gettext_lazy(
        "Application %(number)s is “%(status)s” meanwhile: nothing would be left of this person. Nothing was changed."
    )


def find_likenesses(*, at: datetime, call: Call | None = None) -> int:
    """Propose applications of one call, or of sister calls, that look like one person's; returns how many are new.

    Signs: the same address, or the same name with the same day of birth or the same country of work. A pair that
    somebody decided on is not proposed again. Safe to repeat. With ``call`` only its own and its sisters' are compared.
    """
    rows = (
        Application.objects.handed_in()
        .filter(erased_at=None)
        .exclude(status=Status.WITHDRAWN)
        .select_related("call")
        .order_by("pk")
    )
    if call is not None:
        rows = rows.filter(call__in=[call, *sister_calls(call)])
    else:
        rows = rows.filter(call__status__in=(CallStatus.OPEN, CallStatus.CLOSED))
    groups: dict[str, list[Application]] = {}
    for row in rows.iterator(chunk_size=500):
        groups.setdefault(row.call.sister_group or f"#{row.call_id}", []).append(row)
    made = 0
    for group in groups.values():
        pairs = _alike(group)
        known = set(Likeness.objects.filter(first__in=[pair[0] for pair in pairs]).values_list("first_id", "second_id"))
        for (first, second), why in pairs.items():
            if (first, second) not in known:
                Likeness.objects.get_or_create(
                    first_id=first, second_id=second, defaults={"why": sorted(why), "found_at": at}
                )
                made += 1
    return made


@transaction.atomic
def merge(likeness: Likeness, keep: Application, *, by: Any, at: datetime) -> Application:
    """Keep one file of the two: the other counts no more, stays readable for the office, and its writer is told.

    KeptIsOut where the one to keep does not count (any more), NotNow where the other is out already, CallOver where the
    call of one of them is.
    """
    row = _open_likeness(likeness, by)
    if keep.pk not in (row.first_id, row.second_id):
        raise NotOfThese
    both = Application.objects.select_for_update().filter(pk__in=(row.first_id, row.second_id)).order_by("pk")
    found = {one.pk: one for one in both}
    keep, other = found[keep.pk], found[row.second_id if keep.pk == row.first_id else row.first_id]
    before = other.status
    if other.status not in (*SCREENED, Status.RETURNED, Status.INCOMPLETE):
        raise NotNow(status=other.get_status_display())
    if keep.status in NOT_COUNTED and keep.status != other.status:
        raise KeptIsOut(number=keep.number, status=keep.get_status_display())
    for one in (row.first, row.second):
        ensure_decided_on(one, by=by)
    other.status, other.status_at = Status.WITHDRAWN, at
    other.status_reason = _("Merged into %(number)s.") % {"number": keep.number}
    other.save(update_fields=["status", "status_at", "status_reason"])
    _decide(row, Likeness.State.MERGED, by=by, at=at)
    record(
        "application.merged",
        other,
        by=by,
        at=at,
        before=before,
        after=Status.WITHDRAWN,
        reason=keep.number,
        public=False,
    )
    tell_applicant(
        "applications_merged", other, key=f"applications_merged:{row.pk}", at=at, context={"kept": keep.number}
    )
    return keep


@transaction.atomic
def keep_apart(likeness: Likeness, *, by: Any, at: datetime) -> Likeness:
    """Say that they are two people."""
    row = _open_likeness(likeness, by)
    _decide(row, Likeness.State.DISMISSED, by=by, at=at)
    record("application.kept_apart", row.first, by=by, at=at, after=row.second.number, public=False)
    return row


def _open_likeness(likeness: Likeness, by: Any) -> Likeness:
    rows = Likeness.objects.select_for_update(of=("self",)).select_related("first__call", "second__call")
    row = rows.get(pk=likeness.pk)
    if row.state != Likeness.State.OPEN:
        raise AlreadyDecided
    if row.first.is_of(by) or row.second.is_of(by):
        raise OwnApplication
    return row


def _decide(row: Likeness, state: Likeness.State, *, by: Any, at: datetime) -> None:
    row.state, row.decided_by, row.decided_at = state, by, at
    row.save(update_fields=["state", "decided_by", "decided_at"])


def _alike(rows: list[Application]) -> dict[tuple[int, int], set[str]]:
    pairs: dict[tuple[int, int], set[str]] = {}
    for sign in ("email", "birth", "country"):
        held: dict[str, list[int]] = {}
        for row in rows:
            key = _sign(row, sign)
            if key:
                held.setdefault(key, []).append(row.pk)
        for keys in held.values():
            for n, first in enumerate(keys[:50]):
                for second in keys[n + 1 : 50]:
                    pairs.setdefault((first, second), set()).update(
                        {"email"} if sign == "email" else {"name", "birth_date" if sign == "birth" else "country"}
                    )
    return pairs


def _sign(row: Application, sign: str) -> str:
    if sign == "email":
        return row.email.strip().casefold()
    name = " ".join(sorted(fold(row.name).split()))
    fact = row.profile.get("birth_date") if sign == "birth" else row.country_id
    return f"{name}|{fact}" if name and fact else ""
