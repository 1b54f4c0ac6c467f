"""Regions, countries, languages, areas."""
