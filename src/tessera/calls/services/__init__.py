"""Writing calls: their documents, forms and rules, the steps of their life, their dates."""

from tessera.calls.services.cloning import clone_call, restore_revision
from tessera.calls.services.dates import (
    CannotPostpone,
    NotNow,
    extend_call,
    extension,
    may_be_extended,
    may_be_postponed,
    postpone_call,
    postponement,
)
from tessera.calls.services.records import rebuild_calls, save_call
from tessera.calls.services.steps import (
    STEPS,
    StepRefused,
    archive_call,
    begin_review,
    cancel_call,
    close_call,
    delete_draft,
    follow_clock,
    lacking,
    mark_decided,
    next_steps,
    open_call,
    publish_call,
    unpublish_call,
    why_not,
)
from tessera.calls.services.telling import call_path
from tessera.calls.services.versions import FREE, ChangesRefused, NotAnyMore, save_form, save_rules

__all__ = [
    "FREE",
    "STEPS",
    "CannotPostpone",
    "ChangesRefused",
    "NotAnyMore",
    "NotNow",
    "StepRefused",
    "archive_call",
    "begin_review",
    "call_path",
    "cancel_call",
    "clone_call",
    "close_call",
    "delete_draft",
    "extend_call",
    "extension",
    "follow_clock",
    "lacking",
    "mark_decided",
    "may_be_extended",
    "may_be_postponed",
    "next_steps",
    "open_call",
    "postpone_call",
    "postponement",
    "publish_call",
    "rebuild_calls",
    "restore_revision",
    "save_call",
    "save_form",
    "save_rules",
    "unpublish_call",
    "why_not",
]
