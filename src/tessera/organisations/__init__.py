"""Organisers, hosts, partners; positions of people in them."""
