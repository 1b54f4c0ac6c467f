"""The rules builder and its test bench."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tessera.accounts.permissions import require
from tessera.activity.forms import as_query
from tessera.activity.kinds import frame
from tessera.calls import services
from tessera.calls.documents import strands_of
from tessera.calls.eligibility import (
    audience_differences,
    editing,
    form_differences,
    judge,
    read_rules,
    reason_gaps,
)
from tessera.calls.eligibility.checking import Difference
from tessera.calls.eligibility.editing import EVERYBODY
from tessera.calls.eligibility.model import Rule
from tessera.calls.eligibility.reading import GROUPS
from tessera.calls.forms.facts import FactsForm
from tessera.calls.forms.kinds import CALL
from tessera.calls.forms.rules import (
    GROUP_KINDS,
    KINDS,
    SHORT_WEIGHTS,
    Choices,
    blank_rule,
    flattened,
    free_key,
    param_items,
    place_choices,
    put_together,
    rule_section,
)
from tessera.calls.judged import sister_codes, verdict_lines, world_of
from tessera.calls.models import Call, RuleVersion
from tessera.calls.queries import calls_named, calls_whole, latest_form, latest_rules, rule_versions, sister_calls
from tessera.calls.questions import Form, read_form
from tessera.calls.services import FREE
from tessera.calls.telling import differences, in_words
from tessera.calls.views.building import versions_told
from tessera.core.errors import DomainError, InvalidDocument, StaleVersion
from tessera.grants.queries import tables
from tessera.places.audiences import Audience, resolve_audience
from tessera.places.queries import reference
from tessera.places.wording import Country, Day
from tessera.places.wording import Language as LanguageName
from tessera.web.kept_text import keeps_text, kept_text_of
from tessera.web.sections import SectionForm
from tessera.web.sections.translations import language_words

type Document = dict[str, Any]


@dataclass(frozen=True)
class Opened:
    """The rules of a call as they hold now. ``number`` is 0 where none were saved."""

    call: Call
    version: RuleVersion | None

    @property
    def number(self) -> int:
        return self.version.number if self.version else 0

    @property
    def document(self) -> Document:
        return self.version.document if self.version else {"rules": []}

    @property
    def free(self) -> bool:
        return self.call.status in FREE

    def at(self, number: int) -> Document:
        """The document of an earlier version; the one of now where there is none of that number."""
        if number == self.number:
            return self.document
        row = RuleVersion.objects.filter(call=self.call, number=number).first()
        return row.document if row else self.document if number else {"rules": []}

    def parts(self) -> list[tuple[str, str]]:
        """(part, its words): everybody, then the strands where there are several or one has rules of its own."""
        strands = [(strand.key, str(strand)) for strand in strands_of(self.call)]
        own = self.document.get("strands", {})
        found = [(EVERYBODY, _("For everybody"))]
        if len(strands) > 1 or own:
            found += [(key, _("Strand “%(strand)s”") % {"strand": name}) for key, name in strands]
        return found

    def page(self, request: HttpRequest, **more: Any) -> dict[str, Any]:
        return {
            **frame(CALL, request.user, self.call),
            "number": self.number,
            "free": self.free,
            "rules_address": reverse("calls:call_rules", args=[self.call.code]),
            **more,
        }


def opened(request: HttpRequest, key: str) -> Opened:
    """The call with its latest rules, for somebody who may edit it."""
    obj = CALL.get(request.user, key)
    require(request.user, "calls.edit_call", obj)
    whole = calls_whole().get(pk=obj.pk)
    return Opened(whole, latest_rules(whole))


def form_of(call: Call) -> Form | None:
    """The questions as they are asked now; None before any were saved."""
    row = latest_form(call)
    return read_form(row.document) if row else None


def rules(request: HttpRequest, key: str) -> HttpResponse:
    """The rules of everybody and of each strand, with what texts, audience and questions say otherwise."""
    held = opened(request, key)
    if request.method == "POST":
        verb, part, rule = ([*request.POST.get("do", "").split(":"), "", ""])[:3]
        if verb not in ("up", "down") or editing.rule_in(held.document, part, rule) is None:
            raise Http404
        fresh = editing.moved_rule(held.document, part, rule, -1 if verb == "up" else 1)
        _save_act(request, held, fresh)
        return redirect(f"{reverse('calls:call_rules', args=[key])}#r-{part}-{rule}")
    form = form_of(held.call)
    choices = Choices(form, [])
    parts = [
        {"key": part, "words": words, "rows": _rows(editing.rules_in(held.document, part), part, choices)}
        for part, words in held.parts()
    ]
    page = held.page(
        request,
        parts=parts,
        count=len(editing.rule_keys(held.document)),
        kinds=list(KINDS.items()),
        warnings=_warnings(held, form),
    )
    return render(request, "calls/rules.html", page)


def _rows(rules_here: list[Document], part: str, choices: Choices) -> list[dict[str, Any]]:
    return [
        {
            "key": rule["key"],
            "part": part,
            "kind": KINDS.get(rule["kind"]) or GROUP_KINDS[rule["kind"]],
            "weight": SHORT_WEIGHTS.get(rule.get("weight", ""), ""),
            "settings": settings_in_words(rule, choices),
            "reason": rule.get("reason"),
            "first": n == 0,
            "last": n == len(rules_here) - 1,
            "rows": _rows(rule.get("rules", []), part, choices),
        }
        for n, rule in enumerate(rules_here)
    ]


def settings_in_words(rule: Mapping[str, Any], choices: Choices) -> list[str]:
    """The settings of a rule, one a line."""
    found = []
    for item in param_items(rule["kind"], choices):
        name = item.path.removeprefix("params.")
        value = rule.get("params", {}).get(name)
        if value in (None, [], ""):
            continue
        if name in ("on", "or_commits_by"):
            words: Any = Day(date.fromisoformat(value))
        elif name in ("countries", "flagged"):
            words = ", ".join(str(Country(code)) for code in value[:12]) + (" …" if len(value) > 12 else "")
        elif name == "language":
            words = LanguageName(value)
        elif name in ("years", "last", "most") or isinstance(value, bool):
            words = in_words(value)
        else:
            words = in_words(item.shown(value))
        found.append(f"{item.label}: {words}" if value is not True else str(item.label))
    return found


def _words(document: Mapping[str, Any], part: str, choices: Choices) -> dict[str, str]:
    """What the rules of a part are called in choices: their kind, with their first settings."""
    found = {}
    for rule, _group in editing.walk(editing.rules_in(document, part)):
        kind = str(KINDS.get(rule["kind"]) or GROUP_KINDS[rule["kind"]])
        settings = [] if rule["kind"] in GROUPS else settings_in_words(rule, choices)[:2]
        found[rule["key"]] = f"{kind} ({'; '.join(settings)})" if settings else kind
    return found


def _warnings(held: Opened, form: Form | None) -> list[dict[str, Any]]:
    """Where rules, audience, texts and questions differ; the page of the rule is beside each."""
    found: list[dict[str, Any]] = []
    shared = read_rules({"rules": editing.rules_in(held.document, EVERYBODY)})
    named = tables()
    world = world_of(form, named)
    audience = _audience(held.call)
    strands = strands_of(held.call)
    for part, words in held.parts():
        own = () if part == EVERYBODY else read_rules({"rules": editing.rules_in(held.document, part)})
        rows: list[Difference] = []
        if part == EVERYBODY:
            texts = dict(held.call.audience) if len(strands) == 1 or shared else {}
            rows += audience_differences(
                shared, audience=audience if len(strands) == 1 else None, texts=texts, world=world
            )
            rows += form_differences(shared, form) if form else []
            rows += reason_gaps(shared, [held.call.main_language])
        else:
            strand = next(one for one in strands if one.key == part)
            rows += audience_differences((*shared, *own), texts=dict(strand.audience), world=world)
            rows += form_differences(own, form) if form else []
            rows += reason_gaps(own, [held.call.main_language])
        for row in rows:
            language = language_words(row.language) if row.language else ""
            found.append(
                {"part": part, "words": words, "rule": row.rule, "sentence": str(row.sentence), "language": language}
            )
    return found


def _audience(call: Call) -> frozenset[str] | None:
    """The countries of the training's audience; None where it names none."""
    told = call.training.audience or {}
    places = reference()
    resolved = resolve_audience(
        Audience(
            told.get("scope", "regional"),
            frozenset(told.get("countries", ())),
            frozenset(told.get("m49_subregions", ())),
            frozenset(told.get("unesco_regions", ())),
        ),
        areas=places.area_countries,
        regions=places.home_regions,
    )
    return resolved.countries or None


