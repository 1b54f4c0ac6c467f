"""What the pages of applying show, prepared: fields with their values, steps, dates. Templates only put it out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tessera.applications.files.checking import NAMES, refusal_sentence
from tessera.applications.models import Application, Document, Upload
from tessera.applications.option_lists import country_options, language_options, level_options, option_list
from tessera.applications.sending import deadline_before
from tessera.applications.services import Elsewhere, digest_of
from tessera.applications.windows import earliest_day, latest_day
from tessera.applications.wording import answer_text
from tessera.calls.documents import deadline_of
from tessera.calls.models import Strand
from tessera.calls.moments import clocks, time_left
from tessera.calls.questions import Form, Question, Step, Type, character_count, shown, word_count
from tessera.calls.questions.model import Answers, Column, Json, Stage
from tessera.calls.questions.problems import answer_problems
from tessera.calls.questions.reading import MOST_ROWS
from tessera.core.sentences import Listed
from tessera.core.translated import best
from tessera.web.dates import in_words

EMPTY = SafeString("")
BLANK_ROWS = 1
LEAST_ROWS = 2
TYPES_OF_FILES = {"pdf": ".pdf,application/pdf", "jpeg": ".jpg,.jpeg,image/jpeg", "png": ".png,image/png"}
INPUTS = {Type.SHORT_TEXT: "text", Type.DATE: "date", Type.NUMBER: "text", Type.EMAIL: "email", Type.PHONE: "tel"}
# What browsers may fill in for the person themselves.
AUTOCOMPLETE = {
    "full_name": "name", "name": "name", "birth_date": "bday", "phone": "tel", "city": "address-level2",
    "institution": "organization", "post": "organization-title", "country_of_work": "country",
}  # fmt: skip
PLAIN_LABEL = frozenset({"short_text", "long_text", "country", "date", "number", "email", "phone"})


@dataclass
class Control:
    """One input: a question's own, or a part or cell of it."""

    name: str
    id: str
    kind: str
    label: Any = ""
    value: Any = ""
    options: SafeString = EMPTY
    described: str = ""
    autocomplete: str = ""


@dataclass
class FieldShown:
    """One question on a page. ``template`` draws it; ``described`` are the ids that describe it."""

    question: Question
    template: str
    control: Control
    was: str
    errors: list[str]
    count: str = ""
    rows: list[list[Control]] = field(default_factory=list)
    parts: list[Control] = field(default_factory=list)
    options: list[tuple[str, Any, bool]] = field(default_factory=list)
    elsewhere: Elsewhere | None = None
    other_text: str = ""
    file: FileShown | None = None
    more: bool = False
    ticked: bool = False
    none_chosen: bool = False
    remark: str = ""

    @property
    def key(self) -> str:
        return self.question.key

    @property
    def grouped(self) -> bool:
        """Whether several controls share its label."""
        return str(self.question.type) not in PLAIN_LABEL and self.question.type is not Type.FILE


@dataclass(frozen=True)
class FileShown:
    """What a slot holds: the file, what is on its way, why the last one was refused."""

    document: Document | None
    upload: Upload | None
    refusal: str
    accept: str
    accepts: str
    most: int
    sent: int = 0


@dataclass(frozen=True)
class StepLink:
    """A step in the bar; ``done`` where nothing that it asks for is missing or has to be changed."""

    key: str
    title: Any
    number: int
    current: bool = False
    done: bool = False


def steps_of(form: Form, answers: Answers, current: str = "", *, stage: Stage = "apply") -> list[StepLink]:
    """The steps that ask something in ``stage``, in order."""
    asked = {question.key for question in shown(form, answers, stage)}
    found = [step for step in form.steps if any(question.key in asked for question in step.questions)]
    return [
        StepLink(
            step.key, step.title, n, step.key == current,
            not any(
                problem
                for question in step.questions if question.key in asked
                for problem in answer_problems(question, answers.get(question.key))
            ),
        )
        for n, step in enumerate(found, start=1)
    ]  # fmt: skip


