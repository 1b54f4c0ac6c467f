"""What many tests of applications begin with: a clock that stands, an empty cache, a folder of their own."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.cache import cache

from tests.factories.moments import NOW


@pytest.fixture
def clock_stands() -> Iterator[None]:
    """It is ``NOW`` all the time, and nothing is kept from before."""
    cache.clear()
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def own_files(settings: Any, tmp_path: Path) -> None:
    """What is sent lies in a folder of this test alone."""
    settings.MEDIA_ROOT = tmp_path
