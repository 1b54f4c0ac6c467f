"""The documentation of the interface: a page for people, a description for programs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import translation

from tessera.api import errors
from tessera.api.v1 import openapi
from tessera.portal.addresses import root_of
from tessera.web.pages import public_page


@dataclass(frozen=True)
class Parameter:
    name: str
    kind: str
    description: str


@dataclass(frozen=True)
class Operation:
    """One address of the interface, ready to print. ``example`` can be followed; "" where it needs an id."""

    id: str
    path: str
    summary: str
    parameters: list[Parameter]
    answer: str
    example: str


def description(request: HttpRequest) -> HttpResponse:
    """The OpenAPI description."""
    return JsonResponse(openapi(), json_dumps_params={"ensure_ascii": False, "indent": 1})


@public_page
def documentation(request: HttpRequest) -> HttpResponse:
    """Every address with its parameters and what it answers, as a plain page; ``?lang=`` chooses the language."""
    language = errors.language_of(request) if request.GET.get("lang") else errors.nearest("")
    schema = openapi()
    with translation.override(language):
        context = {"operations": _operations(schema), "root": root_of(request), "schemas": _schemas(schema)}
        response = render(request, "api/docs.html", context)
    response.headers["Content-Language"] = language
    return response


def _operations(schema: dict[str, Any]) -> list[Operation]:
    found = []
    for path, methods in schema["paths"].items():
        operation = methods["get"]
        parameters = [
            Parameter(parameter["name"], _kind(parameter["schema"]), parameter["schema"].get("description", ""))
            for parameter in operation.get("parameters", [])
        ]
        answer = operation["responses"]["200" if "200" in operation["responses"] else 200]
        found.append(
            Operation(
                id=operation["operationId"],
                path=path,
                summary=operation.get("description") or operation["summary"],
                parameters=parameters,
                answer=_reference(answer["content"]["application/json"]["schema"]),
                example="" if "{" in path else path,
            )
        )
    return found


def _schemas(schema: dict[str, Any]) -> list[tuple[str, str, list[Parameter]]]:
    shown = []
    for name, held in schema["components"]["schemas"].items():
        fields = [
            Parameter(field, _kind(told), told.get("description", ""))
            for field, told in held.get("properties", {}).items()
        ]
        if fields:
            shown.append((name, held.get("description", ""), fields))
    return shown


def _kind(told: dict[str, Any]) -> str:
    """A type in one word or two: "string", "array of Coded", "integer or null"."""
    if "$ref" in told:
        return _reference(told)
    if "allOf" in told:
        return _kind(told["allOf"][0])
    if "anyOf" in told:
        return " | ".join(_kind(part) for part in told["anyOf"])
    if "enum" in told:
        return " | ".join(str(value) for value in told["enum"])
    if told.get("type") == "array":
        return f"[{_kind(told['items'])}]"
    if told.get("type") == "object" and isinstance(told.get("additionalProperties"), dict):
        return f"{{… {_kind(told['additionalProperties'])}}}"
    return str(told.get("format") or told.get("type", ""))


def _reference(told: dict[str, Any]) -> str:
    return str(told.get("$ref", "")).rpartition("/")[2]
