"""``tessera user``: accounts, from the machine itself; how the first administrator is made."""

from __future__ import annotations

import argparse
from typing import Any

from tessera.commands import site
from tessera.commands.arguments import print_json


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("user", help="make accounts", description="Make accounts and give roles.")
    acts = parser.add_subparsers(title="acts", metavar="ACT", required=True)
    add = acts.add_parser(
        "add",
        help="invite somebody and give a role",
        description="Make the account where there is none yet, mail its owner a sign-in link, and give the roles. "
        "For an account that is there, only the roles are given.",
    )
    add.add_argument("email", metavar="EMAIL")
    add.add_argument(
        "--role", action="append", default=[], help="a role everywhere, such as office or admin; repeatable"
    )
    add.add_argument("--language", help="language of the person (default: the main language of the site)")
    add.add_argument("--json", action="store_true", help="report as JSON")
    add.set_defaults(run=run_add)


def run_add(arguments: argparse.Namespace) -> int:
    site.start()
    from django.conf import settings
    from django.core.exceptions import ValidationError
    from django.core.validators import validate_email
    from django.db import transaction
    from django.utils import timezone
    from django.utils.translation import override

    from tessera.accounts.models import Role, User
    from tessera.accounts.services.roles import grant_role
    from tessera.accounts.services.users import invite_user
    from tessera.commands.failure import CommandFailed

    email = arguments.email.strip()
    try:
        validate_email(email)
    except ValidationError:
        sentence = f"“{email}” is not an e-mail address."
        raise CommandFailed(sentence, status=2) from None
    unknown = [role for role in arguments.role if role not in Role.values]
    if unknown:
        sentence = f"There is no role “{unknown[0]}”: the roles are {', '.join(Role.values)}."
        raise CommandFailed(sentence, status=2)
    language = arguments.language or settings.MAIN_LANGUAGE
    if language not in dict(settings.LANGUAGES):
        sentence = f"There is no language “{language}” here: the languages are {', '.join(dict(settings.LANGUAGES))}."
        raise CommandFailed(sentence, status=2)

    at = timezone.now()
    with override("en"), transaction.atomic():
        user = User.objects.filter(email__iexact=email).first()
        created = user is None
        if user is None:
            user = invite_user(
                email, language=language, by=None, at=at, roles=[(role, "all", "") for role in arguments.role]
            )
        else:
            for role in arguments.role:
                grant_role(user, role, by=None, at=at)
    held = sorted(set(user.grants.values_list("role", flat=True)))
    if arguments.json:
        print_json({"email": user.email, "created": created, "roles": held})
    else:
        done = "Invited" if created else "Already here:"
        print(f"{done} {user.email}; roles: {', '.join(held) or 'none'}.")
    return 0
