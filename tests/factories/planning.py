"""Proposals, trainers and scenarios, made as the services make them. Invented people are named after stones."""

from __future__ import annotations

import itertools
from datetime import date
from typing import Any

from tessera.planning.models import Proposal, Scenario, TrainerProfile
from tessera.planning.services import proposals, roster, scenarios
from tests.factories.accounts import OfficeUserFactory, PersonFactory
from tests.factories.moments import NOW

_numbers = itertools.count(10_001)  # of one length, so that names sort as they were made


def proposal_facts(**changes: Any) -> dict[str, Any]:
    n = next(_numbers)
    return {
        "name": "Celia Pizarra", "email": f"celia.pizarra{n}@example.org", "organisation": f"House of Basalt {n}",
        "capacity": "host", "country_id": "SN", "city": "Dakar", "need": "Stores are full and nobody was trained.",
        "topic_id": None, "topic_words": "Stores", "dates": "2027-03/2027-05", "languages": ["fr"],
        "budget": 24_000_00, "currency": "EUR", **changes,
    }  # fmt: skip


def make_proposal(
    *, state: str = "received", rehearsal: bool = False, language: str = "fr", **changes: Any
) -> Proposal:
    """A received proposal, or one in another state."""
    made = proposals.add_proposal(proposal_facts(**changes), language=language, by=OfficeUserFactory(), at=NOW)
    if state != "received" or rehearsal:
        made.state, made.rehearsal = state, rehearsal
        made.save()
    return made


def make_profile(person: Any = None, *, version: int = 0, **changes: Any) -> TrainerProfile:
    """A trainer who teaches in French and Spanish and cannot in the summer of 2027."""
    facts = {
        "languages": ["es", "fr"], "fee": 1_500_00, "travel": 800_00, "currency": "EUR", "most_a_year": 2, "note": "",
    }  # fmt: skip
    topics = changes.pop("topics", [])
    periods = changes.pop("periods", [("cannot", date(2027, 6, 1), date(2027, 8, 31), "field work")])
    return roster.save_profile(
        person or PersonFactory(), {**facts, **changes}, topics, periods, by=None, at=NOW, expected_version=version
    )


def limits(**changes: Any) -> dict[str, Any]:
    return {
        "on": "2026-12-01", "years": 2, "per_year": 4, "per_quarter": None, "rule": "strict", "currency": "EUR",
        "budget": None, "open_cost": None, "shared": None, "proposals": [], "keep_dates": True, "only_proposed": False,
        "trainers": [], "trainers_each": None, "languages": {}, "funders": [], **changes,
    }  # fmt: skip


def ask(name: str = "Four a year", *, base: Scenario | None = None, **changes: Any) -> Scenario:
    """A scenario that waits for a worker."""
    return scenarios.ask_scenario(name, limits(**changes), by=OfficeUserFactory(), at=NOW, base=base)


def computed(name: str = "Four a year", *, base: Scenario | None = None, **changes: Any) -> Scenario:
    """A scenario with its plan, computed in this process."""
    made = scenarios.compute_scenario(ask(name, base=base, **changes).pk, at=NOW)
    assert made is not None
    return made
