"""The desk's pages of region schemes."""
