"""What moves when two persons turn out to be one: each app that points at persons says how, and how back.

Register in the app's ``ready``: ``on_merge("organisations.positions", move, undo)``. ``move(kept, merged)`` moves
what belongs to ``merged`` and returns plain JSON; ``undo(kept, merged, moved)`` takes that and puts it back.
Both run inside the transaction of the merge, in the order of registration (undo: the reverse).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tessera.accounts.models import Person

type Move = Callable[[Person, Person], Any]
type Undo = Callable[[Person, Person, Any], None]


@dataclass(frozen=True)
class Mover:
    name: str
    move: Move
    undo: Undo


_movers: dict[str, Mover] = {}


def on_merge(name: str, move: Move, undo: Undo) -> None:
    """Register how what ``name`` ("app.rows") stands for moves between persons; the same name again replaces it."""
    _movers[name] = Mover(name, move, undo)


def movers() -> list[Mover]:
    """Every mover, in the order of registration."""
    return list(_movers.values())
