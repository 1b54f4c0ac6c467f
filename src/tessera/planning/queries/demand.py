"""Demand as the record knows it: how many came to earlier trainings, and wishes that no training answers yet.

Who holds wishes declares them in the ``ready`` of its app: ``declare_wishes("applications.turned_away", turned_away)``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tessera.places.queries import reference
from tessera.planning.models import Proposal
from tessera.planning.queries.coverage import training_countries
from tessera.programmes.models import Training
from tessera.programmes.queries import kept_scheme

type Wishes = Callable[[bool], Mapping[str, int]]

_wishes: dict[str, Wishes] = {}


@dataclass(frozen=True)
class Demand:
    """A training with a reported number of participants, and regions of the programme's scheme.

    ``least`` and ``most`` differ where sources do.
    """

    training: Training
    regions: tuple[str, ...]
    least: int
    most: int


def demand() -> list[Demand]:
    """Trainings of the record with a number, the latest first."""
    places = reference()
    scheme = kept_scheme(places)
    countries = training_countries(places)
    found = []
    for training in Training.objects.real().order_by("-starts_on", "-pk"):
        numbers = [row["value"] for row in training.participants.get("reported") or () if row.get("value")]
        if numbers:
            regions = {scheme.region_of(code) for code in countries[training.slug]} - {None}
            found.append(Demand(training, tuple(sorted(filter(None, regions))), min(numbers), max(numbers)))
    return found


def declare_wishes(name: str, count: Wishes) -> None:
    """Register wishes for a training that nothing answers yet, by country; ``count`` is told whether in a rehearsal.

    The same name again replaces it.
    """
    _wishes[name] = count


def unmet_demand(*, rehearsal: bool = False) -> dict[str, int]:
    """How many wishes wait in each country, from all who declared some; one query each."""
    found: Counter[str] = Counter()
    for count in _wishes.values():
        found.update(count(rehearsal))
    return dict(found)


def open_proposals(rehearsal: bool) -> dict[str, int]:
    """Proposals by country that were confirmed, not declined and not answered by a training."""
    rows = Proposal.objects.open().filter(rehearsal=rehearsal).values_list("country_id", flat=True)
    return dict(Counter(rows))
