"""Addresses of country categories on the desk."""

from django.urls import URLPattern, URLResolver, include, path

from tessera.activity.views.records import RecordPages
from tessera.grants import views
from tessera.grants.forms import TABLE

app_name = "grants"
urlpatterns: list[URLPattern | URLResolver] = [
    path("categories/", views.tables, name="tables"),
    path("categories/new/", views.new_table, name="table_new"),
    path("categories/", include(RecordPages(TABLE).urls())),
]
