"""Handing in a version of a region scheme."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tessera.places.models import RegionScheme
from tessera.places.reading import Read, read_scheme
from tessera.web.sections import language_words

MAX_BYTES = 1_000_000


class SchemeForm(forms.Form):
    """A version: its rows as a file or pasted, in JSON or as a table with the columns region and country."""

    code = forms.SlugField(
        label=gettext_lazy("Code"), max_length=40, help_text=gettext_lazy("A new code makes a new scheme.")
    )
    kind = forms.ChoiceField(label=gettext_lazy("What it is for"), choices=RegionScheme.Kind.choices)
    partition = forms.BooleanField(
        label=gettext_lazy("Every country of the map is in exactly one region"), required=False, initial=True
    )
    file = forms.FileField(
        label=gettext_lazy("File"), required=False, help_text=gettext_lazy("JSON or CSV, at most 1 MB.")
    )
    text = forms.CharField(
        label=gettext_lazy("Or the rows, pasted"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false"}),
        help_text=gettext_lazy(
            "The first row names the columns: region, country, and name_en, name_fr, name_es for new ones."
        ),
    )
    source = forms.CharField(
        label=gettext_lazy("Where it comes from"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, before: RegionScheme | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.before = before
        self.read: Read | None = None
        for code in settings.CONTENT_LANGUAGES:
            self.fields[f"name_{code}"] = forms.CharField(
                label=_("Name in %(language)s") % {"language": language_words(code)}, required=False, max_length=200
            )
        self.order_fields(["code", *(f"name_{code}" for code in settings.CONTENT_LANGUAGES)])

    def clean_file(self) -> str:
        file = self.cleaned_data["file"]
        if not file:
            return ""
        if file.size > MAX_BYTES:
            raise forms.ValidationError(_("This file is larger than 1 MB: a scheme is a short list."))
        try:
            text: str = file.read().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise forms.ValidationError(_("This file is not text in UTF-8: save it as CSV in UTF-8.")) from error
        return text

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.errors:
            return data
        code = data.get("code")
        before = self.before
        if before is None or before.code != code:
            before = RegionScheme.objects.filter(code=code).order_by("-active", "-version").first()
        text = data.get("file") or data.get("text") or ""
        self.read = read_scheme(text.replace("\x00", ""), partition=bool(data.get("partition")), before=before)
        for sentence in self.read.errors:
            self.add_error("file" if data.get("file") else "text", sentence)
        names = {lang: data.get(f"name_{lang}", "") for lang in settings.CONTENT_LANGUAGES}
        data["name"] = (
            {lang: name for lang, name in names.items() if name}
            or self.read.name
            or (dict(before.name) if before else {})
        )
        if not data["name"]:
            self.add_error(f"name_{settings.MAIN_LANGUAGE}", _("A scheme needs a name."))
        return data

    @property
    def document(self) -> dict[str, Any]:
        """What ``save_scheme`` takes; only after ``is_valid()``."""
        data = self.cleaned_data
        return {
            "code": data["code"],
            "kind": data["kind"],
            "name": data["name"],
            "partition": data["partition"],
            "source": data["source"],
            "regions": self.read.regions if self.read else [],
        }
