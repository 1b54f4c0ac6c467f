"""Persons, sign-in, roles and scopes."""
