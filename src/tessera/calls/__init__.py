"""Calls for applications: dates, strands, forms, rules."""