def _save_act(request: HttpRequest, held: Opened, document: Document, *, said: str = "") -> bool:
    reason = (request.POST.get("reason") or "")[:1000]
    try:
        services.save_rules(
            held.call, document, by=request.user, at=timezone.now(), expected_number=held.number, reason=reason
        )
    except InvalidDocument as refused:
        for texts in refused.errors.values():
            for text in texts:
                messages.error(request, str(text))
        return False
    except DomainError as refused:
        messages.error(request, str(refused))
        return False
    if said:
        messages.success(request, said)
    return True


@keeps_text
def new_rule(request: HttpRequest, key: str, part: str) -> HttpResponse:
    """A new rule of the kind in the address, for everybody or for one strand."""
    held = opened(request, key)
    kind = request.GET.get("kind", "")
    if kind not in KINDS or part not in dict(held.parts()):
        raise Http404
    return _rule(request, held, part, kind, blank_rule(kind), None)


@keeps_text
def rule(request: HttpRequest, key: str, part: str, rule: str) -> HttpResponse:
    """Edit a rule or a group. Its key and its kind stay."""
    held = opened(request, key)
    document = held.at(_number(request.POST.get("version"), held.number))
    base = editing.rule_in(document, part, rule)
    if base is None:
        raise Http404
    flat = flattened(base, editing.group_of(document, part, rule))
    return _rule(request, held, part, base["kind"], flat, base)


