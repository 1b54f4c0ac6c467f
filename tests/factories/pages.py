"""What a browser without scripts would post from a page."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, Any]] = []
        self._select: str | None = None
        self._text: str | None = None
        self._value: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value if value is not None else "" for name, value in attrs}
        if tag == "form":
            self.forms.append({"attrs": given, "fields": {}, "buttons": []})
        if not self.forms:
            return
        fields = self.forms[-1]["fields"]
        name = given.get("name", "")
        if tag == "button":
            self.forms[-1]["buttons"].append(given.get("value", ""))
        elif tag == "input" and name:
            kind = given.get("type", "text")
            if kind in ("checkbox", "radio"):
                if "checked" in given:
                    fields.setdefault(name, []).append(given.get("value", "on"))
            elif kind != "file":
                fields.setdefault(name, []).append(given.get("value", ""))
        elif tag == "select" and name:
            self._select, self._value = name, None
        elif tag == "option" and self._select and (self._value is None or "selected" in given):
            self._value = given.get("value", "")
        elif tag == "textarea" and name:
            self._text = name
            fields.setdefault(name, []).append("")

    def handle_data(self, data: str) -> None:
        if self._text:
            # The first line break after the tag belongs to the markup.
            held = self.forms[-1]["fields"][self._text]
            held[-1] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "select" and self._select:
            if self._value is not None:
                self.forms[-1]["fields"].setdefault(self._select, []).append(self._value)
            self._select = None
        elif tag == "textarea" and self._text:
            held = self.forms[-1]["fields"][self._text]
            held[-1] = held[-1].removeprefix("\r\n").removeprefix("\n")
            self._text = None


def forms_of(response: Any) -> list[dict[str, Any]]:
    """Every form of the page: its attributes, its fields as they stand, the values of its buttons."""
    parser = _Forms()
    parser.feed(response.content.decode())
    return parser.forms


def filled(response: Any, *, css: str = "section", **changes: Any) -> dict[str, Any]:
    """The fields of the form whose class is ``css``, with ``changes`` (``title__fr`` for the field title--fr)."""
    form = next(form for form in forms_of(response) if css in form["attrs"].get("class", "").split())
    fields = {name: values if len(values) > 1 else values[0] for name, values in form["fields"].items()}
    fields |= {name.replace("__", "--"): value for name, value in changes.items()}
    return {name: value for name, value in fields.items() if value is not None}