def fields_of(
    step: Step,
    form: Form,
    answers: Answers,
    *,
    raw: Mapping[str, Json] | None = None,
    check: bool = False,
    rows: Mapping[str, int] | None = None,
    elsewhere: Mapping[str, Elsewhere] | None = None,
    refused: Mapping[str, str] | None = None,
    files: Mapping[str, FileShown] | None = None,
    own: frozenset[str] = frozenset(),
    stage: Stage = "apply",
    at: datetime | None = None,
) -> list[FieldShown]:
    """The questions of ``step`` that are asked in ``stage``. ``raw`` is shown in the place of answers (text that is not saved);
    ``check`` also says what is missing; ``rows`` is how many empty rows are added, by question; a signature is
    compared with the day that ``at`` is."""
    asked = {question.key for question in shown(form, answers, stage)}
    found = []
    for question in step.questions:
        if question.key not in asked:
            continue
        saved = answers.get(question.key)
        value = raw[question.key] if raw is not None and question.key in raw else saved
        shown_field = _field(question, value, (rows or {}).get(question.key, 0))
        shown_field.was = digest_of(saved)
        problems = [
            (code, str(sentence))
            for code, sentence in answer_problems(question, value, own=own, on=latest_day(at) if at else None)
        ]
        shown_field.errors += [
            text for code, text in problems if check or code not in ("missing", "too_few", "too_short")
        ]
        if question.type is Type.SIGNATURE and at is not None:
            shown_field.remark = _signed_another_day(value, at)
        if refused and question.key in refused:
            shown_field.errors.append(refused[question.key])
        if elsewhere and question.key in elsewhere:
            shown_field.elsewhere = elsewhere[question.key]
            shown_field.other_text = answer_text(question, elsewhere[question.key].value)
        if files is not None and question.type is Type.FILE:
            shown_field.file = files.get(question.key)
        _describe(shown_field)
        found.append(shown_field)
    return found


def files_of(application: Application, step: Step) -> dict[str, FileShown]:
    """What the slots of ``step`` hold; no query where it asks for no file."""
    slots = [question for question in step.questions if question.type is Type.FILE]
    if not slots:
        return {}
    keys = [question.key for question in slots]
    documents = list(Document.objects.filter(application=application, question__in=keys).order_by("pk"))
    uploads = {
        upload.question: upload
        for upload in Upload.objects.filter(application=application, question__in=keys, done_at=None).order_by(
            "changed_at"
        )
    }
    found = {}
    for slot in slots:
        mine = [row for row in documents if row.question == slot.key]
        ready = next((row for row in mine if row.replaced_at is None and row.state == Document.State.READY), None)
        last = mine[-1] if mine else None
        refusal = str(refusal_sentence(last.refusal)) if last and last.state == Document.State.REFUSED else ""
        upload = uploads.get(slot.key)
        found[slot.key] = FileShown(
            ready, upload, refusal, ",".join(TYPES_OF_FILES[kind] for kind in slot.accepts),
            str(Listed(tuple(NAMES[kind] for kind in slot.accepts), any_of=True)), slot.max_mb,
            round(100 * upload.received / upload.size) if upload else 0,
        )  # fmt: skip
    return found


def dates_of(
    application_call: Any, strand: Strand | None, at: datetime, zone: str = "", late_until: datetime | None = None
) -> dict[str, Any]:
    """The deadline on every clock that matters, how long it is, and the instant itself.

    ``late_until`` stands in its place once it is over, as long as that is to come.
    """
    deadline = (deadline_of(strand) if strand is not None else None) or deadline_of(application_call)
    if deadline is not None and late_until is not None and deadline.closes_at <= at < late_until:
        deadline = deadline_before(late_until, application_call)
    if deadline is None:
        return {}
    return {
        "clocks": [str(clock) for clock in clocks(deadline, zone or None)],
        "left": str(time_left(deadline.closes_at, at)),
        "closes_at": deadline.closes_at,
        "shown_at": deadline.shown_at.isoformat(),
        "over": at >= deadline.closes_at,
    }


