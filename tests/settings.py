"""The project's own settings on a data folder made for this process and removed with it.

Set here and not in conftest.py, because pytest-django reads the settings before any conftest.
"""

import atexit
import os
import shutil
import tempfile

KEPT = {"TESSERA_DATABASE_URL", "TESSERA_CHROMIUM"}
for name in [name for name in os.environ if name.startswith("TESSERA_")]:
    if name not in KEPT:  # what a developer's shell sets is not what the tests are about
        del os.environ[name]
_folder = tempfile.mkdtemp(prefix="tessera-tests-")
atexit.register(shutil.rmtree, _folder, ignore_errors=True)
os.environ["TESSERA_DATA"] = _folder
os.environ["TESSERA_SECRET_KEY"] = "the-key-of-the-tests-and-of-nothing-else-0123456789"

from tessera.config.settings import *  # noqa: E402

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file, so that each thread of a live server has a connection of its own, as in production.
    DATABASES["default"]["TEST"] = {"NAME": f"{_folder}/test.sqlite3"}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *PASSWORD_HASHERS]
