"""Alive and ready."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.utils import OperationalError

from tessera.web.views import health


def test_healthz_answers_without_a_query(client):
    # No database mark: a query would fail.
    response = client.get("/healthz")

    assert (response.status_code, response.json()) == (200, {"ok": True})


@pytest.mark.django_db
def test_readyz_answers_when_everything_is_there(client):
    call_command("createcachetable", verbosity=0)

    response = client.get("/readyz")

    assert response.status_code == 200
    assert response.json() == {"ok": True, "database": True, "migrations": True, "cache": True}


@pytest.mark.django_db
def test_readyz_says_what_is_missing(client, monkeypatch, settings):
    monkeypatch.setattr(health, "_migrated", False)
    call_command("createcachetable", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'core'")

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json() == {"ok": False, "database": True, "migrations": False, "cache": True}


def test_readyz_without_a_database_is_not_ready(client, monkeypatch):
    def no_cursor():
        raise OperationalError("no database")

    monkeypatch.setattr(connection, "cursor", no_cursor)

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json() == {"ok": False, "database": False, "migrations": False, "cache": False}
