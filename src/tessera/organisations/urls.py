"""Addresses of people and organisations on the desk."""

from django.urls import URLPattern, URLResolver, include, path

from tessera.activity.views.records import RecordPages
from tessera.organisations.forms import ORGANISATION, PERSON
from tessera.organisations.views import desk

app_name = "organisations"
urlpatterns: list[URLPattern | URLResolver] = [
    path("people/", desk.people, name="people"),
    path("people/new/", desk.new_person, name="person_new"),
    path("people/", include(RecordPages(PERSON).urls())),
    path("organisations/", desk.organisations, name="organisations"),
    path("organisations/new/", desk.new_organisation, name="organisation_new"),
    path("organisations/", include(RecordPages(ORGANISATION).urls())),
]
