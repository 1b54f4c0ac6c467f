"""What the browser tests of applying share: a call that is open today, phones, signing in by the link of a mail."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core import mail
from django.core.cache import cache
from django_ox.testing import run_tasks
from playwright.sync_api import Error

from tessera.calls.models import Call
from tests.applications.asking import WIDE
from tests.factories.calls import CallFactory

SLOW = {"offline": False, "latency": 300, "downloadThroughput": 50_000 / 8, "uploadThroughput": 50_000 / 8}


def open_call(code: str = "sea", *, form: Any = WIDE) -> Call:
    """A call that is open today, by the clock of the machine that the browser also has."""
    cache.clear()
    made = CallFactory(form=form, code=code)
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


def enter(page: Any, address: str, *, first: str = "you") -> None:
    """By the link in the mail, back to the call and on to its ``first`` step."""
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
    page.wait_for_url(f"**/step/{first}/")


def slow_down(page: Any) -> None:
    """From now on 50 kbit/s."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", SLOW)


class BadLine:
    """A line on which one request in ten fails, and a person who does not give up. ``failed`` are the addresses that did."""

    def __init__(self, page: Any, seed: int = 7) -> None:
        self.page, self.failed = page, []  # type: ignore[var-annotated]
        self._chance = random.Random(seed)  # noqa: S311
        self.fail()

    def fail(self) -> None:
        self.page.route("**/*", self._sometimes)

    def mend(self) -> None:
        self.page.unroute("**/*")

    def insist(self, path: str) -> None:
        """Reload, as a person does after a look at the page of the browser's own, until the page is there with its script."""
        scripts = "performance.getEntriesByType('resource').filter(r => r.name.includes('js/apply') && r.responseStatus === 200)"
        for _n in range(20):
            try:
                self.page.goto(path, wait_until="load", timeout=60_000)
                wanted = self.page.locator("script[src*='js/apply']").count()
                if wanted and self.page.evaluate(f"{scripts}.length") == wanted:
                    return
            except Error:
                # The browser shows that the line broke; to go on in the middle of that is in vain.
                self.page.wait_for_timeout(400)
        raise AssertionError(path)

    def go_on(self, path: str) -> None:
        """Press "Save and continue": what was written is there once it leaves, whether or not the next page comes at once."""
        here = self.page.url
        self.page.locator("button[value=next].btn").click()
        for _n in range(600):
            if self.page.url != here:
                break
            self.page.wait_for_timeout(200)
        assert self.page.url.startswith("chrome-error:") or self.page.url.endswith(path), self.page.url
        self.insist(path)

    def _sometimes(self, route: Any) -> None:
        if self._chance.random() < 0.1:
            self.failed.append(route.request.url)
            route.abort("connectionreset")
        else:
            route.continue_()
