"""Screening: the list of a call's applications, one file, and what the office decides about it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.csp import CSP
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from django.views.decorators.cache import never_cache
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_POST, require_safe

from tessera.accounts.permissions import has_perm, me, require
from tessera.applications import listing
from tessera.applications.demand import beside_coverage, demand_of_calls
from tessera.applications.exporting import left_out
from tessera.applications.file_page import FilePage, file_page, files
from tessera.applications.forms.screening import (
    ApplicationFilter,
    FilterNameForm,
    NoteForm,
    ReasonForm,
    ReturnForm,
)
from tessera.applications.keeping import OVER
from tessera.applications.models import Application, Likeness, SavedFilter
from tessera.applications.queries import undecided_pairs
from tessera.applications.sending import language_of
from tessera.applications.services import likenesses
from tessera.applications.services import screening as services
from tessera.applications.services.taking_back import take_back, taken_back_as
from tessera.applications.transmission import sentence_of
from tessera.calls.models import Call
from tessera.core.errors import DomainError
from tessera.core.translated import best

PAGE = 50
WHY = {
    "email": gettext_lazy("the same address"), "name": gettext_lazy("the same name"),
    "birth_date": gettext_lazy("the same day of birth"), "country": gettext_lazy("the same country"),
}  # fmt: skip
# The page of a file frames its own documents.
FRAMING = {
    "default-src": [CSP.NONE], "script-src": [CSP.SELF], "style-src": [CSP.SELF], "img-src": [CSP.SELF],
    "connect-src": [CSP.SELF], "form-action": [CSP.SELF], "manifest-src": [CSP.SELF], "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE], "frame-src": [CSP.SELF],
}  # fmt: skip


@require_safe
def calls(request: HttpRequest) -> HttpResponse:
    """Every call with how many apply, next to its places."""
    require(request.user, "applications.list_applications")
    rows = Call.objects.visible_to(request.user).exclude(status="draft").select_related("training")
    page = Paginator(rows.order_by("-last_closes_at", "-pk"), 30).get_page(request.GET.get("page"))
    demand = demand_of_calls(page.object_list)
    return render(request, "applications/calls.html", {"page": page, "rows": [(row, demand[row.pk]) for row in page]})


@require_safe
def applications(request: HttpRequest, code: str) -> HttpResponse:
    """The applications of one call that were handed in, narrowed by the address."""
    call = call_of(request, code)
    form = ApplicationFilter(request.GET, call=call)
    asked, columns = form.asked, form.columns
    rows = listing.applications(request.user, call, **asked, order=form.order_asked)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    strands = listing.strand_names(call)
    query = request.GET.copy()
    query.pop("page", None)
    saved = SavedFilter.objects.visible_to(request.user).order_by("name", "pk")[:50]
    context = {
        "call": call,
        "tab": "list",
        "form": form,
        "page": page,
        "columns": [(name, listing.COLUMNS[name]) for name in columns],
        "rows": [listing.row_of(row, columns, strands, call) for row in page],
        "narrowed": any(asked.values()),
        "counts": listing.counts(request.user, call),
        "saved": saved,
        "may_screen": call.status not in OVER,
        "may_pass": call.status not in services.SELECTED,
        "name_form": FilterNameForm(initial={"query": query.urlencode()[:1000]}),
        "query": query.urlencode(),
        "left_out": [best(question.label)[0] for question in left_out(call, form.questions)],
        "untransmitted": listing.untransmitted(request.user, call),
        "alike": undecided_pairs().filter(second__call=call).count(),
    }
    return render(request, "applications/applications.html", context)


@require_POST
def keep_filter(request: HttpRequest, code: str) -> HttpResponse:
    """Keep what the list is narrowed to under a name; the same name again is replaced."""
    call = call_of(request, code)
    form = FilterNameForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Give it a name."))
        return redirect("applications:list", call.code)
    query = QueryDict(form.cleaned_data["query"])
    kept = urlencode([(k, v) for k, values in query.lists() if k in ApplicationFilter.base_fields for v in values if v])
    SavedFilter.objects.update_or_create(
        user=me(request), name=form.cleaned_data["name"], defaults={"query": kept[:1000]}
    )
    messages.success(request, _("Kept. It stands above every list of applications."))
    return redirect(f"{reverse('applications:list', args=[call.code])}?{kept}")


@require_POST
def forget_filter(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    call = call_of(request, code)
    get_object_or_404(SavedFilter.objects.visible_to(request.user), pk=pk).delete()
    return redirect("applications:list", call.code)


@require_safe
@csp_override(FRAMING)
@never_cache
def file(request: HttpRequest, number: str) -> HttpResponse:
    """One file whole, for the office; for a committee without what is the office's alone."""
    return answer_with_file(request, application_of(request, number))


