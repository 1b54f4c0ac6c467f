"""The desk's pages of calls."""
