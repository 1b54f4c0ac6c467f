"""Persons, users, roles, the tokens of e-mailed links, and privacy requests."""

from tessera.accounts.models.people import MergeRecord, Person, PersonQuerySet
from tessera.accounts.models.privacy import DataExport, PrivacyRequest
from tessera.accounts.models.sign_in import EmailChange, SignInLink
from tessera.accounts.models.users import UNSCOPED_ROLES, Role, RoleGrant, Scope, User, UserManager, holds

__all__ = [
    "UNSCOPED_ROLES",
    "DataExport",
    "EmailChange",
    "MergeRecord",
    "Person",
    "PersonQuerySet",
    "PrivacyRequest",
    "Role",
    "RoleGrant",
    "Scope",
    "SignInLink",
    "User",
    "UserManager",
    "holds",
]
