"""What a browser would send of a step."""

from __future__ import annotations

from typing import Any

from tests.sweep.markup import parse


def fields(html: bytes | str) -> dict[str, Any]:
    """What a browser would send of the form of the page, buttons left out."""
    form = next(node for node in parse(html).all("form") if "data-apply" in node.attrs)
    found: dict[str, Any] = {}
    for node in form.all("input", "textarea", "select"):
        name = node.get("name")
        if not name or node.get("type") == "file":
            continue
        if node.get("type") in ("radio", "checkbox") and "checked" not in node.attrs:
            continue
        if node.tag == "select":
            value = next((o.get("value") for o in node.all("option") if "selected" in o.attrs), "")
        else:
            value = node.text.lstrip("\n") if node.tag == "textarea" else node.get("value")
        found.setdefault(name, []).append(value)
    return found
