"""Compile every template of the project, so that a misspelt tag fails here and not on a page nobody opened.

Also refuses what the content security policy would silently drop on a page: inline styles, scripts and handlers.
Mail templates are outside that policy and may style inline.
"""

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import django
from django.template import TemplateDoesNotExist, TemplateSyntaxError
from django.template.loader import get_template

SOURCE = Path(__file__).resolve().parent.parent / "src" / "tessera"
INLINE = {
    "an inline style": re.compile(r"<[a-z][^<>]*\sstyle\s*=", re.IGNORECASE),
    "a style element": re.compile(r"<style\b", re.IGNORECASE),
    "an inline handler": re.compile(r"<[a-z][^<>]*\son[a-z]+\s*=", re.IGNORECASE),
    "an inline script": re.compile(r"<script\b(?![^>]*\b(src=|application/(ld\+)?json))", re.IGNORECASE),
    "a javascript: address": re.compile(r"[\"']javascript:", re.IGNORECASE),
}


def inline_faults(text: str) -> Iterator[str]:
    """What the content security policy would drop, one line for each place."""
    for name, pattern in INLINE.items():
        for found in pattern.finditer(text):
            yield f"{text.count(chr(10), 0, found.start()) + 1}: {name}"


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tessera.config.settings")
    django.setup()
    faults = []
    for folder in sorted(SOURCE.glob("**/templates")):
        for path in sorted(file for file in folder.rglob("*") if file.is_file()):
            name = path.relative_to(SOURCE).as_posix()
            try:
                get_template(path.relative_to(folder).as_posix())
            except (TemplateSyntaxError, TemplateDoesNotExist) as error:
                faults.append(f"{name}: {error}")
            if path.suffix == ".html":
                faults += [f"{name}:{fault}" for fault in inline_faults(path.read_text(encoding="utf-8"))]
    print(*faults, sep="\n", end="\n" if faults else "")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