def counted(question: Question | Column, value: Json) -> str:
    """ "82 of 150 words"; "" where nothing is counted."""
    if question.limit is None or question.limit.max is None:
        return ""
    text = value if isinstance(value, str) else ""
    if question.limit.unit == "words":
        n = word_count(text)
        return ngettext("%(n)d of %(most)d word", "%(n)d of %(most)d words", question.limit.max) % {
            "n": n, "most": question.limit.max,
        }  # fmt: skip
    n = character_count(text)
    return ngettext("%(n)d of %(most)d character", "%(n)d of %(most)d characters", question.limit.max) % {
        "n": n, "most": question.limit.max,
    }  # fmt: skip


def _field(question: Question, value: Json, more: int) -> FieldShown:
    name = f"q-{question.key}"
    control = Control(name, name, str(question.type), autocomplete=AUTOCOMPLETE.get(question.key, ""))
    found = FieldShown(question, f"apply/fields/{_TEMPLATES.get(question.type, 'input')}.html", control, "", [])
    if question.type in INPUTS or question.type is Type.LONG_TEXT:
        control.kind = INPUTS.get(question.type, "")
        control.value = _text(value)
        found.count = counted(question, value)
        if question.type is Type.DATE and not _is_day(control.value):
            control.kind = "text"  # what is no day is shown as it was written
    elif question.type is Type.COUNTRY:
        control.options = country_options(question.among, _text(value))
    elif question.type in (Type.CHOICE, Type.CHOICES):
        given = [value] if isinstance(value, str) else value if isinstance(value, list) else []
        found.options = [(option.key, option.label, option.key in given) for option in question.options]
        found.none_chosen = not any(chosen for _key, _label, chosen in found.options)
    elif question.type is Type.COUNTRIES:
        _countries(found, value, more)
    elif question.type is Type.COMMITMENT:
        found.ticked = (
            isinstance(value, Mapping) and bool(value.get("agreed")) and value.get("wording") == question.wording
        )
    elif question.type in (Type.ROWS, Type.LANGUAGE_TABLE):
        _rows(found, value, more)
    elif question.type in _PARTS:
        _parts(found, value)
    return found


_TEMPLATES: Mapping[Type, str] = {
    Type.LONG_TEXT: "long_text",
    Type.CHOICE: "choices",
    Type.CHOICES: "choices",
    Type.COUNTRY: "select",
    Type.COUNTRIES: "parts",
    Type.COMMITMENT: "commitment",
    Type.FILE: "file",
    Type.REFEREE: "parts",
    Type.ENDORSEMENT: "parts",
    Type.SIGNATURE: "parts",
    Type.ROWS: "rows",
    Type.LANGUAGE_TABLE: "rows",
}
_PARTS = (Type.REFEREE, Type.ENDORSEMENT, Type.SIGNATURE)


def _countries(found: FieldShown, value: Json, more: int) -> None:
    question = found.question
    given = [_text(one) for one in value] if isinstance(value, list) else [_text(value)] if value else []
    most = int(question.max) if question.max is not None else MOST_ROWS
    count = min(max(len(given) + BLANK_ROWS + more, LEAST_ROWS), max(most, len(given)))
    for n in range(count):
        text = given[n] if n < len(given) else ""
        name = f"q-{question.key}"
        label = _("Country %(n)s") % {"n": n + 1}
        found.parts.append(Control(name, f"{name}-{n}", "select", label, options=country_options(question.among, text)))
    found.more = count < most