def _rule(
    request: HttpRequest, held: Opened, part: str, kind: str, flat: Document, base: Document | None
) -> HttpResponse:
    was = base["key"] if base else ""
    number = _number(request.POST.get("version"), held.number)
    group = editing.group_of(held.document, part, was) if was else ""
    own = sister_calls(held.call)
    sisters = [
        (row.code, str(row)) for row in (own or Call.objects.exclude(pk=held.call.pk).visible_to(request.user))[:100]
    ]
    choices = Choices(form_of(held.call), sisters)
    words = _words(held.document, part, choices)
    section = rule_section(
        kind, choices, new=base is None, member=bool(group),
        places=place_choices(held.document, part, words, without=was),
    )  # fmt: skip
    page: dict[str, Any] = {
        "rule": base,
        "part": part,
        "part_words": dict(held.parts()).get(part, part),
        "kind_words": KINDS.get(kind) or GROUP_KINDS[kind],
        "version": number,
        "reason": (request.POST.get("reason") or "")[:1000],
    }

    def made(data: QueryDict | None = None, *, quiet: bool = False) -> SectionForm:
        return SectionForm(section, flat, data, quiet=quiet)

    def answer(shape: SectionForm, status: int = 200) -> HttpResponse:
        return render(request, "calls/rule.html", held.page(request, form=shape, **page), status=status)

    if request.method != "POST":
        kept = kept_text_of(request)
        return answer(made(as_query(kept), quiet=True) if kept else made())
    shape = made(request.POST)
    if not shape.is_valid():
        return answer(shape, 422)
    theirs = editing.rule_in(held.document, part, was) if was else None
    if was and theirs != base and request.POST.get("over") != str(held.number):
        page |= {"over": held.number, "gone": theirs is None, "theirs": differences(base, theirs) if theirs else []}
        shape.add_error(None, str(StaleVersion.message))
        return answer(shape, 409)
    patched = shape.patched()
    place = patched.get("place") or ""
    member = bool(place) and ":" not in place
    mine = put_together(patched, held.document, was=was if theirs or not base else "", member=member)
    if was:
        mine["key"] = was
    if not member and "weight" not in patched:
        mine["weight"] = editing.weight_of(held.document, part, was) if was else "hard"
    fresh = _placed(held.document, part, mine, was if theirs else "", place)
    try:
        saved = services.save_rules(
            held.call, fresh, by=request.user, at=timezone.now(), expected_number=held.number, reason=page["reason"]
        )
    except InvalidDocument as refused:
        shape.place_errors(_own(refused.errors, _path_of(fresh, part, mine["key"])))
        return answer(shape, 422)
    except StaleVersion as refused:
        shape.add_error(None, str(refused))
        return answer(shape, 409)
    except DomainError as refused:
        shape.add_error(None, str(refused))
        return answer(shape, 422)
    if saved.number == held.number:
        messages.info(request, _("Nothing was changed, so nothing was saved."))
    else:
        messages.success(request, _("Saved."))
    return redirect(f"{reverse('calls:call_rules', args=[held.call.code])}#r-{part}-{mine['key']}")


