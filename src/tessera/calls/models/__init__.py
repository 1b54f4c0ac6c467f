"""Calls with their strands, the versions of their forms and rules, and what happened to their dates."""

from tessera.calls.models.calls import Call, CallQuerySet, Channel, Status
from tessera.calls.models.changes import DateChange
from tessera.calls.models.strands import Strand
from tessera.calls.models.versions import FormVersion, RuleVersion

__all__ = [
    "Call",
    "CallQuerySet",
    "Channel",
    "DateChange",
    "FormVersion",
    "RuleVersion",
    "Status",
    "Strand",
]
