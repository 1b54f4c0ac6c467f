"""The questions and the rules of a call on the desk: opened, saved by a button, removed, told version by version.

Both are documents that are kept in versions (`FORM`, `RULES`); their pages differ only in what they show.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from tessera.accounts.permissions import require
from tessera.activity.kinds import frame
from tessera.calls import services
from tessera.calls.forms.kinds import CALL
from tessera.calls.models import Call, FormVersion, RuleVersion
from tessera.calls.queries import calls_whole, latest_form, latest_rules
from tessera.core.errors import DomainError, InvalidDocument

type Document = dict[str, Any]
type Version = FormVersion | RuleVersion


@dataclass(frozen=True)
class Versions:
    """One of the documents that a call keeps in versions.

    ``home`` names the page of the whole document and ``home_name`` what templates call its address; ``empty`` is the
    document before the first version; ``whole`` where its pages need the strands too.
    """

    rows: type[Version]
    latest: Callable[[Call], Version | None]
    save: Callable[..., Version]
    empty: Mapping[str, Any]
    home: str
    home_name: str
    whole: bool = False

    def opened(self, request: HttpRequest, key: str) -> Opened:
        """The call with the document as it stands now, for somebody who may edit it."""
        obj = CALL.get(request.user, key)
        require(request.user, "calls.edit_call", obj)
        call = calls_whole().get(pk=obj.pk) if self.whole else obj
        return Opened(self, call, self.latest(call))


FORM = Versions(FormVersion, latest_form, services.save_form, {"steps": []}, "calls:call_form", "form_address")
RULES = Versions(
    RuleVersion, latest_rules, services.save_rules, {"rules": []}, "calls:call_rules", "rules_address", whole=True
)


@dataclass(frozen=True)
class Opened:
    """A document of a call as it stands now. ``number`` is 0 where none was saved."""

    kind: Versions
    call: Call
    version: Version | None

    @property
    def number(self) -> int:
        return self.version.number if self.version else 0

    @property
    def document(self) -> Document:
        return self.version.document if self.version else dict(self.kind.empty)

    @property
    def free(self) -> bool:
        return self.call.status in services.FREE

    @property
    def home(self) -> str:
        return reverse(self.kind.home, args=[self.call.code])

    def at(self, number: int) -> Document:
        """The document of an earlier version; the one of now where there is none of that number."""
        if number == self.number:
            return self.document
        row = self.kind.rows.objects.filter(call=self.call, number=number).first()
        return row.document if row else self.document if number else dict(self.kind.empty)

    def asked(self, text: str | None) -> int:
        """The number of a version that a page names; the one of now where it names none."""
        return int(text) if text and text.isdecimal() and len(text) < 6 else self.number

    def save(self, request: HttpRequest, document: Document) -> Version:
        """Refused as the service refuses; the reason is the one that was posted."""
        reason = (request.POST.get("reason") or "")[:1000]
        return self.kind.save(
            self.call, document, by=request.user, at=timezone.now(), expected_number=self.number, reason=reason
        )

    def page(self, request: HttpRequest, **more: Any) -> dict[str, Any]:
        """What each page of the document shows."""
        found = {**frame(CALL, request.user, self.call), "number": self.number, "free": self.free}
        return {**found, self.kind.home_name: self.home, **more}


def save_act(request: HttpRequest, held: Opened, document: Document, *, said: str = "") -> bool:
    """Save what a button did; a refusal is said, and nothing is changed."""
    try:
        held.save(request, document)
    except InvalidDocument as refused:
        for texts in refused.errors.values():
            for text in texts:
                messages.error(request, str(text))
        return False
    except DomainError as refused:
        messages.error(request, str(refused))
        return False
    if said:
        messages.success(request, said)
    return True


def removal(request: HttpRequest, held: Opened, fresh: Document, template: str, **page: Any) -> HttpResponse:
    """Save ``fresh``, which lacks something, after a look at what will be gone."""
    if request.method != "POST":
        return render(request, template, held.page(request, **page))
    if held.asked(request.POST.get("version")) != held.number:
        messages.info(request, _("Somebody else saved in the meantime: look again before you remove it."))
        return redirect(request.path)
    if save_act(request, held, fresh, said=_("Removed. Earlier versions keep it.")):
        return redirect(held.home)
    return redirect(request.path)
