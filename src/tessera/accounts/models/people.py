"""Persons, once each, and the merges of duplicates."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from tessera.accounts.names import folded_names, sort_name
from tessera.core.translated import TrField


class PersonQuerySet(models.QuerySet["Person"]):
    def present(self) -> PersonQuerySet:
        """Persons that are not merged into another."""
        return self.filter(merged_into=None)

    def visible_to(self, user: Any) -> PersonQuerySet:
        """Published persons for everybody; one's own record; all of them for the office and administrators."""
        from tessera.accounts.models.users import holds

        if holds(user, "office") or holds(user, "admin"):
            return self
        seen = models.Q(published=True)
        if getattr(user, "is_active", False) and getattr(user, "person_id", None):
            seen |= models.Q(pk=user.person_id)
        return self.filter(seen)


class Person(models.Model):
    """One human, once. Names are as written, in any script; ``sort_name`` puts lists in order."""

    slug = models.SlugField(max_length=120, unique=True)
    given = models.CharField(_("given names"), max_length=150, blank=True)
    family = models.CharField(_("family names"), max_length=150, blank=True)
    display = models.CharField(_("name as shown"), max_length=300)
    sort_name = models.CharField(max_length=300, blank=True)
    other_names = models.JSONField(default=list, blank=True)
    names_folded = models.TextField(blank=True, editable=False)
    position = TrField()
    biography = TrField()
    as_of = models.CharField(max_length=10, blank=True)
    approved_on = models.DateField(null=True, blank=True)
    work_country = models.ForeignKey(
        "places.Country", null=True, blank=True, on_delete=models.PROTECT, related_name="people"
    )
    remarks = models.JSONField(default=list, blank=True)
    published = models.BooleanField(default=False)
    rehearsal = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=0)
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged")
    anonymised_at = models.DateTimeField(null=True, blank=True)

    objects = PersonQuerySet.as_manager()

    def __str__(self) -> str:
        return self.display

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keeps what is derived from the names: the sorting form where none was given, and the folded names."""
        self.sort_name = self.sort_name or sort_name(self.given, self.family, self.display)
        self.names_folded = folded_names(self.display, self.given, self.family, *self.other_names)
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "sort_name", "names_folded"}
        super().save(*args, **kwargs)

    @property
    def natural_code(self) -> str:
        return self.slug


class MergeRecord(models.Model):
    """A merge of two persons, with what is needed to undo it."""

    kept = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    merged = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    moved = models.JSONField(default=dict)
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.merged_id} into {self.kept_id}"
