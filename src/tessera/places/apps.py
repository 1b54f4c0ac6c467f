"""The app configuration of ``places``."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PlacesConfig(AppConfig):
    name = "tessera.places"

    def ready(self) -> None:
        post_migrate.connect(fill_places, sender=self)


def fill_places(using: str, **kwargs: Any) -> None:
    """After every migration: countries, languages and schemes are there. Safe to repeat."""
    from django.db import connections
    from django.utils import timezone

    from tessera.places.models import RegionScheme
    from tessera.places.services import load_reference_data

    with connections[using].cursor() as cursor:
        tables = connections[using].introspection.table_names(cursor)
        if not {"core_loadedrecord", RegionScheme._meta.db_table} <= set(tables):
            return  # migrated back to before there were such tables
        columns = connections[using].introspection.get_table_description(cursor, RegionScheme._meta.db_table)
    if "was_active" in {column.name for column in columns}:
        load_reference_data(timezone.now())
