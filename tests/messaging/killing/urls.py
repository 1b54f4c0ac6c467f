"""The site's addresses and two more: one that writes through the services, one that tells what is there."""

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from tessera.activity.models import Activity
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


@login_not_required
def outbox(request: HttpRequest) -> JsonResponse:
    messages = Message.objects.values("key", "message_id", "state", "attempts")
    logged = Activity.objects.filter(verb="message.queued").count()
    return JsonResponse({"messages": list(messages), "logged": logged})


urlpatterns = [path("write/<str:key>/", write), path("outbox/", outbox), *site]
