"""Tables that sort countries into categories. What a package is and whom it suits is plain data: see ``conditions``."""

from __future__ import annotations

from typing import Any

from django.db import models

from tessera.core.translated import TrField


class CategoryTableQuerySet(models.QuerySet["CategoryTable"]):
    def visible_to(self, user: Any) -> CategoryTableQuerySet:
        """All of them for the office; none for anybody else."""
        from tessera.accounts.models import holds

        return self if holds(user, "office") else self.none()


class CategoryTable(models.Model):
    """A way of sorting countries, such as the four categories by which a network sets its dues."""

    code = models.SlugField(max_length=40, unique=True)
    name = TrField()
    source = models.CharField(max_length=300, blank=True)
    rehearsal = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=0)

    objects = CategoryTableQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.name) or self.code

    @property
    def natural_code(self) -> str:
        return self.code


class Category(models.Model):
    """A category of a table, in the table's order."""

    table = models.ForeignKey(CategoryTable, on_delete=models.CASCADE, related_name="categories")
    code = models.SlugField(max_length=20)
    name = TrField()
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["table", "code"], name="grants_category_once")]

    def __str__(self) -> str:
        return str(self.name) or self.code


class CategoryCountry(models.Model):
    """A country in its category: one of each table at most."""

    table = models.ForeignKey(CategoryTable, on_delete=models.CASCADE, related_name="members")
    category = models.ForeignKey(Category, on_delete=models.CASCADE, related_name="members")
    country = models.ForeignKey("places.Country", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["table", "country"], name="grants_one_category_per_country")]

    def __str__(self) -> str:
        return f"{self.category_id}: {self.country_id}"
