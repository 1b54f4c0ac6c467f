"""Errors of the interface: always JSON, a code for programs and a sentence in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import translation
from django.utils.translation import gettext as _

# pydantic's kind of error > what it says here; the limits come from its context.
_SENTENCES = {
    "int_parsing": lambda c: _("This is not a whole number."),
    "int_from_float": lambda c: _("This is not a whole number."),
    "greater_than_equal": lambda c: _("This is less than %(limit)s.") % {"limit": c["ge"]},
    "less_than_equal": lambda c: _("This is more than %(limit)s.") % {"limit": c["le"]},
    "string_too_long": lambda c: _("This is longer than %(limit)s characters.") % {"limit": c["max_length"]},
    "too_long": lambda c: _("These are more than %(limit)s values.") % {"limit": c["max_length"]},
    "literal_error": lambda c: _("This must be one of: %(values)s.") % {"values": c["expected"]},
    "enum": lambda c: _("This must be one of: %(values)s.") % {"values": c["expected"]},
    "bool_parsing": lambda c: _("This must be true or false."),
    "date_from_datetime_parsing": lambda c: _("This is not a day: write YYYY-MM-DD."),
    "date_parsing": lambda c: _("This is not a day: write YYYY-MM-DD."),
    "unsound_text": lambda c: _("This holds characters that no text may hold."),
    "no_such_value": lambda c: _("This must be one of: %(values)s.") % {"values": c["expected"]},
    "no_such_record": lambda c: _("“%(value)s” is the id of none: see %(list)s.") % c,
    "no_such_parameter": lambda c: (
        _("There is no such parameter here. There are: %(values)s.") % {"values": c["expected"]}
    ),
    "no_such_year": lambda c: _("This is not a year: write four figures."),
    "no_such_day": lambda c: _("This day is before the year 1 or after the year 9000."),
}


def language_of(request: HttpRequest) -> str:
    """The language of sentences: ``?lang=``, else what the reader's program asks for, else the main language."""
    wanted = request.GET.get("lang", "")
    return nearest(wanted) if wanted else (translation.get_language() or settings.MAIN_LANGUAGE)


def nearest(wanted: str) -> str:
    """The language of the interface nearest to a language tag: itself, the one it is a kind of, or the main one."""
    code = wanted.lower()
    while code:
        if code in settings.INTERFACE_LANGUAGES:
            return code
        code = code.rpartition("-")[0]
    return str(settings.MAIN_LANGUAGE)


def answer(request: HttpRequest, status: int, code: str, message: str, **more: Any) -> HttpResponse:
    """One error as JSON."""
    body = {"error": {"status": status, "code": code, "message": message, **more}}
    response = JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})
    response.headers["Content-Language"] = language_of(request)
    response.headers["Cache-Control"] = "no-store"
    return response


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    with translation.override(language_of(request)):
        return answer(request, 404, "not_found", _("There is nothing public at this address."))


def method_not_allowed(request: HttpRequest) -> HttpResponse:
    with translation.override(language_of(request)):
        return answer(request, 405, "method_not_allowed", _("This interface can only be read: use GET."))


def too_many_requests(request: HttpRequest, seconds: int) -> HttpResponse:
    with translation.override(language_of(request)):
        message = _("Too many requests. Try again in %(seconds)s seconds.") % {"seconds": seconds}
        return answer(request, 429, "too_many_requests", message)


def invalid(request: HttpRequest, found: Sequence[Mapping[str, Any]]) -> HttpResponse:
    """422 with what is wrong, parameter by parameter."""
    with translation.override(language_of(request)):
        fields = [
            {"parameter": _parameter(error["loc"]), "code": error["type"], "message": _sentence(error)}
            for error in found
        ]
        return answer(request, 422, "invalid", _("Some parameters cannot be understood."), fields=fields)


def _parameter(location: Sequence[Any]) -> str:
    names = [str(part) for part in location if isinstance(part, str)]
    return names[-1] if names else ""


def _sentence(error: Mapping[str, Any]) -> str:
    sentence = _SENTENCES.get(error["type"])
    return str(sentence(error.get("ctx", {}))) if sentence else _("This cannot be understood.")
