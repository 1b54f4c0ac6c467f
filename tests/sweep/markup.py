"""A page as a tree, so that rules can be asked of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
# An element of the first kind ends an open one of the second where the author left the end tag out.
ENDS = {
    "li": {"li"},
    "dt": {"dt", "dd"},
    "dd": {"dt", "dd"},
    "option": {"option"},
    "tr": {"tr", "td", "th"},
    "td": {"td", "th"},
    "th": {"td", "th"},
    "tbody": {"thead", "tbody", "tr", "td", "th"},
}
SILENT = frozenset({"script", "style", "template"})
SPOKEN = ("aria-label", "aria-description", "aria-roledescription", "title", "alt", "placeholder", "label")


@dataclass
class Node:
    """An element with its attributes and, in order, what it holds."""

    tag: str
    attrs: dict[str, str] = field(default_factory=dict)
    parent: Node | None = None
    inside: list[Node | str] = field(default_factory=list)
    line: int = 0

    def walk(self) -> Iterator[Node]:
        """This element and every one below it, in the order of the page."""
        yield self
        for part in self.inside:
            if isinstance(part, Node):
                yield from part.walk()

    def all(self, *tags: str) -> list[Node]:
        return [node for node in self.walk() if node.tag in tags]

    def above(self) -> Iterator[Node]:
        """This element and those that hold it, innermost first."""
        node: Node | None = self
        while node is not None:
            yield node
            node = node.parent

    def within(self, *tags: str) -> bool:
        return any(node.tag in tags for node in self.above())

    def get(self, name: str) -> str:
        return self.attrs.get(name, "")

    @property
    def text(self) -> str:
        """The words of the element, spaces folded."""
        return fold(" ".join(text for text, _ in self.words()))

    def words(self) -> Iterator[tuple[str, Node]]:
        """Each run of text with the element it stands in; scripts and styles say nothing."""
        for part in self.inside:
            if isinstance(part, str):
                if part.strip():
                    yield fold(part), self
            elif part.tag not in SILENT:
                yield from part.words()

    @property
    def language(self) -> str:
        """The language that the nearest ``lang`` declares."""
        return next((node.attrs["lang"] for node in self.above() if "lang" in node.attrs), "")


def fold(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = self.here = Node("#document")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        while self.here.tag in ENDS.get(tag, ()):
            self.here = self.here.parent or self.root
        node = Node(tag, {name: value or "" for name, value in attrs}, self.here, line=self.getpos()[0])
        self.here.inside.append(node)
        if tag not in VOID:
            self.here = node

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        for node in self.here.above():
            if node.tag == tag:
                self.here = node.parent or self.root
                return

    def handle_data(self, data: str) -> None:
        self.here.inside.append(data)


def parse(html: str | bytes) -> Node:
    """The tree of a whole page. The Nu checker vouches for its validity; this only reads it."""
    builder = _Builder()
    builder.feed(html.decode() if isinstance(html, bytes) else html)
    builder.close()
    return builder.root


def spoken(page: Node) -> Iterator[tuple[str, Node]]:
    """Everything a page says: its text, and the attributes that are read out or shown."""
    yield from page.words()
    for node in page.walk():
        if node.tag in SILENT or node.within(*SILENT):
            continue
        for name in SPOKEN:
            if node.get(name).strip():
                yield fold(node.get(name)), node
        if node.tag == "input" and node.get("type") in ("submit", "button", "reset") and node.get("value"):
            yield fold(node.get("value")), node
        if node.tag == "meta" and (node.get("name"), node.get("property")) != ("", ""):
            told = node.get("name") or node.get("property")
            if told in ("description", "og:title", "og:description", "og:image:alt", "twitter:title"):
                yield fold(node.get("content")), node
        for name, value in node.attrs.items():
            if name.startswith("data-") and not name.startswith("data-hx-") and re.search(r"\w{2,} \w{2,}", value):
                yield fold(value), node
