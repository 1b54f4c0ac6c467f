"""E-mail alerts: ask, confirm, manage, end. The answers never say whether an address is known."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from tessera.accounts.windows import Window, reader_of
from tessera.portal import services
from tessera.portal.filter_words import left_out_words
from tessera.portal.filters import answerable
from tessera.portal.forms import AlertForm
from tessera.portal.models import Alert
from tessera.web.pages import in_reading_language
from tessera.web.views.errors import too_many_requests

ALERTS_PER_READER = Window("alert-reader", 20, 3600)
ALERTS_PER_ADDRESS = Window("alert-address", 5, 24 * 3600)
LONGEST = 2000


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def alert_new(request: HttpRequest) -> HttpResponse:
    """Ask for an alert on the list that the address describes; the same answer for every address.

    A filter that nothing here has is left out and named, before anything is asked for.
    """
    wanted, left_out = answerable(request.GET)
    query = wanted.query[:LONGEST]
    if any(not value for _key, values in request.GET.lists() for value in values):
        return HttpResponseRedirect(f"{request.path}?{query}" if query else request.path)
    language = get_language() or settings.MAIN_LANGUAGE
    form = AlertForm(request.POST or None)
    if form.is_bound and form.is_valid():
        if not ALERTS_PER_READER.admit(reader_of(request)):
            return too_many_requests(request)
        address = form.cleaned_data["email"]
        if ALERTS_PER_ADDRESS.admit(address):  # beyond that nothing is sent, and the answer stays the same
            services.ask_alert(address, query, language, at=timezone.now())
        return redirect("portal:alert_sent")
    page = {
        "form": form,
        "query": query,
        "wish": services.wish(query, language),
        "left_out": left_out_words(left_out),
    }
    status = 422 if form.is_bound else 400 if left_out else 200
    return render(request, "portal/alert_new.html", page, status=status)


@login_not_required
@never_cache
@require_safe
def alert_sent(request: HttpRequest) -> HttpResponse:
    """What happens next."""
    return render(request, "portal/alert_sent.html", {"days": services.CONFIRM_DAYS})


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def alert_confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Opening the link shows a button (mail programs open links by themselves); the button starts the alert."""
    alert = services.alert_to_confirm(token)
    if alert is None:
        return render(request, "portal/alert_gone.html", status=404)
    if request.method == "POST":
        alert = services.confirm_alert(alert, at=timezone.now())
        return HttpResponseRedirect(f"{in_reading_language(services.manage_path(alert))}?started=1")
    return render(request, "portal/alert_confirm.html", {"wish": _wish(alert)})


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def alert_manage(request: HttpRequest, token: str) -> HttpResponse:
    """Every alert of the address, each with a way to end it, and one to forget them all."""
    alert = services.alert_of(token)
    if alert is None:
        return render(request, "portal/alert_gone.html", status=404)
    if request.method == "POST":
        one = request.POST.get("end", "")
        services.end_alerts(alert.address, [int(one)] if one.isascii() and one.isdigit() and len(one) < 18 else
                            None if "all" in request.POST else [])  # fmt: skip
        if not Alert.objects.filter(pk=alert.pk).exists():
            return redirect("portal:alert_ended")
        return HttpResponseRedirect(request.path)
    alerts = [(a, _wish(a)) for a in Alert.objects.of_address(alert.address).confirmed().order_by("asked_at", "pk")]
    page = {"address": alert.address, "alerts": alerts, "started": request.GET.get("started") == "1"}
    return render(request, "portal/alert_manage.html", page)


@csrf_exempt
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def alert_end(request: HttpRequest, token: str) -> HttpResponse:
    """Opening the link shows a button; a POST, from it or from a mail program (RFC 8058), ends the alert.

    The link itself is the proof, so that the POST needs no cookie; ending an ended alert says the same.
    """
    alert = services.alert_of(token)
    if request.method == "POST":
        if alert is not None:
            services.end_alert(alert)
        return redirect("portal:alert_ended") if "shown" in request.POST else HttpResponse(status=200)
    if alert is None:
        return redirect("portal:alert_ended")
    return render(request, "portal/alert_end.html", {"wish": _wish(alert)})


@login_not_required
@never_cache
@require_safe
def alert_ended(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/alert_ended.html")


def _wish(alert: Alert) -> str:
    return services.wish(alert.query, get_language() or settings.MAIN_LANGUAGE)
