"""For how long applications are kept: an administrator's page."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tessera.accounts.permissions import require
from tessera.activity.history import entries
from tessera.activity.queries import activity_of
from tessera.applications.forms.retention import RetentionForm
from tessera.applications.keeping import LABELS, NOTICE, promises, rules_of
from tessera.applications.models import RetentionPeriods
from tessera.applications.services import retention
from tessera.core.errors import DomainError

SHOWN = 20


@require_http_methods(["GET", "HEAD", "POST"])
def periods(request: HttpRequest) -> HttpResponse:
    """The periods in force; what others would do is shown before they are put in force."""
    require(request.user, "applications.set_retention")
    now, in_force = timezone.now(), promises().now
    initial = {**in_force.as_dict(), "number": retention.current_number()}
    form = RetentionForm(request.POST if request.method == "POST" else None, initial=initial)
    effect, refused = None, False
    if request.method == "POST" and form.is_valid():
        wanted = form.periods
        if wanted == in_force:
            messages.info(request, _("These periods are in force already: nothing was changed."))
            return redirect("applications:retention")
        if request.POST.get("do") == "set":
            try:
                retention.set_periods(
                    wanted,
                    number=form.cleaned_data["number"],
                    by=request.user,
                    at=now,
                    reason=form.cleaned_data["reason"],
                )
            except DomainError as refusal:
                form.add_error(None, str(refusal))
                form.data = {**request.POST.dict(), "number": str(retention.current_number())}
                refused = True
            else:
                messages.success(request, _("The periods are in force."))
                return redirect("applications:retention")
        effect = None if refused else retention.effect_of(wanted, at=now)
    page = {
        "form": form,
        "section": "retention",
        "in_force": rules_of(in_force),
        "effect": _rows_of(effect) if effect else None,
        "wanted": rules_of(form.periods) if effect else None,
        "notice": NOTICE.days,
        "entries": entries(activity_of(RetentionPeriods())[:SHOWN], with_revision=False),
    }
    return render(request, "applications/retention.html", page, status=422 if form.errors else 200)


def _rows_of(effect: retention.Effect) -> list[tuple[object, int, int, int]]:
    return [
        (label, effect.earlier[what], effect.soon[what], effect.as_promised[what])
        for what, label in LABELS.items()
        if what != "sensitive"  # nobody sets another period for it
    ]
