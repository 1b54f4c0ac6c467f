"""Packages and who may be given them; the office's categories of countries."""