def _parts(found: FieldShown, value: Json) -> None:
    given = value if isinstance(value, Mapping) else {}
    name = f"q-{found.question.key}"
    labels: Mapping[str, tuple[Any, str]] = {
        "name": (_("Name"), "text"), "post": (_("Post"), "text"), "email": (_("E-mail address"), "email"),
        "organisation": (_("Organisation"), "text"), "on": (_("Day"), "date"),
    }  # fmt: skip
    if found.question.type is Type.SIGNATURE:
        parts: tuple[str, ...] = ("name", "on")
        labels = {**labels, "name": (_("Type your full name"), "text")}
    else:
        parts = ("name", "post", "email") if found.question.type is Type.REFEREE else ("name", "organisation", "email")
    for part in parts:
        label, kind = labels[part]
        text = _text(given.get(part))
        if kind == "date" and text and not _is_day(text):
            kind = "text"
        found.parts.append(Control(f"{name}-{part}", f"{name}-{part}", kind, label, text, autocomplete="off"))


def _rows(found: FieldShown, value: Json, more: int) -> None:
    question = found.question
    given = [row for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []
    most = int(question.max) if question.max is not None else MOST_ROWS
    count = min(max(len(given) + BLANK_ROWS + more, LEAST_ROWS), max(most, len(given)))
    found.more = count < most
    for n in range(count):
        row = given[n] if n < len(given) else {}
        name = f"q-{question.key}-{n}"
        if question.type is Type.LANGUAGE_TABLE:
            found.rows.append(_language_row(name, row))
        else:
            found.rows.append(
                [_cell(f"{name}-{column.key}", column, row.get(column.key)) for column in question.columns]
            )


def _language_row(name: str, row: Mapping[str, Any]) -> list[Control]:
    cells = [
        Control(
            f"{name}-language",
            f"{name}-language",
            "select",
            _("Language"),
            options=language_options(_text(row.get("language"))),
        )
    ]
    for part, label in (("spoken", _("Spoken")), ("written", _("Written"))):
        cells.append(
            Control(f"{name}-{part}", f"{name}-{part}", "select", label, options=level_options(_text(row.get(part))))
        )
    return cells


def _cell(name: str, column: Column, value: Json) -> Control:
    control = Control(name, name, INPUTS.get(column.type, "text"), column.label, _text(value))
    if column.type is Type.COUNTRY:
        control.kind, control.options = "select", country_options(column.among, control.value)
    elif column.type is Type.CHOICE:
        pairs = [(option.key, best(option.label)[0]) for option in column.options]
        control.kind, control.options = "select", option_list(pairs, control.value)
    elif column.type is Type.LONG_TEXT:
        control.kind = "area"
    elif column.type is Type.DATE and control.value and not _is_day(control.value):
        control.kind = "text"
    return control


def _signed_another_day(value: Json, at: datetime) -> str:
    """That a signature has the day of another than today, which may be right; "" where it has none that is past."""
    try:
        day = date.fromisoformat(_text(value.get("on")) if isinstance(value, Mapping) else "")
    except ValueError:
        return ""  # said as an error, or not given yet
    if day >= earliest_day(at):
        return ""
    return _("Signed on %(day)s, which is not today. Leave it if that is right.") % {"day": in_words(day)}


def _describe(found: FieldShown) -> None:
    parts = [
        f"{found.control.id}-h" if found.question.help or (found.question.type is Type.FILE and found.file) else "",
        f"{found.control.id}-e" if found.errors else "",
        f"{found.control.id}-s" if found.remark else "",
        f"{found.control.id}-o" if found.elsewhere else "",
        f"{found.control.id}-c" if found.count else "",
    ]
    found.control.described = " ".join(part for part in parts if part)


def _text(value: Any) -> str:
    return "" if value is None or isinstance(value, bool | Mapping | list) else str(value)


def _is_day(text: str) -> bool:
    return not text or (len(text) == 10 and text[4] == text[7] == "-" and text.replace("-", "").isdecimal())
