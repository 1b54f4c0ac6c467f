"""The form builder: the list of steps and questions, with its buttons, and the pages of the steps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from tessera.activity.history import Change
from tessera.calls.forms.acts import OtherFormForm
from tessera.calls.forms.differences import step_changes
from tessera.calls.forms.questions import (
    FACT_WORDS,
    SEEN_BY,
    TYPES,
    answers_of,
    condition_of,
    condition_words,
    flat_path,
    rows_of,
    step_section,
)
from tessera.calls.models import Call
from tessera.calls.questions import editing
from tessera.calls.questions.bank import default_document
from tessera.calls.questions.model import Type
from tessera.calls.views.parts import Errors, PartPage
from tessera.calls.views.versions import FORM, Document, Opened, removal, save_act
from tessera.core.translated import best
from tessera.web.kept_text import keeps_text
from tessera.web.sections import SectionForm


def form(request: HttpRequest, key: str) -> HttpResponse:
    """All steps and questions in order; its buttons move them, and begin from the usual form or another call's."""
    held = FORM.opened(request, key)
    other = OtherFormForm(call=held.call, user=request.user)
    if request.method != "POST":
        return _form_page(request, held, other)
    do = request.POST.get("do", "")
    fresh = _moved(held, do)
    if do == "usual":
        fresh = default_document(year_of(held.call))
    elif do == "other":
        other = OtherFormForm(request.POST, call=held.call, user=request.user)
        row = other.version() if other.is_valid() else None
        fresh = row.document if row else None
    if fresh is None:
        return _form_page(request, held, other, status=422)
    if do in ("usual", "other") and held.document["steps"]:
        messages.error(request, _("There are questions already: nothing was put in their place."))
    else:
        save_act(request, held, fresh, said=_("Saved.") if do in ("usual", "other") else "")
    return redirect(held.home + _anchor(do))


def _form_page(request: HttpRequest, held: Opened, other: OtherFormForm, *, status: int = 200) -> HttpResponse:
    steps = held.document["steps"]
    lines = []
    for n, step in enumerate(steps):
        rows = [_row(question) for question in step["questions"]]
        for m, row in enumerate(rows):
            row |= {"first": n == 0 and m == 0, "last": n == len(steps) - 1 and m == len(rows) - 1}
        lines.append({"key": step["key"], "title": step["title"], "help": step.get("help"), "rows": rows,
                      "condition": bool(step.get("show_if")), "first": n == 0, "last": n == len(steps) - 1, "n": n + 1})  # fmt: skip
    count = sum(len(line["rows"]) for line in lines)
    page = held.page(request, steps=lines, count=count, other=other, saved=saved_draft(request, held))
    return render(request, "calls/form.html", page, status=status)


def _row(question: Document) -> Document:
    return {
        "key": question["key"],
        "label": question["label"],
        "name": best(question["label"])[0] or question["key"],
        "type": TYPES[Type(question["type"])],
        "required": question["required"],
        "later": question["stage"] == "after_selection",
        "readers": dict(SEEN_BY)[question["seen_by"]],
        "fact": FACT_WORDS.get(question.get("fact", ""), ""),
        "condition": bool(question.get("show_if")),
        "purpose": bool(question.get("purpose")),
    }


def _moved(held: Opened, do: str) -> Document | None:
    """The document after a button that moves something: ``up:<question>``, ``step_down:<step>``,
    ``place:<question>:<step>:<n>``; None for other buttons."""
    verb, _colon, rest = do.partition(":")
    parts = rest.split(":")
    if verb in ("up", "down") and rest:
        return editing.moved_question(held.document, rest, -1 if verb == "up" else 1)
    if verb in ("step_up", "step_down") and rest:
        return editing.moved_step(held.document, rest, -1 if verb == "step_up" else 1)
    if verb == "place" and len(parts) == 3 and parts[2].isdecimal():
        return editing.placed_question(held.document, parts[0], parts[1], min(int(parts[2][:9]), 1000))
    return None


