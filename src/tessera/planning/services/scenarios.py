"""Scenarios: asked for, computed in the background, stopped. A computed scenario never changes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from django.db import transaction
from django.tasks import task
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tessera.accounts.models import User
from tessera.activity.services import record
from tessera.core.codes import new_code
from tessera.core.errors import DomainError
from tessera.planning.models import Scenario
from tessera.planning.queries.coverage import is_plannable
from tessera.programmes.queries import programme

TIME_LIMIT_S = 120.0
# A computation that says nothing for longer was left by a dead worker and is begun again.
SILENCE = timedelta(seconds=30)
_EVERY_S = 1.0


class StillRunning(Exception):
    """Somebody else seems to compute this plan: the task backend asks again later."""


class AlreadyOver(DomainError):
    message = _("This plan is computed, or was stopped before.")


class GoalNotInQuarters(DomainError):
    message = _(
        "Plans are made by quarters, and the programme’s goal is no whole number of them: write 18, 21 or 24 months, for example."
    )


@transaction.atomic
def ask_scenario(
    name: str,
    limits: Mapping[str, Any],
    *,
    by: User | None,
    at: datetime,
    base: Scenario | None = None,
    rehearsal: bool = False,
) -> Scenario:
    """Keep a question to the planner and hand it to the worker. ``base`` is the scenario that it changes.

    GoalNotInQuarters where no plan could keep the goal exactly.
    """
    if not is_plannable(programme()):
        raise GoalNotInQuarters
    scenario = Scenario.objects.create(
        code=new_code(8), name=name, limits=dict(limits), base=base, asked_by=by, asked_at=at, rehearsal=rehearsal
    )
    record("scenario.asked", scenario, by=by, at=at, after=scenario.state, public=False)
    compute_later.enqueue(scenario.pk)
    return scenario


@transaction.atomic
def stop_scenario(scenario: Scenario, *, by: User | None, at: datetime) -> Scenario:
    """Ask the computation to end; one that has not begun, or was left by its worker, ends at once.

    AlreadyOver changes nothing.
    """
    fresh = Scenario.objects.select_for_update().get(pk=scenario.pk)
    if fresh.is_over():
        raise AlreadyOver
    is_running = fresh.state == Scenario.State.RUNNING and _is_alive(fresh, at)
    if fresh.cancel_asked and is_running:
        return fresh
    before = fresh.state
    fresh.cancel_asked = True
    if not is_running:
        fresh.state, fresh.ended_at = Scenario.State.CANCELLED, at
    fresh.save(update_fields=["cancel_asked", "state", "ended_at"])
    record("scenario.stopped", fresh, by=by, at=at, before=before, after=fresh.state, public=False)
    return fresh


@task
def compute_later(scenario: int) -> None:
    """Compute the plan of a scenario. Safe to run twice: what is over stays as it is."""
    compute_scenario(scenario, at=timezone.now())


def compute_scenario(pk: int, *, at: datetime, time_limit: float = TIME_LIMIT_S) -> Scenario | None:
    """Read the records, solve, check by the exact clock, store. None where it is over; StillRunning where another does it.

    Progress is written at most once a second; a wish to stop is looked for as often.
    """
    from tessera.planning import outcomes, problems
    from tessera.solvers.coverage import plan, what_if
    from tessera.solvers.coverage.model import Change
    from tessera.solvers.watch import Cancelled, Watch

    scenario = _claim(pk, at)
    if scenario is None:
        return None
    reporter = _Reporter(scenario.pk)
    try:
        world = problems.world(scenario.limits, rehearsal=scenario.rehearsal)
        told = outcomes.stored({"problem": world.problem, "fixed": world.fixed})
        watch = Watch(time_limit, reporter.report, reporter.is_stopped)
        earlier = outcomes.earlier_plan(world, scenario.base.result if scenario.base else None)
        if earlier is not None:  # among equally good plans the one that changes least
            change = Change(announced=world.fixed, problem=world.problem)
            found = what_if(world.problem, earlier, change, time_limit=time_limit, watch=watch).after
        else:
            found = plan(world.problem, fixed=world.fixed, time_limit=time_limit, watch=watch)
        result = outcomes.outcome(world, found)
        reporter.report_step("reasons")
        result["conflict"] = outcomes.conflict(world, found, watch)
    except Cancelled:
        return _end(scenario, Scenario.State.CANCELLED)
    except ValueError as error:  # the solver's InputError: every fault in one sentence
        return _end(scenario, Scenario.State.FAILED, result={"faults": [str(error)]})
    except ArithmeticError as error:  # an answer that its own check does not let through
        return _end(scenario, Scenario.State.FAILED, result={"faults": [str(error)], "of": "solver"}, problem=told)
    return _end(scenario, Scenario.State.DONE, result=result, problem=told)


class _Reporter:
    """Writes progress and looks for a wish to stop, each at most once a second, also while a solver is silent.

    The search asks from the thread that began it, so the database may be read (`Watch.run`).
    """

    def __init__(self, pk: int) -> None:
        self.pk, self.wrote, self.stopped = pk, 0.0, False
        self.step, self.seconds = "", 0.0
        self.best: dict[str, float] = {}

    def report(self, progress: Any) -> None:
        self.step, self.seconds = progress.step, progress.seconds
        told = {"value": progress.value, "bound": progress.bound}
        self.best = {name: one for name, one in told.items() if one is not None}
        self._write_now_and_then()

    def report_step(self, step: str) -> None:
        self.step, self.seconds, self.best = step, 0.0, {}
        self._write()

    def is_stopped(self) -> bool:
        self._write_now_and_then()
        return self.stopped

    def _write_now_and_then(self) -> None:
        if monotonic() - self.wrote >= _EVERY_S:
            self._write()

    def _write(self) -> None:
        self.wrote = monotonic()
        said: dict[str, Any] = {"step": self.step, "at": timezone.now().isoformat(), **self.best}
        if self.seconds:
            said["seconds"] = round(self.seconds, 1)
        Scenario.objects.filter(pk=self.pk).update(progress=said)
        self.stopped = Scenario.objects.filter(pk=self.pk, cancel_asked=True).exists()


def _is_alive(scenario: Scenario, at: datetime) -> bool:
    """Whether the worker that computes it said something of late."""
    said = scenario.progress.get("at")
    heard = datetime.fromisoformat(said) if said else scenario.started_at
    return heard is not None and at - heard < SILENCE


@transaction.atomic
def _claim(pk: int, at: datetime) -> Scenario | None:
    scenario = Scenario.objects.select_for_update().filter(pk=pk).first()
    if scenario is None or scenario.is_over():
        return None
    if scenario.state == Scenario.State.RUNNING and _is_alive(scenario, at):
        raise StillRunning(scenario.code)
    if scenario.cancel_asked:
        _end(scenario, Scenario.State.CANCELLED)
        return None
    scenario.state, scenario.started_at, scenario.progress = Scenario.State.RUNNING, at, {}
    scenario.save(update_fields=["state", "started_at", "progress"])
    return scenario


@transaction.atomic
def _end(
    scenario: Scenario, state: str, *, result: dict[str, Any] | None = None, problem: dict[str, Any] | None = None
) -> Scenario:
    fresh = Scenario.objects.select_for_update().get(pk=scenario.pk)
    if fresh.is_over():
        return fresh
    before, now = fresh.state, timezone.now()
    fresh.state, fresh.ended_at, fresh.result, fresh.problem = state, now, result, problem
    fresh.problem_sha256 = hashlib.sha256(canonical(problem).encode()).hexdigest() if problem else ""
    fresh.save(update_fields=["state", "ended_at", "result", "problem", "problem_sha256"])
    record(
        "scenario.computed", fresh, by=None, at=now, before=before, after=state,
        public=False,
    )  # fmt: skip
    return fresh


def canonical(value: Any) -> str:
    """One text for one input: keys sorted, no spaces."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
