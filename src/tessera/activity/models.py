"""The activity log, and the documents that history restores."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import pgettext_lazy

# Those who do something and are no person, by the name under which the log keeps them.
SYSTEM = "system"
ERASED = "erased"
_MACHINES = {
    SYSTEM: pgettext_lazy("actor", "the system"),
    "e-mail": pgettext_lazy("actor", "the link in the e-mail"),
    ERASED: pgettext_lazy("actor", "somebody whose data were erased"),
}


class Activity(models.Model):
    """One thing done: who, when, what, from, to, why. Rows are only ever added."""

    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    actor = models.CharField(max_length=200)
    verb = models.CharField(max_length=60)
    object_type = models.CharField(max_length=40)
    object_key = models.CharField(max_length=120)
    object_label = models.CharField(max_length=300, blank=True)
    before = models.CharField(max_length=200, blank=True)
    after = models.CharField(max_length=200, blank=True)
    reason = models.TextField(blank=True)
    changes = models.JSONField(default=dict, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["object_type", "object_key", "-at", "-id"], name="activity_of_object"),
            models.Index(fields=["-at", "-id"], name="activity_latest"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor}: {self.verb} {self.object_type} {self.object_key}"

    @property
    def who(self) -> str:
        """Who did it, for people: the machine is named in the reader's language."""
        return self.actor if self.by_id else str(_MACHINES.get(self.actor, self.actor))


class Revision(models.Model):
    """The whole record after an activity, as its document."""

    activity = models.OneToOneField(Activity, on_delete=models.CASCADE, related_name="revision")
    version = models.PositiveIntegerField()
    document = models.JSONField()

    def __str__(self) -> str:
        return f"{self.activity.object_type} {self.activity.object_key} v{self.version}"
