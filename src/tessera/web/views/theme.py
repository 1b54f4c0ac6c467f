"""The programme's colours."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse

from tessera.web.accent import accent_css
from tessera.web.pages import public_page


@public_page
def theme_css(request: HttpRequest) -> HttpResponse:
    """The stylesheet of the settings' colours; 404 where the house colours hold."""
    css = accent_css()
    if not css:
        raise Http404
    return HttpResponse(css, content_type="text/css; charset=utf-8")
