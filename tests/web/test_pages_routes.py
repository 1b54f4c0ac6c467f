"""Every address is swept or has a reason not to be; the views open to everybody are listed here, by name."""

from django.test import Client

from tests.sweep.pages import ACTS, PAGES, UNSWEPT
from tests.sweep.routes import is_public, routes
from tests.sweep.rules import no_faults

# Readable without signing in. Whatever is not here asks who is there.
PUBLIC_VIEWS = {
    # the public site and its lists in other forms
    "front_door", "portal:about", "portal:accessibility", "portal:alert_confirm", "portal:alert_end",
    "portal:alert_ended", "portal:alert_manage", "portal:alert_new", "portal:alert_sent", "portal:call",
    "portal:call_check", "portal:call_ics", "portal:call_questions", "portal:calls", "portal:calls_ics", "portal:coverage",
    "portal:feeds", "portal:home", "portal:next", "portal:organisation", "portal:organisations", "portal:people",
    "portal:person", "portal:privacy", "portal:region", "portal:regions", "portal:site_share", "portal:topic",
    "portal:topics", "portal:training", "portal:training_ics", "portal:training_share", "portal:trainings",
    "portal:trainings_atom", "portal:trainings_csv", "portal:trainings_ics", "portal:trainings_json", "robots",
    "sitemap", "sitemap_of_language",
    # the way in for people who apply
    "apply:late", "apply:start",
    # proposing a training
    "propose:confirm", "propose:form", "propose:mine", "propose:sent",
    # endorsing and recommending by link
    "requests:answer", "requests:document", "requests:new_link", "requests:sent", "requests:thanks",
    # the public record for programs
    "api-docs", "api-nowhere", "api-openapi", "api-v1:api-root", "api-v1:call", "api-v1:calls",
    "api-v1:coverage", "api-v1:facets", "api-v1:index",
    "api-v1:organisation", "api-v1:organisations", "api-v1:people", "api-v1:person", "api-v1:regions",
    "api-v1:scheme", "api-v1:schemes", "api-v1:topic", "api-v1:topics", "api-v1:training", "api-v1:trainings",
    # the way in, and links from mails
    "account_inactive", "account_login", "account_logout", "accounts:confirm_address", "accounts:link",
    "accounts:link_sent", "accounts:rehearsal", "accounts:sign_in", "accounts:sign_out", "mfa_authenticate",
    "mfa_login_webauthn",
    # this machine only (refused elsewhere)
    "mail:folder", "mail:mail", "mail:mail_html",
    # the shell, and whoever watches the process
    "healthz", "readyz", "web:display", "web:styleguide", "web:theme_css",
}  # fmt: skip


def test_every_address_is_swept_or_has_a_reason():
    known = {page.route for page in PAGES} | set(UNSWEPT) | set(ACTS)
    assert {route.name for route in routes()} - known == set()


def test_every_reason_belongs_to_an_address():
    named = {route.name for route in routes()}
    assert (set(UNSWEPT) | set(ACTS)) - named == set()
    assert set(UNSWEPT) & set(ACTS) == set()


def test_the_views_open_to_everybody_are_these():
    assert {route.name for route in routes() if is_public(route)} == PUBLIC_VIEWS


def test_everything_else_asks_who_is_there(site):
    stranger = Client()
    faults = []
    for page in PAGES:
        if page.reader and page.status == 200 and not is_public(next(r for r in routes() if r.name == page.route)):
            path = site.path(page, "en")
            answer = stranger.get(path)
            if answer.status_code != 302 or "/sign-in/" not in answer.headers["Location"]:
                faults.append(f"{path} answers {answer.status_code}")
    no_faults(faults)
