"""The form builder: steps and questions of a call, each save a version."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tessera.accounts.permissions import require
from tessera.activity.forms import as_query
from tessera.activity.kinds import frame
from tessera.calls import services
from tessera.calls.forms.acts import OtherFormForm
from tessera.calls.forms.kinds import CALL
from tessera.calls.forms.questions import (
    FACT_WORDS,
    SEEN_BY,
    TYPES,
    answers_of,
    blank_question,
    flat_path,
    flattened,
    put_together,
    question_section,
    step_section,
    taken_from_bank,
)
from tessera.calls.models import Call, FormVersion
from tessera.calls.queries import form_versions, latest_form
from tessera.calls.questions import editing
from tessera.calls.questions.bank import bank, default_document
from tessera.calls.questions.model import Type
from tessera.calls.services import FREE, ChangesRefused
from tessera.calls.telling import Difference, differences
from tessera.core.errors import DomainError, InvalidDocument, StaleVersion
from tessera.core.translated import best
from tessera.web.kept_text import keeps_text, kept_text_of
from tessera.web.sections import SectionForm, row_action

type Document = dict[str, Any]


@dataclass(frozen=True)
class Opened:
    """The questions of a call as they stand now. ``number`` is 0 where none were saved."""

    call: Call
    version: FormVersion | None

    @property
    def number(self) -> int:
        return self.version.number if self.version else 0

    @property
    def document(self) -> Document:
        return self.version.document if self.version else {"steps": []}

    @property
    def free(self) -> bool:
        return self.call.status in FREE

    def at(self, number: int) -> Document:
        """The document of an earlier version; the one of now where there is none of that number."""
        if number == self.number:
            return self.document
        row = FormVersion.objects.filter(call=self.call, number=number).first()
        return row.document if row else self.document if number else {"steps": []}

    def page(self, request: HttpRequest, **more: Any) -> dict[str, Any]:
        return {
            **frame(CALL, request.user, self.call),
            "number": self.number,
            "free": self.free,
            "form_address": reverse("calls:call_form", args=[self.call.code]),
            **more,
        }


def opened(request: HttpRequest, key: str) -> Opened:
    """The call with its latest questions, for somebody who may edit it."""
    obj = CALL.get(request.user, key)
    require(request.user, "calls.edit_call", obj)
    return Opened(obj, latest_form(obj))


def form(request: HttpRequest, key: str) -> HttpResponse:
    """All steps and questions in order; its buttons move them, and begin from the usual form or another call's."""
    held = opened(request, key)
    other = OtherFormForm(call=held.call, user=request.user)
    if request.method == "POST":
        do = request.POST.get("do", "")
        fresh = _moved(held, do)
        if do == "usual":
            fresh = default_document(_year(held.call))
        elif do == "other":
            other = OtherFormForm(request.POST, call=held.call, user=request.user)
            row = other.version() if other.is_valid() else None
            fresh = row.document if row else None
        if fresh is None:
            return _form_page(request, held, other, status=422)
        if do in ("usual", "other") and held.document["steps"]:
            messages.error(request, _("There are questions already: nothing was put in their place."))
        else:
            _save_act(request, held, fresh, said=_("Saved.") if do in ("usual", "other") else "")
        return redirect(reverse("calls:call_form", args=[key]) + _anchor(do))
    return _form_page(request, held, other)


def _form_page(request: HttpRequest, held: Opened, other: OtherFormForm, *, status: int = 200) -> HttpResponse:
    steps = held.document["steps"]
    labels = {q["key"]: best(q["label"])[0] or q["key"] for step in steps for q in step["questions"]}
    readers = dict(SEEN_BY)
    lines = []
    for n, step in enumerate(steps):
        rows = [
            {
                "key": question["key"],
                "label": question["label"],
                "type": TYPES[Type(question["type"])],
                "required": question["required"],
                "later": question["stage"] == "after_selection",
                "readers": readers[question["seen_by"]],
                "fact": FACT_WORDS.get(question.get("fact", ""), ""),
                "condition": bool(question.get("show_if")),
                "first": n == 0 and m == 0,
                "last": n == len(steps) - 1 and m == len(step["questions"]) - 1,
                "name": labels[question["key"]],
            }
            for m, question in enumerate(step["questions"])
        ]
        lines.append({"key": step["key"], "title": step["title"], "help": step.get("help"), "rows": rows,
                      "first": n == 0, "last": n == len(steps) - 1, "n": n + 1})  # fmt: skip
    page = held.page(request, steps=lines, count=len(labels), other=other)
    return render(request, "calls/form.html", page, status=status)


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