def _placed(document: Document, part: str, rule: Document, was: str, place: str) -> Document:
    """The document with the rule where ``place`` says: on its own, in a group, or in a new group beside another."""
    how, _colon, other = place.partition(":")
    if other and how in GROUPS and editing.rule_in(document, part, other):
        rest = editing.without_rule(document, part, was) if was else document
        return editing.beside(rest, part, rule, other, how, free_key(how, document))
    return editing.with_rule(document, part, rule, was, "" if other else place)


def _path_of(document: Mapping[str, Any], part: str, key: str) -> str:
    """Where a rule stands in the document, as refusals name it."""

    def below(rules_here: list[Document], path: str) -> str:
        for n, row in enumerate(rules_here):
            here = f"{path}[{n}]"
            found = here if row["key"] == key else below(row.get("rules", []), f"{here}.rules")
            if found:
                return found
        return ""

    return below(editing.rules_in(document, part), "rules" if part == EVERYBODY else f"strands.{part}.rules")


def _own(errors: Mapping[str, list[Any]], prefix: str) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for path, texts in errors.items():
        own = prefix and (path == prefix or path.startswith(f"{prefix}."))
        rest = path.removeprefix(prefix).lstrip(".") if own else ""
        found.setdefault(rest, []).extend(texts)
    return found


def remove_rule(request: HttpRequest, key: str, part: str, rule: str) -> HttpResponse:
    """Take a rule, or a group with its members, away after a look at it."""
    held = opened(request, key)
    found = editing.rule_in(held.document, part, rule)
    if found is None:
        raise Http404
    if request.method == "POST":
        if _number(request.POST.get("version"), held.number) != held.number:
            messages.info(request, _("Somebody else saved in the meantime: look again before you remove it."))
            return redirect(request.path)
        fresh = editing.without_rule(held.document, part, rule)
        if _save_act(request, held, fresh, said=_("Removed. Earlier versions keep it.")):
            return redirect(reverse("calls:call_rules", args=[key]))
        return redirect(request.path)
    members = len(list(editing.walk(found.get("rules", []))))
    page = held.page(
        request,
        rule=found,
        words=_words(held.document, part, Choices(form_of(held.call), []))[rule],
        members=members,
        settings=[],
    )
    return render(request, "calls/remove_rule.html", page)


@require_safe
def bench(request: HttpRequest, key: str) -> HttpResponse:
    """An imagined person before the rules: each verdict with its sentence, and which would keep from submitting."""
    held = opened(request, key)
    form = form_of(held.call)
    strands = strands_of(held.call)
    strand = next((one.key for one in strands if one.key == request.GET.get("strand")), strands[0].key)
    row = held.version or RuleVersion(document={"rules": []})
    found: tuple[Rule, ...] = read_rules(row.rules_of(strand))
    sisters = calls_named(sister_codes(found))
    asked = "ask" in request.GET
    facts = FactsForm(
        found,
        form,
        request.GET if asked else None,
        calls={code: str(title) for code, title in sisters.items()},
        bench=True,
    )
    verdicts = []
    if asked and facts.is_valid():
        world = world_of(form, tables(), sisters)
        verdicts = verdict_lines(judge(found, facts.profile(), on=timezone.now().date(), world=world))
    page = held.page(
        request,
        facts=facts,
        strand=strand,
        strands=[(one.key, str(one)) for one in strands],
        verdicts=verdicts,
        blocked=sum(line.blocks for line in verdicts),
        asked=asked,
        rules_count=len(found),
    )
    return render(request, "calls/bench.html", page)


@require_safe
def rules_history(request: HttpRequest, key: str) -> HttpResponse:
    """Every version of the rules, the latest first, with what it changed."""
    held = opened(request, key)
    page = held.page(
        request,
        versions=versions_told(rule_versions(held.call), _keyed),
        what="rules",
        back=reverse("calls:call_rules", args=[key]),
        back_words=_("Rules"),
    )
    return render(request, "calls/versions.html", page)


def _keyed(document: Document) -> Document:
    """The rules by part and key, groups naming their members, so that order alone is no difference."""
    found: Document = {}
    for part in (EVERYBODY, *document.get("strands", {})):
        for row, _group in editing.walk(editing.rules_in(document, part)):
            name = row["key"] if part == EVERYBODY else f"{part}: {row['key']}"
            members = [member["key"] for member in row.get("rules", [])]
            found[name] = {k: v for k, v in row.items() if k not in ("rules", "key")} | (
                {"rules": ", ".join(sorted(members))} if members else {}
            )
    return found


def _number(text: str | None, default: int) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 6 else default
