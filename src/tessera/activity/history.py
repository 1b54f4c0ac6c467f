"""The history of a record, worded: who did what, when, and what changed at each place."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from tessera.activity.kinds import desk_address, kinds, wordings
from tessera.activity.models import Activity, Revision
from tessera.activity.services import REHEARSAL
from tessera.core.documents import Json
from tessera.core.documents import changes as differences
from tessera.web.sections import Found, Mention, Section, label_of, language_at, shown_at, with_names
from tessera.web.sections.items import Words
from tessera.web.sections.paths import is_empty
from tessera.web.sections.translations import STATES

# What was done, by the verb, or by its second half where that says the same of every kind.
DONE: dict[str, Words] = {
    "created": _("made it"),
    "edited": _("edited it"),
    "restored": _("brought an earlier version back"),
    "published": _("published it"),
    "unpublished": _("took it from the public site"),
    "deleted": _("deleted it"),
    "cloned": _("copied it"),
    "merged": _("merged another record into it"),
    "merge_undone": _("undid a merge"),
    "status_set": _("changed the status"),
    "activated": _("activated it"),
    "deactivated": _("deactivated it"),
    "invited": _("sent the invitation"),
    "role_granted": _("gave a role"),
    "role_revoked": _("took a role away"),
    "second_factor_reset": _("made the second factor be forgotten"),
    "address_changed": _("changed the e-mail address"),
    "address_change_stopped": _("stopped a change of address"),
    "correction_asked": _("asked for a correction"),
    "erasure_asked": _("asked for erasure"),
    "cancelled": _("took the request back"),
    "answered": _("answered the request"),
    "erased": _("carried the erasure out"),
    "loaded": _("loaded it from a file"),
    "updated": _("brought it up to date"),
    "removed": _("removed what was for rehearsal"),
    "queued": _("wrote it, to be sent"),
    "sent": _("sent it"),
    "failed": _("could not send it, and will try again"),
    "dead": _("could not send it, and gave up"),
    "bounced": _("noted that it came back"),
    "approved": _("approved it"),
    "retried": _("began it again"),
    "discarded": _("discarded it"),
    "message.cancelled": _("cancelled it"),
    "batch.cancelled": _("cancelled it"),
    "received": _("sent it and confirmed the address"),
    "accepted": _("accepted it"),
    "declined": _("declined it"),
    "withdrawn": _("took it back"),
    "training_made": _("made a training of it"),
    "asked": _("asked for a plan"),
    "computed": _("computed the plan"),
    "stopped": _("stopped the computation"),
    "line_accepted": _("made a training of a line of the plan"),
    "line_undone": _("took the training of a line back"),
    "call.opened": _("opened it"),
    "call.closed": _("closed it"),
    "call.review_begun": _("began the review"),
    "call.decided": _("said that it is decided"),
    "call.archived": _("put it away"),
    "call.cancelled": _("cancelled it"),
    "call.extended": _("extended the deadline"),
    "call.postponed": _("postponed it"),
    "call.form_saved": _("changed the questions"),
    "call.rules_saved": _("changed the rules"),
    "application.draft": _("began it"),
    "asked_to_apply": _("asked to apply with this address"),
    "application.started": _("began it"),
    "application.submitted": _("submitted it"),
    "application.taken_up_again": _("took it up again"),
    "application.incomplete": _("noted that it was not submitted in time"),
    "application.file_received": _("sent a file"),
    "application.file_removed": _("took a file back"),
    "application.asked_again": _("asked to accept again"),
    "application.accepted": _("accepted the place"),
    "application.declined": _("declined the place"),
    "application.later_answered": _("answered what is asked of those selected"),
    "application.expired": _("let the offer of a place pass, as nobody answered"),
    "application.request_made": _("asked somebody for an endorsement or a reference"),
    "application.request_renewed": _("asked for a new link"),
    "application.request_given": _("gave the endorsement or the reference"),
    "application.request_ranked": _("changed the rank of an endorsement"),
    "application.request_refused": _("refused the endorsement or the reference"),
    "application.request_expired": _("closed a request that nobody answered"),
    "application.eligible": _("marked it as eligible"),
    "application.ineligible": _("marked it as not eligible"),
    "application.taken_back": _("took “not eligible” back, to look at it again"),
    "application.returned": _("returned it for completion"),
    "application.rule_waived": _("waived a condition"),
    "application.transmission_waived": _("let it count without being transmitted"),
    "application.late_entry": _("entered with a code after the deadline"),
    "call.late_code_made": _("made a code for late entry"),
    "call.late_code_revoked": _("took a code for late entry back"),
    "members.replaced": _("uploaded a list of members"),
    "members.deleted": _("deleted a list of members"),
    "application.paper_entered": _("entered something from the paper"),
    "application.letter_received": _("sent a letter as a file"),
    "application.letter_removed": _("took a letter back"),
    "application.letter_read": _("opened a letter of a referee"),
    "application.noted": _("wrote a note"),
    "application.file_read": _("opened a file of it"),
    "application.merged": _("merged two applications of one person"),
    "application.kept_apart": _("said that two applications are of two people"),
    "application.imported": _("wrote it down from paper or mail"),
    "application.exported": _("exported the applications"),
    "application.files_deleted": _("deleted its files, as announced"),
    "application.sensitive_deleted": _("deleted what goes soon after the end of the training, as announced"),
    "retention.periods_set": _("changed for how long applications are kept"),
    "application.erased": _("deleted what tells whose it is, as announced"),
    "text_draft": _("marked a text as a draft"),
    "text_reviewed": _("marked a text as reviewed"),
    "text_current": _("marked a text as current"),
}


@dataclass(frozen=True)
class Change:
    """One place before and after, texts in ``language`` where it is one of those that the content has.

    ``is_text`` where a comparison word by word tells more than both side by side.
    """

    label: str
    before: Json
    after: Json
    is_text: bool
    language: str = ""


@dataclass(frozen=True)
class Entry:
    """One activity as a page shows it; ``bring_back`` is where a record that it deleted can be brought back from."""

    activity: Activity
    done: Words
    label: str
    address: str
    changes: list[Change]
    before: str
    after: str
    revision: int | None
    bring_back: str = ""


def changes_shown(kind_name: str, changes: Mapping[str, list[Json]]) -> list[Change]:
    """The changes in words, in the order in which they were found; without places that follow from others."""
    kind = kinds.get(kind_name)
    if kind is None:  # no record of the desk has words for it: as the row keeps it
        places = wordings[kind_name].places if kind_name in wordings else {}
        return [
            Change(str(places.get(path) or _code(path)), _code(before), _code(after), False, "")
            for path, (before, after) in changes.items()
        ]
    return changes_worded(
        kind.sections, changes, derived=kind.derived, other_places=kind.other_places, states=kind.states
    )


def changes_worded(
    sections: tuple[Section, ...],
    changes: Mapping[str, list[Json]],
    *,
    derived: tuple[str, ...] = (),
    other_places: Mapping[str, Words] | None = None,
    states: Mapping[str, Words] | None = None,
) -> list[Change]:
    """The changes in the words of the sections that ask for those places; the rest is as a `RecordKind` has it."""
    other_places, states = other_places or {}, states or {}
    told = []
    for path, before, after in _places(sections, changes, derived, other_places):
        if path in other_places:
            old, new = (str(states.get(side, side) or "") for side in (before, after))
            told.append(Change(str(other_places[path]), old, new, False))
            continue
        is_text = isinstance(before, str) and isinstance(after, str) and len(before) + len(after) > 40
        old, new = (shown_at(sections, path, value) for value in (before, after))
        is_text = is_text and not isinstance(old, Mention)
        told.append(Change(label_of(sections, path), old, new, is_text, language_at(sections, path)))
    return told


def _places(
    sections: tuple[Section, ...],
    changes: Mapping[str, list[Json]],
    derived: tuple[str, ...],
    other_places: Mapping[str, Words],
) -> Iterator[tuple[str, Json, Json]]:
    """(path, before, after) of each place that somebody is asked for: a mapping that came or went is taken apart."""
    for path, (before, after) in changes.items():
        if any(re.fullmatch(pattern, path) for pattern in derived):
            continue
        whole = path in other_places or any(section.item_at(path) for section in sections)
        if not whole and all(isinstance(side, Mapping) or is_empty(side) for side in (before, after)):
            yield from _places(sections, differences(before or {}, after or {}, path), derived, other_places)
        else:
            yield path, before, after


def _code(value: Json) -> str:
    if value in (None, "", [], {}):
        return ""
    return format_html("<code>{}</code>", value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def changes_named(found: list[Change], finders: Mapping[str, Found]) -> list[Change]:
    """The same changes with the names of the records that they mention; one query for each kind of record."""
    told = with_names([(change.before, change.after) for change in found], finders)
    return [replace(change, before=before, after=after) for change, (before, after) in zip(found, told, strict=True)]


def entries(activities: Iterable[Activity], *, with_revision: bool = True) -> list[Entry]:
    """Activities as a page shows them, in the same order. Their revisions must be loaded where they are asked for."""
    return [_entry(activity, with_revision) for activity in activities]


def entries_named(found: Iterable[Entry]) -> list[Entry]:
    """The same entries with the names of the records that they mention; one query for each kind of record."""
    found = list(found)
    finders: dict[str, Found] = {}
    for name in {entry.activity.object_type for entry in found} & set(kinds):
        finders |= kinds[name].finders()
    told = [(entry.before, entry.after, [(c.before, c.after) for c in entry.changes]) for entry in found]
    return [
        replace(
            entry,
            before=before,
            after=after,
            changes=[replace(c, before=old, after=new) for c, (old, new) in zip(entry.changes, sides, strict=True)],
        )
        for entry, (before, after, sides) in zip(found, with_names(told, finders), strict=True)
    ]


def within_reach(found: Iterable[Entry], user: Any) -> list[Entry]:
    """The same entries, with a link only where ``user`` may open the record and it is still there.

    What can be opened is called as it is called now, in the language of the page, as it was written in one language.
    What is deleted has one to bring it back by, for whoever may. One query for each kind of record among them, and one
    where any is deleted.
    """
    found = list(found)
    open_to: dict[str, dict[str, str]] = {}
    for name in {entry.activity.object_type for entry in found if entry.address}:
        kind = kinds[name]
        wanted = {entry.activity.object_key for entry in found if entry.activity.object_type == name}
        rows = kind.rows(user).filter(**{f"{kind.key}__in": wanted})
        may_see = [row for row in rows if kind.may(user, kind.view_permission, row)]
        open_to[name] = {str(getattr(row, kind.key)): str(row) for row in may_see}
    gone = {
        entry.activity.pk: entry.activity
        for entry in found
        if entry.address and entry.activity.object_key not in open_to[entry.activity.object_type]
    }
    back = _ways_back(gone.values(), user)

    def seen(entry: Entry) -> Entry:
        activity = entry.activity
        if activity.pk in gone:
            return replace(entry, address="", bring_back=back.get(activity.pk, ""))
        return replace(entry, label=open_to[activity.object_type][activity.object_key]) if entry.address else entry

    return list(map(seen, found))


def _ways_back(activities: Iterable[Activity], user: Any) -> dict[int, str]:
    """{id of a deletion: where the record can be brought back from}, of those that ``user`` may bring back."""
    deletions = [
        activity
        for activity in activities
        if activity.verb.endswith(".deleted")
        and (kind := kinds[activity.object_type]).delete
        and kind.may(user, kind.delete_permission, None)
    ]
    if not deletions:
        return {}
    kept = set(
        Revision.objects.filter(activity__object_key__in={activity.object_key for activity in deletions}).values_list(
            "activity__object_type", "activity__object_key"
        )
    )
    return {
        activity.pk: kinds[activity.object_type].address("bring_back", activity.object_key)
        for activity in deletions
        if (activity.object_type, activity.object_key) in kept
    }


def _entry(activity: Activity, with_revision: bool) -> Entry:
    revision: Any = getattr(activity, "revision", None) if with_revision else None
    return Entry(
        activity=activity,
        done=done(activity.verb),
        label=_label(activity),
        address=desk_address(activity.object_type, activity.object_key),
        changes=changes_shown(activity.object_type, activity.changes),
        before=_state(activity, activity.before),
        after=_state(activity, activity.after),
        revision=revision.version if revision else None,
    )


def done(verb: str) -> Words:
    """What was done, in words; the verb itself where there are none."""
    return DONE.get(verb) or DONE.get(verb.rpartition(".")[2], verb)


def _label(activity: Activity) -> str:
    label = activity.object_label or activity.object_key
    wording = wordings.get(activity.object_type)
    return str(wording.label(label)) if wording else label


def _state(activity: Activity, code: str) -> str:
    """``code`` in words: a state, or the mention of the other record of a merge."""
    action = activity.verb.rpartition(".")[2]
    if not code or action == "cloned":  # the reason names the source
        return ""
    if action in ("merged", "merge_undone"):
        return Mention(code, activity.object_type)
    if action == "deleted" and code == REHEARSAL:
        return str(_("Rehearsal"))
    if action.startswith("text_") and code in STATES:
        return str(STATES[code][0])
    kind, wording = kinds.get(activity.object_type), wordings.get(activity.object_type)
    if wording:
        return str(wording.state(code))
    return str((kind.states.get(code) if kind else None) or code)
