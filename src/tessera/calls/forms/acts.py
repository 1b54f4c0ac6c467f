"""Small forms of calls: narrowing the list, beginning one, copying one, its steps, moving its dates."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tessera.activity.forms import NamesForm
from tessera.calls import services
from tessera.calls.documents import deadline_of, strands_of
from tessera.calls.forms.sections import TIME_HELP, ZONE_HELP, main_languages, training_choices
from tessera.calls.models import Call, FormVersion, Status
from tessera.calls.moments import AOE
from tessera.calls.queries import calls_with_forms, latest_form
from tessera.core.errors import DomainError, InvalidDocument
from tessera.organisations.forms import NarrowingForm
from tessera.web.choices import choice_field
from tessera.web.sections.times import ZoneField

WHY = gettext_lazy("Those who applied read it, so write it for them.")


class CallListForm(NarrowingForm):
    """What narrows the list of calls."""

    field_order = ("q", "status", "rehearsal")
    q = forms.CharField(label=gettext_lazy("Title"), required=False, widget=forms.TextInput(attrs={"type": "search"}))
    status = forms.ChoiceField(
        label=gettext_lazy("Status"), required=False, choices=[("", gettext_lazy("All")), *Status.choices]
    )


class NewCallForm(NamesForm):
    """A call begins with a title, the training and a language; with the usual questions unless not wanted."""

    limit = 200
    training = forms.ChoiceField(label=gettext_lazy("Training"))
    main_language = forms.ChoiceField(label=gettext_lazy("Main language of the call"))
    usual = forms.BooleanField(
        label=gettext_lazy("Begin with the questions of a regional training"), required=False, initial=True
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice_field(self, "training").choices = [("", _("Choose")), *training_choices()]
        choice_field(self, "main_language").choices = main_languages()


class OtherFormForm(forms.Form):
    """Another call whose questions this one begins with."""

    other = forms.ChoiceField(label=gettext_lazy("Begin with the questions of"))

    def __init__(self, *args: Any, call: Call, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = [(row.code, str(row)) for row in calls_with_forms(call, user)]
        choice_field(self, "other").choices = [("", _("Choose")), *rows]
        self.any = bool(rows)

    def version(self) -> FormVersion | None:
        """The questions of the call that was chosen, as they are now."""
        return latest_form(Call.objects.get(code=self.cleaned_data["other"]))


class CopyForm(forms.Form):
    """The training that the copy is for."""

    training = forms.ChoiceField(label=gettext_lazy("For the training"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice_field(self, "training").choices = [("", _("Choose")), *training_choices()]


class StepForm(forms.Form):
    """The step to take, and why."""

    status = forms.ChoiceField(label=gettext_lazy("It becomes"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=1000,
        help_text=gettext_lazy("Needed to cancel: those who applied read it."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    sure = forms.BooleanField(
        label=gettext_lazy("I know that this cannot be taken back"),
        help_text=gettext_lazy("To cancel, to archive, and to say that it is decided."),
        required=False,
    )

    def __init__(self, *args: Any, call: Call, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = dict(Status.choices)
        self.steps = [step for step in services.next_steps(call, at) if step not in (Status.DRAFT, Status.PUBLISHED)]
        choice_field(self, "status").choices = [(step, words[Status(step)]) for step in self.steps]
        if not set(self.steps) & FINAL:
            del self.fields["sure"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        status = data.get("status")
        if status in FINAL and not data.get("sure"):
            self.add_error("sure", _("This is final: tick this to confirm it."))
        if status == Status.CANCELLED and not (data.get("reason") or "").strip():
            self.add_error("reason", _("Give the reason: those who applied will ask."))
        return data


FINAL = {Status.CANCELLED.value, Status.ARCHIVED.value, Status.DECIDED.value}


class MomentForm(forms.Form):
    """A later deadline: its day, its time and its zone."""

    day = forms.CharField(label=gettext_lazy("New deadline"), widget=forms.DateInput(attrs={"type": "date"}))
    time = forms.CharField(label=gettext_lazy("Time of the deadline"), help_text=TIME_HELP, max_length=20)
    zone = ZoneField(label=gettext_lazy("Time zone of the deadline"), help_text=ZONE_HELP, max_length=64)
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=1000,
        help_text=WHY,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    # Where a service says what is wrong, and the field that shows it.
    places = {"deadline.day": "day", "deadline.time": "time", "deadline.zone": "zone", "opens.day": "day"}

    def __init__(self, *args: Any, call: Call, **kwargs: Any) -> None:
        held = deadline_of(call)
        told = {"time": f"{held.minute:%H:%M}", "zone": held.zone} if held else {"time": "23:59", "zone": AOE}
        kwargs.setdefault("initial", told)
        super().__init__(*args, **kwargs)

    @contextmanager
    def told(self) -> Iterator[None]:
        """What a service refuses inside is shown at its field, or above all of them."""
        try:
            yield
        except InvalidDocument as refused:
            for path, texts in refused.errors.items():
                field = self.places.get(path, path)
                for text in texts:
                    self.add_error(field if field in self.fields else None, str(text))
        except DomainError as refused:
            self.add_error(None, str(refused))


class ExtendForm(MomentForm):
    """A later deadline for the call, or for one strand."""

    def __init__(self, *args: Any, call: Call, **kwargs: Any) -> None:
        super().__init__(*args, call=call, **kwargs)
        own = strands_of(call)
        if len(own) > 1:
            strand = forms.ChoiceField(
                label=_("For"),
                required=False,
                choices=[("", _("the whole call")), *((one.key, str(one)) for one in own)],
                help_text=_("A strand with a deadline of its own keeps it when the whole call is extended."),
            )
            self.fields = {"strand": strand, **self.fields}


class PostponeForm(MomentForm):
    """The reason; a later deadline where it has not closed, and a day for accepting again where it is decided."""

    field_order = ("reason",)
    places = MomentForm.places | {"opens.day": "opens_day"}

    def __init__(self, *args: Any, call: Call, **kwargs: Any) -> None:
        super().__init__(*args, call=call, **kwargs)
        self.fields["reason"].required = True
        if call.status in (Status.PUBLISHED, Status.OPEN):
            for name in ("day", "time", "zone"):
                self.fields[name].required = False
            self.fields["day"].label = _("New deadline, where it moves")
        else:
            for name in ("day", "time", "zone"):
                del self.fields[name]
        if call.status == Status.PUBLISHED:
            self.fields["opens_day"] = forms.CharField(
                label=_("New opening, where it moves"), required=False, widget=forms.DateInput(attrs={"type": "date"})
            )
        if call.status == Status.DECIDED:
            self.fields["accept_by"] = forms.DateField(
                label=_("Those who accepted are asked again until"),
                input_formats=["%Y-%m-%d"],
                widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            )
