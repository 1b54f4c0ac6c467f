"""About the programme, privacy, accessibility."""

from __future__ import annotations

from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tessera.applications.keeping import promises, rules_of
from tessera.places.queries import reference
from tessera.portal.naming import Names, shown
from tessera.portal.training_page import prose, source_line
from tessera.portal.wording import joined
from tessera.programmes.models import Programme, Source
from tessera.publications import queries
from tessera.web.pages import public_page

_DAY_S = 24 * 3600


def contact() -> str:
    """The office's address."""
    return parseaddr(str(settings.DEFAULT_FROM_EMAIL))[1]


@public_page
@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """What the programme wants and how this record is made."""
    language = get_language() or settings.MAIN_LANGUAGE
    programme = Programme.objects.select_related("owner").order_by("pk").first()
    sources = Source.objects.order_by("order", "pk").values("title", "publisher", "url", "language")
    page: dict[str, Any] = {
        "section": "about",
        "contact": contact(),
        "first_year": programme.first_record_on.year if programme else "",
        "sources": [source_line(source) for source in sources],
        "facts": [],
    }
    if programme is not None:
        owner = queries.cards({"organisation": [programme.owner.slug]}) if programme.owner else {}
        names = Names(reference(), language, owner)
        held_by = names.links("organisation", [programme.owner.slug] if programme.owner else [])
        languages = joined([names.spoken(code) for code in programme.official_languages], language)
        facts: list[tuple[str, SafeString | str]] = [
            (_("Programme"), shown(programme.name, language)),
            (_("Run by"), held_by[0] if held_by else ""),
            (_("How often"), shown(programme.cadence, language)),
            (_("Languages"), languages),
            (_("Language of a training"), shown(programme.language_rule, language)),
        ]
        page["facts"] = [(name, value) for name, value in facts if value]
        page["goals"] = [shown(goal["statement"], language) for goal in programme.goals if goal.get("statement")]
        page["about"] = prose(programme.about, language) if programme.about else ""
    return render(request, "portal/about.html", page)


@public_page
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept about people: the same rows as the retention rules."""
    kept = [
        (_("Your account: name, e-mail address, language"), _("So that you can sign in and be written to"),
         _("You; the programme office"), _("Until you close it")),
        (_("Sign-ins: when, from which device"), _("To notice misuse, and to let you end a session"),
         _("You; the site administrator"), _("14 days after the last use")),
        (_("An e-mail alert: your address, what you asked for"), _("To write to you when such a training is announced"),
         _("The programme office, as a number of alerts"), _("Until you end it; 7 days if you never confirm it")),
        (_("Mails we sent you: subject, state, text"), _("To answer your questions about them"),
         _("The programme office"), _("24 months; texts with one-time links are forgotten when sent")),
        *_applications_kept(),
        (_("Trainers, mentors and others in the archive"), _("A true record of public trainings"),
         _("Everyone"), _("Corrected or removed on request")),
        (_("What people of the office changed, and when"), _("So that every change can be explained and undone"),
         _("The programme office; the site administrator"), _("As long as the record itself")),
    ]  # fmt: skip
    page = {"kept": kept, "cookies": _cookies(), "contact": contact(), "account_path": reverse("accounts:privacy")}
    return render(request, "portal/privacy.html", page)


def _applications_kept() -> list[tuple[Any, Any, Any, Any]]:
    """What is kept of applications, for as long as the administrators set."""
    why, seen = _("To choose who takes part"), _("You; the programme office, the selection committee")
    return [
        (str(what)[:1].upper() + str(what)[1:], why, _("You") if n == 0 else seen, until)
        for n, (what, until) in enumerate(rules_of(promises().now))
    ]


def _cookies() -> list[tuple[str, str, str]]:
    """(name, what it is for, until when) of every cookie that this site can set."""
    year = _("One year after it was last set")
    return [
        (settings.SESSION_COOKIE_NAME, _("Keeps you signed in, and carries you through signing in"),
         _("You sign out; else %(n)s days") % {"n": settings.SESSION_COOKIE_AGE // _DAY_S}),
        (settings.CSRF_COOKIE_NAME, _("Shows that a form was sent from this site, by you"), year),
        (CookieStorage.cookie_name, _("Carries a sentence to the next page: that something was saved, or which language is shown"),
         _("The sentence is shown, or the browser is closed")),
        (settings.LANGUAGE_COOKIE_NAME, _("Remembers the language of your account"), year),
        ("theme", _("Remembers the colours you chose"), year),
        ("map", _("Remembers that the map is drawn only when you ask"), year),
    ]  # fmt: skip


@public_page
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/accessibility.html", {"contact": contact()})
