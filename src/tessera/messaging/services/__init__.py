"""Writes of the outbox: queue, approve, deliver, mend."""

from tessera.messaging.services.batches import Recipient, approve_batch, cancel_batch, queue_batch
from tessera.messaging.services.delivery import deliver, deliver_message, sweep_outbox
from tessera.messaging.services.forgetting import forget_messages, messages_about
from tessera.messaging.services.mending import cancel_message, edit_message, mark_bounced, retry_message
from tessera.messaging.services.queueing import NotAnAddress, queue_message

__all__ = [
    "NotAnAddress",
    "Recipient",
    "approve_batch",
    "cancel_batch",
    "cancel_message",
    "deliver",
    "deliver_message",
    "edit_message",
    "forget_messages",
    "mark_bounced",
    "messages_about",
    "queue_batch",
    "queue_message",
    "retry_message",
    "sweep_outbox",
]
