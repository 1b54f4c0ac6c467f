"""Text that was posted after the session had ended: kept in the new session until its writer has signed in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponseBase

KEY = "kept_text"
MAX_SIGNS = 200_000
LEFT_OUT = frozenset({"csrfmiddlewaretoken"})


def keeps_text[V: Callable[..., HttpResponseBase]](view: V) -> V:
    """Mark ``view``: what is posted to it without a session is kept through the sign-in (``kept_text_of``)."""
    view.keeps_text = True  # type: ignore[attr-defined]
    return view


class SignInMiddleware(LoginRequiredMiddleware):
    """Everything needs sign-in; a form that was sent too late does not lose what was written in it."""

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> Any:
        if request.method == "POST" and getattr(view_func, "keeps_text", False):
            fields = posted(request)
            if sum(len(name) + sum(map(len, values)) for name, values in fields.items()) <= MAX_SIGNS:
                request.session[KEY] = {"path": request.path, "fields": fields}
        return super().handle_no_permission(request, view_func)


def posted(request: HttpRequest) -> dict[str, list[str]]:
    """The posted fields, without the token."""
    return {name: [str(value) for value in values] for name, values in request.POST.lists() if name not in LEFT_OUT}


def kept_text_of(request: HttpRequest, *, until_saved: bool = False) -> dict[str, list[str]] | None:
    """What was posted to this address before its writer signed in; handed out once, or ``until_saved``.

    The latter is for lines on which the page may never arrive; who saves it calls `forget_kept_text`.
    """
    kept = request.session.get(KEY)
    if not kept or kept.get("path") != request.path:
        return None
    if not until_saved:
        del request.session[KEY]
    fields: dict[str, list[str]] = kept["fields"]
    return fields


def forget_kept_text(request: HttpRequest, path: str | None = None) -> None:
    """It is saved, or it is not for this person. With ``path`` only what was posted to that address."""
    if KEY in request.session and path in (None, request.session[KEY].get("path")):
        del request.session[KEY]
