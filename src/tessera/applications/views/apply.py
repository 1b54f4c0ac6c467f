"""Applying: the way in, the steps, what is saved while one writes, and handing in."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from tessera.accounts import windows as limits
from tessera.accounts.models import User
from tessera.accounts.permissions import me, require
from tessera.accounts.views.sign_in import ASKED
from tessera.applications import pages, posted, services
from tessera.applications.models import Answer, Application, Status
from tessera.applications.queries import own_application
from tessera.applications.sheets import form_from, form_now, rules_from
from tessera.applications.windows import may_write, strand_of
from tessera.applications.wording import answer_text, worded_steps
from tessera.calls.eligibility import blocking
from tessera.calls.models import Call
from tessera.calls.queries import latest_form, latest_rules
from tessera.calls.questions import Form, Step, shown
from tessera.calls.questions.model import Answers
from tessera.core.errors import DomainError
from tessera.web.kept_text import keeps_text, kept_text_of
from tessera.web.views.errors import too_many_requests

LONGEST_ADDRESS = 254


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest, code: str) -> HttpResponse:
    """What is asked and until when; an address for who is new, a button for who is signed in."""
    call = Call.objects.visible_to(request.user).select_related("training").filter(code=code).first()
    if call is None:
        return _by_number(request, code)
    now = timezone.now()
    user = request.user if isinstance(request.user, User) else None
    mine = Application.objects.of(user).filter(call=call).first() if user else None
    if mine is not None:
        return redirect(_place(mine, now))
    error = ""
    if request.method == "POST":
        if user is None:
            answer = _send_way_in(request, call)
            if answer is not None:
                return answer
            error = _("Type an e-mail address, for example name@example.org.")
        else:
            require(user, "applications.add_application")
            try:
                made = services.start_application(
                    call,
                    request.POST.get("strand", ""),
                    by=user,
                    language=get_language() or settings.MAIN_LANGUAGE,
                    at=now,
                )
            except services.SisterApplication as refusal:
                messages.info(request, str(refusal))
                return redirect("apply:status", code=refusal.application.call.code)
            except DomainError as refusal:
                error = str(refusal)
            else:
                return redirect(_place(made, now))
    return render(request, "apply/start.html", _start_page(call, user, now, error), status=422 if error else 200)


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
    form = form_now(mine.call_id)
    here = next((one for one in form.steps if one.key == key), None)
    if here is None or not may_write(mine, strand, now):
        return redirect("apply:status", code=code)
    require(user, "applications.write_application", mine)
    answers = dict(Answer.objects.filter(application=mine).values_list("question", "value"))
    asked = pages.steps_of(form, answers, key)
    if key not in {link.key for link in asked}:
        return redirect(_step_address(code, asked[0].key) if asked else reverse("apply:review", args=[code]))
    kept = kept_text_of(request)
    data = _as_posted(kept) if kept else None
    page = _step_page(request, mine, form, here, answers, now, strand)
    raw = posted.raw_answers(form, data) if data is not None else None
    page["fields"] = pages.fields_of(
        here, form, answers, raw=raw, check="check" in request.GET, rows=_more_rows(request.GET.get("more", "")),
        files=pages.files_of(mine, here), own=_own(user),
    )  # fmt: skip
    page["kept"] = kept is not None
    return render(request, "apply/step.html", page)


def _save_step(request: HttpRequest, code: str, key: str, user: User, now: datetime) -> HttpResponse:
    """Save what was posted, then do what the button says."""
    do = request.POST.get("do", "next")
    try:
        saved = _save(request, code, user, now)
        if saved is None:
            return redirect("apply:start", code=code)
        mine, raw = saved.application, posted.raw_answers(saved.form, request.POST)
        here = next((one for one in saved.form.steps if one.key == key), None)
        if here is None:
            return redirect("apply:status", code=code)
        refused = _take_files(request, mine, here, user, now)
        if do.startswith("remove:"):
            services.remove_file(mine, do.removeprefix("remove:"), by=user, at=now)
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return _go_on(request, reverse("apply:status", args=[code]))
    if saved.refused or any(one.replaced for one in saved.elsewhere):
        return _again(request, saved, raw, here, user, now)
    others = [one for one in saved.elsewhere if any(question.key == one.question for question in here.questions)]
    if others:
        messages.info(request, _("Some answers were changed on another device meanwhile; you see them here now."))
    if refused or (others and do in ("next", "back")):
        do = "stay"
    if do == "stay" and not refused:
        messages.success(request, _("Saved."))
    return _go_on(request, _after_saving(saved, here, do))


def _save(request: HttpRequest, code: str, user: User, now: datetime) -> services.Saved | None:
    """Keep the answers that were posted; None where ``user`` has no application to this call."""
    with transaction.atomic():
        held = services.hold_of(user, code)
        if held is None:
            return None
        require(user, "applications.write_application", held.application)
        return services.save_answers(
            held, lambda asked: posted.raw_answers(asked, request.POST), at=now,
            revision=posted.whole(request.POST.get("revision")), device=request.POST.get("device", ""),
            was=posted.marks(request.POST),
        )  # fmt: skip


def _again(
    request: HttpRequest, saved: services.Saved, raw: Any, here: Step, user: User, now: datetime
) -> HttpResponse:
    """The step once more: with text that is too long to be kept, or beside what another device had written."""
    if _by_script(request):
        for one in saved.elsewhere:
            if one.replaced:
                other = answer_text(saved.form.question(one.question), one.value)
                words = _("Another device had written the following here; yours has replaced it:")
                messages.warning(request, f"{words} {other}")
        for sentence in saved.refused.values():
            messages.error(request, sentence)
        place = _step_address(saved.application.call.code, here.key)
        return JsonResponse({"next": place}, status=422 if saved.refused else 200)
    page = _step_page(request, saved.application, saved.form, here, saved.answers, now, strand_of(saved.application))
    page["fields"] = pages.fields_of(
        here, saved.form, saved.answers, raw={key: raw[key] for key in saved.refused if key in raw}, refused=saved.refused,
        elsewhere={one.question: one for one in saved.elsewhere if one.replaced},
        files=pages.files_of(saved.application, here), own=_own(user),
    )  # fmt: skip
    return render(request, "apply/step.html", page, status=422 if saved.refused else 200)


def _after_saving(saved: services.Saved, here: Step, do: str) -> str:
    code = saved.application.call.code
    if do == "leave":
        return reverse("apply:mine")
    if do.startswith("more:"):
        key = do.removeprefix("more:")
        return f"{_step_address(code, here.key)}?{urlencode({'more': key})}#q-{key}"
    links = pages.steps_of(saved.form, saved.answers, here.key)
    places = [link.key for link in links]
    at = places.index(here.key) if here.key in places else -1
    if do == "next":
        return _step_address(code, places[at + 1]) if at + 1 < len(places) else reverse("apply:review", args=[code])
    if do == "back" and at > 0:
        return _step_address(code, places[at - 1])
    return _step_address(code, here.key)


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
        raise Http404
    form = saved.form
    here = next((one for one in form.steps if one.key == request.POST.get("step")), None)
    asked = {question.key for question in shown(form, saved.answers, "apply")}
    of_step = {question.key for question in here.questions} if here else set()
    return JsonResponse(
        {
            "at": saved.saved_at.isoformat(),
            "saved": list(saved.saved),
            "asked": [question.key for question in here.questions if question.key in asked] if here else [],
            "refused": saved.refused,
            "elsewhere": [
                {
                    "question": one.question,
                    "at": one.saved_at.isoformat(),
                    "replaced": one.replaced,
                    "text": answer_text(form.question(one.question), one.value),
                }
                for one in saved.elsewhere
                if one.question in of_step
            ],
        }
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, code: str) -> HttpResponse:
    """Everything once more, what is missing first; the button hands it in."""
    user, now = me(request), timezone.now()
    mine, strand = own_application(user, code)
    if mine is None:
        return redirect("apply:start", code=code)
    if request.method == "POST":
        require(user, "applications.submit_application", mine)
        try:
            services.submit_application(mine, by=user, at=now, language=get_language() or "")
        except services.NotComplete as refusal:
            if _by_script(request):
                messages.error(request, str(refusal))
                return _go_on(request, reverse("apply:review", args=[code]))
            page = _review_page(mine, strand, user, now) | {"tried": str(refusal)}
            return render(request, "apply/review.html", page, status=422)
        except DomainError as refusal:
            messages.error(request, str(refusal))
        return _go_on(request, reverse("apply:status", args=[code]))
    if not may_write(mine, strand, now):
        return redirect("apply:status", code=code)
    return render(request, "apply/review.html", _review_page(mine, strand, user, now))


def _review_page(mine: Application, strand: Any, user: User, now: datetime) -> dict[str, Any]:
    form = form_now(mine.call_id)
    answers = dict(Answer.objects.filter(application=mine).values_list("question", "value"))
    rules = latest_rules(mine.call)
    verdicts = services.judged(mine, rules, form, answers, at=now).verdicts
    return {
        "application": mine,
        "call": mine.call,
        "steps": pages.steps_of(form, answers),
        "answered": worded_steps(_asked_now(form), answers),
        "problems": services.problems_of(mine, form, answers, email=user.email),
        "stopped": blocking(verdicts),
        "people": [verdict for verdict in verdicts if verdict.outcome == "person"],
        "has_rules": bool(rules_from(rules, mine.strand)),
        "dates": pages.dates_of(mine.call, strand, now, user.time_zone),
        "returned": mine.status == Status.RETURNED,
    }


def _asked_now(form: Form) -> Form:
    """The form without what is asked only after the selection."""
    steps = [
        Step(one.key, one.title, tuple(q for q in one.questions if q.stage == "apply"), one.help) for one in form.steps
    ]
    return Form(tuple(one for one in steps if one.questions))


def _start_page(call: Call, user: User | None, now: datetime, error: str) -> dict[str, Any]:
    strands = list(call.strands.order_by("order", "pk"))
    for strand in strands:
        strand.call = call
    form = form_from(latest_form(call))
    rules = rules_from(latest_rules(call), strands[0].key if len(strands) == 1 else "")
    return {
        "call": call,
        "strands": [(strand, strand.is_open(now)) for strand in strands],
        "open": any(strand.is_open(now) for strand in strands),
        "dates": pages.dates_of(call, strands[0] if len(strands) == 1 else None, now, user.time_zone if user else ""),
        "steps": pages.steps_of(form, {}),
        "files": [question for question in form.questions if question.stage == "apply" and question.type == "file"],
        "reasons": [rule.reason for rule in rules if rule.weight != "priority" and rule.reason],
        "error": error,
    }


def _step_page(
    request: HttpRequest, mine: Application, form: Form, here: Step, answers: Answers, now: datetime, strand: Any
) -> dict[str, Any]:
    links = pages.steps_of(form, answers, here.key)
    known = {question.key: question for question in here.questions}
    return {
        "application": mine,
        "call": mine.call,
        "step": here,
        "steps": links,
        "number": next((link.number for link in links if link.current), 1),
        "total": len(links) + 1,
        "first": bool(links) and links[0].current,
        "revision": mine.revision,
        "device": request.POST.get("device") or get_random_string(12),
        "dates": pages.dates_of(mine.call, strand, now, me(request).time_zone),
        "files": any(question.type == "file" for question in here.questions),
        "returned": mine.completion if mine.status == Status.RETURNED else None,
        "wanted": [known[key] for key in mine.completion.get("questions", []) if key in known],
    }


def _place(mine: Application, now: datetime) -> str:
    """Where its writer goes on: the first step, or the page that says how it stands."""
    if mine.status in (Status.DRAFT, Status.RETURNED) and may_write(mine, strand_of(mine), now):
        form = form_now(mine.call_id)
        answers = dict(Answer.objects.filter(application=mine).values_list("question", "value"))
        links = pages.steps_of(form, answers)
        if links:
            open_step = next((link for link in links if not _begun(form, link.key, answers)), links[-1])
            return _step_address(mine.call.code, open_step.key)
    return reverse("apply:status", args=[mine.call.code])


def _begun(form: Form, key: str, answers: Answers) -> bool:
    here = next(one for one in form.steps if one.key == key)
    return any(answers.get(question.key) is not None for question in here.questions)


def _by_script(request: HttpRequest) -> bool:
    """Whether the page's script asks, which goes on by itself once it has an answer."""
    return request.headers.get("Accept") == "application/json"


