"""Kinds of records that the desk edits: how each is reached, asked for and written.

An app describes its records with a `RecordKind` and gets the pages that are the same for all: the form by sections,
autosave, the merge of two editors, history and restore. A registry by name lets lists link to any record.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django import forms
from django.db import models
from django.shortcuts import get_object_or_404
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from tessera.activity.documents import Saved, store_of
from tessera.core.documents import Json
from tessera.web.sections import Found, Section
from tessera.web.sections.items import Words

DELETABLE = _("Only a record that was never public and that nothing refers to can be deleted.")


@dataclass(frozen=True)
class Copying:
    """How the desk copies records of one kind: the sentences before it and after it, and what it asks for.

    ``copy`` takes the record and the answers of ``form``, ``by`` and ``at``, and returns the fresh record.
    ``may_copy`` is false of a record that there is nothing to copy from.
    """

    copy: Callable[..., Any]
    permission: str
    taken: Words
    left: Words
    done: Words
    form: type[forms.Form] = forms.Form
    may_copy: Callable[[Any], bool] = lambda obj: True


@dataclass(frozen=True)
class RecordKind:
    """One kind of record on the desk. ``name`` is its store's name; addresses are ``<namespace>:<name>_…``.

    ``rows`` are those that a user may know of; ``may`` answers for a permission, ``require`` raises without it.
    ``finders`` find the records that its form refers to, ``creators`` make one by name and type, beside a record, and return its slug.
    ``made_again`` gives the arguments with which ``save`` makes a deleted record again, from whether it was for
    rehearsal; ``deletable`` says which ones can be deleted.
    ``may_publish`` is false of a record that can neither be shown nor hidden any more.
    ``copying`` is how one becomes two; ``preview_page`` names the address of its public page as it would be, and
    ``preview_permission`` who may ask for that (left empty: who may edit).
    ``lacking`` says what keeps a record from being published, in sentences; ``pages`` names the pages that only this
    kind has, as (words, address, permission), ``parts`` those that stand among the sections, as (words, address).
    ``header`` is the template above each of its pages, filled by ``header_context``; ``summary`` the one above what the
    record itself says, filled by ``summary_context`` from user, record and moment, and ``summed_up`` the places that
    are told there and not once more below. ``states`` words its states; ``new`` heads the page that makes one ("New
    training"). Places that match ``derived`` follow from others and are never asked of a person; ``other_places`` names
    those that no section asks for and that histories tell all the same.
    """

    name: str
    label: Words
    plural: Words
    namespace: str
    sections: tuple[Section, ...]
    rows: Callable[[Any], models.QuerySet[Any]]
    require: Callable[[Any, str, Any], None]
    may: Callable[[Any, str, Any], bool]
    save: Callable[..., Saved[Any]]
    restore: Callable[..., Any]
    list_page: str
    view_permission: str
    edit_permission: str
    key: str = "slug"
    finders: Callable[[], Mapping[str, Found]] = dict
    creators: Mapping[str, Callable[..., str]] = field(default_factory=dict)
    lacking: Callable[[Any], list[str]] | None = None
    publish: Callable[..., Any] | None = None
    unpublish: Callable[..., Any] | None = None
    publish_permission: str = ""
    may_publish: Callable[[Any], bool] = lambda obj: True
    delete: Callable[..., None] | None = None
    delete_permission: str = ""
    may_delete: Callable[[Any], bool] = lambda obj: not obj.published
    deletable: Words = DELETABLE
    made_again: Callable[[bool], Mapping[str, Any]] = lambda rehearsal: {}
    copying: Copying | None = None
    preview_page: str = ""
    preview_permission: str = ""
    pages: Callable[[Any], list[tuple[Any, str, str]]] = lambda obj: []
    parts: Callable[[Any], list[tuple[Any, str]]] = lambda obj: []
    header: str = "activity/record_header.html"
    new: Words = ""
    header_context: Callable[[Any, Any], Mapping[str, Any]] | None = None
    summary: str = ""
    summary_context: Callable[[Any, Any, datetime], Mapping[str, Any]] = lambda user, obj, at: {}
    summed_up: tuple[str, ...] = ()
    states: Mapping[str, Words] = field(default_factory=dict)
    derived: tuple[str, ...] = ()
    other_places: Mapping[str, Words] = field(default_factory=dict)

    def get(self, user: Any, key: str) -> Any:
        """The record; 404 where there is none that ``user`` may know of."""
        return get_object_or_404(self.rows(user), **{self.key: key})

    @property
    def rows_model(self) -> type[models.Model]:
        """The model of these records."""
        return self.rows(None).model

    def document(self, obj: models.Model) -> dict[str, Json]:
        return store_of(obj).read(obj)

    def section(self, key: str) -> Section | None:
        return next((section for section in self.sections if section.key == key), None)

    @property
    def list_address(self) -> str:
        """The list of these records on the desk."""
        return reverse(f"{self.namespace}:{self.list_page}")

    @property
    def page_name(self) -> str:
        """The name of the address of one record."""
        return f"{self.namespace}:{self.name}"

    def address(self, page: str, *arguments: Any) -> str:
        """The address of a page of this kind: "" for the record itself, "edit", "history", …"""
        name = f"{self.name}_{page}" if page else self.name
        return reverse(f"{self.namespace}:{name}", args=arguments)


@dataclass(frozen=True)
class Wording:
    """How the log words rows that are no records of the desk: their name, kept in one language or as a code, states, and
    the names of what changed in them."""

    label: Callable[[str], Words] = str
    state: Callable[[str], Words] = str
    places: Mapping[str, Words] = field(default_factory=dict)


kinds: dict[str, RecordKind] = {}
wordings: dict[str, Wording] = {}


def register(kind: RecordKind) -> RecordKind:
    """Make ``kind`` known by its name."""
    kinds[kind.name] = kind
    return kind


def word_as(object_type: str, wording: Wording) -> None:
    """Let ``wording`` name rows of a model in the log."""
    wordings[object_type] = wording


def desk_address(object_type: str, object_key: str) -> str:
    """The page of a record on the desk, or "" where its kind has none."""
    kind = kinds.get(object_type)
    if kind is None:
        return ""
    try:
        return kind.address("", object_key)
    except NoReverseMatch:
        return ""


def frame(kind: RecordKind, user: Any, obj: Any) -> dict[str, Any]:
    """What every page of a record shows above its matter."""
    key = obj.natural_code
    more = kind.header_context(user, obj) if kind.header_context else {}
    return {
        "kind": kind,
        "record": obj,
        "record_address": kind.address("", key),
        "history_address": kind.address("history", key),
        "edit_address": kind.address("edit", key, kind.sections[0].key),
        "publish_address": kind.address("publish", key) if kind.publish else "",
        "delete_address": kind.address("delete", key) if kind.delete else "",
        "tabs": [
            *((section.title, kind.address("edit", key, section.key)) for section in kind.sections),
            *kind.parts(obj),
        ],
        "preview_address": reverse(kind.preview_page, args=[key]) if kind.preview_page else "",
        **more,
    }
