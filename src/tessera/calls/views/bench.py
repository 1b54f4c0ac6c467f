"""The test bench of the rules."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from tessera.calls.documents import strands_of
from tessera.calls.eligibility import editing, is_eligible, judge, priorities, read_rules
from tessera.calls.eligibility.model import Verdict
from tessera.calls.forms.facts import FactsForm
from tessera.calls.judged import sister_codes, verdict_lines, world_of
from tessera.calls.models import RuleVersion
from tessera.calls.queries import calls_named, form_of
from tessera.calls.views.versions import RULES
from tessera.grants.queries import tables


@require_safe
def bench(request: HttpRequest, key: str) -> HttpResponse:
    """An imagined person before the rules: each verdict with its sentence, and which would keep from submitting."""
    held = RULES.opened(request, key)
    form = form_of(held.call)
    strands = strands_of(held.call)
    strand = next((one.key for one in strands if one.key == request.GET.get("strand")), strands[0].key)
    found = read_rules(RuleVersion(document=held.document).rules_of(strand))
    sisters = calls_named(sister_codes(found))
    asked = "ask" in request.GET
    facts = FactsForm(
        found,
        form,
        request.GET if asked else None,
        calls={code: str(title) for code, title in sisters.items()},
        bench=True,
    )
    judged: list[Verdict] = []
    if asked and facts.is_valid():
        world = world_of(form, tables(), sisters)
        judged = judge(found, facts.profile(), on=timezone.now().date(), world=world)
    verdicts, preferred = verdict_lines(judged), priorities(judged)
    page = held.page(
        request,
        facts=facts,
        strand=strand,
        strands=[(one.key, str(one)) for one in strands],
        verdicts=verdicts,
        eligible=is_eligible(judged),
        preferred=[n for n, met in enumerate(preferred, start=1) if met],
        priorities_count=len(preferred),
        blocked=sum(line.blocks for line in verdicts),
        asked=asked,
        rules_count=len(found),
        empty=not editing.rule_keys(held.document),
    )
    return render(request, "calls/bench.html", page)
