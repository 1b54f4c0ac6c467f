"""The local mail page."""

from django.urls import path

from tessera.messaging.views import local

app_name = "mail"
urlpatterns = [
    path("", local.folder, name="folder"),
    path("<str:name>/", local.mail, name="mail"),
    path("<str:name>/html/", local.mail_html, name="mail_html"),
]
