"""Pages of planning: the public form, proposals, the roster, scenarios."""
