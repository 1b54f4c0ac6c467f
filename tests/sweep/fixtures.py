"""The loaded site, for every module that sweeps it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from pytest_django.plugin import DjangoDbBlocker

if TYPE_CHECKING:
    from tests.sweep.database import LoadedDatabase
    from tests.sweep.site import Site


@pytest.fixture(scope="session")
def loaded_database(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LoadedDatabase]:
    from tests.sweep.database import LoadedDatabase

    with django_db_blocker.unblock():
        database = LoadedDatabase(tmp_path_factory)
    yield database
    with django_db_blocker.unblock():
        database.remove()


@pytest.fixture(scope="module")
def site(loaded_database: LoadedDatabase, django_db_blocker: DjangoDbBlocker) -> Iterator[Site]:
    """The site with archive and rehearsal data. Read it, and leave it as it was."""
    from tests.sweep.site import Site

    with django_db_blocker.unblock(), loaded_database.entered():
        site = Site(loaded_database.keys)
        yield site
        site.close()
