"""The programme's own colour in place of lapis: a small stylesheet, and whether it can be read."""

from __future__ import annotations

import re

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

READABLE = 4.5
LIGHT_GROUNDS = ("#f6f2e9", "#fdfbf7", "#ffffff")
DARK_GROUNDS = ("#14161b", "#1b1e25")
_HEX = re.compile(r"#[0-9a-f]{6}", re.IGNORECASE)


def luminance(colour: str) -> float:
    """Relative luminance of ``#rrggbb``, 0 to 1 (WCAG 2.2)."""
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def accent_css() -> str:
    """The stylesheet that sets the accent; "" where the programme keeps the house colours."""
    rules = []
    if settings.ACCENT:
        rules.append(f"@layer tokens{{:root{{--lapis:{settings.ACCENT}}}}}")
    if settings.ACCENT_DARK:
        dark = f"{{--lapis:{settings.ACCENT_DARK}}}"
        rules.append(
            f"@layer tokens{{@media screen and (prefers-color-scheme:dark){{:root:not([data-theme=light]){dark}}}"
            f"@media screen{{:root[data-theme=dark]{dark}}}}}"
        )
    return "".join(rules)


@register
def check_accent(**_kwargs: object) -> list[CheckMessage]:
    """Refuse colours that are not ``#rrggbb`` or cannot be read on the page."""
    found: list[CheckMessage] = []
    for name, colour, grounds in (
        ("TESSERA_ACCENT", settings.ACCENT, LIGHT_GROUNDS),
        ("TESSERA_ACCENT_DARK", settings.ACCENT_DARK, DARK_GROUNDS),
    ):
        if not colour:
            continue
        if not _HEX.fullmatch(colour):
            found.append(Error(f"{name} is {colour!r}; write a colour as #rrggbb, for example #23418f.", id="web.E001"))
            continue
        ratio = min(contrast(colour, ground) for ground in grounds)
        if ratio < READABLE:
            found.append(
                Error(
                    f"{name} {colour} has a contrast of {ratio:.1f} to the page; words need at least {READABLE}.",
                    hint="Choose a darker colour for the light theme, a lighter one for the dark theme.",
                    id="web.E002",
                )
            )
    return found
