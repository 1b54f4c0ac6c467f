"""Sites of their own for the tests of the command."""

import shutil

import pytest

from tests.once import made_once
from tests.own_site import ROOT, own_environment, tessera

ARCHIVE = str(ROOT / "src/tessera/programmes/data/archive.json")


@pytest.fixture
def environment(tmp_path):
    """An empty site."""
    with own_environment(tmp_path / "data") as environment:
        yield environment


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    """A site that holds the archive, for tests that leave it as it was. On SQLite a copy of the one that the run made."""
    data = tmp_path_factory.mktemp("loaded") / "data"
    with own_environment(data) as environment:
        if "TESSERA_DATABASE_URL" in environment:
            load_archive(environment)
        else:
            shutil.copytree(made_once("archive", make_site, temporary=tmp_path_factory), data)
        yield environment


def make_site(folder):
    with own_environment(folder) as environment:
        load_archive(environment)


def load_archive(environment):
    assert tessera(environment, "migrate").returncode == 0
    assert tessera(environment, "load", ARCHIVE).returncode == 0
