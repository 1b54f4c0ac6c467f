"""The planning board: clock, what waits, demand, and the ways to proposals, trainers and scenarios."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from tessera.accounts.permissions import require
from tessera.applications.demand import held_demand
from tessera.core.folding import clean
from tessera.places.queries import reference
from tessera.planning.models import Scenario
from tessera.planning.queries.demand import demand
from tessera.planning.queries.proposals import proposals, waiting_proposals
from tessera.planning.queries.scenarios import KINDS, scenarios
from tessera.portal import boards
from tessera.portal.board import board_ground, board_rows
from tessera.portal.naming import Names

SHOWN = 4


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """The board today or, with ``plan``, on the day and by the rule of a computed scenario with its lines drawn."""
    require(request.user, "planning.view_planning")
    language, places = get_language() or settings.MAIN_LANGUAGE, reference()
    on, plan, rule = timezone.now().date(), None, "strict"
    if request.GET.get("plan"):
        done = Scenario.objects.visible_to(request.user).filter(state=Scenario.State.DONE).defer("problem")
        plan = get_object_or_404(done, code=clean(request.GET["plan"], lines=False))
        on, rule = date.fromisoformat(plan.limits["on"]), plan.limits["rule"]
    ground = board_ground(on, places, plan, "lenient" if rule == "lenient" else "strict")
    names = Names(places, language, {})
    rows, more = boards.region_rows(ground, names), board_rows(ground, names)
    clock = boards.clock_view(ground, names)
    context = {
        "tab": "board",
        "plan": plan,
        "on": on,
        "clock": clock,
        "rows": [(rows[row.region.code], more[row.region.code]) for row in clock.rows],
        "on_time": ground.coverage.on_time,
        "whole": len(ground.scheme.regions),
        "months": ground.settings.months,
        "all_from": (plan.result or {}).get("clock", {}).get("all_from") if plan else None,
        "waiting": waiting_proposals(request.user),
        "proposals": proposals(request.user, state="received")[:SHOWN],
        "scenarios": [(row, KINDS[row.state]) for row in scenarios(request.user)[:SHOWN]],
        "calls": [
            (call, found, [part.name for part in found.regions if part.submitted][:3]) for call, found in held_demand()
        ],
        "demand": [(found, [names.region(code) for code in found.regions]) for found in demand()],
    }
    return render(request, "portal/board.html", context)
