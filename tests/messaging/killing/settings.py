"""The project's own settings with an address that writes and a sweep that does not let the test wait."""

from pathlib import Path

from tessera.config.settings import *  # noqa: F403
from tessera.config.settings import TASKS, TEMPLATES

ROOT_URLCONF = "tests.messaging.killing.urls"
TEMPLATES[0]["DIRS"] = [Path(__file__).parent.parent / "templates"]
TASKS["default"]["OPTIONS"]["SCHEDULES"] = {"outbox-sweep": {"task": "tessera.messaging.tasks.sweep", "every": 2}}
