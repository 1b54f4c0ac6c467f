"""Public addresses, inside the language prefix."""

from django.urls import include, path

from tessera.portal.views import (
    alerts,
    calls,
    catalogue,
    coverage,
    home,
    notices,
    records,
    regions,
    self_check,
    training,
)

app_name = "portal"
urlpatterns = [
    path("", include("tessera.portal.machine_urls")),
    path("desk/", include("tessera.portal.desk_urls")),
    path("", home.home, name="home"),
    path("trainings/", catalogue.trainings, name="trainings"),
    path("trainings/<slug:slug>/", training.training, name="training"),
    path("calls/", calls.calls, name="calls"),
    path("calls/<slug:code>/", calls.call, name="call"),
    path("calls/<slug:code>/questions/", calls.questions, name="call_questions"),
    path("calls/<slug:code>/check/", self_check.check, name="call_check"),
    path("people/", records.people, name="people"),
    path("people/<slug:slug>/", records.person, name="person"),
    path("organisations/", records.organisations, name="organisations"),
    path("organisations/<slug:slug>/", records.organisation, name="organisation"),
    path("topics/", records.topics, name="topics"),
    path("topics/<slug:slug>/", records.topic, name="topic"),
    path("regions/", regions.regions, name="regions"),
    path("regions/<slug:code>/", regions.region, name="region"),
    path("next/", regions.next_training, name="next"),
    path("coverage/", coverage.coverage, name="coverage"),
    path("about/", notices.about, name="about"),
    path("privacy/", notices.privacy, name="privacy"),
    path("accessibility/", notices.accessibility, name="accessibility"),
    path("alerts/new/", alerts.alert_new, name="alert_new"),
    path("alerts/sent/", alerts.alert_sent, name="alert_sent"),
    path("alerts/ended/", alerts.alert_ended, name="alert_ended"),
    path("alerts/confirm/<str:token>/", alerts.alert_confirm, name="alert_confirm"),
    path("alerts/<str:token>/", alerts.alert_manage, name="alert_manage"),
    path("alerts/<str:token>/end/", alerts.alert_end, name="alert_end"),
]
