"""Version 1 of the interface: what is public, read-only, as JSON."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.urls import reverse
from ninja import NinjaAPI
from ninja.errors import ValidationError

from tessera.api import errors
from tessera.api.v1 import calls, coverage, organisations, people, places, topics, trainings
from tessera.api.v1.known import refuse_unknown
from tessera.api.v1.schemas import Index
from tessera.portal.addresses import root_of

RESOURCES = ("trainings", "calls", "people", "organisations", "topics", "regions", "schemes", "coverage", "facets")

api = NinjaAPI(
    title="Tessera: trainings, calls, people, organisations, coverage",
    version="1",
    description=(
        "What is public, as JSON, without a key. Texts are objects by language; `lang` narrows them to one. "
        "Answers carry an ETag: ask again with If-None-Match. Errors are JSON with a sentence in your language. "
        "Rehearsal records and drafts are never here."
    ),
    openapi_url=None,
    docs_url=None,
    urls_namespace="api-v1",
)
api.add_decorator(refuse_unknown)
for part in (trainings, calls, people, organisations, topics, places, coverage):
    api.add_router("", part.router)


@api.get("/", response=Index, operation_id="index", url_name="index", tags=["index"])
def index(request: HttpRequest) -> dict[str, Any]:
    """Where everything is."""
    root = root_of(request)
    return {
        "documentation": root + reverse("api-docs"),
        "openapi": root + reverse("api-openapi"),
        "resources": {name: root + reverse(f"api-v1:{name}") for name in RESOURCES},
    }


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, exception: ValidationError) -> Any:
    return errors.invalid(request, exception.errors)


@api.exception_handler(Http404)
def _not_found(request: HttpRequest, exception: Http404) -> Any:
    return errors.not_found(request, exception)


def openapi() -> dict[str, Any]:
    """The OpenAPI description of this version (3.1), the same on every server."""
    return dict(api.get_openapi_schema(path_prefix="/api/v1/"))
