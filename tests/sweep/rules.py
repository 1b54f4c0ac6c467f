"""The rules every page keeps. Each takes what was fetched and says, a line each, what is wrong."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import get_language_info

from tessera.web.weight import weight_of
from tests.sweep.linked_data import shapeless
from tests.sweep.site import LANGUAGES, Fetched, Site

MOST_BYTES = 40_000
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
# The link itself is the proof, so that mail programs can post too (RFC 8058).
TOKENLESS = ("portal:alert_end",)
DATA_SCRIPTS = ("application/ld+json", "application/json")


def no_faults(faults: Iterable[str]) -> None:
    """Fail with every fault in full, a line each."""
    found = list(faults)
    assert not found, f"{len(found)} faults\n" + "\n".join(found)


def answer(found: Fetched) -> Iterator[str]:
    if found.status != found.page.status:
        yield f"answers {found.status}, not {found.page.status}"
    if not found.is_html:
        yield f"is {found.headers.get('Content-Type')}"


def language(found: Fetched) -> Iterator[str]:
    root = found.tree.all("html")[0]
    if root.get("lang") != found.language:
        yield f"lang is {root.get('lang')!r}"
    direction = "rtl" if get_language_info(found.language)["bidi"] else "ltr"
    if root.get("dir") != direction:
        yield f"dir is {root.get('dir')!r}"
    if found.status == 200 and found.headers.get("Content-Language") != found.language:
        yield f"Content-Language is {found.headers.get('Content-Language')!r}"


def outline(found: Fetched) -> Iterator[str]:
    headings = found.tree.all(*HEADINGS)
    tops = [node for node in headings if node.tag == "h1"]
    if len(tops) != 1:
        yield f"{len(tops)} h1: {[node.text for node in tops]}"
    elif not tops[0].within("main"):
        yield "the h1 is not in main"
    before = 0
    for node in headings:
        level = int(node.tag[1])
        if level > before + 1:
            yield f"{node.tag} “{node.text}” follows h{before}"
        before = level
        if not node.text:
            yield f"{node.tag} in line {node.line} is empty"
    if len(found.tree.all("main")) != 1:
        yield f"{len(found.tree.all('main'))} main elements"


def title(found: Fetched) -> Iterator[str]:
    titles = [node.text for node in found.tree.all("title") if not node.within("svg")]
    if len(titles) != 1:
        yield f"titles: {titles}"
    elif titles[0] in ("", settings.PROGRAMME_NAME) and found.page.route != "portal:home":
        yield f"the title “{titles[0]}” says nothing of the page"
    if found.status != 200:
        return
    descriptions = [n.get("content").strip() for n in found.tree.all("meta") if n.get("name") == "description"]
    if len(descriptions) != 1 or not descriptions[0]:
        yield f"descriptions: {descriptions}"


def policy(found: Fetched) -> Iterator[str]:
    """What the content security policy would drop, and what would be fetched from elsewhere."""
    for node in found.tree.walk():
        for name in node.attrs:
            if name == "style" or name.startswith("on"):
                yield f"{name}= on <{node.tag}> in line {node.line}"
        if node.tag == "style":
            yield f"<style> in line {node.line}"
        if node.tag == "script" and not node.get("src") and node.get("type") not in DATA_SCRIPTS:
            yield f"inline script in line {node.line}"
        for name in ("src", "srcset", "poster", "data", "href" if node.tag == "link" else "src"):
            address = node.get(name)
            fetched = node.tag != "link" or node.get("rel") not in ("alternate", "canonical")
            if fetched and (address.startswith(("data:", "//")) or urlsplit(address).netloc):
                yield f"<{node.tag} {name}={address[:60]}> is not ours"
        if node.get("href").startswith("javascript:"):
            yield f"javascript: link in line {node.line}"


def data(found: Fetched) -> Iterator[str]:
    """JSON-LD that parses, and whose things have what their kind needs."""
    for node in found.tree.all("script"):
        if node.get("type") not in DATA_SCRIPTS:
            continue
        try:
            value = json.loads("".join(part for part in node.inside if isinstance(part, str)))
        except ValueError as error:
            yield f"{node.get('type')} in line {node.line}: {error}"
            continue
        if node.get("type") == "application/ld+json":
            yield from shapeless(value)


def switches(found: Fetched) -> Iterator[str]:
    """The links in the head of the page, or buttons that save first, lead to the same page in the other languages."""
    links = {
        node.get("hreflang") or node.get("lang"): node.get("href") or node.get("data-href")
        for node in found.tree.all("a", "button")
        if (node.get("hreflang") or (node.get("data-href") and node.get("lang"))) and node.within("header")
    }
    if found.status == 500:  # says what it can without a database
        return
    own = f"/{found.language}/"
    wanted = {code: found.path.replace(own, f"/{code}/", 1) for code in LANGUAGES}
    if links != wanted:
        yield f"language links are {links}"


def alternates(site: Site, found: Fetched) -> Iterator[str]:
    """hreflang: every language, x-default and the page itself, the same list from each of them."""
    if any(node.get("name") == "robots" and "noindex" in node.get("content") for node in found.tree.all("meta")):
        return
    links = hreflang(found)
    wanted = {*LANGUAGES, "x-default"}
    if set(links) != wanted:
        yield f"alternates are {sorted(links)}"
        return
    if links[found.language] != canonical(found):
        yield f"the page is {canonical(found)} by its canonical link, {links[found.language]} by its own alternate"
    for code in LANGUAGES:
        address = urlsplit(links[code])
        if not address.netloc:
            yield f"the alternate {links[code]} is not an absolute address"
        other = site.fetch(found.page, code)
        path = address.path + (f"?{address.query}" if address.query else "")
        if path not in (other.path, other.path.partition("?")[0]):  # a question may belong to the page that asks it
            yield f"the alternate in {code} is {links[code]}, the page {other.path}"
        if hreflang(other) != links:
            yield f"the page in {code} names other alternates"


def canonical(found: Fetched) -> str:
    """The one address that the page gives itself, or the list of them in words."""
    named = [node.get("href") for node in found.tree.all("link") if node.get("rel") == "canonical"]
    return named[0] if len(named) == 1 else f"{named}"


def hreflang(found: Fetched) -> dict[str, str]:
    """The page's alternates by language; files of the same list (with a type) are no translations."""
    named = [node for node in found.tree.all("link") if node.get("hreflang") and not node.get("type")]
    return {node.get("hreflang"): node.get("href") for node in named}


