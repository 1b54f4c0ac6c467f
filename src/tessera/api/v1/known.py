"""What the interface refuses beside malformed values: parameters that it does not have, codes and ids that nothing has."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from ninja import Schema
from ninja.errors import ValidationError

from tessera.organisations.models import OrganisationType
from tessera.portal.filters import RECORDS, known_values, unknown
from tessera.publications.queries import FACETS, cards

# Kinds of records that filters name by id, and the resource that lists them.
LISTS = {"topic": "topics", "person": "people", "organisation": "organisations"}


def refuse_unknown(operation: Callable[..., Any]) -> Callable[..., Any]:
    """Answer 422 where the address has a parameter that ``operation`` does not, or a filter that nothing has."""

    @wraps(operation)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        wanted = kwargs.get("wanted")
        problems = [*_parameters(request, wanted), *_values(wanted)]
        if problems:
            raise ValidationError(problems)
        return operation(request, *args, **kwargs)

    return checked


def _parameters(request: HttpRequest, wanted: Schema | None) -> Iterable[dict[str, Any]]:
    known = list(type(wanted).model_fields) if wanted is not None else []
    for name in request.GET:
        if name not in known:
            yield _problem(name, "no_such_parameter", expected=", ".join(known) or "–")


def _values(wanted: Schema | None) -> Iterable[dict[str, Any]]:
    own = getattr(wanted, "OWN", ())
    asked = {facet: values for facet in FACETS if facet not in own and (values := getattr(wanted, facet, None))}
    for facet, lost in unknown(asked).items():
        if facet in RECORDS:
            yield _problem(facet, "no_such_record", value=lost[0], list=reverse(f"api-v1:{LISTS[RECORDS[facet]]}"))
        elif facet == "year":
            yield _problem(facet, "no_such_year")
        else:
            yield _problem(facet, "no_such_value", expected=", ".join(known_values(facet)))
    trainings = getattr(wanted, "training", None) or ()
    if trainings and (missing := set(trainings) - {slug for _kind, slug in cards({"training": trainings})}):
        yield _problem("training", "no_such_record", value=min(missing), list=reverse("api-v1:trainings"))
    types = getattr(wanted, "type", None) or ()
    if any(value not in OrganisationType.values for value in types):
        yield _problem("type", "no_such_value", expected=", ".join(OrganisationType.values))


def _problem(parameter: str, kind: str, **context: str) -> dict[str, Any]:
    return {"type": kind, "loc": ("query", parameter), "ctx": context}