def _anchor(do: str) -> str:
    verb, _colon, rest = do.partition(":")
    if verb in ("up", "down", "place"):
        return f"#q-{rest.split(':')[0]}"
    return f"#s-{rest}" if verb.startswith("step_") else ""


def saved_draft(request: HttpRequest, held: Opened) -> str:
    """The draft that a save has just settled, for the device that may hold a copy of it."""
    saved = request.GET.get("saved", "")[:200]
    return f"call:{held.call.code}:{saved}"[:200] if saved else ""


def year_of(call: Call) -> int:
    """The year that questions about years begin from."""
    return (call.training.starts_on or timezone.now().date()).year


@keeps_text
def new_step(request: HttpRequest, key: str) -> HttpResponse:
    """A step more, at the end."""
    return StepPage(request, FORM.opened(request, key), "step-new").respond()


@keeps_text
def step(request: HttpRequest, key: str, step: str) -> HttpResponse:
    """The title of a step, and what stands above its questions."""
    page = StepPage(request, FORM.opened(request, key), f"step:{step}", step)
    if page.base is None:
        raise Http404
    return page.respond()


class StepPage(PartPage):
    template = "calls/step.html"

    def __init__(self, request: HttpRequest, held: Opened, name: str, was: str = "") -> None:
        super().__init__(request, held, name, was)
        self.show: Document = {}  # the conditions as they were sent
        earlier = editing.questions_before(self.opened, was)
        self.section, self.answers = step_section(earlier), answers_of(earlier)

    @property
    def base(self) -> Document | None:
        return editing.step_in(self.opened, self.was) if self.was else None

    @property
    def flat(self) -> Document:
        return {**(self.base or {}), "show": rows_of((self.base or {}).get("show_if"))}

    def in_document(self, document: Mapping[str, Any]) -> Document | None:
        found = editing.step_in(document, self.was)
        return {name: found.get(name) or {} for name in ("title", "help", "show_if")} if found else None

    def shape(self, data: QueryDict | None = None, *, focus: str = "", quiet: bool = False) -> SectionForm:
        context = {"answers": self.answers, "focus": focus}
        return SectionForm(self.section, self.flat, data, context=context, quiet=quiet)

    def page(self) -> dict[str, Any]:
        nested = self.flat["show"].get("nested")  # in more layers than its rows can show
        asked = {one["key"]: one for one in editing.questions_in(self.opened)}
        name = best(self.base["title"])[0] or self.was if self.base else ""
        return {"step": self.base, "name": name, "kept": condition_words(nested, asked) if nested else ""}

    def put(self, patched: Document, do: str) -> tuple[Document, str]:
        now = self.held.document
        self.show = {"how": "all"} if do == "without_condition" else patched.get("show") or {}
        texts = {"title": patched.get("title") or {}, "help": patched.get("help") or {}}
        condition = condition_of(self.show)
        keys = [row["key"] for row in now["steps"]]
        key = self.was or editing.free_key(texts["title"], keys, fallback="step")
        said = texts | {"key": key} | ({"show_if": condition} if condition else {})
        return editing.with_step(now, said, self.was), f"s-{key}"

    def own(self, errors: Errors, document: Document, anchor: str) -> Errors:
        place = next((n for n, row in enumerate(document["steps"]) if f"s-{row['key']}" == anchor), 0)
        return {flat_path(path.removeprefix(f"steps[{place}]."), self.show): texts for path, texts in errors.items()}

    def told(self, before: Document, after: Document) -> list[Change]:
        return step_changes(before, after, self.opened, self.held.document)


def remove_step(request: HttpRequest, key: str, step: str) -> HttpResponse:
    """Take a step with its questions out of the form, after a look at it."""
    held = FORM.opened(request, key)
    found = editing.step_in(held.document, step)
    if found is None:
        raise Http404
    label = found["title"]
    return removal(
        request, held, editing.without_step(held.document, step), "calls/remove_question.html",
        label=label, name=best(label)[0], step=found,
    )  # fmt: skip
