"""Files that no row names: what a killed process had begun to keep."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import batched

from tessera.applications.files import store
from tessera.applications.models import Document, Letter, Upload

# The rows that name files of a folder: what none of them names is nobody's.
NAMED_BY = {"applications": (Document, Letter), "uploads": (Upload,)}

ORPHAN_AFTER = timedelta(days=7)  # long after whoever writes has written its row, and after a backup was put back


def tidy_orphans(*, at: datetime) -> int:
    """Delete the bytes of people's files that no row names; returns how many. Safe to repeat."""
    gone = 0
    for folder, kinds in NAMED_BY.items():
        for paths in batched(store.lying(folder, before=at - ORPHAN_AFTER), 500):
            named = {
                path for kind in kinds for path in kind.objects.filter(path__in=paths).values_list("path", flat=True)
            }
            for path in paths:
                if path not in named:
                    store.place(path).unlink(missing_ok=True)
                    gone += 1
    return gone
