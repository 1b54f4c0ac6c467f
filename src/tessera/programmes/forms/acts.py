"""Small forms of the desk: narrowing the list, beginning a training, taking a step, merging, putting in force."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from tessera.activity.forms import NamesForm
from tessera.core import edtf
from tessera.organisations.forms import ListForm
from tessera.programmes.forms.choices import REASON_LANGUAGE, SOURCE_KINDS, SOURCE_TITLE, content_languages
from tessera.programmes.models import Mode, Status, Training
from tessera.programmes.services import next_statuses
from tessera.programmes.services.status import DATES_OVER
from tessera.web.choices import choice_field
from tessera.web.sections.fields import NOT_SAID
from tessera.web.sections.times import EDTF_HELP, EdtfField

REASON = gettext_lazy("For the history of this record; one sentence will do.")


class CopyTrainingForm(forms.Form):
    """When the copy begins; all its dates follow."""

    starts_on = forms.DateField(
        label=gettext_lazy("New first day"),
        help_text=gettext_lazy(
            "Dates, phases and times of sessions move with it, and are not final. Leave it empty for a copy without dates."
        ),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class TrainingListForm(ListForm):
    """What narrows the list of trainings; beside each status, the two groups that the dashboard counts."""

    field_order = ("q", "status", "state", "rehearsal")
    q = forms.CharField(
        label=gettext_lazy("Title or place"), required=False, widget=forms.TextInput(attrs={"type": "search"})
    )
    status = forms.ChoiceField(
        label=gettext_lazy("Status"),
        required=False,
        choices=[
            ("", gettext_lazy("All")),
            *Status.choices,
            ("past", gettext_lazy("Dates over, not yet held")),
            ("unclosed", gettext_lazy("Held, not closed")),
        ],
    )
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        required=False,
        choices=[
            ("", gettext_lazy("All")),
            ("public", gettext_lazy("Public")),
            ("draft", gettext_lazy("Not public")),
        ],
    )


class NewTrainingForm(NamesForm):
    """A training begins with a title and a format; everything else comes later."""

    format = forms.ChoiceField(
        label=gettext_lazy("Format"), choices=Mode.choices, initial=Mode.IN_PERSON, widget=forms.RadioSelect
    )
    rehearsal = forms.BooleanField(
        label=gettext_lazy("For rehearsal only: never counted, marked wherever it shows"), required=False
    )


class NewSeriesForm(NamesForm):
    """A series is a name."""

    limit = 120
    words = gettext_lazy("Name")


class NewSourceForm(forms.Form):
    """A source by what names it; the rest comes on its own page."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=300, help_text=SOURCE_TITLE)
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), choices=SOURCE_KINDS, initial="external", widget=forms.RadioSelect
    )
    url = forms.URLField(label=gettext_lazy("Address"), required=False, max_length=500, assume_scheme="https")
    state = forms.CharField(
        label=gettext_lazy("State in which it was read"),
        required=False,
        help_text=gettext_lazy("In English: the day it was read, the version."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class NewTopicForm(NamesForm):
    """A topic is a name."""

    limit = 120
    words = gettext_lazy("Name")


class StatusForm(forms.Form):
    """The step to take, the reason, and the new dates where a step comes with some."""

    status = forms.ChoiceField(
        label=gettext_lazy("It becomes"),
        widget=forms.RadioSelect,
        error_messages={
            "invalid_choice": gettext_lazy("That step is not possible any more: choose among those shown now.")
        },
    )
    dates = EdtfField(
        label=gettext_lazy("New dates, where they are known"), required=False, limit=60, help_text=EDTF_HELP
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=1000,
        help_text=gettext_lazy("Needed to postpone or cancel: participants and readers will ask."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    language = forms.ChoiceField(
        label=REASON_LANGUAGE,
        required=False,
        help_text=gettext_lazy("The public page says why a training was postponed, in the words above."),
    )
    sure = forms.BooleanField(
        label=gettext_lazy("I know that a cancelled training cannot be taken up again"), required=False
    )

    def __init__(self, *args: Any, training: Training, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = dict(Status.choices)
        steps = next_statuses(training, on)
        choice_field(self, "status").choices = [(code, words[Status(code)]) for code in steps]
        self.steps, self.on = steps, on
        if Status.CANCELLED not in steps:
            del self.fields["sure"]
        if training.status != Status.POSTPONED and Status.POSTPONED not in steps:
            del self.fields["dates"]
        if Status.POSTPONED not in steps:
            del self.fields["language"]
        else:
            spoken = content_languages()
            reader = get_language() or ""
            choice_field(self, "language").choices = [("", NOT_SAID), *spoken]
            self.fields["language"].initial = reader if reader in dict(spoken) else ""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        status = data.get("status")
        if status == Status.CANCELLED and not data.get("sure"):
            self.add_error("sure", _("Cancelling is final: tick this to confirm it."))
        if status in (Status.CANCELLED, Status.POSTPONED) and not (data.get("reason") or "").strip():
            self.add_error("reason", _("Give the reason: participants and readers will ask."))
        if data.get("dates") and status in (Status.ANNOUNCED, Status.POSTPONED):
            read = edtf.parse(data["dates"])
            if read.latest_end is not None and read.latest_end < self.on:
                self.add_error("dates", DATES_OVER % {"dates": data["dates"]})
            elif read.precision in ("year", "season") and status == Status.ANNOUNCED:
                self.add_error("dates", _("Write at least the month, for example 2026-03."))
        elif data.get("dates"):
            data["dates"] = ""
        return data


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=1000,
        help_text=REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
