"""The reader's own display choices: theme, and whether maps are loaded."""

from __future__ import annotations

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from tessera.web.context import theme_of

YEAR_S = 365 * 24 * 3600


class DisplayForm(forms.Form):
    theme = forms.ChoiceField(
        label=_("Colours"),
        choices=[("", _("As my device")), ("light", _("Light")), ("dark", _("Dark"))],
        widget=forms.RadioSelect,
        required=False,
    )
    no_map = forms.BooleanField(label=_("Do not draw the map unless I ask (saves data)"), required=False)


@login_not_required
def display(request: HttpRequest) -> HttpResponse:
    """Show and keep the choices in cookies of this device."""
    back = request.POST.get("next") or request.GET.get("next") or ""
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        back = ""
    form = DisplayForm(
        request.POST or None, initial={"theme": theme_of(request), "no_map": request.COOKIES.get("map") == "no"}
    )
    if request.method == "POST" and form.is_valid():
        response = redirect(back or request.path + "?saved=1")
        _remember(response, "theme", form.cleaned_data["theme"], secure=request.is_secure())
        _remember(response, "map", "no" if form.cleaned_data["no_map"] else "", secure=request.is_secure())
        return response
    page = {"form": form, "next": back, "saved": request.GET.get("saved") == "1"}
    return render(request, "web/display_page.html", page, status=422 if form.is_bound else 200)


def _remember(response: HttpResponse, name: str, value: str, *, secure: bool) -> None:
    if value:
        response.set_cookie(name, value, max_age=YEAR_S, samesite="Lax", secure=secure, httponly=True)
    else:
        response.delete_cookie(name, samesite="Lax")