@require_POST
def waive(request: HttpRequest, number: str, rule: str) -> HttpResponse:
    application = application_of(request, number)
    require(request.user, "applications.waive_rule", application)
    form = ReasonForm(request.POST, prefix=f"waive-{rule}")
    if not form.is_valid():
        return answer_with_file(request, application, waiving={rule: form}, status=422)
    return do(
        request, number, _("Waived. The applicant gets a mail with the reason."),
        lambda by, at: services.waive_rule(application, rule, reason=form.cleaned_data["reason"], by=by, at=at),
    )  # fmt: skip


@require_POST
def eligible(request: HttpRequest, number: str) -> HttpResponse:
    application = application_of(request, number)
    require(request.user, "applications.screen_application", application)
    if application.status != "ineligible":
        done = _("Marked as eligible. The applicant gets a mail.")
        return do(request, number, done, lambda by, at: services.mark_eligible(application, by=by, at=at))
    form = ReasonForm(request.POST, prefix="yes")
    if not form.is_valid():
        return answer_with_file(request, application, yes=form, status=422)
    return do(
        request, number, _("Taken back. The applicant gets a mail with the reason."),
        lambda by, at: take_back(application, reason=form.cleaned_data["reason"], by=by, at=at),
    )  # fmt: skip


@require_POST
def ineligible(request: HttpRequest, number: str) -> HttpResponse:
    application = application_of(request, number)
    require(request.user, "applications.screen_application", application)
    form = ReasonForm(request.POST, prefix="no")
    if not form.is_valid():
        return answer_with_file(request, application, no=form, status=422)
    return do(
        request, number, _("Marked as not eligible. The applicant gets a mail with the reason."),
        lambda by, at: services.mark_ineligible(application, reason=form.cleaned_data["reason"], by=by, at=at),
    )  # fmt: skip


@require_POST
def note(request: HttpRequest, number: str) -> HttpResponse:
    application = application_of(request, number)
    require(request.user, "applications.screen_application", application)
    form = NoteForm(request.POST, prefix="note")
    if not form.is_valid():
        return answer_with_file(request, application, note_form=form, status=422)
    return do(
        request, number, _("Noted."),
        lambda by, at: services.add_note(
            application, text=form.cleaned_data["text"], visibility=form.cleaned_data["visibility"], by=by, at=at
        ),
    )  # fmt: skip


@require_safe
def demand(request: HttpRequest, code: str) -> HttpResponse:
    """Applicants and eligible ones, by country and region, next to the places."""
    call = call_of(request, code)
    found = demand_of_calls([call])[call.pk]
    context = {"call": call, "tab": "demand", "demand": found, "regions": beside_coverage(found, timezone.localdate())}
    return render(request, "applications/demand.html", context)


@require_safe
def duplicates(request: HttpRequest, code: str) -> HttpResponse:
    """Pairs that look like one person's."""
    call = call_of(request, code)
    require(request.user, "applications.merge_applications")
    rows = undecided_pairs().filter(second__call=call)
    rows = rows.select_related("first__country", "second__country", "first__call", "second__call").order_by("-pk")
    page = Paginator(rows, 20).get_page(request.GET.get("page"))
    return render(
        request,
        "applications/duplicates.html",
        {
            "call": call,
            "tab": "duplicates",
            "page": page,
            "rows": [(row, [WHY.get(sign, sign) for sign in row.why]) for row in page],
        },
    )


