"""What a newcomer finds: the developers' copy of the archive and the rehearsal data."""

from __future__ import annotations

import json
from importlib.resources import files
from importlib.resources.abc import Traversable


def load_first_data() -> list[str]:
    """Load both, each as far as it is not here yet; what people wrote or removed stays. Returns what was done."""
    from django.utils import timezone
    from django.utils.translation import override

    from tessera.commands.load import summary
    from tessera.programmes import archive, rehearsal

    said = []
    at = timezone.now()
    with override("en"):
        report = archive.load(json.loads(archive_file().read_text(encoding="utf-8")), at=at)
        if report.wrote:
            said.append(f"Archive loaded: {summary(report)}")
        report = rehearsal.load_rehearsal(at)
        if report.wrote:
            said.append(f"Rehearsal data loaded: {summary(report)}")
    return said


def archive_file() -> Traversable:
    """The developers' copy of the archive, shipped with the project."""
    return files("tessera.programmes") / "data" / "archive.json"
