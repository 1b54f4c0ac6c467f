"""The local mail page: what an embedded deployment would have sent, to read on this machine."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_GET

from tessera.messaging.folder import FolderMail, mail_called, mail_files, read_mail
from tessera.messaging.views.outbox import MAIL_POLICY, PAGE
from tessera.web.loopback import local_only


@require_GET
@local_only
def folder(request: HttpRequest) -> HttpResponse:
    page = Paginator(mail_files(), PAGE).get_page(request.GET.get("page"))
    return render(request, "messaging/folder.html", {"page": page, "mails": [read_mail(path) for path in page]})


@require_GET
@local_only
def mail(request: HttpRequest, name: str) -> HttpResponse:
    return render(request, "messaging/folder_mail.html", {"mail": _mail(name)})


@require_GET
@local_only
@csp_override(MAIL_POLICY)
def mail_html(request: HttpRequest, name: str) -> HttpResponse:
    found = _mail(name)
    if not found.html:
        raise Http404
    return HttpResponse(found.html)


def _mail(name: str) -> FolderMail:
    found = mail_called(name)
    if found is None:
        raise Http404
    return found
