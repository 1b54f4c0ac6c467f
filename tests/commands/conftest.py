"""Sites of their own for the tests of the command."""

import shutil

import pytest

from tests.own_site import ROOT, address_of, environment_of, own_environment, tessera
from tests.prepared import FILE, made_database

ARCHIVE = str(ROOT / "src/tessera/programmes/data/archive.json")


@pytest.fixture
def environment(tmp_path):
    """An empty site."""
    with own_environment(tmp_path / "data") as environment:
        yield environment


@pytest.fixture
def migrated_environment(tmp_path, migrated):
    """A site without any data."""
    with own_environment(tmp_path / "data", begun=migrated) as environment:
        yield environment


@pytest.fixture(scope="module")
def loaded(tmp_path_factory, migrated, django_db_blocker):
    """A site that holds the archive, for tests that leave it as it was: a copy of the one that the run made."""
    with django_db_blocker.unblock():
        database, folder = made_database("archive", load_archive, begun=migrated, temporary=tmp_path_factory)
    data = tmp_path_factory.mktemp("loaded") / "data"
    shutil.copytree(folder, data, ignore=shutil.ignore_patterns(FILE))
    with own_environment(data, begun=database) as environment:
        yield environment


def load_archive(database, folder):
    done = tessera(environment_of(folder, **address_of(database)), "load", ARCHIVE)
    assert done.returncode == 0, done.stderr
