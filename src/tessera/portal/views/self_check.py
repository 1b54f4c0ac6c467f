"""May I apply? The rules of a call put to whoever asks, without an account. Nothing is stored and nothing is logged."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tessera.calls.eligibility import judge, read_rules
from tessera.calls.forms.facts import FactsForm
from tessera.calls.judged import sister_codes, verdict_lines, world_of
from tessera.calls.models import RuleVersion, Status
from tessera.calls.questions import read_form
from tessera.core.translated import best
from tessera.grants.conditions import Answer, Applicant, Package, packages_for
from tessera.grants.queries import tables
from tessera.grants.reading import read_packages
from tessera.portal.call_page import phase_of
from tessera.portal.naming import shown
from tessera.publications import queries as publications

# Whoever checks has not begun an application, so nobody was asked to endorse it.
NOT_ASKED = "not_asked"
LOOKS = {Answer.YES: "done", Answer.NO: "", Answer.UNKNOWN: "part"}


@dataclass(frozen=True, slots=True)
class PackageFound:
    """A package and whether it is for this person."""

    name: SafeString
    look: str
    yes: bool
    sentence: str


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, code: str) -> HttpResponse:
    """Ask the facts that the rules look at; posted, say what each rule finds. Posted, so that no address holds a birth date."""
    record = publications.record("call", code)
    if record is None:
        raise Http404
    language = get_language() or settings.MAIN_LANGUAGE
    facts = record.facts
    form = read_form(facts["form"]["document"]) if facts["form"] else None
    rules_document = facts["rules"]["document"] if facts["rules"] else {"rules": []}
    strands = [(one["key"], *best(one["name"], language)) for one in facts["strands"]]
    asked = request.POST.get("strand") or request.GET.get("strand") or ""
    strand = asked if asked in [key for key, *_words in strands] else str(strands[0][0])
    rules = read_rules(RuleVersion(document=rules_document).rules_of(strand))
    packages = _packages(facts["packages"])
    conditions = [package.condition for package in packages]
    more = [
        *(["country_of_work"] if any(one.table for one in conditions) else []),
        *(["city"] if any(one.cities or one.not_cities for one in conditions) else []),
    ]
    codes = sister_codes(rules)
    cards = publications.cards({"call": codes}) if codes else {}
    titles = {key: card["title"] for (_kind, key), card in cards.items()}
    posted = request.method == "POST" and "look" not in request.POST
    questions = FactsForm(
        rules, form, request.POST if posted else None, facts=more,
        calls={key: best(title, language)[0] for key, title in titles.items()},
    )  # fmt: skip
    page: dict[str, Any] = {
        "section": "calls",
        "record": record,
        "title": shown(facts["title"], language),
        "facts": questions,
        "strand": strand,
        "strands": strands,
        "rules_count": len(rules),
        "contact": facts["contact"],
        "open": phase_of(record.card, timezone.now()) == Status.OPEN,
        "flagged": any(rule.kind == "nationality" for rule in questions.flat),
    }
    if posted and questions.is_valid():
        country_tables = tables()
        person = replace(questions.profile(), endorsement=NOT_ASKED)
        verdicts = judge(rules, person, on=timezone.now().date(), world=world_of(form, country_tables, titles))
        lines = verdict_lines(verdicts)
        page |= {
            "verdicts": lines,
            "blocked": sum(line.blocks and not line.unknown for line in lines),
            "unknown": sum(line.blocks and line.unknown for line in lines),
            "answered": True,
            "packages": _found(
                packages, Applicant(person.country_of_work, person.city, strand), country_tables, language
            ),
        }
    return render(request, "portal/call_check.html", page, status=422 if posted and questions.errors else 200)


def _packages(documents: list[dict[str, Any]]) -> tuple[Package, ...]:
    """The packages of a public record, whose names may still be without a text that is ready."""
    known = ("key", "name", "components", "ceiling", "fee", "condition")
    return read_packages({
        "packages": [
            {name: value for name, value in row.items() if name in known}
            | {"name": row.get("name") or {settings.MAIN_LANGUAGE: row["key"]}}
            for row in documents
        ]
    })  # fmt: skip


def _found(packages: tuple[Package, ...], person: Applicant, named: Any, language: str) -> list[PackageFound]:
    return [
        PackageFound(shown(row.package.name, language), LOOKS[row.answer], row.answer is Answer.YES, str(row.sentence))
        for row in packages_for(packages, person, named)
    ]