def _save_act(request: HttpRequest, held: Opened, document: Document, *, said: str) -> bool:
    """Save what a button did; a refusal is said, and nothing is changed."""
    try:
        services.save_form(
            held.call, document, by=request.user, at=timezone.now(), expected_number=held.number,
        )  # fmt: skip
    except InvalidDocument as refused:
        for texts in refused.errors.values():
            for text in texts:
                messages.error(request, str(text))
        return False
    except DomainError as refused:
        messages.error(request, str(refused))
        return False
    if said:
        messages.success(request, said)
    return True


def add(request: HttpRequest, key: str) -> HttpResponse:
    """Choose what to add to a step: a type of question, or a question that calls have asked before."""
    held = opened(request, key)
    steps = held.document["steps"]
    step = request.POST.get("step") or request.GET.get("step") or (steps[0]["key"] if steps else "")
    if editing.step_in(held.document, step) is None:
        raise Http404
    taken = editing.question_keys(held.document)
    known = bank(_year(held.call))
    if request.method == "POST":
        chosen = next((row for row in known if row.document["key"] == request.POST.get("question")), None)
        if chosen is None or chosen.document["key"] in taken:
            messages.error(request, _("This question is there already, or is not known."))
            return redirect(reverse("calls:call_form", args=[key]))
        question, lost = taken_from_bank(chosen.document, taken)
        if not held.free:
            question["required"] = False
        fresh = editing.with_question(held.document, question, step)
        if _save_act(request, held, fresh, said=_("Added. Change what does not fit.")) and lost:
            messages.info(request, _("Its condition asks about a question that is not here, and was left out."))
        return redirect(reverse("calls:call_form", args=[key]) + f"#q-{question['key']}")
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
    held = opened(request, key)
    kind = _type(request.GET.get("type", ""))
    steps = [step["key"] for step in held.document["steps"]]
    step = request.GET.get("step") or (steps[0] if steps else "")
    if step not in steps:
        raise Http404
    return _question(request, held, kind, blank_question(kind, step), step=step)


@keeps_text
def question(request: HttpRequest, key: str, question: str) -> HttpResponse:
    """Edit a question. Its key and its type stay."""
    held = opened(request, key)
    number = _number(request.POST.get("version"), held.number)
    document = held.at(number)
    base = editing.question_in(document, question)
    place = editing.place_of(document, question)
    if base is None or place is None:
        raise Http404
    step = document["steps"][place[0]]["key"]
    return _question(request, held, Type(base["type"]), flattened(base, step), step=step, base=base)


def _question(
    request: HttpRequest, held: Opened, kind: Type, flat: Document, *, step: str, base: Document | None = None
) -> HttpResponse:
    was = base["key"] if base else ""
    number = _number(request.POST.get("version"), held.number)
    document = held.at(number) if base else held.document
    earlier = editing.earlier_questions(document, was, step)
    section = question_section(kind, document, earlier, new=base is None)
    answers = answers_of(earlier)

    def made(data: QueryDict | None = None, *, focus: str = "", quiet: bool = False) -> SectionForm:
        return SectionForm(section, flat, data, context={"answers": answers, "focus": focus}, quiet=quiet)

    page: dict[str, Any] = {"type": TYPES[kind], "question": base, "version": number, "kept": _kept(flat)}
    if request.method != "POST":
        kept = kept_text_of(request)
        return _question_page(request, held, made(as_query(kept), quiet=True) if kept else made(), page)
    do = request.POST.get("do", "save")
    moved = row_action(request.POST, do)
    if moved or do.startswith("look:"):
        data, focus = moved or (request.POST, "")
        return _question_page(request, held, made(data, focus=focus, quiet=True), page)
    shape = made(request.POST)
    if not shape.is_valid():
        return _question_page(request, held, shape, page, status=422)
    patched = shape.patched()
    if do == "without_condition":
        patched["show"] = {"how": "all"}
    mine = put_together(patched, document, kind, was=was)
    theirs = editing.question_in(held.document, was) if was else None
    if was and theirs != base and request.POST.get("over") != str(held.number):
        page |= {
            "version": number,
            "over": held.number,
            "gone": theirs is None,
            "theirs": differences(base, theirs) if theirs else [],
        }
        shape.add_error(None, str(StaleVersion.message))
        return _question_page(request, held, shape, page, status=409)
    into = patched.get("step") or step
    fresh = editing.with_question(held.document, mine, into, was)
    saved = _saved_at(request, held, fresh, mine["key"], shape)
    if saved is None:
        return _question_page(request, held, shape, page, status=409 if shape.stale else 422)  # type: ignore[attr-defined]
    if saved.number == held.number:
        messages.info(request, _("Nothing was changed, so nothing was saved."))
    else:
        messages.success(request, _("Saved."))
    return redirect(reverse("calls:call_form", args=[held.call.code]) + f"#q-{mine['key']}")


