"""Pages of the outbox, and the local mail page."""
