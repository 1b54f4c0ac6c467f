"""Factories: valid rows with no surprises."""
