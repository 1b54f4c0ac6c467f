"""What the browser tests of applying share: a call that is open today, phones, signing in by the link of a mail."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core import mail
from django.core.cache import cache
from django_ox.testing import run_tasks

from tessera.calls.models import Call
from tests.applications.asking import WIDE
from tests.factories.calls import CallFactory

SLOW = {"offline": False, "latency": 300, "downloadThroughput": 50_000 / 8, "uploadThroughput": 50_000 / 8}


def open_call(code: str = "sea") -> Call:
    """A call that is open today, by the clock of the machine that the browser also has."""
    cache.clear()
    made = CallFactory(form=WIDE, code=code)
    now = datetime.now(UTC)
    dates = {"opens_at": now - timedelta(days=3), "closes_at": now + timedelta(days=9)}
    spans = {"first_opens_at": dates["opens_at"], "last_closes_at": dates["closes_at"]}
    Call.objects.filter(pk=made.pk).update(**dates, **spans, deadline_on=(now + timedelta(days=8)).date())
    return made


@contextmanager
def phones(browser: Any, live_server: Any) -> Iterator[Any]:
    """Opens a page on a French phone, 360 px wide: ``phone(scripts=False)``."""
    opened = []

    def open_page(*, scripts: bool) -> Any:
        context = browser.new_context(
            base_url=live_server.url,
            java_script_enabled=scripts,
            viewport={"width": 360, "height": 740},
            locale="fr-FR",
        )
        opened.append(context)
        return context.new_page()

    yield open_page
    for context in opened:
        context.close()


def enter(page: Any, address: str) -> None:
    """By the link in the mail, back to the call."""
    page.goto("/fr/apply/sea/")
    page.locator("#email").fill(address)
    page.locator("form:has(#email) button").click()
    page.wait_for_url("**/account/sign-in/sent/")
    run_tasks(raise_failures=True)
    link = re.search(r"https?://[^/]+(/\S+)", mail.outbox[-1].body)
    assert link
    page.goto(link.group(1))
    page.locator("main form button").first.click()
    page.wait_for_url("**/fr/apply/sea/")
    page.get_by_role("main").locator("form button").click()
    page.wait_for_url("**/step/you/")


def slow_down(page: Any) -> None:
    """From now on 50 kbit/s."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", SLOW)
