"""The steps of an application: opened, saved by a button, saved while one writes.

The same pages ask what those selected are asked, once the place is taken: which questions a step has follows from where
the application stands.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.http import urlencode
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from tessera.accounts.models import User
from tessera.accounts.permissions import me, require
from tessera.applications import pages, posted, services
from tessera.applications.models import Answer, Application, Status
from tessera.applications.queries import own_application
from tessera.applications.reading import form_to_write
from tessera.applications.views.left import unsaved
from tessera.applications.views.ways import by_script, end_address, go_on, step_address
from tessera.applications.windows import later_until, latest_day, stage_to_write, strand_of
from tessera.applications.wording import answer_text
from tessera.calls.questions import Form, Step, shown
from tessera.calls.questions.model import Answers, Stage
from tessera.calls.questions.problems import answer_problems
from tessera.core.errors import DomainError
from tessera.web.dates import in_words
from tessera.web.kept_text import forget_kept_text, keeps_text, kept_text_of


@keeps_text
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """One step of the form. Every button saves first; what is wrong is marked and stays."""
    user, now = me(request), timezone.now()
    if request.method == "POST":
        return _save_step(request, code, key, user, now)
    mine, strand = own_application(user, code)
    if mine is None:
        return redirect("apply:start", code=code)
    stage = stage_to_write(mine, strand, now)
    form = form_to_write(mine, stage)
    here = next((one for one in form.steps if one.key == key), None)
    if here is None or stage is None:
        return redirect("apply:status", code=code)
    require(user, "applications.write_application", mine)
    answers = dict(Answer.objects.filter(application=mine).values_list("question", "value"))
    asked = pages.steps_of(form, answers, key, stage=stage)
    if key not in {link.key for link in asked}:
        if stage == "after_selection":  # a page of what was submitted
            return redirect("apply:status", code=code)
        return redirect(step_address(code, asked[0].key) if asked else end_address(code, stage))
    kept = kept_text_of(request, until_saved=True)
    if kept and kept.get("number", [mine.number]) != [mine.number]:  # written by somebody else on this device
        forget_kept_text(request)
        kept = None
    data = _as_posted(kept) if kept else None
    page = _step_page(request, mine, form, here, answers, now, strand, stage)
    raw = posted.raw_answers(form, data) if data is not None else None
    page["fields"] = pages.fields_of(
        here, form, answers, raw=raw, check="check" in request.GET, rows=_more_rows(request.GET.get("more", "")),
        files=pages.files_of(mine, here), own=_own(user), stage=stage, at=now,
    )  # fmt: skip
    if data is not None:  # still what it was when it was written, beside what another device saved since
        revision = posted.whole(data.get("revision"))
        page["revision"] = mine.revision if revision is None else revision
        page["device"] = data.get("device") or page["device"]
        for field in page["fields"]:
            field.was = posted.marks(data).get(field.key, field.was)
    page["kept"] = kept is not None
    return render(request, "apply/step.html", page)


@require_POST
@never_cache
def autosave(request: HttpRequest, code: str) -> HttpResponse:
    """Keep what was just written; JSON: when, what the page should know, which questions are asked now."""
    user, now = me(request), timezone.now()
    try:
        saved = _save(request, code, user, now)
    except DomainError as refusal:
        return JsonResponse({"error": str(refusal)}, status=409)
    if saved is None:
        return JsonResponse({"error": str(services.AnotherApplication())}, status=404)
    form = saved.form
    here = next((one for one in form.steps if one.key == request.POST.get("step")), None)
    forget_kept_text(request, step_address(code, here.key) if here else "")
    asked = {question.key for question in shown(form, saved.answers, saved.stage)}
    of_step = {question.key for question in here.questions} if here else set()
    return JsonResponse(
        {
            "at": saved.saved_at.isoformat(),
            "revision": saved.application.revision,
            "saved": list(saved.saved),
            "asked": [question.key for question in here.questions if question.key in asked] if here else [],
            "path": [link.key for link in pages.steps_of(form, saved.answers, stage=saved.stage)],
            # What is no longer asked keeps nobody from going on.
            "refused": {key: why for key, why in saved.refused.items() if key in asked},
            "elsewhere": [
                {
                    "question": one.question,
                    "at": one.saved_at.isoformat(),
                    "replaced": one.replaced,
                    "held": one.held,
                    "text": answer_text(form.question(one.question), one.value),
                }
                for one in saved.elsewhere
                if one.question in of_step or (one.held and one.question in asked)
            ],
            # What no later step would say: that a referee is oneself, that a signature is of a day to come.
            "wrong": _wrong(saved, here, user, now) if here else {},
            # Where what is not kept can be changed; the page that sent it may be another.
            "steps": {
                question.key: step.key
                for step in form.steps
                for question in step.questions
                if question.key in saved.refused
                or any(one.held and one.question == question.key for one in saved.elsewhere)
            },
        }
    )


def _wrong(saved: services.Saved, here: Step, user: User, now: datetime) -> dict[str, list[str]]:
    """What is said of an answer as soon as it is saved, by question."""
    found: dict[str, list[str]] = {}
    for question in here.questions:
        if question.key in saved.saved and question.type in ("referee", "endorsement", "signature"):
            value = saved.answers.get(question.key)
            for code, sentence in answer_problems(question, value, own=_own(user), on=latest_day(now)):
                if code in ("own_address", "too_late"):
                    found.setdefault(question.key, []).append(str(sentence))
    return found


def _save_step(request: HttpRequest, code: str, key: str, user: User, now: datetime) -> HttpResponse:
    """Save what was posted, then do what the button says."""
    do = request.POST.get("do", "next")
    try:
        saved = _save(request, code, user, now)
        if saved is None:
            return redirect("apply:start", code=code)
        forget_kept_text(request, request.path)
        mine, raw = saved.application, posted.raw_answers(saved.form, request.POST)
        here = next((one for one in saved.form.steps if one.key == key), None)
        if here is None:
            return redirect("apply:status", code=code)
        refused = _take_files(request, mine, here, user, now)
        if do.startswith("remove:"):
            services.remove_file(mine, do.removeprefix("remove:"), by=user, at=now)
    except DomainError as refusal:
        return _not_saved(request, code, user, refusal)
    if saved.refused or any(one.replaced for one in saved.elsewhere):
        return _again(request, saved, raw, here, user, now)
    others = [one for one in saved.elsewhere if any(question.key == one.question for question in here.questions)]
    if others:
        messages.info(request, _("Some answers were changed on another device meanwhile; you see them here now."))
    if refused or (others and (do in ("next", "back", "review") or do.startswith("to:"))):
        do = "stay"
    if do == "stay" and not refused:
        messages.success(request, _("Saved."))
    return go_on(request, _after_saving(saved, here, do), saved_at=saved.saved_at)


def _not_saved(request: HttpRequest, code: str, user: User, refusal: DomainError) -> HttpResponse:
    """Why nothing was saved, and what was written, which a page without scripts holds nowhere else."""
    mine, _strand = own_application(user, code)
    rows = unsaved(mine, request.POST) if mine is not None and not by_script(request) else []
    if mine is None or not rows:
        messages.error(request, str(refusal))
        return go_on(request, reverse("apply:status", args=[code]))
    return render(request, "apply/left.html", {"call": mine.call, "refusal": refusal, "rows": rows}, status=409)


def _save(request: HttpRequest, code: str, user: User, now: datetime) -> services.Saved | None:
    """Keep the answers that were posted; None where ``user`` has no application to this call.

    AnotherApplication where the page that posted was one of somebody else, who used the same device before.
    """
    with transaction.atomic():
        held = services.hold_of(user, code)
        if held is None:
            return None
        require(user, "applications.write_application", held.application)
        if request.POST.get("number", held.application.number) != held.application.number:
            raise services.AnotherApplication
        return services.save_answers(
            held, lambda asked: posted.raw_answers(asked, request.POST), at=now,
            revision=posted.whole(request.POST.get("revision")), device=request.POST.get("device", ""),
            was=posted.marks(request.POST), bases=posted.bases(request.POST), over="ask" not in request.POST,
        )  # fmt: skip


def _again(
    request: HttpRequest, saved: services.Saved, raw: Any, here: Step, user: User, now: datetime
) -> HttpResponse:
    """The step once more: with text that is too long to be kept, or beside what another device had written."""
    if by_script(request):
        for one in saved.elsewhere:
            if one.replaced:
                other = answer_text(saved.form.question(one.question), one.value)
                words = _("Another device had written the following here; yours has replaced it:")
                messages.warning(request, f"{words} {other}")
        for sentence in saved.refused.values():
            messages.error(request, sentence)
        place = step_address(saved.application.call.code, here.key)
        if saved.refused:
            return JsonResponse({"next": place}, status=422)
        return go_on(request, place, saved_at=saved.saved_at)
    strand = strand_of(saved.application)
    page = _step_page(request, saved.application, saved.form, here, saved.answers, now, strand, saved.stage)
    page["fields"] = pages.fields_of(
        here, saved.form, saved.answers, raw={key: raw[key] for key in saved.refused if key in raw}, refused=saved.refused,
        elsewhere={one.question: one for one in saved.elsewhere if one.replaced},
        files=pages.files_of(saved.application, here), own=_own(user), stage=saved.stage, at=now,
    )  # fmt: skip
    return render(request, "apply/step.html", page, status=422 if saved.refused else 200)


def _after_saving(saved: services.Saved, here: Step, do: str) -> str:
    code = saved.application.call.code
    if do == "leave":
        return reverse("apply:mine") if saved.stage == "apply" else end_address(code, saved.stage)
    if do in ("review", "status"):
        return reverse(f"apply:{do}", args=[code])
    if do.startswith("in:"):  # unsaved text survives a switch of the language without scripts too
        wanted = do.removeprefix("in:")
        with override(wanted if wanted in settings.INTERFACE_LANGUAGES else get_language()):
            return step_address(code, here.key)
    if do.startswith("more:"):
        key = do.removeprefix("more:")
        return f"{step_address(code, here.key)}?{urlencode({'more': key})}#q-{key}"
    links = pages.steps_of(saved.form, saved.answers, here.key, stage=saved.stage)
    places = [link.key for link in links]
    at = places.index(here.key) if here.key in places else -1
    if do == "next":
        return step_address(code, places[at + 1]) if at + 1 < len(places) else end_address(code, saved.stage)
    if do == "back" and at > 0:
        return step_address(code, places[at - 1])
    if do.removeprefix("to:") in places:
        return step_address(code, do.removeprefix("to:"))
    return step_address(code, here.key)


def _take_files(request: HttpRequest, mine: Application, here: Step, user: User, now: datetime) -> bool:
    """Take the files that came with the form; whether one was refused, for which the slot says why."""
    refused = False
    for question in here.questions:
        file = request.FILES.get(f"q-{question.key}")
        if file is not None:
            try:
                services.take_file(mine, question.key, file, by=user, at=timezone.now())
            except services.FileRefused as refusal:
                refused = True
                messages.error(request, str(refusal))
    return refused


def _step_page(
    request: HttpRequest,
    mine: Application,
    form: Form,
    here: Step,
    answers: Answers,
    now: datetime,
    strand: Any,
    stage: Stage,
) -> dict[str, Any]:
    links = pages.steps_of(form, answers, here.key, stage=stage)
    later = stage == "after_selection"
    until = later_until(mine, now) if later else None
    known = {question.key: question for question in here.questions}
    return {
        "application": mine,
        "call": mine.call,
        "step": here,
        "steps": links,
        "number": next((link.number for link in links if link.current), 1),
        "total": len(links) + (not later),
        "first": bool(links) and links[0].current,
        "revision": mine.revision,
        "device": request.POST.get("device") or get_random_string(12),
        "later": later,
        "saved_at": mine.saved_at if not later or _begun(form, answers) else None,
        "until": in_words(until) if until else "",
        "dates": {} if later else pages.dates_of(mine.call, strand, now, me(request).time_zone, mine.late_until),
        "files": any(question.type == "file" and question.stage == stage for question in here.questions),
        "returned": mine.completion if mine.status == Status.RETURNED else None,
        "wanted": [known[key] for key in mine.completion.get("questions", []) if key in known],
    }


def _begun(form: Form, answers: Answers) -> bool:
    """Whether anything that those selected are asked was answered."""
    return any(answers.get(one.key) is not None for one in shown(form, answers, "after_selection"))


def _as_posted(fields: dict[str, list[str]]) -> QueryDict:
    found = QueryDict(mutable=True)
    for name, values in fields.items():
        found.setlist(name, values)
    return found


def _more_rows(key: str) -> dict[str, int]:
    return {key: 3} if key else {}


def _own(user: User) -> frozenset[str]:
    return frozenset({user.email.casefold()})
