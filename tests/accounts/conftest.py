"""What the tests of accounts share: empty windows, a worker, its mail, a clock."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone
from django_ox.testing import run_tasks


@pytest.fixture(autouse=True)
def _empty_windows(db):
    cache.clear()


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def mails(mailoutbox):
    """``mails(address)``: runs the worker; what was then sent to ``address``, in order."""

    def delivered(address: str):
        run_tasks(raise_failures=True)
        return [mail for mail in mailoutbox if mail.to == [address]]

    return delivered


@pytest.fixture
def later(time_machine):
    """``later(minutes=…)`` moves the clock on."""

    def move(**step: float) -> None:
        time_machine.move_to(timezone.now() + timedelta(**step))

    return move


def link_in(mail) -> str:
    """The path of the first link to this site's account pages that a mail carries."""
    return re.search(r"https?://[^/\s]+(/\w\w/account/\S*)", mail.body)[1]


def code_in(mail) -> str:
    return re.search(r"^\d{3} \d{3}$", mail.body, re.MULTILINE)[0]
