"""Public records: all that a reader who is not signed in can ever see of trainings, people, organisations, topics."""

from __future__ import annotations

from django.db import models


class PublicRecord(models.Model):
    """One public page's facts. Written with the record it shows, in the same transaction; read alone.

    ``card`` is what a list shows of it, ``facts`` what its own page shows; both hold texts by language and name
    other records by kind and slug only. ``names_folded``, ``text_folded`` and ``related_folded`` (the names of the
    records it refers to) are folded words for the search; ``shelf`` is the kind, apart for rehearsal records.
    ``stamp`` is a new number with every writing.

    The full text index is kept by the database (``fulltext.py``). On SQLite a migration that alters this table
    drops its triggers with the old table: end it with ``fulltext.rebuild``.
    """

    class Kind(models.TextChoices):
        TRAINING = "training"
        PERSON = "person"
        ORGANISATION = "organisation"
        TOPIC = "topic"
        CALL = "call"

    kind = models.CharField(max_length=14, choices=Kind)
    slug = models.CharField(max_length=120)
    rehearsal = models.BooleanField(default=False)
    card = models.JSONField()
    facts = models.JSONField()
    sort_on = models.DateField(null=True)
    sort_name = models.CharField(max_length=300, blank=True)
    names_folded = models.TextField(blank=True)
    text_folded = models.TextField(blank=True)
    related_folded = models.TextField(blank=True)
    shelf = models.CharField(max_length=24)
    stamp = models.BigIntegerField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "slug"], name="publications_one_page_per_slug")]
        indexes = [
            models.Index(fields=["kind", "rehearsal", "-sort_on", "-id"], name="publications_by_day"),
            models.Index(fields=["kind", "rehearsal", "sort_name", "id"], name="publications_by_name"),
            models.Index(fields=["kind", "stamp"], name="publications_by_stamp"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.slug}"


class PublicFacet(models.Model):
    """One value by which lists of public records are narrowed."""

    record = models.ForeignKey(PublicRecord, on_delete=models.CASCADE, related_name="facets")
    facet = models.CharField(max_length=20)
    value = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["record", "facet", "value"], name="publications_facet_once"),
        ]
        indexes = [models.Index(fields=["facet", "value", "record"], name="publications_facet_lookup")]

    def __str__(self) -> str:
        return f"{self.facet}={self.value}"


class PublicWord(models.Model):
    """A word of the names of public records and of how many: what a mistyped word may have meant."""

    word = models.CharField(max_length=120, unique=True)
    padded = models.CharField(max_length=124)
    records = models.IntegerField()

    def __str__(self) -> str:
        return self.word
