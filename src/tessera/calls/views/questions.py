"""The form builder: the page of a question, and what can be added to a step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from tessera.activity.history import Change
from tessera.calls.drawing import drawn
from tessera.calls.forms.differences import question_changes
from tessera.calls.forms.questions import (
    TYPES,
    answers_of,
    blank_question,
    condition_words,
    flat_path,
    flattened,
    put_together,
    question_section,
    taken_from_bank,
)
from tessera.calls.questions import editing
from tessera.calls.questions.bank import bank
from tessera.calls.questions.model import Asked, Step, Type
from tessera.calls.questions.reading import sketched_question
from tessera.calls.views.parts import Errors, PartPage
from tessera.calls.views.steps import year_of
from tessera.calls.views.versions import FORM, Document, Opened, removal, save_act
from tessera.core.translated import Translated, best
from tessera.web.kept_text import keeps_text
from tessera.web.punctuation import labelled
from tessera.web.sections import SectionForm
from tessera.web.sections.translations import language_name


def add(request: HttpRequest, key: str) -> HttpResponse:
    """Choose what to add to a step: a type of question, or a question that calls have asked before."""
    held = FORM.opened(request, key)
    steps = held.document["steps"]
    step = request.POST.get("step") or request.GET.get("step") or (steps[0]["key"] if steps else "")
    if editing.step_in(held.document, step) is None:
        raise Http404
    taken = editing.question_keys(held.document)
    known = bank(year_of(held.call))
    if request.method == "POST":
        chosen = next((row for row in known if row.document["key"] == request.POST.get("question")), None)
        if chosen is None or chosen.document["key"] in taken:
            messages.error(request, _("This question is there already, or is not known."))
            return redirect(held.home)
        question, lost = taken_from_bank(chosen.document, taken)
        if not held.free:
            question["required"] = False
        fresh = editing.with_question(held.document, question, step)
        if save_act(request, held, fresh, said=_("Added. Change what does not fit.")) and lost:
            messages.info(request, _("Its condition asks about a question that is not here, and was left out."))
        return redirect(f"{held.home}#q-{question['key']}")
    groups: dict[str, dict[str, Any]] = {}
    for row in known:
        if row.document["key"] not in taken:
            group = groups.setdefault(row.group, {"title": row.group_title, "rows": []})
            group["rows"].append(
                {"key": row.document["key"], "label": row.document["label"], "type": TYPES[Type(row.document["type"])]}
            )
    page = held.page(
        request, step=editing.step_in(held.document, step), types=list(TYPES.items()), groups=list(groups.values())
    )
    return render(request, "calls/add_question.html", page)


@keeps_text
def new_question(request: HttpRequest, key: str) -> HttpResponse:
    """A new question of the type in the address, at the end of a step."""
    held = FORM.opened(request, key)
    kind = request.GET.get("type", "")
    steps = [step["key"] for step in held.document["steps"]]
    step = request.GET.get("step") or (steps[0] if steps else "")
    if step not in steps or kind not in list(Type):
        raise Http404
    return QuestionPage(request, held, Type(kind), step=step).respond()


@keeps_text
def question(request: HttpRequest, key: str, question: str) -> HttpResponse:
    """Edit a question. Its key and its type stay."""
    held = FORM.opened(request, key)
    now = editing.question_in(held.at(held.asked(request.POST.get("version"))), question)
    if now is None:
        raise Http404
    return QuestionPage(request, held, Type(now["type"]), question).respond()


class QuestionPage(PartPage):
    template = "calls/question.html"

    def __init__(self, request: HttpRequest, held: Opened, kind: Type, was: str = "", *, step: str = "") -> None:
        name = f"question:{was}" if was else f"question-new:{kind}:{step}"
        super().__init__(request, held, name, was, None if was else {"type": str(kind), "step": step})
        self.kind = kind
        self.show: Document = {}  # the conditions as they were sent
        self.base = editing.question_in(self.opened, was) if was else None
        place = editing.place_of(self.opened, was) if was else None
        self.step: str = self.opened["steps"][place[0]]["key"] if place else step
        self.flat = flattened(self.base, self.step) if self.base else blank_question(kind, self.step)
        earlier = editing.earlier_questions(self.opened, was, self.step)
        self.section = question_section(kind, self.opened, earlier, new=not was)
        self.answers = answers_of(earlier)

    def in_document(self, document: Mapping[str, Any]) -> Document | None:
        return editing.question_in(document, self.was)

    def shape(self, data: QueryDict | None = None, *, focus: str = "", quiet: bool = False) -> SectionForm:
        context = {"answers": self.answers, "focus": focus}
        return SectionForm(self.section, self.flat, data, context=context, quiet=quiet)

    def page(self) -> dict[str, Any]:
        nested = self.flat.get("show", {}).get("nested")  # in more layers than its rows can show
        asked = {one["key"]: one for one in editing.questions_in(self.opened)}
        kept = condition_words(nested, asked) if nested else ""
        name = best(self.base["label"])[0] or self.was if self.base else ""
        return {"type": TYPES[self.kind], "question": self.base, "name": name, "kept": kept}

    def put(self, patched: Document, do: str) -> tuple[Document, str]:
        if do == "without_condition":
            patched["show"] = {"how": "all"}
        self.show = patched.get("show") or {}
        mine = put_together(patched, self.opened, self.kind, was=self.was)
        into = patched.get("step") or self.step
        return editing.with_question(self.held.document, mine, into, self.was), f"q-{mine['key']}"

    def own(self, errors: Errors, document: Document, anchor: str) -> Errors:
        """Those of other questions stand under no place, with the question named."""
        own = editing.place_of(document, anchor.removeprefix("q-"))
        prefix = f"steps[{own[0]}].questions[{own[1]}]." if own else ""
        found: dict[str, list[Any]] = {}
        labels = {
            f"steps[{n}].questions[{m}].": best(question.get("label") or {})[0] or question["key"]
            for n, step in enumerate(document["steps"])
            for m, question in enumerate(step["questions"])
        } | {f"steps[{n}].show_if": best(step["title"])[0] or step["key"] for n, step in enumerate(document["steps"])}
        for path, texts in errors.items():
            if prefix and path.startswith(prefix):
                found.setdefault(flat_path(path.removeprefix(prefix), self.show), []).extend(texts)
                continue
            name = next((words for start, words in labels.items() if path.startswith(start)), "")
            found.setdefault("", []).extend(labelled(name, text) if name else text for text in texts)
        return found

    def told(self, before: Document, after: Document) -> list[Change]:
        return question_changes(before, after, self.opened, self.held.document)

    def looked(self, shape: SectionForm) -> dict[str, Any]:
        """The question as applicants will see it, in each language; nothing where a field cannot be read."""
        flat: Document | None = self.flat
        if shape.is_bound:
            judged = self.shape(cast(QueryDict, shape.data))
            flat = judged.patched() if judged.is_valid() else None
        if flat is None or (not shape.is_bound and not self.was):
            return {"looks": []}
        mine = put_together(flat, self.opened, self.kind, was=self.was)
        asked = sketched_question(mine | {"show_if": None})
        if mine["show_if"]:  # whatever it asks about, the page says that there is a condition
            asked = replace(asked, show_if=Asked("", "answered"))
        looks = []
        for code in settings.CONTENT_LANGUAGES:
            step = Step(f"look-{code}", Translated(), (replace(asked, key=f"{asked.key}-{code}"),))  # ids differ
            looks.append((code, language_name(code), drawn(step, code)))
        return {"looks": looks}


def remove_question(request: HttpRequest, key: str, question: str) -> HttpResponse:
    """Take a question out of the form, after a look at it."""
    held = FORM.opened(request, key)
    found = editing.question_in(held.document, question)
    if found is None:
        raise Http404
    label = found["label"]
    return removal(
        request, held, editing.without_question(held.document, question), "calls/remove_question.html",
        label=label, name=best(label)[0], step=None,
    )  # fmt: skip
