"""Who did what, when; the history of each record."""
