"""Tokens that travel by e-mail: to sign in, and to confirm a new address."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from tessera.accounts.models.users import User


class SignInLinkQuerySet(models.QuerySet["SignInLink"]):
    def usable(self, at: datetime) -> SignInLinkQuerySet:
        """Links that can still sign somebody in."""
        return self.filter(used_at=None, expires_at__gt=at, user__is_active=True)


class SignInLink(models.Model):
    """An e-mailed link that signs in once. Only hashes of its token and its short code are kept.

    ``key`` names the request; the browser that asked keeps it, and may type the code instead of following the link.
    """

    class Purpose(models.TextChoices):
        SIGN_IN = "sign_in", _("sign in")
        INVITATION = "invitation", _("invitation")

    key = models.UUIDField(primary_key=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sign_in_links")
    purpose = models.CharField(max_length=10, choices=Purpose, default=Purpose.SIGN_IN)
    token_hash = models.CharField(max_length=64, unique=True)
    code_hash = models.CharField(max_length=64)
    wrong_codes = models.PositiveSmallIntegerField(default=0)
    next_path = models.CharField(max_length=500, blank=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    objects = SignInLinkQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.purpose} {self.key}"


class EmailChange(models.Model):
    """A new address that takes effect once both mailboxes have confirmed it; either can stop it until then."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="email_changes")
    old_email = models.EmailField(max_length=254)
    new_email = models.EmailField(max_length=254)
    old_token_hash = models.CharField(max_length=64, unique=True)
    new_token_hash = models.CharField(max_length=64, unique=True)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    old_confirmed_at = models.DateTimeField(null=True, blank=True)
    new_confirmed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=models.Q(ended_at=None), name="accounts_one_open_address_change"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.asked_at:%Y-%m-%d}"
