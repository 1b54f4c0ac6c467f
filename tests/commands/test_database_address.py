"""The address of the database: what it names reaches Django and PostgreSQL's own programs whole."""

import json
import subprocess
import sys

import pytest
from pydantic import PostgresDsn, ValidationError

from tessera.commands.backup import postgres_environment
from tessera.config.environment import Environment, postgresql
from tests.own_site import ROOT

ADDRESS = "postgres://u%2Fname:p%40ss%2F1@db.example.org:6432/museums?sslmode=require&connect_timeout=7"


@pytest.mark.parametrize(
    ("address", "told"),
    [
        (
            ADDRESS,
            {
                "NAME": "museums", "USER": "u/name", "PASSWORD": "p@ss/1", "HOST": "db.example.org", "PORT": "6432",
                "OPTIONS": {"sslmode": "require", "connect_timeout": "7"},
            },
        ),
        (
            "postgresql://localhost",
            {"NAME": "tessera", "USER": "", "PASSWORD": "", "HOST": "localhost", "PORT": "", "OPTIONS": {}},
        ),
        (
            "postgres://u:p%40w@[::1]:5432/db",
            {"NAME": "db", "USER": "u", "PASSWORD": "p@w", "HOST": "::1", "PORT": "5432", "OPTIONS": {}},
        ),
        (
            "postgres://ada@%2Fvar%2Frun/some%20place",
            {"NAME": "some place", "USER": "ada", "PASSWORD": "", "HOST": "/var/run", "PORT": "", "OPTIONS": {}},
        ),
    ],
)  # fmt: skip
def test_every_part_of_the_address_is_read(address, told):
    assert postgresql(PostgresDsn(address)) == {"ENGINE": "django.db.backends.postgresql", **told}


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        (
            "postgresql://h/?user=x&dbname=z",
            "TESSERA_DATABASE_URL names dbname, user after the question mark: write it in the address itself.",
        ),
        ("postgres://h:1/db?sslmode=require&port=2",
         "TESSERA_DATABASE_URL names port after the question mark: write it in the address itself."),
        ("postgres://h/db?sslmode=require&sslmode=disable", "TESSERA_DATABASE_URL names sslmode more than once: name it once."),
        ("postgres://u:secret@h1:1,h2:2/db", "TESSERA_DATABASE_URL names several hosts: name one."),
    ],
)  # fmt: skip
def test_an_address_that_says_a_thing_twice_is_refused_without_its_password(monkeypatch, address, sentence):
    monkeypatch.setenv("TESSERA_DATABASE_URL", address)

    with pytest.raises(ValidationError) as refused:
        Environment()

    assert [error["msg"] for error in refused.value.errors()] == [f"Value error, {sentence}"]
    assert "secret" not in str(refused.value)


def test_settings_have_the_options_and_the_password_of_the_address(tmp_path):
    said = subprocess.run(
        [
            sys.executable, "-c",
            "import json; from tessera.config.settings import DATABASES; print(json.dumps(DATABASES['default']))",
        ],
        cwd=ROOT, capture_output=True, text=True, check=True,
        env={"PYTHONPATH": "src", "TESSERA_DATA": str(tmp_path), "TESSERA_SECRET_KEY": "s" * 50,
             "TESSERA_DATABASE_URL": ADDRESS},
    ).stdout  # fmt: skip
    found = json.loads(said)
    assert (found["PASSWORD"], found["OPTIONS"]) == ("p@ss/1", {"sslmode": "require", "connect_timeout": "7"})


def test_programs_of_postgresql_are_told_the_options_too():
    assert postgres_environment(postgresql(PostgresDsn(ADDRESS))) == {
        "PGHOST": "db.example.org", "PGPORT": "6432", "PGUSER": "u/name", "PGPASSWORD": "p@ss/1",
        "PGDATABASE": "museums", "PGSSLMODE": "require", "PGCONNECT_TIMEOUT": "7",
    }  # fmt: skip
