"""The copy of what was handed in: as plain text and as PDF, made anew from what was kept whenever it is asked for."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from importlib import resources
from typing import Any
from zoneinfo import ZoneInfo

import typst
from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from tessera.applications.models import Application, Document
from tessera.applications.reading import form_of, is_as_submitted
from tessera.applications.wording import WordedStep, worded_steps
from tessera.calls.moments import AOE
from tessera.web.dates import moment_in_words
from tessera.web.punctuation import colon, labelled

UNANSWERED = "–"


def copy_of(application: Application) -> dict[str, Any]:
    """The copy as data, in the active language: what was asked and answered, and the files with their hashes.

    The fingerprint is of what was submitted: what is written in since has none.
    """
    form = form_of(application)
    answers = dict(application.answers.values_list("question", "value"))
    files = Document.objects.current().filter(application=application, state=Document.State.READY).order_by("question")
    zone = application.call.deadline_zone or AOE
    return {
        "language": get_language() or settings.MAIN_LANGUAGE,
        "programme": settings.PROGRAMME_NAME,
        "title": _("Application %(number)s") % {"number": application.number},
        "call": str(application.call),
        "state": application.get_status_display(),
        "facts": [
            [name, value]
            for name, value in (
                (pgettext("of an application", "Number"), application.number),
                (_("Call"), str(application.call)),
                (_("Submitted"), _moment(application.submitted_at, zone)),
                (_("Fingerprint (SHA-256)"), application.receipt_sha256 if is_as_submitted(application) else ""),
            )
            if value
        ],
        "steps": [
            {
                "title": step.title,
                "answers": [
                    {"question": row.label, "lines": list(row.lines) or [UNANSWERED]} for row in step.questions
                ],
            }
            for step in (
                *worded_steps(form, answers, stage="apply"),
                *_of_the_selected(worded_steps(form, answers, stage="after_selection", unanswered=())),
            )
        ],
        "colon": colon(),
        "files_title": _("Files"),
        "files": [[row.name, f"SHA-256 {row.sha256}"] for row in files],
        "draft": "" if application.submitted_at else _("This is a draft: it was not submitted."),
    }


def _of_the_selected(steps: list[WordedStep]) -> list[WordedStep]:
    """What was answered after the selection, after all that was submitted, and said to be so."""
    return [replace(step, title=labelled(_("Questions to those selected"), step.title)) for step in steps]


def text_of(application: Application) -> str:
    """The copy as plain text."""
    data = copy_of(application)
    lines = [data["title"], "=" * len(data["title"]), "", *(labelled(name, value) for name, value in data["facts"])]
    if data["draft"]:
        lines += ["", data["draft"]]
    for step in data["steps"]:
        lines += ["", step["title"], "-" * len(step["title"])]
        for row in step["answers"]:
            lines += ["", row["question"], *row["lines"]]
    if data["files"]:
        lines += [
            "",
            data["files_title"],
            "-" * len(data["files_title"]),
            *(f"{name}  {mark}" for name, mark in data["files"]),
        ]
    return "\n".join(lines) + "\n"


def pdf_of(application: Application) -> bytes:
    """The copy as an accessible PDF; where a sign is in no font, as a plain one."""
    data = copy_of(application)
    source = resources.files("tessera.applications").joinpath("data", "receipt.typ")
    with resources.as_file(source) as path:
        compiler = typst.Compiler(str(path))
        given = {"data": json.dumps(data, ensure_ascii=False)}
        try:
            found = compiler.compile(format="pdf", pdf_standards="ua-1", sys_inputs=given)
        except typst.TypstError:
            found = compiler.compile(format="pdf", sys_inputs=given)
    return bytes(found)  # type: ignore[arg-type]  # one file comes as bytes


def _moment(at: datetime | None, zone: str) -> str:
    if at is None:
        return ""
    local = timezone.localtime(at, ZoneInfo(zone))
    return f"{moment_in_words(local)} ({'UTC−12' if zone == AOE else local.strftime('%Z')})"
