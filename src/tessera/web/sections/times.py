"""Fields for days, dates as they are known, moments and time zones."""

from __future__ import annotations

import re
import zoneinfo
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from tessera.core import edtf
from tessera.web.dates import in_words
from tessera.web.sections.fields import CleanField
from tessera.web.sections.form import SectionForm
from tessera.web.sections.items import Item, Words
from tessera.web.sections.paths import Json

EDTF_HELP = gettext_lazy(
    "2026-10-07, or less where less is known: 2026-10, 2026. "
    "From and to with a stroke: 2026-10-07/2026-10-11. Approximate with ~."
)
ZONE_HELP = gettext_lazy("Continent and city, for example Africa/Lagos.")


def _date_in_words(value: Json) -> Json:
    try:
        return in_words(value) if value else value
    except edtf.EdtfError:
        return value


class EdtfField(CleanField):
    """A date as precise as it is known."""

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        if not text:
            return ""
        try:
            return str(edtf.parse(text))
        except edtf.EdtfError as error:
            raise ValidationError(_(error.message) % error.params) from error


@dataclass(frozen=True)
class Edtf(Item):
    """A date or an interval, with the precision it is known in."""

    help: Words = EDTF_HELP

    def add_to(self, form: SectionForm, name: str, value: Json) -> None:
        form.fields[name] = EdtfField(
            label=self.label, help_text=self.help, required=self.required, initial=value or "", limit=60,
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
        )  # fmt: skip

    def read(self, form: SectionForm, name: str, before: Json) -> Json:
        return form.cleaned_data[name]

    def shown(self, value: Json) -> Json:
        return _date_in_words(value)


@dataclass(frozen=True)
class Day(Item):
    """One day."""

    def shown(self, value: Json) -> Json:
        return _date_in_words(value)

    def add_to(self, form: SectionForm, name: str, value: Json) -> None:
        form.fields[name] = forms.DateField(
            label=self.label, help_text=self.help, required=self.required, initial=value, input_formats=["%Y-%m-%d"],
            widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            error_messages={"invalid": _("This is not a day of the calendar: write for example 2026-10-07.")},
        )  # fmt: skip

    def read(self, form: SectionForm, name: str, before: Json) -> Json:
        day = form.cleaned_data[name]
        return day.isoformat() if day else None


class MomentField(CleanField):
    """A day and a time on the clock of the place."""

    def to_python(self, value: Any) -> str:
        text = super().to_python(value).replace(" ", "T")
        if not text:
            return ""
        if re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:00)?", text):
            try:
                return datetime.fromisoformat(text).isoformat(timespec="minutes")
            except ValueError:
                pass
        raise ValidationError(_("This is not a day and a time: write for example 2026-10-07 09:30."))


@dataclass(frozen=True)
class Moment(Item):
    """A day and a time, on the clock of the place."""

    def shown(self, value: Json) -> Json:
        day, _letter, time = str(value or "").partition("T")
        return f"{_date_in_words(day)}, {time[:5]}" if time else value

    def add_to(self, form: SectionForm, name: str, value: Json) -> None:
        form.fields[name] = MomentField(
            label=self.label, help_text=self.help, required=self.required, initial=str(value or "")[:16],
            widget=forms.TextInput(attrs={"type": "datetime-local"}),
        )  # fmt: skip

    def read(self, form: SectionForm, name: str, before: Json) -> Json:
        return form.cleaned_data[name]


@cache
def _zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


AOE = "Etc/GMT+12"


def anywhere() -> str:
    """What that zone is called."""
    return _("anywhere on Earth (%(offset)s)") % {"offset": "UTC−12"}


@cache
def _anywhere_words() -> frozenset[str]:
    """What it may be called, with the offset or without."""
    found = {"aoe"}
    for code, _name in settings.LANGUAGES:
        with override(code):
            found |= {_plain(anywhere()), _plain(anywhere().partition("(")[0])}
    return frozenset(found)


def _plain(text: str) -> str:
    """Small letters, one kind of space and of minus."""
    return " ".join(text.casefold().replace("−", "-").split())


class ZoneField(CleanField):
    """A time zone of the IANA list, in any case. The one of deadlines is written in words, in any language."""

    def prepare_value(self, value: Any) -> Any:
        return anywhere() if value == AOE else value

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        if _plain(text) in _anywhere_words():
            return AOE
        text = text.replace(" ", "_")
        found = {zone.lower(): zone for zone in _zones()}.get(text.lower()) if text else ""
        if found is None:
            raise ValidationError(_("There is no time zone of this name: write for example Africa/Lagos."))
        return found


@dataclass(frozen=True)
class Zone(Item):
    """A time zone by its name."""

    help: Words = ZONE_HELP

    def shown(self, value: Json) -> Json:
        return anywhere() if value == AOE else value

    def add_to(self, form: SectionForm, name: str, value: Json) -> None:
        form.fields[name] = ZoneField(
            label=self.label, help_text=self.help, required=self.required, initial=value or "",
            widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        )  # fmt: skip

    def read(self, form: SectionForm, name: str, before: Json) -> Json:
        return form.cleaned_data[name]
