"""Proposals from hosts and committees, the roster of trainers, scenarios and what was accepted of them."""

from tessera.planning.models.proposals import Proposal, ProposalQuerySet
from tessera.planning.models.roster import Availability, TrainerProfile
from tessera.planning.models.scenarios import OTHER_THEME, AcceptedLine, Scenario, ScenarioQuerySet

__all__ = [
    "OTHER_THEME",
    "AcceptedLine",
    "Availability",
    "Proposal",
    "ProposalQuerySet",
    "Scenario",
    "ScenarioQuerySet",
    "TrainerProfile",
]
