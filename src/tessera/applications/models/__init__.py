"""Applications with their answers and documents, what others say of them, and what the office decides."""

from tessera.applications.models.answers import Answer
from tessera.applications.models.applications import (
    ANSWERABLE,
    RUNNING,
    Application,
    ApplicationQuerySet,
    Origin,
    Status,
    countries_of,
)
from tessera.applications.models.documents import Document, DocumentQuerySet, Upload
from tessera.applications.models.filters import SavedFilter, SavedFilterQuerySet
from tessera.applications.models.late import LateCode, LateUse
from tessera.applications.models.members import Member, MemberList
from tessera.applications.models.requests import Letter, Request, RequestQuerySet
from tessera.applications.models.retention import RetentionPeriods
from tessera.applications.models.screening import Likeness, Note, NoteQuerySet, TransmissionWaiver, Verdict, Waiver

__all__ = [
    "ANSWERABLE",
    "RUNNING",
    "Answer",
    "Application",
    "ApplicationQuerySet",
    "Document",
    "DocumentQuerySet",
    "LateCode",
    "LateUse",
    "Letter",
    "Likeness",
    "Member",
    "MemberList",
    "Note",
    "NoteQuerySet",
    "Origin",
    "Request",
    "RequestQuerySet",
    "RetentionPeriods",
    "SavedFilter",
    "SavedFilterQuerySet",
    "Status",
    "TransmissionWaiver",
    "Upload",
    "Verdict",
    "Waiver",
    "countries_of",
]
