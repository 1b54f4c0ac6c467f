"""Addresses, inside the language prefix, of what machines read: lists in other forms, pictures."""

from django.urls import path

from tessera.portal.views import calls, feeds, machine

urlpatterns = [
    path("trainings.ics", feeds.trainings_ics, name="trainings_ics"),
    path("trainings.atom", feeds.trainings_atom, name="trainings_atom"),
    path("trainings.csv", feeds.trainings_csv, name="trainings_csv"),
    path("trainings.json", feeds.trainings_json, name="trainings_json"),
    path("calls.ics", calls.calls_ics, name="calls_ics"),
    path("calls/<slug:code>/call.ics", calls.call_ics, name="call_ics"),
    path("trainings/<slug:slug>/training.ics", feeds.training_ics, name="training_ics"),
    path("trainings/<slug:slug>/share.png", machine.training_share, name="training_share"),
    path("share.png", machine.site_share, name="site_share"),
    path("feeds/", feeds.feeds_page, name="feeds"),
]
