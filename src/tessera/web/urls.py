"""Addresses of the shell."""

from django.urls import path

from tessera.web.views import display, styleguide, theme

app_name = "web"
urlpatterns = [
    path("display/", display.display, name="display"),
    path("theme.css", theme.theme_css, name="theme_css"),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
]
