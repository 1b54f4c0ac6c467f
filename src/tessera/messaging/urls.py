"""The outbox."""

from django.urls import path

from tessera.messaging.views import batches, outbox

app_name = "messaging"
urlpatterns = [
    path("", outbox.outbox, name="outbox"),
    path("failed/", outbox.failed, name="failed"),
    path("failed/tasks/<uuid:pk>/retry/", outbox.retry_task, name="retry_task"),
    path("failed/tasks/<uuid:pk>/discard/", outbox.discard_task, name="discard_task"),
    path("batches/", batches.batches, name="batches"),
    path("batches/<int:pk>/", batches.batch, name="batch"),
    path("batches/<int:pk>/approve/", batches.approve, name="approve_batch"),
    path("batches/<int:pk>/cancel/", batches.cancel, name="cancel_batch"),
    path("<int:pk>/", outbox.message, name="message"),
    path("<int:pk>/html/", outbox.message_html, name="message_html"),
    path("<int:pk>/edit/", outbox.edit, name="edit"),
    path("<int:pk>/cancel/", outbox.cancel, name="cancel"),
    path("<int:pk>/retry/", outbox.retry, name="retry"),
    path("<int:pk>/bounced/", outbox.bounced, name="bounced"),
]
