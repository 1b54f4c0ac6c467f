"""The site's addresses and, beside them, some that fail, so that the error pages can be swept."""

from collections.abc import Callable

from django.conf.urls.i18n import i18n_patterns
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from tessera.config import urls
from tessera.web.views import errors

handler400, handler403, handler404, handler500 = urls.handler400, urls.handler403, urls.handler404, urls.handler500


def failing(error: Exception) -> Callable[[HttpRequest], HttpResponse]:
    @login_not_required
    def fail(request: HttpRequest) -> HttpResponse:
        raise error

    return fail


failures = [
    path("400/", failing(SuspiciousOperation("asked for by the sweep")), name="400"),
    path("403/", failing(PermissionDenied("asked for by the sweep")), name="403"),
    path("429/", errors.too_many_requests, name="429"),
    path("csrf/", errors.csrf_failure, name="csrf"),
    path("500/", failing(RuntimeError("asked for by the sweep")), name="500"),
]
urlpatterns = [*i18n_patterns(path("failing/", include((failures, "failing")))), *urls.urlpatterns]
