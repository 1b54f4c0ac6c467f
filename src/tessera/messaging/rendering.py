"""From template and context to the subject, the text and the HTML of one mail."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import mjml
from django.conf import settings
from django.template import Context, TemplateDoesNotExist, engines
from django.template.engine import Engine
from django.utils.translation import get_language_info, override
from django.utils.translation import gettext_lazy as _

from tessera.core.errors import DomainError
from tessera.core.translated import Translated

MAX_BYTES = 200_000
# Signs that no text has: `core.folding.clean` takes them out of whatever is typed.
_MISSING = "\ufdd0%s\ufdd1"
_MISSING_FOUND = re.compile("\ufdd0([^\ufdd1]*)\ufdd1")
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_OURS = {"programme_name", "site", "language", "direction", "reason", "subject", "paragraphs"}


class UnfilledPlaceholders(DomainError):
    """The mail would go out with a hole in it; ``names`` says which placeholders."""

    message = _("The message was not queued: nothing fills %(placeholders)s.")

    def __init__(self, names: list[str]) -> None:
        self.names = names
        super().__init__(placeholders=", ".join(names))


class MailTooLarge(DomainError):
    message = _("The message was not queued: it is larger than 200 kB.")


@dataclass(frozen=True)
class RenderedMail:
    """The three parts of a mail in one language."""

    subject: str
    text: str
    html: str


def site_url(path: str = "") -> str:
    """``path`` with the address of this site before it, for links in mails."""
    return settings.MAIL_LINK_ADDRESS + path


def render_mail(template: str, context: Mapping[str, Any], *, language: str, reason: Any = "") -> RenderedMail:
    """The templates ``mail/<template>.subject.txt``, ``.txt`` and ``.mjml`` filled for a reader of ``language``.

    Without an ``.mjml`` template the HTML part is made from the text. Every placeholder must be filled: a variable
    that the templates name and ``context`` lacks, a value that is empty, and a translated value without text in
    ``language`` are listed in UnfilledPlaceholders. An optional value is left out of ``context`` and asked for with
    ``{% if %}``; a value that may fall back to another language is passed as ``str``.
    """
    with override(language):
        unfilled = list(_empty_values(context, language))
        values = {**context, **_own_values(language, str(reason))}
        subject = " ".join(_render(f"mail/{template}.subject.txt", values, escape=False).split())
        text = _tidy(_render(f"mail/{template}.txt", {**values, "subject": subject}, escape=False))
        try:
            source = _render(f"mail/{template}.mjml", {**values, "subject": subject}, escape=True)
        except TemplateDoesNotExist:
            source = _render(
                "mail/from_text.mjml", {**values, "subject": subject, "paragraphs": _paragraphs(text)}, escape=True
            )
        for part in (subject, text, source):
            unfilled += _MISSING_FOUND.findall(part)
        if unfilled:
            raise UnfilledPlaceholders(sorted(set(unfilled)))
        mail = RenderedMail(subject, text, _html(source))
    if len(mail.text.encode()) + len(mail.html.encode()) > MAX_BYTES:
        raise MailTooLarge
    return mail


def render_edited(subject: str, text: str, *, language: str, reason: str = "") -> RenderedMail:
    """A mail whose words a person wrote: the HTML part is made from the text."""
    with override(language):
        subject = " ".join(subject.split())
        values = {**_own_values(language, reason), "subject": subject, "paragraphs": _paragraphs(text)}
        return RenderedMail(subject, _tidy(text), _html(_render("mail/from_text.mjml", values, escape=True)))


def _own_values(language: str, reason: str) -> dict[str, Any]:
    return {
        "programme_name": settings.PROGRAMME_NAME,
        "site": site_url(f"/{language}/"),
        "language": language,
        "direction": "rtl" if get_language_info(language)["bidi"] else "ltr",
        "reason": reason,
    }


def _empty_values(context: Mapping[str, Any], language: str) -> Iterator[str]:
    for name, value in context.items():
        yield from _empty(name, value, language)


def _empty(name: str, value: Any, language: str) -> Iterator[str]:
    if isinstance(value, Translated):
        if not str(value.get(language) or "").strip():
            yield f"{name} ({language})"
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _empty(f"{name}.{key}", inner, language)
    elif isinstance(value, list | tuple):
        if not value:
            yield name
        for number, inner in enumerate(value, start=1):
            yield from _empty(f"{name}.{number}", inner, language)
    elif value is None or (not isinstance(value, int | float) and not str(value).strip()):
        yield name


@cache
def _engine() -> Engine:
    """The site's template engine, but a variable nobody filled leaves a mark instead of nothing."""
    site = engines["django"].engine  # type: ignore[attr-defined]
    return Engine(
        dirs=site.dirs,
        app_dirs=site.app_dirs,
        builtins=site.builtins,
        libraries=site.libraries,
        string_if_invalid=_MISSING,
    )


def _render(name: str, values: Mapping[str, Any], *, escape: bool) -> str:
    return _engine().get_template(name).render(Context(dict(values), autoescape=escape))


def _tidy(text: str) -> str:
    lines = [line.rstrip() for line in text.strip().splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)) + "\n"


def _paragraphs(text: str) -> list[str]:
    return [part.strip("\n") for part in re.split(r"\n{2,}", text.strip()) if part.strip()]


def _html(source: str) -> str:
    # No font is fetched: without this the converter links to a host of web fonts.
    return mjml.mjml2html(_NOT_XML.sub("", source), disable_comments=True, fonts={})
