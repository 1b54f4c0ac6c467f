"""The way in: what is asked and until when, an address for who is new, the place where one goes on."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tessera.accounts import windows as limits
from tessera.accounts.models import User
from tessera.accounts.permissions import require
from tessera.accounts.views.sign_in import ASKED, MAILED_TO
from tessera.applications import pages, services
from tessera.applications.models import RUNNING, Answer, Application, Status
from tessera.applications.services import late
from tessera.applications.sheets import form_from, form_now, rules_from
from tessera.applications.views.ways import step_address
from tessera.applications.windows import may_write, strand_of
from tessera.calls.eligibility import editing
from tessera.calls.eligibility.editing import EVERYBODY
from tessera.calls.eligibility.reading import GROUPS
from tessera.calls.forms.rule_words import kind_words, settings_in_words
from tessera.calls.forms.rules import Choices
from tessera.calls.models import Call, RuleVersion, Strand
from tessera.calls.models import Status as CallStatus
from tessera.calls.queries import latest_form, latest_rules
from tessera.calls.questions import Form
from tessera.calls.questions.model import Answers
from tessera.core.errors import DomainError
from tessera.core.translated import Translated
from tessera.publications import queries as publications
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
        return redirect(place_of(mine, now))
    error = ""
    if request.method == "POST":
        if user is None:
            answer = send_way_in(request, request.path)
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
                return redirect(place_of(made, now))
    return render(
        request, "apply/start.html", _start_page(request, call, user, now, error), status=422 if error else 200
    )


def _start_page(request: HttpRequest, call: Call, user: User | None, now: datetime, error: str) -> dict[str, Any]:
    strands = list(call.strands.order_by("order", "pk"))
    for strand in strands:
        strand.call = call
    form = form_from(latest_form(call))
    version = latest_rules(call)
    public = _show_what_is_ready(call, strands)
    over = _is_over(call, strands, now)
    return {
        "call": call,
        "may_check": public and any(rules_from(version, strand.key) for strand in strands),
        "strands": [(strand, strand.is_open(now)) for strand in strands],
        "open": any(strand.is_open(now) for strand in strands),
        "over": over,
        "late_entry": over and call.status in RUNNING and not call.training_is_off,
        "deadlines": [] if call.training_is_off else _deadlines(call, strands, now, user.time_zone if user else ""),
        "steps": pages.steps_of(form, {}),
        "files": [question for question in form.questions if question.stage == "apply" and question.type == "file"],
        "conditions": _conditions(version, strands, form),
        "error": error,
        "late": late.said_code(typed) if (typed := request.GET.get("late", "")) else "",
    }


def _is_over(call: Call, strands: list[Strand], now: datetime) -> bool:
    """Whether it was open and nobody can begin any more: by its state, or as the deadline of every strand is over."""
    if call.status not in (CallStatus.DRAFT, CallStatus.PUBLISHED, CallStatus.OPEN):
        return True
    return all((closes_at := strand.closing()) is not None and closes_at <= now for strand in strands)


def _deadlines(
    call: Call, strands: list[Strand], now: datetime, zone: str
) -> list[tuple[Strand | None, dict[str, Any]]]:
    """The deadlines on every clock: one where it is that of all strands, else one for each strand that has any."""
    if len({strand.closing() for strand in strands}) == 1:
        dates = pages.dates_of(call, strands[0], now, zone)
        return [(None, dates)] if dates else []
    found = [(strand, pages.dates_of(call, strand, now, zone)) for strand in strands]
    return [(strand, dates) for strand, dates in found if dates]


def _conditions(version: RuleVersion | None, strands: list[Strand], form: Form) -> list[dict[str, Any]]:
    """What is looked at before an application counts: everybody's rules, then each strand's own, none left out.

    A rule is told in the office's words where it has some, and by its kind and settings where it has none.
    """
    if version is None:
        return []
    choices = Choices(form, [])
    own = [(strand.name, editing.rules_in(version.document, strand.key)) for strand in strands]
    parts = [(None, editing.rules_in(version.document, EVERYBODY)), *own]
    found = []
    for strand, rules in parts:
        told = [_told(rule, choices) for rule in rules if rule.get("weight") != "priority"]
        if told:
            found.append({"strand": strand if len(strands) > 1 else None, "rules": told})
    return found


def _told(rule: Mapping[str, Any], choices: Choices) -> dict[str, Any]:
    return {
        "reason": Translated(rule.get("reason") or {}),
        "kind": kind_words(rule["kind"]),
        "settings": [] if rule["kind"] in GROUPS else settings_in_words(rule, choices),
        "rules": [_told(part, choices) for part in rule.get("rules", ())],
        "person": rule.get("weight") == "person",
    }


def _show_what_is_ready(call: Call, strands: list[Strand]) -> bool:
    """Leave out texts in draft, as the public page does; False for a call without one, which is shown as it stands."""
    record = publications.record("call", call.code)
    if record is None:
        return False
    call.title, call.summary = (Translated(record.facts[name]) for name in ("title", "summary"))
    told = {row["key"]: row for row in record.facts["strands"]}
    for strand in strands:
        row = told.get(strand.key, {})
        strand.name = Translated(row.get("name") or {settings.MAIN_LANGUAGE: strand.key})
        strand.audience = Translated(row.get("audience") or {})
    return True


def send_way_in(request: HttpRequest, next_path: str, *, key: str = "") -> HttpResponse | None:
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
    key = key or str(uuid.uuid4())
    services.send_way_in.enqueue(key, address, get_language() or settings.MAIN_LANGUAGE, next_path)
    request.session[ASKED] = key
    request.session[MAILED_TO] = address
    return redirect("accounts:link_sent")


def place_of(mine: Application, now: datetime) -> str:
    """Where its writer goes on: the first step, or the page that says how it stands."""
    if mine.status in (Status.DRAFT, Status.RETURNED) and may_write(mine, strand_of(mine), now):
        form = form_now(mine.call_id)
        answers = dict(Answer.objects.filter(application=mine).values_list("question", "value"))
        links = pages.steps_of(form, answers)
        if links:
            open_step = next((link for link in links if not _begun(form, link.key, answers)), links[-1])
            return step_address(mine.call.code, open_step.key)
    return reverse("apply:status", args=[mine.call.code])


def _begun(form: Form, key: str, answers: Answers) -> bool:
    here = next(one for one in form.steps if one.key == key)
    return any(answers.get(question.key) is not None for question in here.questions)


def _by_number(request: HttpRequest, number: str) -> HttpResponse:
    """Mails name an application by its number: its writer is led on."""
    mine = Application.objects.of(request.user).select_related("call").filter(number=number).first()
    if mine is None and not request.user.is_authenticated and number.isupper():
        return redirect(f"{reverse('accounts:sign_in')}?{urlencode({'next': request.path})}")
    if mine is None:
        raise Http404
    return redirect(place_of(mine, timezone.now()))