def _question_page(
    request: HttpRequest, held: Opened, shape: SectionForm, more: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    return render(request, "calls/question.html", held.page(request, form=shape, **more), status=status)


def _kept(flat: Mapping[str, Any]) -> bool:
    """Whether the question has a condition that the page cannot show as rows."""
    return bool(flat.get("show", {}).get("nested"))


def _saved_at(
    request: HttpRequest, held: Opened, document: Document, key: str, shape: SectionForm
) -> FormVersion | None:
    """Save; what is refused is shown at the fields of the question ``key``, the rest on top."""
    shape.stale = False  # type: ignore[attr-defined]
    place = editing.place_of(document, key)
    prefix = f"steps[{place[0]}].questions[{place[1]}]." if place else ""
    reason = (request.POST.get("reason") or "")[:1000]
    try:
        return services.save_form(
            held.call, document, by=request.user, at=timezone.now(), expected_number=held.number, reason=reason
        )
    except InvalidDocument as refused:
        shape.place_errors(_own(refused.errors, prefix, document))
    except ChangesRefused as refused:
        errors: dict[str, list[Any]] = {}
        for refusal in refused.refusals:
            errors.setdefault(refusal.path, []).append(str(refusal.sentence))
        shape.place_errors(_own(errors, prefix, document))
    except StaleVersion as refused:
        shape.stale = True  # type: ignore[attr-defined]
        shape.add_error(None, str(refused))
    except DomainError as refused:
        shape.add_error(None, str(refused))
    return None


def _own(errors: Mapping[str, list[Any]], prefix: str, document: Document) -> dict[str, list[Any]]:
    """Refusals by the places of the page; those of other questions under no place, with the question named."""
    found: dict[str, list[Any]] = {}
    labels = {
        f"steps[{n}].questions[{m}].": best(question.get("label") or {})[0] or question["key"]
        for n, step in enumerate(document["steps"])
        for m, question in enumerate(step["questions"])
    }
    for path, texts in errors.items():
        if prefix and path.startswith(prefix):
            found.setdefault(flat_path(path.removeprefix(prefix)), []).extend(texts)
            continue
        name = next((words for start, words in labels.items() if path.startswith(start)), "")
        found.setdefault("", []).extend(f"{name}: {text}" if name else text for text in texts)
    return found


def remove_question(request: HttpRequest, key: str, question: str) -> HttpResponse:
    """Take a question out of the form, after a look at it."""
    held = opened(request, key)
    found = editing.question_in(held.document, question)
    if found is None:
        raise Http404
    return _removal(request, held, editing.without_question(held.document, question), label=found["label"], step=None)


def remove_step(request: HttpRequest, key: str, step: str) -> HttpResponse:
    """Take a step with its questions out of the form, after a look at it."""
    held = opened(request, key)
    found = editing.step_in(held.document, step)
    if found is None:
        raise Http404
    return _removal(request, held, editing.without_step(held.document, step), label=found["title"], step=found)


def _removal(
    request: HttpRequest, held: Opened, fresh: Document, *, label: Mapping[str, str], step: Document | None
) -> HttpResponse:
    here = reverse("calls:call_form", args=[held.call.code])
    if request.method == "POST":
        if _number(request.POST.get("version"), held.number) != held.number:
            messages.info(request, _("Somebody else saved in the meantime: look again before you remove it."))
            return redirect(request.path)
        if _save_act(request, held, fresh, said=_("Removed. Earlier versions keep it.")):
            return redirect(here)
        return redirect(request.path)
    return render(
        request, "calls/remove_question.html", held.page(request, label=label, name=best(label)[0], step=step)
    )


@keeps_text
def new_step(request: HttpRequest, key: str) -> HttpResponse:
    """A step more, at the end."""
    return _step(request, opened(request, key), None)


@keeps_text
def step(request: HttpRequest, key: str, step: str) -> HttpResponse:
    """The title of a step, and what stands above its questions."""
    held = opened(request, key)
    found = editing.step_in(held.at(_number(request.POST.get("version"), held.number)), step)
    if found is None:
        raise Http404
    return _step(request, held, found)


def _step(request: HttpRequest, held: Opened, base: Document | None) -> HttpResponse:
    number = _number(request.POST.get("version"), held.number)
    section = step_section()
    page: dict[str, Any] = {"step": base, "version": number}

    def answer(shape: SectionForm, status: int = 200) -> HttpResponse:
        return render(request, "calls/step.html", held.page(request, form=shape, **page), status=status)

    if request.method != "POST":
        kept = kept_text_of(request)
        return answer(SectionForm(section, base or {}, as_query(kept) if kept else None, quiet=bool(kept)))
    shape = SectionForm(section, base or {}, request.POST)
    if not shape.is_valid():
        return answer(shape, 422)
    patched = shape.patched()
    texts = {"title": patched.get("title") or {}, "help": patched.get("help") or {}}
    was = base["key"] if base else ""
    theirs = editing.step_in(held.document, was) if was else None
    if base and _texts(theirs) != _texts(base) and request.POST.get("over") != str(held.number):
        page |= {"over": held.number, "gone": theirs is None,
                 "theirs": differences(_texts(base), _texts(theirs)) if theirs else []}  # fmt: skip
        shape.add_error(None, str(StaleVersion.message))
        return answer(shape, 409)
    keys = [row["key"] for row in held.document["steps"]]
    texts["key"] = was or editing.free_key(texts["title"], keys, fallback="step")
    fresh = editing.with_step(held.document, texts, was)
    place = next((n for n, row in enumerate(fresh["steps"]) if row["key"] == texts["key"]), 0)
    try:
        services.save_form(held.call, fresh, by=request.user, at=timezone.now(), expected_number=held.number)
    except InvalidDocument as refused:
        prefix = f"steps[{place}]."
        shape.place_errors({path.removeprefix(prefix): texts for path, texts in refused.errors.items()})
        return answer(shape, 422)
    except StaleVersion as refused:
        shape.add_error(None, str(refused))
        return answer(shape, 409)
    except DomainError as refused:
        shape.add_error(None, str(refused))
        return answer(shape, 422)
    messages.success(request, _("Saved."))
    return redirect(reverse("calls:call_form", args=[held.call.code]) + f"#s-{texts['key']}")


def _texts(step: Document | None) -> Document:
    return {name: (step or {}).get(name, {}) for name in ("title", "help")}


@require_safe
def form_history(request: HttpRequest, key: str) -> HttpResponse:
    """Every version of the questions, the latest first, with what it changed."""
    held = opened(request, key)
    rows = form_versions(held.call)
    return render(
        request, "calls/versions.html",
        held.page(
            request, versions=versions_told(rows, _keyed_form), what="form",
            back=reverse("calls:call_form", args=[key]), back_words=_("Questions"),
        ),
    )  # fmt: skip


def versions_told(rows: list[Any], keyed: Callable[[Document], Document]) -> list[dict[str, Any]]:
    """The versions with the differences to the one before; ``rows`` are the latest first."""
    found = []
    for n, row in enumerate(rows):
        before = rows[n + 1] if n + 1 < len(rows) else None
        told: list[Difference] = differences(keyed(before.document), keyed(row.document)) if before else []
        found.append({"row": row, "differences": told, "first": before is None})
    return found


def _keyed_form(document: Document) -> Document:
    """The document with steps and questions by key, so that a moved question is no difference of its neighbours."""
    return {
        **{
            f"{question['key']}": {**question, "step": step["key"]}
            for step in document["steps"]
            for question in step["questions"]
        },
        **{f"{step['key']} ": {name: step.get(name) for name in ("title", "help")} for step in document["steps"]},
    }


def _year(call: Call) -> int:
    return (call.training.starts_on or timezone.now().date()).year


def _type(text: str) -> Type:
    if text not in list(Type):
        raise Http404
    return Type(text)


def _number(text: str | None, default: int) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 6 else default
