"""What other machines ask a site for: sitemap, robots, pictures for shared addresses."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from tessera.places import queries as places
from tessera.portal import sharing, sitemap
from tessera.portal.addresses import root_of
from tessera.publications import queries
from tessera.web.pages import public_page

XML = "application/xml; charset=utf-8"
CLOSED = ("account/", "desk/", "mail/")


@public_page
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Everything public may be read by robots; what needs a sign-in is not worth their time."""
    lines = ["User-agent: *"]
    lines += [f"Disallow: /{language}/{path}" for language in settings.INTERFACE_LANGUAGES for path in CLOSED]
    lines += ["", f"Sitemap: {root_of(request)}/sitemap.xml", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@public_page
@require_safe
def sitemap_index(request: HttpRequest) -> HttpResponse:
    """The map of the maps of each language."""
    return HttpResponse(sitemap.index(root_of(request)), content_type=XML)


@public_page
@require_safe
def sitemap_of_language(request: HttpRequest, language: str) -> HttpResponse:
    """Every public page in one language, with its others."""
    if language not in settings.INTERFACE_LANGUAGES:
        raise Http404
    return HttpResponse(sitemap.language_map(root_of(request), language, places.reference()), content_type=XML)


@public_page
@require_safe
def training_share(request: HttpRequest, slug: str) -> HttpResponse:
    """The map with the countries that a training reaches, for programs that preview addresses."""
    record = queries.record("training", slug, rehearsal=False)
    if record is None:
        raise Http404
    reached, venues = sharing.countries_of(record.facts, places.reference())
    return HttpResponse(sharing.share_image(reached, venues), content_type="image/png")


@public_page
@require_safe
def site_share(request: HttpRequest) -> HttpResponse:
    """The whole map, for every other page."""
    everywhere = frozenset(places.reference().countries)
    return HttpResponse(sharing.share_image(everywhere), content_type="image/png")
