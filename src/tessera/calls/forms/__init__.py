"""The desk's forms of calls."""
