"""Root addresses: everything for people starts with the language."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path

from tessera.web.views import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("", include("tessera.portal.root_urls")),
    path("api/", include("tessera.api.urls")),
    *i18n_patterns(
        path("", include("tessera.web.urls")),
        path("account/", include("tessera.accounts.urls")),
        path("account/", include("tessera.accounts.allauth_urls")),
        path("desk/", include("tessera.config.desk_urls")),
        path("apply/", include("tessera.applications.apply_urls")),
        path("propose/", include("tessera.planning.public_urls")),
        path("requests/", include("tessera.applications.request_urls")),
        path("mail/", include("tessera.messaging.local_urls")),
        path("", include("tessera.portal.urls")),
    ),
]
handler400 = "tessera.web.views.errors.bad_request"
handler403 = "tessera.web.views.errors.forbidden"
handler404 = "tessera.web.views.errors.not_found"
handler500 = "tessera.web.views.errors.server_error"
handler429 = "tessera.web.views.errors.too_many_requests"
