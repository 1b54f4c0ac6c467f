"""Scenarios: the list, a new one, its plan, what-if, side by side, and lines that become trainings."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tessera.accounts.permissions import me, require
from tessera.core.errors import DomainError
from tessera.core.folding import clean
from tessera.planning.forms.scenarios import MOST_ROWS, ScenarioForm, default_limits, initial_of
from tessera.planning.models import Proposal, Scenario
from tessera.planning.queries import comparing, telling
from tessera.planning.queries import scenarios as queries
from tessera.planning.services import acceptance
from tessera.planning.services import scenarios as services
from tessera.web.sections import row_action

PAGE = 30
LONGEST_KEY = 18  # digits that any database takes
# The steps of a computation, in words: keys of the solver's progress.
STEPS = {
    "model": gettext_lazy("writing the problem down"),
    "windows": gettext_lazy("looking for the fewest missed windows"),
    "days": gettext_lazy("looking for the fewest days missed"),
    "need": gettext_lazy("serving the areas that need it most"),
    "reached": gettext_lazy("reaching more areas"),
    "cost": gettext_lazy("looking for the least cost"),
    "early": gettext_lazy("choosing the earliest"),
    "changes": gettext_lazy("changing as little as possible"),
    "reasons": gettext_lazy("looking for reasons"),
}


@require_safe
def scenarios(request: HttpRequest) -> HttpResponse:
    """Every scenario, the latest first; those that are computed can be ticked and compared."""
    require(request.user, "planning.view_scenario")
    page = Paginator(queries.scenarios(request.user), PAGE).get_page(request.GET.get("page"))
    rows = [(row, queries.KINDS[row.state]) for row in page]
    context = {"tab": "scenarios", "page": page, "rows": rows, "most": comparing.MOST_COMPARED}
    return render(request, "planning/scenarios.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Limits as fields; ``base`` names a scenario to change (what-if). Buttons add and remove rows of the form."""
    require(request.user, "planning.run_scenario")
    base = _base(request)
    if base is not None:
        initial = {**initial_of(base.limits), "name": _("%(name)s, changed") % {"name": base.name}}
    else:
        open_now = list(Proposal.objects.confirmed().open().real().order_by("code").values_list("code", flat=True))
        initial = initial_of(default_limits(timezone.now().date(), open_now))
    rehearsal = bool(base and base.rehearsal)
    moved = row_action(request.POST, request.POST.get("do", ""))
    data, focus = moved or (request.POST if request.method == "POST" else None, "")
    form = ScenarioForm(data, initial=initial, rehearsal=rehearsal, quiet=moved is not None, focus=focus)
    if form.is_bound and not moved and form.is_valid():
        try:
            made = services.ask_scenario(
                form.cleaned_data["name"],
                form.limits,
                by=me(request),
                at=timezone.now(),
                base=base,
                rehearsal=rehearsal,
            )
        except services.GoalNotInQuarters as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("planning:scenario", made.code)
    context = {"tab": "scenarios", "form": form, "base": base, "focus": focus, "most_rows": MOST_ROWS}
    return render(request, "planning/scenario_new.html", context, status=422 if form.errors else 200)


@require_safe
def scenario(request: HttpRequest, code: str) -> HttpResponse:
    """A plan with its reasons and its proof; while it is computed, how far that is."""
    found = _scenario(request, code)
    context: dict[str, Any] = {
        "tab": "scenarios",
        "scenario": found,
        "kind": queries.KINDS[found.state],
        "limits": queries.limits_in_words(found.limits, found.result),
        "step": str(STEPS.get(found.progress.get("step", ""), "")),
        "standing": telling.standing(found.progress, found.limits.get("currency") or "EUR"),
    }
    if found.state == Scenario.State.DONE:
        context["plan"] = queries.plan_in_words(found)
        context["proof"] = (found.result or {}).get("proof", {})
        if found.base is not None and found.base.state == Scenario.State.DONE:
            context["changes"], context["prices"] = comparing.prices(found.base, found)
            context["kept"], context["fresh"], context["gone"] = comparing.moved_lines(found.base, found)
    return render(request, "planning/scenario.html", context)


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """Computed scenarios side by side: ``s`` names them, at most four."""
    require(request.user, "planning.view_scenario")
    codes = list(dict.fromkeys(clean(code, lines=False) for code in request.GET.getlist("s")))[
        : comparing.MOST_COMPARED
    ]
    rows = Scenario.objects.visible_to(request.user).filter(code__in=codes, state=Scenario.State.DONE).defer("problem")
    found = sorted(rows, key=lambda row: codes.index(row.code))
    context: dict[str, Any] = {"tab": "scenarios", "found": found, "rows": [], "limits": []}
    if found:
        context |= {"rows": comparing.comparison(found), "limits": comparing.limits_compared(found)}
    return render(request, "planning/compare.html", context)


@require_safe
def problem(request: HttpRequest, code: str) -> HttpResponse:
    """The whole input of a plan as the text whose SHA-256 the page shows."""
    require(request.user, "planning.view_scenario")
    found = get_object_or_404(Scenario.objects.visible_to(request.user).filter(problem__isnull=False), code=code)
    named = {"Content-Disposition": f'attachment; filename="{found.code}.json"'}
    return HttpResponse(services.canonical(found.problem), content_type="application/json", headers=named)


@require_POST
def cancel(request: HttpRequest, code: str) -> HttpResponse:
    found = _scenario(request, code)
    require(request.user, "planning.run_scenario")
    try:
        services.stop_scenario(found, by=me(request), at=timezone.now())
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The computation ends as soon as it can."))
    return redirect("planning:scenario", code)


@require_POST
def accept(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """A planned training from a line of the plan."""
    found = _scenario(request, code)
    require(request.user, "planning.accept_line")
    try:
        made = acceptance.accept_line(found, number, by=me(request), at=timezone.now())
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        said = {"training": made.training}
        messages.success(request, _("“%(training)s” is now a planned training. You can take it back here.") % said)
    return redirect("planning:scenario", code)


@require_POST
def undo(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Take the training of a line away again: of the acceptance that the page showed, not of one made since."""
    found = _scenario(request, code)
    require(request.user, "planning.accept_line")
    shown = clean(request.POST.get("accepted", ""), lines=False)
    known = shown.isascii() and shown.isdigit() and len(shown) <= LONGEST_KEY
    row = found.accepted.filter(line=number, pk=shown).first() if known else None
    if row is None:
        messages.error(request, _("The plan has changed since you opened it: it is shown below as it is now."))
        return redirect("planning:scenario", code)
    if row.undone_at is not None:
        messages.info(request, _("That was taken back already: the plan is shown below as it is now."))
        return redirect("planning:scenario", code)
    try:
        acceptance.undo_line(row, by=me(request), at=timezone.now())
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Taken back: the planned training is gone."))
    return redirect("planning:scenario", code)


def _base(request: HttpRequest) -> Scenario | None:
    code = clean(request.GET.get("base", ""), lines=False)
    return get_object_or_404(Scenario.objects.visible_to(request.user), code=code) if code else None


def _scenario(request: HttpRequest, code: str) -> Scenario:
    require(request.user, "planning.view_scenario")
    return get_object_or_404(
        Scenario.objects.visible_to(request.user)
        .select_related("base", "asked_by__person")
        .defer("problem", "base__problem"),
        code=code,
    )
