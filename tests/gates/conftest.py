"""The world at the gates, made once for each module and taken back after it."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.db import transaction
from django.test import override_settings

from tests.factories.moments import NOW
from tests.gates.world import World

SESSIONS = "django.contrib.sessions.backends.signed_cookies"


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("gates")
    with (
        django_db_blocker.unblock(),
        override_settings(MEDIA_ROOT=folder, SESSION_ENGINE=SESSIONS, ROOT_URLCONF="tests.gates.urls"),
        time_machine.travel(NOW, tick=False),
        transaction.atomic(),
    ):
        cache.clear()
        yield World(folder)
        transaction.set_rollback(True)
