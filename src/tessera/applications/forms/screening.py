"""What the office types about applications: what narrows their list, reasons, notes."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import slug_re
from django.utils.translation import gettext_lazy as _

from tessera.applications.later import STATES as LATER_STATES
from tessera.applications.later import asks_later
from tessera.applications.listing import COLUMNS, ORDERS, USUAL, VERDICTS, has_priorities, strand_names
from tessera.applications.models import Application, Note, Origin, Status
from tessera.applications.sheets import form_now
from tessera.applications.transmission import STATES, is_transmitted
from tessera.calls.models import Call
from tessera.calls.models import Status as CallStatus
from tessera.core.folding import clean
from tessera.places.queries import country_choices
from tessera.web.choices import choice_field

HANDED_IN = [choice for choice in Status.choices if choice[0] != Status.DRAFT]


class ApplicationFilter(forms.Form):
    """What narrows the list of a call, and which columns it has; what cannot be understood narrows nothing."""

    q = forms.CharField(label=_("Name, number, address or institution"), required=False, max_length=100)
    state = forms.ChoiceField(label=_("State"), required=False)
    country = forms.ChoiceField(label=_("Country or territory"), required=False)
    strand = forms.ChoiceField(label=_("Strand"), required=False)
    verdict = forms.ChoiceField(label=_("Conditions"), required=False)
    origin = forms.ChoiceField(label=_("Origin"), required=False)
    transmission = forms.ChoiceField(label=_("Transmission"), required=False)
    later = forms.ChoiceField(label=_("Questions to those selected"), required=False)
    order = forms.ChoiceField(
        label=_("Order"), required=False, choices=[(key, words) for key, (words, _by) in ORDERS.items()]
    )
    column = forms.MultipleChoiceField(
        label=_("Columns"), required=False, choices=list(COLUMNS.items()), widget=forms.CheckboxSelectMultiple
    )
    NARROWING = ("q", "state", "country", "strand", "verdict", "transmission", "later", "origin")

    def __init__(self, *args: Any, call: Call, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Those that occur, and the one that is asked for: a kept view narrows to nothing rather than not at all.
        countries = set(Application.objects.filter(call=call).handed_in().values_list("country_id", flat=True))
        countries.add(self.data.get("country", ""))
        strands, strand = strand_names(call), self.data.get("strand", "")
        if slug_re.match(strand):
            strands.setdefault(strand, strand)
        choices: dict[str, list[Any]] = {
            "state": HANDED_IN,
            "country": [choice for choice in country_choices() if choice[0] in countries],
            "strand": list(strands.items()),
            "verdict": [(key, words) for key, (words, _kind) in VERDICTS.items()],
            "origin": Origin.choices,
            "transmission": [(key, words) for key, (words, _kind) in STATES.items()],
            "later": [(key, words) for key, (words, _kind) in LATER_STATES.items()],
        }
        self.questions = form_now(call.pk)
        self.transmitted, self.asks_later = is_transmitted(call), asks_later(self.questions)
        self.waits_later = self.asks_later and call.status == CallStatus.DECIDED
        for name, found in choices.items():
            choice_field(self, name).choices = [("", _("All")), *found]

        self.prefers = has_priorities(call)
        has = {
            "transmission": self.transmitted, "later": self.asks_later, "priorities": self.prefers, "order": self.prefers,
        }  # fmt: skip
        for name in self.fields.keys() & {name for name, there in has.items() if not there}:
            del self.fields[name]
        choice_field(self, "column").choices = [one for one in COLUMNS.items() if has.get(one[0], True)]
        usual = {**has, "later": self.waits_later}
        self.usual = (*USUAL, *(name for name in ("transmission", "later", "priorities") if usual[name]))

    @property
    def asked(self) -> dict[str, Any]:
        """What is asked for, by name; "" where it is not. None for what this call does not have."""
        self.is_valid()
        found: dict[str, Any] = {name: self.cleaned_data.get(name) or "" for name in self.NARROWING}
        return found | ({} if self.asks_later else {"later": None})

    @property
    def order_asked(self) -> str:
        self.is_valid()
        return self.cleaned_data.get("order") or ""

    @property
    def columns(self) -> tuple[str, ...]:
        self.is_valid()
        chosen = self.cleaned_data.get("column") or self.usual
        return tuple(name for name in COLUMNS if name in chosen)

    @property
    def narrowing(self) -> list[forms.BoundField]:
        return [self[name] for name in (*self.NARROWING, "order") if name in self.fields]


class FilterNameForm(forms.Form):
    """The name under which a filter is kept."""

    name = forms.CharField(
        label=_("Keep this view as"), max_length=80, error_messages={"required": _("Give it a name.")}
    )
    query = forms.CharField(required=False, max_length=1000, widget=forms.HiddenInput)

    def clean_name(self) -> str:
        name = clean(self.cleaned_data["name"], lines=False)
        if not name:
            raise ValidationError(_("Give it a name."))
        return name


class ReasonForm(forms.Form):
    """A reason that the applicant reads."""

    reason = forms.CharField(
        label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The applicant reads it, in the mail too: write it in their language."),
        error_messages={"required": _("Write the reason: the applicant reads it.")},
    )  # fmt: skip


class TakingBackForm(ReasonForm):
    """Why files are eligible after all, of which some were found not to be."""

    reason = forms.CharField(
        label=_("Why those that were found not eligible are eligible after all"), max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Only they read it, in the mail too: write it in their language."),
        error_messages={"required": _("Write the reason: the applicant reads it.")},
    )  # fmt: skip


class WaiveBeforehandForm(ReasonForm):
    """Which condition is waived for the writer of which draft."""

    number = forms.CharField(
        label=_("Number of the application"), max_length=20,
        help_text=_("The applicant finds it on the page of the application."),
        error_messages={"required": _("Write the number that the applicant gave.")},
    )  # fmt: skip
    rule = forms.ChoiceField(label=_("Condition"), error_messages={"required": _("Choose the condition.")})
    field_order = ("number", "rule", "reason")

    def __init__(self, *args: Any, rules: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice_field(self, "rule").choices = rules


class CompletionForm(forms.Form):
    """What is missing, and until when."""

    text = forms.CharField(
        label=_("What is missing"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The applicant reads it, in the mail too: write it in their language."),
        error_messages={"required": _("Say what is missing: the applicant reads it.")},
    )  # fmt: skip
    until = forms.DateField(
        label=_("Until the end of"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("A day on the clock of the call, for example 2027-03-15."),
        error_messages={"invalid": _("Write a day, for example 2027-03-15."), "required": _("Say until when.")},
    )  # fmt: skip

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["until"].initial = today + timedelta(days=7)


class ReturnForm(CompletionForm):
    """The same for one file, with the questions concerned."""

    questions = forms.MultipleChoiceField(
        label=_("Questions concerned"), required=False, widget=forms.CheckboxSelectMultiple
    )
    field_order = ("text", "questions", "until")

    def __init__(self, *args: Any, questions: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice_field(self, "questions").choices = questions


class NoteForm(forms.Form):
    """A note, and for whom it is."""

    text = forms.CharField(
        label=_("Note"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write something first.")},
    )  # fmt: skip
    visibility = forms.ChoiceField(label=_("Read by"), choices=Note.Visibility.choices, widget=forms.RadioSelect)
