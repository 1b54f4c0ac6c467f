"""Sites of their own for the tests of the command."""

import pytest

from tests.own_site import ROOT, own_environment, tessera

ARCHIVE = str(ROOT / "src/tessera/programmes/data/archive.json")


@pytest.fixture
def environment(tmp_path):
    """An empty site."""
    with own_environment(tmp_path / "data") as environment:
        yield environment


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    """A site that holds the archive, for tests that leave it as it was."""
    with own_environment(tmp_path_factory.mktemp("loaded") / "data") as environment:
        assert tessera(environment, "migrate").returncode == 0
        assert tessera(environment, "load", ARCHIVE).returncode == 0
        yield environment
