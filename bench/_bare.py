"""What an answer costs when Django does next to nothing: a string, a template of the same size, a row written.

The template is an ordinary one: a page that extends a base, ten rows of what a list of trainings shows, with the
tags one would write first (`url`, `date`, `translate`, `if`, `for`), rendered by the framework's own engine
without context processors and without a query.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.template import Context, Engine, Template
from django.utils import timezone, translation

from tessera.activity.models import Activity

STRING = ("<p>A line of a page that is twenty thousand bytes long.</p>\n" * 400)[:20_000]


def string(request: HttpRequest, **_named: object) -> HttpResponse:
    """A string of 20 kB."""
    return HttpResponse(STRING)


def template(request: HttpRequest) -> HttpResponse:
    """20 kB from a template with ten rows."""
    with translation.override("en"):
        return HttpResponse(_template().render(Context({"rows": ROWS, "language": "en", "user": None})))


def insert(request: HttpRequest) -> HttpResponse:
    """One row written: a line of the activity log, in a transaction of its own."""
    with transaction.atomic():
        row = Activity.objects.create(
            at=timezone.now(), actor="bench", verb="bench.row", object_type="bench", object_key=request.POST["key"],
            object_label="A row",
        )  # fmt: skip
    return HttpResponse(str(row.pk))


@cache
def _template() -> Template:
    engine = Engine(dirs=[str(Path(__file__).parent / "templates")], builtins=["django.templatetags.i18n"])
    return engine.get_template("rows.html")


def _row(n: int) -> dict[str, object]:
    return {
        "number": n,
        "title": f"A training about museums and their neighbours, number {n}",
        "subtitle": "How collections, people and places learn from each other",
        "summary": "Five days for people in the middle of their career, who come from several countries of one "
        "region, work on cases of their own, visit two museums, and leave with a plan and a network. " * 4,
        "status": "delivered" if n % 3 else "announced",
        "starts": date(2013 + n, 5, 2),
        "ends": date(2013 + n, 5, 6),
        "format": "in_person",
        "places": [{"city": "Granite Bay", "country": "Quartzland"}, {"city": "Slate", "country": "Quartzland"}],
        "languages": ["English", "French"],
        "topics": [{"number": t, "name": f"Topic number {t}"} for t in range(3)],
        "organisations": [{"number": o, "name": f"The Museum of Stone {o}"} for o in range(3)],
        "people": [{"number": p, "name": f"Celia Pizarra {p}"} for p in range(3)],
        "seats": 20 + n,
    }


ROWS = [_row(n) for n in range(10)]