def references(found: Fetched) -> Iterator[str]:
    """Ids are unique, and what points inside the page finds its end."""
    ids = [node.get("id") for node in found.tree.walk() if node.get("id")]
    for twice in sorted({one for one in ids if ids.count(one) > 1}):
        yield f"id {twice} stands twice"
    known = set(ids)
    for node in found.tree.walk():
        if node.tag == "a" and node.get("href").startswith("#") and node.get("href")[1:] not in known:
            yield f"<a href={node.get('href')}> leads nowhere"
        for name in ("for", "aria-labelledby", "aria-describedby", "aria-controls", "form", "list"):
            for target in node.get(name).split():
                if target not in known:
                    yield f"{name}={target} on <{node.tag}> points nowhere"


def forms(found: Fetched) -> Iterator[str]:
    """Every form can be sent without scripts, and those that write carry their token."""
    for form in found.tree.all("form"):
        buttons = [
            node
            for node in found.tree.all("button", "input")
            if (form in node.above() or (form.get("id") and node.get("form") == form.get("id")))
            and (node.get("type") or ("submit" if node.tag == "button" else "")) in ("submit", "image")
        ]
        name = f"form to “{form.get('action')}” in line {form.line}"
        if not buttons:
            yield f"{name} has no button that sends it"
        if form.get("method").lower() == "post":
            if found.page.route not in TOKENLESS and not any(
                node.get("name") == "csrfmiddlewaretoken" for node in form.all("input")
            ):
                yield f"{name} posts without a token"
        elif any(node.get("name") == "csrfmiddlewaretoken" for node in form.all("input")):
            yield f"{name} puts the token into an address"


def weight(found: Fetched) -> Iterator[str]:
    """The page and what it fetches of the site, compressed."""
    weighs = weight_of(found.body)
    if weighs > MOST_BYTES:
        yield f"weighs {weighs} bytes, {len(found.body)} of its own before they are compressed"


def links(found: Fetched) -> Iterator[str]:
    for node in found.tree.all("a"):
        if "href" in node.attrs and node.get("href") in ("", "#"):
            yield f"the link “{node.text}” has no address"
