"""The site's addresses and a few more: one writes through the services, one signs in, two tell what is there."""

from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from tessera.accounts.models import User
from tessera.accounts.second_factor import SHOWN
from tessera.activity.models import Activity, Revision
from tessera.config.urls import urlpatterns as site
from tessera.messaging.models import Message
from tessera.messaging.services import queue_message


@csrf_exempt
@login_not_required
@transaction.atomic
def write(request: HttpRequest, key: str) -> JsonResponse:
    """One transaction: a message with its task and its activity. The answer is the acknowledgement."""
    context = {"name": key, "link": f"https://example.org/{key}"}
    message = queue_message("letter", to=f"{key}@example.org", context=context, key=key, headers={"X-Key": key})
    return JsonResponse({"key": key, "message_id": message.message_id}, status=201)


@csrf_exempt
@login_not_required
@transaction.atomic
def sign_in(request: HttpRequest, email: str) -> JsonResponse:
    """A session of the office's person, without the steps of signing in and of showing the second factor."""
    login(request, User.objects.get(email=email), backend="tessera.accounts.backends.AccountBackend")
    request.session[SHOWN] = True
    return JsonResponse({"signed_in": email})


@login_not_required
def versions(request: HttpRequest, kind: str, key: str) -> JsonResponse:
    """Every version of a record as the history keeps it, oldest first, with the kind of act that made it."""
    rows = Revision.objects.filter(activity__object_type=kind, activity__object_key=key).order_by("pk")
    return JsonResponse({"versions": list(rows.values_list("document", "activity__verb", "activity__actor"))})


@login_not_required
def outbox(request: HttpRequest) -> JsonResponse:
    messages = Message.objects.values("key", "message_id", "state", "attempts")
    logged = Activity.objects.filter(verb="message.queued").count()
    return JsonResponse({"messages": list(messages), "logged": logged})


more = [
    path("sign-in/<str:email>/", sign_in),
    path("versions/<slug:kind>/<slug:key>/", versions),
]
urlpatterns = [path("write/<str:key>/", write), path("outbox/", outbox), *more, *site]
