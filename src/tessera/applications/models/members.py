"""Lists of members that the office uploads, to compare with what applicants say of their membership."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from tessera.calls.models import Call


class MemberList(models.Model):
    """One list, of the programme (no ``call``) or of one call, which it replaces there. ``scope``: "" or the call's code."""

    scope = models.CharField(max_length=80, unique=True, blank=True)
    call = models.OneToOneField(Call, null=True, blank=True, on_delete=models.CASCADE, related_name="member_list")
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    def __str__(self) -> str:
        return self.scope or "programme"

    @property
    def natural_code(self) -> str:
        return str(self)


class Member(models.Model):
    """One member: the number with its letters and digits alone (``number``), the name as written, the years paid."""

    of = models.ForeignKey(MemberList, on_delete=models.CASCADE, related_name="members")
    number = models.CharField(max_length=60)
    name = models.CharField(max_length=300)
    country = models.ForeignKey("places.Country", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    years = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["of", "number"], name="applications_member_number_once")]

    def __str__(self) -> str:
        return f"{self.number}: {self.name}"
