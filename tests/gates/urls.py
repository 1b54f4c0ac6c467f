"""The addresses of the site, with bare pages for what is refused: they are drawn thousands of times."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse

from tessera.config import urls

urlpatterns = urls.urlpatterns
handler400 = urls.handler400
handler500 = urls.handler500


@login_not_required
def handler403(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return HttpResponse(status=403)


@login_not_required
def handler404(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return HttpResponse(status=404)
