"""Forms and rules of calls as they are used while people write: read once from each document, then kept.

Versions are only ever added, so what is kept of one stays true; ``forget_sheets`` is for whoever takes them back.
"""

from __future__ import annotations

import json
from datetime import datetime
from functools import lru_cache
from typing import Any

from tessera.calls.eligibility import Rule, read_rules
from tessera.calls.models import FormVersion, RuleVersion
from tessera.calls.questions import Form, read_form

MOST_KEPT = 200
_forms: dict[tuple[int, int, datetime], Form] = {}


def form_from(version: FormVersion | None) -> Form:
    """The questions of ``version``; a form without any where there is none."""
    return _form(json.dumps(version.document)) if version else Form(())


def form_now(call_id: int) -> Form:
    """The questions of a call as they are asked now. One small query; the document is read when it is new here."""
    rows = FormVersion.objects.filter(call=call_id).order_by("-number")
    version = rows.values_list("pk", "number", "at").first()
    if version is None:
        return Form(())
    if version not in _forms:
        if len(_forms) > MOST_KEPT:
            _forms.clear()
        _forms[version] = form_from(rows.model.objects.get(pk=version[0]))
    return _forms[version]


def forget_sheets() -> None:
    """Let go of everything kept."""
    _forms.clear()


def rules_from(version: RuleVersion | None, strand: str) -> tuple[Rule, ...]:
    """The rules of ``version`` for an applicant of ``strand``."""
    return _rules(json.dumps(version.rules_of(strand))) if version else ()


@lru_cache(maxsize=64)
def _form(text: str) -> Form:
    document: Any = json.loads(text)
    return read_form(document)


@lru_cache(maxsize=64)
def _rules(text: str) -> tuple[Rule, ...]:
    return read_rules(json.loads(text))
