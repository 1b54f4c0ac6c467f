"""Addresses of region schemes on the desk."""

from django.urls import path

from tessera.places.views import schemes

app_name = "places"
urlpatterns = [
    path("schemes/", schemes.schemes, name="schemes"),
    path("schemes/new/", schemes.new, name="scheme_new"),
    path("schemes/<slug:code>/<int:version>/", schemes.scheme, name="scheme"),
    path("schemes/<slug:code>/<int:version>/table.csv", schemes.table, name="scheme_table"),
]
