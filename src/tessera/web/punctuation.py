"""Colons and semicolons as the reader's language sets them: French puts a no-break space before them.

Sentences bring theirs in the catalogues; these are for what is put together from a label and a value, or from parts.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import get_language, gettext, override


def colon(language: str | None = None) -> str:
    """What follows a label, without the space after it; in the active language where none is given."""
    return labelled("", "", language).removesuffix(" ")


def semicolon(language: str | None = None) -> str:
    """What stands between the parts of a list, without the space after it."""
    with override(language or get_language()):
        return (gettext("%(part)s; %(next)s") % {"part": "", "next": ""}).removesuffix(" ")


def labelled(label: object, said: object, language: str | None = None) -> str:
    """ "Region: Africa", "Région : Afrique"."""
    with override(language or get_language()):
        return gettext("%(label)s: %(said)s") % {"label": label, "said": said}


def listed(parts: Iterable[object], language: str | None = None) -> str:
    """ "Lagos; Yerevan", "Lagos ; Erevan"."""
    said = [str(part) for part in parts]
    return f"{semicolon(language)} ".join(said) if len(said) > 1 else "".join(said)
