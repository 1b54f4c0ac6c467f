"""The rules builder: the list with its warnings, and the page of one rule or group."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from tessera.activity.history import Change
from tessera.calls.documents import strands_of
from tessera.calls.eligibility import editing
from tessera.calls.eligibility.editing import EVERYBODY
from tessera.calls.eligibility.reading import GROUPS
from tessera.calls.forms.differences import rule_changes
from tessera.calls.forms.rule_words import kind_words, rule_name, rule_names, settings_in_words
from tessera.calls.forms.rules import (
    KINDS,
    SHORT_WEIGHTS,
    Choices,
    blank_rule,
    flattened,
    free_key,
    place_choices,
    put_together,
    rule_section,
)
from tessera.calls.judged import warnings_of
from tessera.calls.models import Call
from tessera.calls.queries import form_of, sister_calls
from tessera.calls.views.parts import Errors, PartPage
from tessera.calls.views.steps import saved_draft
from tessera.calls.views.versions import RULES, Document, Opened, removal, save_act
from tessera.web.kept_text import keeps_text
from tessera.web.sections import SectionForm


def rules(request: HttpRequest, key: str) -> HttpResponse:
    """The rules of everybody and of each strand, with what texts, audience and questions say otherwise."""
    held = RULES.opened(request, key)
    if request.method == "POST":
        verb, part, rule = ([*request.POST.get("do", "").split(":"), "", ""])[:3]
        if verb not in ("up", "down") or editing.rule_in(held.document, part, rule) is None:
            raise Http404
        save_act(request, held, editing.moved_rule(held.document, part, rule, -1 if verb == "up" else 1))
        return redirect(f"{held.home}#r-{part}-{rule}")
    form = form_of(held.call)
    choices = Choices(form, [])
    parts = parts_of(held)
    names = {part: rule_names(held.document, part, choices) for part, _words in parts}
    warnings = warnings_of(held.call, held.document, form, names)
    page = held.page(
        request,
        parts=[
            {"key": part, "words": words, "rows": _rows(editing.rules_in(held.document, part), part, choices)}
            for part, words in parts
        ],
        count=len(editing.rule_keys(held.document)),
        kinds=list(KINDS.items()),
        warnings=[row | {"name": names[row["part"]].get(row["rule"], "")} for row in warnings],
        saved=saved_draft(request, held),
    )
    return render(request, "calls/rules.html", page)


def parts_of(held: Opened) -> list[tuple[str, str]]:
    """(part, its words): everybody, then the strands where there are several or one has rules of its own."""
    strands = [(strand.key, str(strand)) for strand in strands_of(held.call)]
    found = [(EVERYBODY, _("For everybody"))]
    if len(strands) > 1 or held.document.get("strands"):
        found += [(key, _("Strand “%(strand)s”") % {"strand": name}) for key, name in strands]
    return found


def _rows(rules_here: list[Document], part: str, choices: Choices) -> list[dict[str, Any]]:
    return [
        {
            "key": rule["key"],
            "part": part,
            "kind": kind_words(rule["kind"]),
            "weight": SHORT_WEIGHTS.get(rule.get("weight", ""), ""),
            "settings": settings_in_words(rule, choices),
            "reason": rule.get("reason"),
            "first": n == 0,
            "last": n == len(rules_here) - 1,
            "rows": _rows(rule.get("rules", []), part, choices),
        }
        for n, rule in enumerate(rules_here)
    ]


@keeps_text
def new_rule(request: HttpRequest, key: str, part: str) -> HttpResponse:
    """A new rule of the kind in the address, for everybody or for one strand; without a kind, the one with the key "new"."""
    if "kind" not in request.GET:
        return _rule(request, key, part, "new")
    held = RULES.opened(request, key)
    kind = request.GET.get("kind", "")
    if kind not in KINDS or part not in dict(parts_of(held)):
        raise Http404
    return RulePage(request, held, part, kind).respond()


@keeps_text
def rule(request: HttpRequest, key: str, part: str, rule: str) -> HttpResponse:
    """Edit a rule or a group. Its key and its kind stay."""
    return _rule(request, key, part, rule)


def _rule(request: HttpRequest, key: str, part: str, rule: str) -> HttpResponse:
    held = RULES.opened(request, key)
    now = editing.rule_in(held.at(held.asked(request.POST.get("version"))), part, rule)
    if now is None:
        raise Http404
    return RulePage(request, held, part, now["kind"], rule).respond()


class RulePage(PartPage):
    template = "calls/rule.html"

    def __init__(self, request: HttpRequest, held: Opened, part: str, kind: str, was: str = "") -> None:
        name = f"rule:{part}:{was}" if was else f"rule-new:{part}:{kind}"
        super().__init__(request, held, name, was, None if was else {"kind": kind})
        self.part, self.kind = part, kind
        self.base = self.in_document(self.opened) if was else None
        group = editing.group_of(self.opened, part, was) if was else ""
        self.flat = flattened(self.base, group) if self.base else blank_rule(kind)
        self.choices = Choices(form_of(held.call), sisters_of(held.call, request.user))
        member = bool(was and editing.group_of(held.document, part, was))
        names = rule_names(held.document, part, self.choices)
        places = place_choices(held.document, part, names, without=was)
        self.section = rule_section(kind, self.choices, new=not was, member=member, places=places)

    def in_document(self, document: Mapping[str, Any]) -> Document | None:
        return editing.rule_in(document, self.part, self.was)

    def shape(self, data: QueryDict | None = None, *, focus: str = "", quiet: bool = False) -> SectionForm:
        return SectionForm(self.section, self.flat, data, context={"focus": focus}, quiet=quiet)

    def page(self) -> dict[str, Any]:
        return {
            "rule": self.base,
            "part": self.part,
            "part_words": dict(parts_of(self.held)).get(self.part, self.part),
            "kind_words": kind_words(self.kind),
            "name": rule_name(self.base, self.choices) if self.base else kind_words(self.kind),
        }

    def put(self, patched: Document, do: str) -> tuple[Document, str]:
        """The rule where its place says: on its own, in a group, or in a new group beside another."""
        now, part, was = self.held.document, self.part, self.was
        place = patched.get("place") or ""
        how, _colon, other = place.partition(":")
        member = bool(place) and not other
        stays = was if was and self.in_document(now) else ""
        mine = put_together(patched, now, was=was, member=member)
        if not member and "weight" not in patched:
            mine["weight"] = editing.weight_of(now, part, was) if was else "hard"
        if other and how in GROUPS and editing.rule_in(now, part, other):
            rest = editing.without_rule(now, part, stays) if stays else now
            fresh = editing.beside(rest, part, mine, other, how, free_key(how, now))
        else:
            fresh = editing.with_rule(now, part, mine, stays, "" if other else place)
        return fresh, f"r-{part}-{mine['key']}"

    def own(self, errors: Errors, document: Document, anchor: str) -> Errors:
        prefix = _path_of(document, self.part, anchor.removeprefix(f"r-{self.part}-"))
        found: dict[str, list[Any]] = {}
        for path, texts in errors.items():
            own = prefix and (path == prefix or path.startswith(f"{prefix}."))
            rest = path.removeprefix(prefix).lstrip(".") if own else ""
            found.setdefault(rest, []).extend(texts)
        return found

    def told(self, before: Document, after: Document) -> list[Change]:
        return rule_changes(before, after, self.opened, self.held.document, self.part, self.choices)


def sisters_of(call: Call, user: Any) -> list[tuple[str, str]]:
    """(code, title) of the calls that a rule can name as sisters: those of the group, or any that ``user`` may know of."""
    own = sister_calls(call)
    return [(row.code, str(row)) for row in (own or Call.objects.exclude(pk=call.pk).visible_to(user))[:100]]


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


def remove_rule(request: HttpRequest, key: str, part: str, rule: str) -> HttpResponse:
    """Take a rule, or a group with its members, away after a look at it."""
    held = RULES.opened(request, key)
    found = editing.rule_in(held.document, part, rule)
    if found is None:
        raise Http404
    return removal(
        request, held, editing.without_rule(held.document, part, rule), "calls/remove_rule.html", rule=found,
        words=rule_names(held.document, part, Choices(form_of(held.call), []))[rule],
        members=len(list(editing.walk(found.get("rules", [])))),
    )  # fmt: skip
