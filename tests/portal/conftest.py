"""The archive, loaded once for a module that only reads it; each test still runs in a transaction of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

ARCHIVE = Path("src/tessera/programmes/data/archive.json")


@pytest.fixture(scope="module")
def archive(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    from tessera.places.queries import forget_reference
    from tessera.programmes.archive import load
    from tests.factories.moments import NOW

    with django_db_blocker.unblock():
        with transaction.atomic():
            load(json.loads(ARCHIVE.read_text("utf-8")), at=NOW)
            yield
            transaction.set_rollback(True)
        forget_reference()
