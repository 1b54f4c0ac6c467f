"""Addresses outside the language prefix: the front door, robots, sitemap, health."""

from django.urls import URLPattern, URLResolver, path

from tessera.portal.views import home, machine

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.front_door, name="front_door"),
    path("robots.txt", machine.robots, name="robots"),
    path("sitemap.xml", machine.sitemap_index, name="sitemap"),
    path("sitemap-<str:language>.xml", machine.sitemap_of_language, name="sitemap_of_language"),
]
