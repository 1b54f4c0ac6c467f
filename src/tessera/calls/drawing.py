"""How questions look to those who answer them. This app draws none: the app that asks them says how.

In that app's ``ready``: ``draw_by(page_of_step)``.
"""

from __future__ import annotations

from collections.abc import Callable

from tessera.calls.questions.model import Step

type Draw = Callable[[Step, str], str]

_draw: list[Draw] = []


def draw_by(draw: Draw) -> None:
    """Register ``draw(step, language)``: the markup of a step with all its questions, in one language."""
    _draw[:] = [draw]


def drawn(step: Step, language: str) -> str:
    """The step as applicants see it; "" where no app asks."""
    return _draw[0](step, language) if _draw else ""
