"""Why not every window can be met: rules of which none can be left out, and the cheapest ways out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tessera.solvers.coverage.build import build
from tessera.solvers.coverage.counts import failing_counts
from tessera.solvers.coverage.engines import linear, run
from tessera.solvers.coverage.ilp import digest_of, in_order
from tessera.solvers.coverage.model import Conflict, Fixed, Layer, PlanProblem, Relaxation, Rule, Weights
from tessera.solvers.coverage.program import Program
from tessera.solvers.coverage.relaxations import eased, relaxations
from tessera.solvers.proof import Proof, Status, solver_version
from tessera.solvers.watch import Watch

_WEIGHTY = 1e-9


def explain_plan(
    problem: PlanProblem,
    *,
    fixed: Sequence[Fixed] = (),
    weights: Weights | None = None,
    most: int = 12,
    time_limit: float = 30.0,
    watch: Watch | None = None,
) -> Conflict:
    """Say whether every window can be met; if not, which rules clash and what would be the cheapest way out.

    Coverage alone first, then with the budget, then with trainers; the first of these layers that cannot be met is
    explained. Its core comes from the Farkas ray of the linear program where that is infeasible, and from all rules
    otherwise; rules are then left out one by one as long as what is left stays impossible (deletion filter: Chinneck
    and Dravnieks, ORSA Journal on Computing 3 (1991), 157-168). Ways out minimise the sum of ``weights``; at most
    ``most`` equally cheap ones are listed. ``most`` 0: only the reasons. Windows that were lost before the plan begins
    (`Conflict.overdue`) are not asked for. ``time_limit`` is in seconds. Raises `InputError` and `Cancelled`.
    """
    outer = watch or Watch()
    watch = Watch(min(time_limit, outer.remaining), outer.report, outer.cancelled)
    problem = in_order(problem)
    late: tuple[str, ...] = ()
    proven = True
    for layer in Layer:
        watch.say(layer)
        model = build(problem, fixed, layer=layer, soft=False)
        late = tuple(sorted({window.region for window in model.windows if window.overdue}))
        core, minimal = find_core(model.program, watch)
        if core is None:
            proven = proven and minimal
            continue
        ways: list[Relaxation] = []
        complete = False
        if most:
            ways, complete = _ways_out(problem, fixed, layer, weights or Weights(), most, watch)
        return Conflict(
            feasible=False,
            layer=layer,
            core=core,
            counts=failing_counts(problem, fixed),
            relaxations=tuple(ways),
            overdue=late,
            proven=True,
            minimal=minimal,
            complete=complete,
            proof=_proof(problem, fixed, Status.INFEASIBLE, weights, most, watch),
        )
    proof = _proof(problem, fixed, Status.OPTIMAL if proven else Status.UNKNOWN, weights, most, watch)
    return Conflict(proven, None, (), (), (), late, proven, minimal=True, complete=True, proof=proof)


def _proof(
    problem: PlanProblem, fixed: Sequence[Fixed], status: Status, weights: Weights | None, most: int, watch: Watch
) -> Proof:
    """What is shown of the question whether every window can be met; there is no value to it."""
    asked = digest_of(problem, fixed, weights=weights or Weights(), most=most)
    return Proof(status, None, None, "highspy", solver_version("highspy"), watch.seconds, asked)


def _ways_out(
    problem: PlanProblem, fixed: Sequence[Fixed], layer: Layer, weights: Weights, most: int, watch: Watch
) -> tuple[list[Relaxation], bool]:
    """The cheapest relaxations under the layer, or under a later one where those do not hold there."""
    layers = list(Layer)
    found: list[Relaxation] = []
    complete = False
    for asked in layers[layers.index(layer) :]:
        watch.say("relaxations", done=layers.index(asked), of=len(layers))
        ways, complete = relaxations(problem, fixed, asked, weights, most=most, watch=watch)
        if not ways and watch.over:
            return found, False
        found = ways
        if asked == layers[-1]:
            return [replace(way, proven=True) for way in found], complete
        verdicts = [_possible(eased(problem, way), fixed, watch) for way in found]
        if False not in verdicts:
            return [replace(way, proven=bool(sure)) for way, sure in zip(found, verdicts, strict=True)], complete
    return found, complete


def _possible(problem: PlanProblem, fixed: Sequence[Fixed], watch: Watch) -> bool | None:
    """Can every window be met, all layers considered? None where the time was up."""
    if watch.over:
        return None
    full = build(problem, fixed, soft=False)
    program = full.program
    if full.team:
        reduced = build(problem, fixed, layer=Layer.BUDGET, soft=False)
        places = run(reduced.program, {}, engine="highs", watch=watch)
        if places.status == Status.INFEASIBLE:
            return False
        if places.x:
            program = Program([*program.low], [*program.high], program.rows)
            for column, other in zip(full.held, reduced.held, strict=True):
                program.low[column] = program.high[column] = places.x[other]
            if run(program, {}, engine="highs", watch=watch).x:
                return True
    answer = run(full.program, {}, engine="highs", watch=watch)
    if answer.status == Status.UNKNOWN:
        return None
    return answer.status != Status.INFEASIBLE


def find_core(program: Program, watch: Watch) -> tuple[tuple[Rule, ...] | None, bool]:
    """(rules of which none can be left out, whether that is certain); (None, certain?) where there is no conflict."""
    outcome = linear(program).solve(watch, relaxed=True, want_ray=True)
    relaxed = outcome.status == Status.INFEASIBLE
    rules = list(dict.fromkeys(row.rule for row in program.rows if row.rule is not None))
    if relaxed:
        weighty = {row.rule for row, weight in zip(program.rows, outcome.ray, strict=False) if abs(weight) > _WEIGHTY}
        told = [rule for rule in rules if rule in weighty]
        if told and _infeasible(_only(program, told), watch, relaxed=True):
            rules = told
        rules = _filtered(program, rules, watch, relaxed=True)[0]
    else:
        answer = run(program, {}, engine="highs", watch=watch)
        if answer.status != Status.INFEASIBLE:
            return None, answer.status != Status.UNKNOWN
    rules, certain = _filtered(program, rules, watch, relaxed=False)
    return tuple(rules), certain


def _filtered(program: Program, rules: list[Rule], watch: Watch, *, relaxed: bool) -> tuple[list[Rule], bool]:
    """Leaves out rules as long as the others stay impossible together; False where the time was up."""
    kept = list(rules)
    step = max(1, len(kept) // 4)
    certain = True
    while True:
        place = 0
        while place < len(kept):
            if watch.over:
                return kept, False
            fewer = kept[:place] + kept[place + step :]
            impossible = _infeasible(_only(program, fewer), watch, relaxed=relaxed)
            certain = certain and impossible is not None
            if impossible:
                kept = fewer
            else:
                place += step
        if step == 1:
            return kept, certain
        step = max(1, step // 4)


def _only(program: Program, rules: Sequence[Rule]) -> Program:
    """The program with these rules only, and whatever defines its columns."""
    wanted = set(rules)
    rows = [row for row in program.rows if row.rule is None or row.rule in wanted]
    return Program(program.low, program.high, rows)


def _infeasible(program: Program, watch: Watch, *, relaxed: bool) -> bool | None:
    """None where the time was up."""
    if relaxed:
        status = linear(program).solve(watch, relaxed=True).status
    else:
        status = run(program, {}, engine="highs", watch=watch).status
    return None if status == Status.UNKNOWN else status == Status.INFEASIBLE
