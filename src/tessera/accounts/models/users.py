"""Users, their roles, and the scopes in which they hold them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from tessera.accounts.models.people import Person

type Scope = tuple[str, str]


class UserQuerySet(models.QuerySet["User"]):
    def visible_to(self, user: Any) -> UserQuerySet:
        """One's own account; every account for administrators."""
        if holds(user, "admin"):
            return self
        if getattr(user, "is_authenticated", False) and user.is_active:
            return self.filter(pk=user.pk)
        return self.none()


class UserManager(BaseUserManager["User"]):
    def get_queryset(self) -> UserQuerySet:
        return UserQuerySet(self.model, using=self._db)

    def visible_to(self, user: Any) -> UserQuerySet:
        return self.get_queryset().visible_to(user)

    def create_user(self, email: str, password: str | None = None, **extra: Any) -> User:
        """A user who signs in by e-mailed link, or by ``password`` where one is given."""
        user = self.model(email=email.strip(), **extra)
        if password:
            user.set_password(password)
        else:
            user.set_unusable_password()
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """An account: an e-mail address that can sign in. What it may do are its ``RoleGrant`` rows."""

    email = models.EmailField(_("e-mail address"), max_length=254)
    person = models.OneToOneField(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="user")
    language = models.CharField(max_length=12, blank=True)
    time_zone = models.CharField(max_length=64, blank=True)
    theme = models.CharField(max_length=5, blank=True)
    hide_map = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    rehearsal = models.BooleanField(default=False)
    joined_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="accounts_one_user_per_address")]

    def __str__(self) -> str:
        return self.person.display if self.person_id and self.person else self.email

    @property
    def mail_language(self) -> str:
        """The language messages to this user are written in."""
        return self.language or settings.MAIN_LANGUAGE

    @cached_property
    def held(self) -> frozenset[tuple[str, str, str]]:
        """(role, kind of scope, key of scope) of every grant; one query, once per instance."""
        return frozenset(self.grants.values_list("role", "scope_kind", "scope_key"))

    def forget_held(self) -> None:
        """Read the grants again the next time they are asked for."""
        self.__dict__.pop("held", None)

    @property
    def needs_second_factor(self) -> bool:
        """True of those who can change the record or the accounts: a password or a mailbox alone is too little."""
        return holds(self, Role.OFFICE) or holds(self, Role.ADMIN)


class Role(models.TextChoices):
    """The roles of DOMAIN §5. They add up; each is held in a scope."""

    APPLICANT = "applicant", _("applicant")
    PARTICIPANT = "participant", _("participant")
    TRAINER = "trainer", _("trainer")
    MENTOR = "mentor", _("mentor")
    REVIEWER = "reviewer", _("reviewer")
    COMMITTEE = "committee", _("selection committee")
    HOST = "host", _("host or national coordinator")
    OFFICE = "office", _("programme office")
    FUNDER = "funder", _("funder")
    ADMIN = "admin", _("site administrator")


# Held everywhere or not at all: an office or an administrator of one training would be a host.
UNSCOPED_ROLES = frozenset({Role.OFFICE, Role.ADMIN})


class RoleGrant(models.Model):
    """A role of a user, everywhere or in a scope: a training (slug), a country (code), an organisation (slug)."""

    class Scope(models.TextChoices):
        ALL = "all", _("everywhere")
        TRAINING = "training", _("one training")
        COUNTRY = "country", _("one country")
        ORGANISATION = "organisation", _("one organisation")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(max_length=12, choices=Role)
    scope_kind = models.CharField(max_length=12, choices=Scope, default=Scope.ALL)
    scope_key = models.CharField(max_length=120, blank=True)
    granted_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    granted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "scope_kind", "scope_key"], name="accounts_role_granted_once"
            ),
            models.CheckConstraint(
                condition=models.Q(scope_kind="all", scope_key="")
                | (~models.Q(scope_kind="all") & ~models.Q(scope_key="")),
                name="accounts_scope_names_its_key",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.scope_kind} {self.scope_key}".strip()

    @property
    def natural_code(self) -> str:
        return f"{self.user_id}-{self.role}-{self.scope_kind}-{self.scope_key}"


def holds(user: Any, role: str, scopes: Iterable[Scope] | None = None) -> bool:
    """Whether ``user`` holds ``role``: everywhere or, given ``scopes``, in one of them. Inactive users hold none."""
    if not getattr(user, "is_active", False):
        return False
    wanted = {("all", ""), *(scopes or ())}
    return any(held == role and (kind, key) in wanted for held, kind, key in user.held)
