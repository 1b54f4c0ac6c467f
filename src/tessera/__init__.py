"""Tessera: the record, the planning and the journey of a travelling training programme."""

from importlib.metadata import version

__version__ = version("tessera")
