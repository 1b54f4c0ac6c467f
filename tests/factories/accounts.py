"""Persons, users and their roles. Invented people are named after stones."""

import time
from datetime import UTC, datetime

import factory
from allauth.mfa.models import Authenticator

from tessera.accounts.models import Person, Role, RoleGrant, User

SINCE = datetime(2026, 11, 2, 9, tzinfo=UTC)
# The secret of every authenticator app of the tests; ``totp_code()`` computes with it.
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


class PersonFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Person

    slug = factory.Sequence(lambda n: f"celia-pizarra-{n:05}")
    given = "Celia"
    family = factory.Sequence(lambda n: f"Pizarra{n:05}")
    display = factory.LazyAttribute(lambda o: f"{o.given} {o.family}".strip())
    published = True


class UserFactory(factory.django.DjangoModelFactory):
    """A user without a role. ``roles=["host"]`` grants them everywhere; office and admin get an authenticator app."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"hugo.granito{n:05}@example.org")
    language = "en"
    password = "!"

    @factory.post_generation
    def roles(self, create, extracted, **kwargs):
        for role in extracted or ():
            give_role(self, role)

    @factory.post_generation
    def second_factor(self, create, extracted, **kwargs):
        """Asked for or not: ``True`` gives anybody an authenticator app, ``False`` takes it from office and admin."""
        if extracted is False:
            Authenticator.objects.filter(user=self).delete()
        elif extracted:
            add_authenticator(self)

    @factory.post_generation
    def secret(self, create, extracted, **kwargs):
        """``secret="…"``: a password."""
        if extracted:
            self.set_password(extracted)
            self.save(update_fields=["password"])


class RoleGrantFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = RoleGrant

    user = factory.SubFactory(UserFactory)
    role = Role.HOST
    granted_at = SINCE

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        grant = super()._create(model_class, *args, **kwargs)
        grant.user.forget_held()
        return grant


class OfficeUserFactory(UserFactory):
    roles = factory.PostGeneration(lambda obj, create, extracted, **kw: give_role(obj, Role.OFFICE))


class AdminUserFactory(UserFactory):
    roles = factory.PostGeneration(lambda obj, create, extracted, **kw: give_role(obj, Role.ADMIN))


def give_role(user, role):
    """The role everywhere; office and administrator come with their second factor."""
    RoleGrantFactory(user=user, role=role)
    if user.needs_second_factor and not Authenticator.objects.filter(user=user).exists():
        add_authenticator(user)


def add_authenticator(user):
    """An authenticator app with ``TOTP_SECRET``, and three recovery codes."""
    totp = Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": TOTP_SECRET})
    Authenticator.objects.create(
        user=user,
        type=Authenticator.Type.RECOVERY_CODES,
        data={"migrated_codes": ["11112222", "33334444", "55556666"], "used_mask": 0},
    )
    return totp


def totp_code():
    """What the authenticator app shows now; it is taken for half a minute longer."""
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

    return format_hotp_value(hotp_value(TOTP_SECRET, int(time.time()) // 30))
