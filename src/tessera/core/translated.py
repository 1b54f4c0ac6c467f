"""Translated content: one JSON field keyed by language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Translated(dict[str, str]):
    """Texts by language (BCP 47). As a string: the text for the active language, see ``best``."""

    def best(self, language: str | None = None) -> tuple[str, str]:
        """(text, its language) for a reader of ``language`` (the active one by default).

        Falls back to the main language, then to any that has text, in the order of the settings; ("", "") if none.
        """
        wanted = language or get_language() or settings.MAIN_LANGUAGE
        for code in (wanted, settings.MAIN_LANGUAGE, *settings.CONTENT_LANGUAGES, *self):
            text = self.get(code)
            if text:
                return text, code
        return "", ""

    def __str__(self) -> str:
        return self.best()[0]

    def __bool__(self) -> bool:
        return any(self.values())


def best(texts: Mapping[str, str] | None, language: str | None = None) -> tuple[str, str]:
    """``Translated.best`` for any mapping, or none."""
    return Translated(texts or {}).best(language)


class TrField(models.JSONField):
    """Translated text: ``{"en": …, "fr": …, "es": …}``; a language more is a setting, not a migration.

    Query it by key (``title__fr__icontains``). Reads as ``Translated``.
    """

    description = _("translated text")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", Translated)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        raw = super().from_db_value(value, expression, connection)
        return Translated(raw) if isinstance(raw, dict) else raw

    def to_python(self, value: Any) -> Any:
        raw = super().to_python(value)
        return Translated(raw) if isinstance(raw, dict) else raw

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        super().validate(value, model_instance)
        if not isinstance(value, dict) or not all(isinstance(k, str) and isinstance(v, str) for k, v in value.items()):
            raise ValidationError(_("Texts are keyed by language."))
