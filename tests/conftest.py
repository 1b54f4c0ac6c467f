"""Fixtures for every test: the browser and the outside judges."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.utils import translation
from hypothesis import settings as property_settings
from pytest_django.plugin import DjangoDbBlocker

from tests.checkers.locks import locks_in_transactions
from tests.checkers.nu import MISSING, NuChecker, find_jar, nu_checker
from tests.prepared import copy_database, drop_made, migrated_database
from tests.sweep.fixtures import loaded_database, site  # noqa: F401  fixtures for those who sweep

# Sync Playwright runs an event loop in the test's own thread.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

# A busy machine is slow, not wrong.
property_settings.register_profile("house", deadline=None)
property_settings.load_profile("house")


@pytest.fixture(autouse=True)
def _nothing_left() -> Iterator[None]:
    """Start and end in English, with nothing kept from another test.

    What a process keeps goes by the content version, which a test that is rolled back takes back.
    """
    from tessera.applications.sheets import forget_sheets
    from tessera.places.queries import forget_reference
    from tessera.portal.ground import forget_ground
    from tessera.publications.shelf import forget_shelf

    translation.activate(settings.LANGUAGE_CODE)
    forget_reference()
    forget_sheets()
    forget_ground()
    forget_shelf()
    yield
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(scope="session")
def migrated(django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The migrated database of this run, to be copied."""
    with django_db_blocker.unblock():
        return migrated_database(tmp_path_factory)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None, migrated: str) -> None:
    """The tests' own database begins as a copy, in which there is nothing left to migrate."""
    test = connection.settings_dict["TEST"]
    if connection.vendor == "sqlite":
        copy_database(migrated, test["NAME"])
    else:
        test["TEMPLATE"] = migrated


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """On SQLite the copy is taken as it is; it goes with the folder it lies in."""
    return connection.vendor == "sqlite"


def pytest_sessionfinish(session: pytest.Session) -> None:
    if "PYTEST_XDIST_WORKER" not in os.environ and "TESSERA_DATABASE_URL" in os.environ:
        drop_made(session.config._tmp_path_factory.getbasetemp())  # type: ignore[attr-defined]


@pytest.fixture(scope="session", autouse=True)
def _locks_in_transactions() -> Iterator[None]:
    """What a test's own transaction would hide: a lock taken outside one."""
    with locks_in_transactions():
        yield


BROWSER_FIXTURES = {"page", "context", "browser", "new_context"}


def chromium() -> str | None:
    names = ("chromium-headless-shell", "chromium", "google-chrome", "google-chrome-stable")
    return os.environ.get("TESSERA_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


# The files that take longest, those that wait for other processes between those that compute. They begin first, so that
# no worker is left alone with one of them at the end, and the others compute while one waits.
LONGEST = (
    "browser/test_every_page.py",
    "browser/test_apply.py",
    "gates/test_gates.py",
    "commands/test_data.py",
    "portal/test_odd_fields.py",
    "browser/test_apply_kept.py",
    "browser/test_apply_files.py",
    "web/test_pages.py",
    "commands/test_run.py",
    "gates/test_odd_values.py",
    "messaging/test_kill.py",
    "applications/test_access.py",
    "commands/test_fourth_language.py",
    "applications/test_hostile.py",
    "applications/test_kill.py",
    "programmes/test_rehearsal.py",
    "commands/solving/test_examples.py",
    "browser/test_call_builder.py",
    "commands/test_coverage.py",
    "accounts/test_browser.py",
    "messaging/test_background.py",
)


@pytest.hookimpl(trylast=True)  # after pytest-django, whose order stays among the rest
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    ranks = {Path(__file__).parent / name: rank for rank, name in enumerate(LONGEST)}
    items.sort(key=lambda item: ranks.get(item.path, len(ranks)))
    absent = chromium() is None and "CI" not in os.environ
    for item in items:
        if BROWSER_FIXTURES & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.browser)
            if absent:  # in CI the launch fails instead
                item.add_marker(pytest.mark.skip(reason="no Chromium: install one or name it in TESSERA_CHROMIUM"))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    quiet = [
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
        "--disable-auto-reload",
    ]
    return {
        **browser_type_launch_args,
        "executable_path": chromium(),
        "args": ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-dev-shm-usage", *quiet],
    }


@pytest.fixture(scope="session")
def _nu() -> Iterator[NuChecker | None]:
    jar = find_jar()
    if jar is None:
        yield None
        return
    with nu_checker(jar) as checker:
        yield checker


@pytest.fixture
def html_errors(_nu: NuChecker | None) -> Callable[[str | bytes], list[str]]:
    """``html_errors(response.content) == []``: what the Nu HTML checker finds wrong with a whole page."""
    if _nu is None:
        if "CI" in os.environ:
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    return _nu.errors
