"""Addresses of the desk that gather several apps, inside the language prefix and "desk/"."""

from django.urls import path

from tessera.portal.views import board, desk, form_preview, preview

urlpatterns = [
    path("", desk.dashboard, name="desk"),
    path("planning/", board.board, name="board"),
    path("texts/", desk.texts, name="worklist"),
    path("facts/", desk.facts, name="missing_facts"),
    path("trainings/<slug:key>/preview/", preview.training_preview, name="desk_preview"),
    path("people/<slug:key>/preview/", preview.person_preview, name="desk_person_preview"),
    path("organisations/<slug:key>/preview/", preview.organisation_preview, name="desk_organisation_preview"),
    path("topics/<slug:key>/preview/", preview.topic_preview, name="desk_topic_preview"),
    path("calls/<slug:key>/preview/", preview.call_preview, name="desk_call_preview"),
    path("calls/<slug:key>/questions/preview/", form_preview.form_preview, name="desk_call_form_preview"),
]
