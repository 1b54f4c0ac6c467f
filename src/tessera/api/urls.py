"""Addresses of the interface. Everything under them answers in JSON, errors too; the documentation is a page."""

from django.urls import URLPattern, URLResolver, path, re_path

from tessera.api import errors, views
from tessera.api.gate import open_to_all
from tessera.api.v1 import api

_patterns, _app_name, _namespace = api.urls
for pattern in _patterns:
    if pattern.callback is not None:
        pattern.callback = open_to_all(pattern.callback)

urlpatterns: list[URLPattern | URLResolver] = [
    path("v1/docs", views.documentation, name="api-docs"),
    path("v1/openapi.json", open_to_all(views.description), name="api-openapi"),
    path("v1/", (_patterns, _app_name, _namespace)),
    re_path(r"^.*$", open_to_all(errors.not_found), name="api-nowhere"),
]
