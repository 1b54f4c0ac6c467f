"""Calls as the desk edits them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from tessera.accounts.permissions import has_perm, require
from tessera.activity.kinds import Copying, RecordKind, register
from tessera.calls import services
from tessera.calls.documents import deadline_of, strands_of
from tessera.calls.forms.acts import CopyForm
from tessera.calls.forms.sections import CALL_SECTIONS
from tessera.calls.gaps import form_texts, rule_texts, unwritten
from tessera.calls.models import Call, Status
from tessera.calls.moments import clocks, time_left
from tessera.calls.queries import latest_form, latest_rules
from tessera.programmes.models import Training
from tessera.web.sections.translations import language_words

# What is built on pages of its own.
PARTS = ((_("Questions"), "call_form"), (_("Rules"), "call_rules"), (_("Timeline"), "call_timeline"))


def _parts(call: Any) -> list[tuple[Any, str]]:
    return [(words, reverse(f"calls:{name}", args=[call.code])) for words, name in PARTS]


def _pages(call: Any) -> list[tuple[Any, str, str]]:
    pages = [
        *((words, name, "calls.edit_call") for words, name in PARTS),
        (_("Where it stands"), "call_steps", "calls.change_status"),
    ]
    if call.status in (Status.OPEN, Status.CLOSED):
        pages.append((_("Extend"), "call_extend", "calls.extend_call"))
    if services.may_be_postponed(call):
        pages.append((_("Postpone"), "call_postpone", "calls.postpone_call"))
    return [(words, reverse(f"calls:{name}", args=[call.code]), permission) for words, name, permission in pages]


def _deadlines(user: Any, call: Call, at: datetime) -> dict[str, Any]:
    """The deadline of a call and those of strands that have their own, on every clock; nothing where none is set."""
    found = [("", deadline_of(call)), *((str(strand), deadline_of(strand)) for strand in strands_of(call))]
    shown = [
        {"strand": name, "clocks": clocks(deadline, user.time_zone or None), "left": time_left(deadline.closes_at, at)}
        for name, deadline in found
        if deadline is not None
    ]
    return {"deadlines": shown} if found[0][1] is not None else {}


def _summary(user: Any, call: Call, at: datetime) -> dict[str, Any]:
    return _deadlines(user, call, at) | {"unwritten": _unwritten(call)}


def _unwritten(call: Call) -> list[dict[str, str]]:
    """By language, what of the questions and of the rules is not written, while they may still be; two queries."""
    if call.status not in (Status.DRAFT, Status.PUBLISHED, Status.OPEN):
        return []
    form, rules = latest_form(call), latest_rules(call)
    languages = settings.CONTENT_LANGUAGES
    asked = unwritten(form_texts(form.document), languages) if form else {}
    reasons = unwritten(rule_texts(rules.document), languages) if rules else {}
    found = []
    for code in languages:
        said = {
            "call_form": ngettext(
                "%(n)d text of the questions is missing", "%(n)d texts of the questions are missing", asked.get(code, 0)
            ) % {"n": asked[code]} if code in asked else "",
            "call_rules": ngettext(
                "%(n)d reason of the rules is missing", "%(n)d reasons of the rules are missing", reasons.get(code, 0)
            ) % {"n": reasons[code]} if code in reasons else "",
        }  # fmt: skip
        found += [
            {"language": language_words(code), "said": words, "address": reverse(f"calls:{page}", args=[call.code])}
            for page, words in said.items()
            if words
        ]
    return found


def _copy(call: Call, asked: dict[str, Any], *, by: Any, at: datetime) -> Call:
    training = get_object_or_404(Training.objects.visible_to(by), slug=asked["training"])
    return services.clone_call(call, training, by=by, at=at)


CALL = register(
    RecordKind(
        name="call",
        label=_("Call"),
        plural=_("Calls"),
        namespace="calls",
        list_page="calls",
        key="code",
        sections=CALL_SECTIONS,
        rows=lambda user: Call.objects.visible_to(user).select_related("training"),
        may=has_perm,
        require=require,
        save=services.save_call,
        restore=services.restore_revision,
        view_permission="calls.edit_call",
        edit_permission="calls.edit_call",
        lacking=lambda call: services.lacking(call, timezone.now()),
        publish=services.publish_call,
        unpublish=services.unpublish_call,
        publish_permission="calls.publish_call",
        may_publish=lambda call: call.status in (Status.DRAFT, Status.PUBLISHED),
        delete=services.delete_draft,
        delete_permission="calls.add_call",
        copying=Copying(
            copy=_copy,
            permission="calls.add_call",
            taken=_(
                "The copy is a draft. It takes over the texts with their translations, the strands, packages and limits,"
                " the questions and the rules."
            ),
            left=_(
                "It does not take over the opening, the deadlines, the timeline, the group of sister calls and the"
                " applications."
            ),
            done=_("This is the copy: a draft without dates. Nobody else sees it yet."),
            form=CopyForm,
        ),
        preview_page="portal:desk_call_preview",
        preview_permission="calls.preview_call",
        pages=_pages,
        parts=_parts,
        header="calls/header.html",
        summary="calls/summary.html",
        summary_context=_summary,
        summed_up=("deadline.day", "deadline.time", "deadline.zone"),
        states=dict(Status.choices),
        # Told on the pages of the versions, by questions and rules.
        derived=(r"(?:questions|rules)\..*",),
    )
)
