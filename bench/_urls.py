"""The site's addresses and, for comparison, bare ones."""

from django.urls import path

from bench import _bare
from tessera.config.urls import handler400, handler403, handler404, handler500
from tessera.config.urls import urlpatterns as site

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [
    path("bare/string", _bare.string, name="bare_string"),
    path("bare/template", _bare.template, name="bare_template"),
    path("bare/insert", _bare.insert, name="bare_insert"),
    path("bare/rows/<slug:kind>/<int:number>", _bare.string, name="bare_row"),
    *site,
]
