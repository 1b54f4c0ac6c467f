"""For how long applications are kept, as an administrator types it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from tessera.applications.periods import BOUNDS, DEFAULTS, NAMES, Periods
from tessera.applications.services.retention import FilesOutlast

LABELS = {
    "draft_days": _("A draft that was never submitted: days after the deadline"),
    "files_months": _("Files of those not selected: months after the decision"),
    "application_months": _("The rest of their application: months after the decision"),
    "selected_months": _("An application that was selected: months after the final report"),
}


class RetentionForm(forms.Form):
    """A number for each period, with its default and bounds beside it."""

    number = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    reason = forms.CharField(label=_("Why you change it"), required=False, max_length=500)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in NAMES:
            least, most = BOUNDS[name]
            default = getattr(DEFAULTS, name)
            unit = (
                ngettext("Default: %(n)s day.", "Default: %(n)s days.", default)
                if name == "draft_days"
                else ngettext("Default: %(n)s month.", "Default: %(n)s months.", default)
            ) % {"n": default}
            bounds = _("From %(least)s to %(most)s.") % {"least": least, "most": most}
            self.fields[name] = forms.IntegerField(
                label=LABELS[name], min_value=least, max_value=most, help_text=f"{unit} {bounds}",
                error_messages={
                    "min_value": bounds, "max_value": bounds, "invalid": _("Type a whole number."),
                    "required": _("Type a whole number."),
                },
            )  # fmt: skip
        self.order_fields([*NAMES, "reason", "number"])

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        files, rest = found.get("files_months"), found.get("application_months")
        if files is not None and rest is not None and files > rest:
            self.add_error("files_months", str(FilesOutlast.message))
        return found

    @property
    def periods(self) -> Periods:
        return Periods(**{name: self.cleaned_data[name] for name in NAMES})
