"""Permission names of the outbox. Who holds them is said in ``accounts.rules``, which knows the roles."""

VIEW_OUTBOX = "messaging.view_outbox"
APPROVE_BATCH = "messaging.approve_batch"
MANAGE_OUTBOX = "messaging.manage_outbox"

ALL = (VIEW_OUTBOX, APPROVE_BATCH, MANAGE_OUTBOX)
