"""The log of everything, on the desk."""

from django.urls import path

from tessera.activity.views import log

app_name = "activity"
urlpatterns = [
    path("activity/", log.log, name="log"),
]