def _go_on(request: HttpRequest, path: str) -> HttpResponse:
    return JsonResponse({"next": path}) if _by_script(request) else redirect(path)


def _by_number(request: HttpRequest, number: str) -> HttpResponse:
    """Mails name an application by its number: its writer is led on."""
    mine = Application.objects.of(request.user).select_related("call").filter(number=number).first()
    if mine is None and not request.user.is_authenticated and number.isupper():
        return redirect(f"{reverse('accounts:sign_in')}?{urlencode({'next': request.path})}")
    if mine is None:
        raise Http404
    return redirect(_place(mine, timezone.now()))


def _send_way_in(request: HttpRequest, call: Call) -> HttpResponse | None:
    """Ask for a link to the typed address; None where it is none. The answer is the same for every address."""
    address = request.POST.get("email", "").strip()
    try:
        validate_email(address)
    except ValidationError:
        return None
    if len(address) > LONGEST_ADDRESS:
        return None
    folded = address.lower()
    admitted = (
        limits.LINKS_PER_READER.admit(limits.reader_of(request))
        and limits.LINKS_PER_ADDRESS.admit(folded)
        and limits.LINKS_PER_ADDRESS_AND_DAY.admit(folded)
    )
    if not admitted:
        return too_many_requests(request)
    key = str(uuid.uuid4())
    services.send_way_in.enqueue(key, address, get_language() or settings.MAIN_LANGUAGE, request.path)
    request.session[ASKED] = key
    return redirect("accounts:link_sent")


def _as_posted(fields: dict[str, list[str]]) -> QueryDict:
    found = QueryDict(mutable=True)
    for name, values in fields.items():
        found.setlist(name, values)
    return found


def _more_rows(key: str) -> dict[str, int]:
    return {key: 3} if key else {}


def _own(user: User) -> frozenset[str]:
    return frozenset({user.email.casefold()})


def _step_address(code: str, key: str) -> str:
    return reverse("apply:step", args=[code, key])
