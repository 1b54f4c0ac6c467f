"""Public records as tests read them."""

from tessera.publications import queries
from tessera.publications.models import PublicRecord


def public(kind: str, slug: str) -> PublicRecord:
    """The public record at an address, which must be there."""
    found = queries.record(kind, slug)
    assert found is not None
    return found
