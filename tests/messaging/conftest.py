"""Mail templates of the tests, and users to write to."""

from copy import deepcopy
from pathlib import Path

import pytest
from django.conf import settings as project
from django.test import override_settings

from tessera.messaging import rendering


@pytest.fixture(autouse=True)
def _test_templates(tmp_path):
    templates = deepcopy(project.TEMPLATES)
    templates[0]["DIRS"] = [Path(__file__).parent / "templates"]
    # The way out of the embedded default, in place of the one that test runners put there.
    folder = {
        "BACKEND": "tessera.messaging.backends.FolderBackend",
        "OPTIONS": {"folder": str(tmp_path / "mail")},
    }
    mailers = {"default": folder, "folder": folder}
    with override_settings(TEMPLATES=templates, MAILERS=mailers, MAIL_FOLDER=tmp_path / "mail"):
        rendering._engine.cache_clear()
        yield
    rendering._engine.cache_clear()


@pytest.fixture
def mail_folder(tmp_path):
    return tmp_path / "mail"
