"""Files: in pieces from the page, and out again to those who may read them."""

from __future__ import annotations

import uuid
from typing import BinaryIO

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.csp import CSP, build_policy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tessera.accounts.permissions import has_perm, me, require
from tessera.applications import posted, services
from tessera.applications.models import Application, Document, Letter
from tessera.applications.queries import document_for
from tessera.core.errors import DomainError

CONTENT_TYPES = {"pdf": "application/pdf", "jpeg": "image/jpeg", "png": "image/png"}
# A file runs nothing and fetches nothing. In the office's page of it, the browser's own reader of PDFs shows it.
ALONE: dict[str, list[str]] = {"default-src": [CSP.NONE], "sandbox": [""]}
FRAMED: dict[str, list[str]] = {
    "default-src": [CSP.NONE], "img-src": [CSP.SELF], "style-src": [CSP.UNSAFE_INLINE], "object-src": [CSP.SELF],
    "base-uri": [CSP.NONE], "form-action": [CSP.NONE], "frame-ancestors": [CSP.SELF],
}  # fmt: skip


@require_POST
@never_cache
def begin(request: HttpRequest, code: str) -> HttpResponse:
    """Begin a file that comes in pieces, or find the one that is under way: {"url", "received", "piece"}."""
    user = me(request)
    mine = get_object_or_404(Application.objects.of(user).select_related("call"), call__code=code)
    require(user, "applications.write_application", mine)
    try:
        upload = services.begin_upload(
            mine, request.POST.get("question", ""), request.POST.get("name", ""),
            posted.whole(request.POST.get("size"), most=15) or 0, by=user, at=timezone.now(),
        )  # fmt: skip
    except DomainError as refusal:
        return JsonResponse({"error": str(refusal)}, status=409)
    url = reverse("apply:piece", args=[upload.pk])
    return JsonResponse({"url": url, "received": upload.received, "piece": services.PIECE}, status=201)


@require_http_methods(["GET", "PUT", "POST"])
@never_cache
def piece(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """GET: how much has arrived. PUT: a piece, from the offset of its ``Upload-Offset``. POST: that was the last one."""
    user = me(request)
    upload = services.upload_of(user, key)
    if upload is None:
        raise Http404
    require(user, "applications.write_application", upload.application)
    try:
        if request.method == "PUT":
            offset = posted.whole(request.headers.get("Upload-Offset"))
            length = posted.whole(request.headers.get("Content-Length") or "0")
            if offset is None or length is None or length > services.LARGEST_PIECE:
                return JsonResponse({"error": "offset", "received": upload.received}, status=400)
            upload = services.take_piece(upload, offset, request.body, at=timezone.now())
        elif request.method == "POST":
            device = request.POST.get("device", "")
            document = services.finish_upload(upload, by=user, at=timezone.now(), device=device)
            return JsonResponse({"name": document.name, "size": document.size, "pages": document.pages})
    except services.WrongOffset as refusal:
        return JsonResponse({"received": refusal.received}, status=409)
    except services.StillLooking as refusal:
        return JsonResponse({"error": str(refusal)}, status=503)
    except DomainError as refusal:
        return JsonResponse({"error": str(refusal)}, status=422)
    return JsonResponse({"received": upload.received})


@require_safe
@never_cache
def document(request: HttpRequest, key: uuid.UUID) -> HttpResponseBase:
    """The file for those who may read it, as an attachment; also inside the office's page of it (``?show``)."""
    user = me(request)
    found = document_for(user, key)
    if found is None:
        raise Http404
    try:
        opened = services.open_document(found, by=user, at=timezone.now())
    except FileNotFoundError:
        raise Http404 from None
    shown = "show" in request.GET and found.kind in CONTENT_TYPES and has_perm(user, "applications.list_applications")
    return file_answer(found, opened, shown=shown)


def file_answer(found: Document | Letter, opened: BinaryIO, *, shown: bool = False) -> FileResponse:
    """A file on its way out: saved by whoever asked, or ``shown`` inside the office's page of it."""
    framed = shown and found.kind == "pdf"  # a picture needs no frame
    answer = FileResponse(
        opened, as_attachment=not shown, filename=found.name,
        content_type=CONTENT_TYPES.get(found.kind, "application/octet-stream"),
    )  # fmt: skip
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = build_policy(FRAMED if framed else ALONE)
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    if framed:
        answer.headers["X-Frame-Options"] = "SAMEORIGIN"
    return answer
