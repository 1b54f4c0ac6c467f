"""Who reads a page: strangers, people with each role, and people on their way in."""

from __future__ import annotations

import time

from django.test import Client
from django.urls import reverse

from tessera.accounts.models import User
from tests.sweep.doings import PASSWORD, READERS, address_of


def client_of(reader: str) -> Client:
    """A client signed in as ``reader``, both factors shown a moment ago; one on the way in; or a stranger's."""
    client = Client(raise_request_exception=False, SERVER_NAME="localhost")
    if reader in READERS:
        return _signed_in(client, reader, proven=True)
    if reader == "unproven":
        return _signed_in(client, "guarded", proven=False)
    if reader == "asked":
        client.post(reverse("accounts:sign_in"), {"email": address_of("reader")})
    elif reader == "halfway":
        client.post(reverse("accounts:sign_in"), {"email": address_of("guarded"), "password": PASSWORD})
    elif reader:
        raise LookupError(reader)
    return client


def _signed_in(client: Client, reader: str, *, proven: bool) -> Client:
    user = User.objects.get(email=address_of(reader))
    client.force_login(user, backend="tessera.accounts.backends.AccountBackend")
    if proven:
        session = client.session
        session["account_authentication_methods"] = [{"method": "x", "at": time.time(), "reauthenticated": True}]
        session["account_authentication_methods_user"] = session["_auth_user_id"]
        session.save()
    return client
