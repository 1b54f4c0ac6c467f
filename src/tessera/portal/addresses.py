"""Addresses of public pages, in every language, without a query and without resolving."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.http import HttpRequest

SECTIONS: Mapping[str, str] = {
    "training": "trainings",
    "person": "people",
    "organisation": "organisations",
    "topic": "topics",
    "call": "calls",
    "region": "regions",
}


def root_of(request: HttpRequest) -> str:
    """The public address of the site without a slash at the end; the request's own in an embedded deployment."""
    return settings.SITE_ADDRESS or f"{request.scheme}://{request.get_host()}"


def page_path(kind: str, slug: str, language: str) -> str:
    """The path of one record's page; ``kind`` is a key of SECTIONS. The codes of regions are small in addresses."""
    return f"/{language}/{SECTIONS[kind]}/{slug.lower() if kind == 'region' else slug}/"


def page_addresses(root: str, kind: str, slug: str) -> dict[str, str]:
    """The page's address in each language of the interface."""
    return {language: root + page_path(kind, slug, language) for language in settings.INTERFACE_LANGUAGES}
