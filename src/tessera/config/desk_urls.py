"""Addresses of the desk: each app brings its own."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("planning/", include("tessera.planning.urls")),
    path("applications/", include("tessera.applications.desk_urls")),
    path("outbox/", include("tessera.messaging.urls")),
    path("", include("tessera.activity.urls")),
    path("", include("tessera.calls.urls")),
    path("", include("tessera.grants.urls")),
    path("", include("tessera.programmes.urls")),
    path("", include("tessera.organisations.urls")),
    path("", include("tessera.places.urls")),
]
