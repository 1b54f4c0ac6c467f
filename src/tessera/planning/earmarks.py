"""Funders and what their money is for: a region, a working area, a topic, a language, a year."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from tessera.planning.models import OTHER_THEME
from tessera.solvers.coverage.model import LARGEST, Funder, Host, Trainer

MOST_MATCHING = 1000  # trainings; more than any plan holds


def funders(limits: Mapping[str, Any], areas: Collection[str]) -> tuple[Funder, ...]:
    """A funder without a cap gives to every training that matches; one for an area that is not planned for gives nothing."""
    return tuple(
        Funder(
            row["name"],
            amount=row["amount"],
            cap=row["cap"] if row.get("cap") is not None else min(row["amount"] * MOST_MATCHING, LARGEST),
            minimum=row.get("minimum") or 0,
            regions=(row["region"],) if row.get("region") else (),
            areas=(row["area"],) if row.get("area") else (),
            languages=(row["language"],) if row.get("language") else (),
            themes=(row["topic"],) if row.get("topic") else (),
            years=(row["year"],) if row.get("year") else (),
        )
        for row in limits.get("funders") or ()
        if not row.get("area") or row["area"] in areas
    )


def themes(
    paying: Sequence[Funder], offers: Sequence[Host], trainers: Sequence[Trainer]
) -> tuple[tuple[str, ...], tuple[Trainer, ...]]:
    """The themes that matter, and the trainers with what they know of them.

    Themes matter where trainers must know them or a funder names one. A training need not be about what a funder pays
    for: beside the themes of funders there is one that is none of them, and anybody can teach it.
    """
    wanted = {theme for funder in paying for theme in funder.themes}
    found = sorted({theme for host in offers for theme in host.themes} | wanted) if trainers or wanted else []
    if not wanted:
        return tuple(found), tuple(trainers)
    return (*found, OTHER_THEME), tuple(replace(one, themes=(*one.themes, OTHER_THEME)) for one in trainers)
