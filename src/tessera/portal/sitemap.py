"""The sitemap: an index, and a map a language in which each page names its other languages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from xml.etree import ElementTree as ET

from django.conf import settings

from tessera.places.queries import Reference
from tessera.portal.addresses import SECTIONS
from tessera.programmes.queries import kept_scheme
from tessera.publications.models import PublicRecord

SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
XHTML = "http://www.w3.org/1999/xhtml"
PAGES = (
    "", "trainings/", "calls/", "coverage/", "people/", "organisations/", "topics/", "regions/", "about/", "next/", "feeds/", "privacy/",
    "accessibility/",
)  # fmt: skip
ADDRESSES = 50_000  # the most that one map may hold


def index(root: str) -> bytes:
    """The map of maps."""
    top = ET.Element("sitemapindex", xmlns=SITEMAP)
    for language in settings.INTERFACE_LANGUAGES:
        ET.SubElement(ET.SubElement(top, "sitemap"), "loc").text = f"{root}/sitemap-{language}.xml"
    return _written(top)


def language_map(root: str, language: str, places: Reference) -> bytes:
    """Every public page in ``language``: the standing pages, the programme's regions, and all real records, in two queries."""
    top = ET.Element("urlset", {"xmlns": SITEMAP, "xmlns:xhtml": XHTML})
    for path, changed_at in _paths(places):
        url = ET.SubElement(top, "url")
        ET.SubElement(url, "loc").text = f"{root}/{language}/{path}"
        if changed_at is not None:
            ET.SubElement(url, "lastmod").text = changed_at.isoformat(timespec="seconds")
        for other in settings.INTERFACE_LANGUAGES:
            link = {"rel": "alternate", "hreflang": other, "href": f"{root}/{other}/{path}"}
            ET.SubElement(url, "xhtml:link", link)
        default = {"rel": "alternate", "hreflang": "x-default", "href": f"{root}/{settings.MAIN_LANGUAGE}/{path}"}
        ET.SubElement(url, "xhtml:link", default)
    return _written(top)


def _paths(places: Reference) -> Iterable[tuple[str, datetime | None]]:
    for page in PAGES:
        yield page, None
    regions = kept_scheme(places).regions
    for region in regions:
        yield f"{SECTIONS['region']}/{region.code.lower()}/", None
    rows = PublicRecord.objects.filter(rehearsal=False).order_by("kind", "slug")
    room = ADDRESSES - len(PAGES) - len(regions)
    for kind, slug, changed_at in rows.values_list("kind", "slug", "changed_at")[:room]:
        yield f"{SECTIONS[kind]}/{slug}/", changed_at


def _written(top: ET.Element) -> bytes:
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(top, encoding="utf-8")
