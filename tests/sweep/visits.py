"""A page as a browser meets it for the first time: what it fetches, weighs, says to the console, and where it breaks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.core.cache import cache
from playwright.sync_api import Browser, BrowserContext, CDPSession
from playwright.sync_api import Page as Tab

from tests.checkers.axe import axe_source
from tests.sweep.pages import Page
from tests.sweep.site import Site

ICON = "/static/icon"


@dataclass(frozen=True)
class Reader:
    """How a page is read: language, width, colours, with scripts or without."""

    language: str
    width: int
    colours: str
    scripts: bool = True


WIDE = Reader("en", 1280, "light")
NIGHT = Reader("fr", 360, "dark")
NARROW = Reader("es", 360, "light")
PLAIN = Reader("en", 1280, "light", scripts=False)


@dataclass
class Visit:
    """What one first visit fetched and complained of."""

    addresses: list[str] = field(default_factory=list)
    bytes: dict[str, int] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)

    @property
    def weight(self) -> int:
        """Bytes on the line, heads and bodies of the answers, compressed as they came."""
        return sum(self.bytes.values())


class Visitor:
    """Tabs of one browser, one for each kind of reader and role."""

    def __init__(self, browser: Browser, site: Site) -> None:
        self.browser, self.site = browser, site
        self._tabs: dict[tuple[Reader, str], tuple[BrowserContext, Tab, CDPSession]] = {}
        self.visit = Visit()
        self._requests: dict[str, str] = {}

    def tab(self, reader: Reader, who: str) -> tuple[Tab, CDPSession]:
        if (reader, who) not in self._tabs:
            context = self.browser.new_context(
                viewport={"width": reader.width, "height": 900},
                color_scheme="dark" if reader.colours == "dark" else "light",
                java_script_enabled=reader.scripts,
                locale=reader.language,
            )
            context.add_cookies(self.site.cookies(who))  # type: ignore[arg-type]
            if reader.scripts:
                context.add_init_script(axe_source())
            tab = context.new_page()
            tab.on("console", lambda message: self._hear(message.type, message.text))
            tab.on("pageerror", lambda error: self._hear("error", str(error)))
            line = context.new_cdp_session(tab)
            line.send("Network.enable")
            line.on("Network.requestWillBeSent", self._sent)
            line.on("Network.loadingFinished", self._finished)
            line.on("Network.loadingFailed", self._failed)
            self._tabs[reader, who] = (context, tab, line)
        return self._tabs[reader, who][1:]

    def open(self, page: Page, reader: Reader, *, first: bool = True) -> tuple[Tab, Visit]:
        """Open the page; the tab shows it, the visit tells what that took: on a ``first`` visit nothing is there yet."""
        tab, line = self.tab(reader, page.reader)
        if tab.viewport_size and tab.viewport_size["width"] != reader.width:
            tab.set_viewport_size({"width": reader.width, "height": 900})
        if first:
            line.send("Network.clearBrowserCache")
        cache.clear()  # the sweep is no reader whom a limit should stop
        self.visit, self._requests = Visit(), {}
        tab.goto(self.site.url + self.site.path(page, reader.language), wait_until="load")
        return tab, self.visit

    def close(self) -> None:
        for context, _tab, _line in self._tabs.values():
            context.close()

    def _sent(self, event: dict[str, Any]) -> None:
        self._requests[event["requestId"]] = event["request"]["url"]
        self.visit.addresses.append(event["request"]["url"])

    def _finished(self, event: dict[str, Any]) -> None:
        address = self._requests.get(event["requestId"], event["requestId"])
        self.visit.bytes[address] = self.visit.bytes.get(address, 0) + event["encodedDataLength"]

    def _failed(self, event: dict[str, Any]) -> None:
        if event["requestId"] not in self._requests:  # the page before gave it up
            return
        address = self._requests[event["requestId"]]
        self.visit.complaints.append(f"{address}: {event.get('errorText')} {event.get('blockedReason', '')}".strip())

    def _hear(self, kind: str, text: str) -> None:
        if kind in ("error", "warning"):
            self.visit.complaints.append(text)


def elsewhere(visit: Visit, home: str) -> list[str]:
    """Addresses fetched from anywhere but the site; pictures that the browser carries for its own controls are not."""
    fetched = [address for address in visit.addresses if urlsplit(address).scheme != "data"]
    return [address for address in fetched if urlsplit(address).netloc != urlsplit(home).netloc]


# What sticks out to the side, apart from what lies in a part that scrolls by itself.
SIDEWAYS = """() => {
  const root = document.documentElement;
  if (root.scrollWidth <= root.clientWidth) return [];
  const out = [...document.body.querySelectorAll("*")].filter((node) =>
    node.getBoundingClientRect().right > root.clientWidth + 1 && !node.closest(".scroll"));
  return out.slice(0, 5).map((node) => `${node.tagName.toLowerCase()}.${node.className.baseVal ?? node.className} `
    + `to ${Math.round(node.getBoundingClientRect().right)} of ${root.clientWidth}: ${node.textContent.trim().slice(0, 40)}`)
    .concat(out.length ? [] : [`${root.scrollWidth} of ${root.clientWidth}`]);
}"""

# What a reader can see and do.
SHOWN = """() => {
  const seen = (node) => node.checkVisibility({ checkVisibilityCSS: true });
  const words = (node) => node.innerText.replace(/\\s+/g, " ").trim();
  return {
    headings: [...document.querySelectorAll("main :is(h1, h2, h3)")].filter(seen).map(words),
    controls: [...document.querySelectorAll("main :is(button, input:not([type=hidden]), select, textarea)")]
      .filter(seen).map((node) => node.name || words(node)),
    links: [...document.querySelectorAll("main :is(a[href], button[data-href])")].filter(seen)
      .map((node) => node.getAttribute("href") ?? node.dataset.href),
    text: words(document.querySelector("main")).length,
  };
}"""

# The width of A4 between the margins of the stylesheet, in CSS pixels.
SHEET = 673

# What is wrong with the page on paper: dark ground, pale letters, what only a screen can use, what stays folded.
PRINTED = r"""() => {
  const seen = (node) => node.checkVisibility({ checkVisibilityCSS: true });
  const light = (colour) => Math.max(...colour.match(/[\d.]+/g).slice(0, 3).map(Number));
  const style = getComputedStyle(document.body);
  const out = [];
  for (const node of [document.documentElement, document.body]) {
    const ground = getComputedStyle(node).backgroundColor;
    if (ground !== "rgba(0, 0, 0, 0)" && light(ground) < 255) out.push(`ground ${ground}`);
  }
  if (light(style.color) > 80) out.push(`letters ${style.color}`);
  for (const node of document.querySelectorAll("body :is(nav, button, [type=submit], .btn, .skip, .foot, .savebar)"))
    if (seen(node)) out.push(`shown: ${node.tagName.toLowerCase()}.${node.className} ${node.textContent.trim().slice(0, 30)}`);
  for (const node of document.querySelectorAll("main details:not([open]):not(:has(input, select, textarea)) > :not(summary)"))
    if (!seen(node)) out.push(`folded: ${node.parentNode.firstElementChild.textContent.trim().slice(0, 30)}`);
  if (!document.querySelector("h1") || !seen(document.querySelector("h1"))) out.push("no heading");
  return out.slice(0, 8);
}"""