@require_POST
def decide_likeness(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Keep one file of the two, or both."""
    call = call_of(request, code)
    require(request.user, "applications.merge_applications")
    likeness = get_object_or_404(Likeness.objects.select_related("first", "second"), pk=pk, second__call=call)
    keep = request.POST.get("keep", "")
    try:
        if keep == "both":
            likenesses.keep_apart(likeness, by=me(request), at=timezone.now())
        else:
            kept = next((row for row in (likeness.first, likeness.second) if row.number == keep), None)
            if kept is None:
                raise likenesses.NotOfThese
            likenesses.merge(likeness, kept, by=me(request), at=timezone.now())
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Done."))
    return redirect("applications:duplicates", call.code)


def do(request: HttpRequest, number: str, done: str, act: Any) -> HttpResponse:
    try:
        act(me(request), timezone.now())
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect("applications:file", number)


def answer_with_file(
    request: HttpRequest, application: Application, *, waiving: dict[str, ReasonForm] | None = None,
    no: ReasonForm | None = None, back: ReturnForm | None = None, note_form: NoteForm | None = None,
    pass_form: ReasonForm | None = None, yes: ReasonForm | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    page: FilePage = file_page(application, request.user, office=_is_office(request))
    may, own = has_perm(request.user, "applications.screen_application", application), application.is_of(request.user)
    bound = [*(waiving or {}).values(), *(form for form in (no, yes, back, note_form, pass_form) if form is not None)]
    context = {
        "page": page,
        "application": application,
        "call": application.call,
        "may_screen": not own
        and may
        and application.status in services.SCREENED
        and application.call.status not in OVER,
        "own": own and may,
        "may_pass": application.call.status not in services.SELECTED,
        "may_note": may,
        "waivers": [
            (row, (waiving or {}).get(row.verdict.rule) or ReasonForm(prefix=f"waive-{row.verdict.rule}"))
            for row in page.verdicts
        ],
        "yes": yes or ReasonForm(prefix="yes"),
        "taken_back_as": taken_back_as(application),
        "no": no or ReasonForm(prefix="no", initial={"reason": said_no(application, page)}),
        "pass_form": pass_form or ReasonForm(prefix="pass"),
        "note_form": note_form or NoteForm(prefix="note", initial={"visibility": "office"}),
        "bound": bound[0] if bound else None,
    }
    return render(request, "applications/file.html", context, status=status)


def said_no(application: Application, page: FilePage) -> str:
    """What the reason for turning it down may begin with: that it was not transmitted, in the applicant's language."""
    transmission = page.transmission
    if transmission is None or not transmission.standing.to_decide:
        return ""
    with override(language_of(application)):
        return sentence_of(transmission.standing.state, application, transmission.standing.request)


def call_of(request: HttpRequest, code: str) -> Call:
    require(request.user, "applications.list_applications")
    rows = Call.objects.visible_to(request.user).select_related("training").prefetch_related("strands")
    return get_object_or_404(rows, code=code)


def application_of(request: HttpRequest, number: str) -> Application:
    """A file that was handed in, for the office and the committee of its training; to everybody else it is not there."""
    if not _is_office(request) and all(role != "committee" for role, *_scope in getattr(request.user, "held", ())):
        raise Http404  # without reading the file
    rows = files().filter(pk__in=Application.objects.visible_to(request.user).handed_in().values("pk"))
    found = get_object_or_404(rows, number=number)
    if not _is_office(request) and not _is_committee(request, found):
        raise Http404
    return found


def _is_office(request: HttpRequest) -> bool:
    return has_perm(request.user, "applications.list_applications")


def _is_committee(request: HttpRequest, application: Application) -> bool:
    from tessera.accounts.models import holds

    return holds(request.user, "committee", application.role_scopes())
