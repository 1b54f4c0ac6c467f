"""What the house holds about people: each app declares its part, and the privacy page shows, exports and erases it.

In an app's ``ready``: ``declare("delivery.attendance", read, label=_("Your attendance"), …)``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, BinaryIO

from django.utils.functional import Promise

from tessera.accounts.models import Person, User

type Words = str | Promise
type Row = dict[str, Any]
type Reader = Callable[[User], list[Row]]
type Eraser = Callable[[User, datetime], None]
type Keeper = Callable[[User], list[Words]]
type Lister = Callable[[User], list[HeldFile]]
type Follower = Callable[[str, Person, datetime], None]


@dataclass(frozen=True)
class HeldFile:
    """A file somebody sent: ``of`` says to what it belongs. ``open`` gives its bytes, and raises OSError where they are
    gone."""

    of: str
    name: str
    size: int
    open: Callable[[], BinaryIO]


@dataclass(frozen=True)
class Holding:
    """One kind of data. ``read`` gives its rows for a user as plain JSON; ``names`` puts the keys in words, ``say`` the
    values of those keys that are codes; ``raw`` are keys whose values are addresses or codes without words.

    ``files`` lists the files that go into a copy. ``count`` says how many rows without reading them. ``erase`` removes
    what may go. ``keeps`` gives the reasons why the person behind the user cannot be deleted and is anonymised instead.
    """

    name: str
    read: Reader
    label: Words
    why: Words = ""
    seen_by: Words = ""
    kept: Words = ""
    names: Mapping[str, Words] = field(default_factory=dict)
    say: Mapping[str, Callable[[Any], Words]] = field(default_factory=dict)
    raw: frozenset[str] = frozenset()
    files: Lister | None = None
    count: Callable[[User], int] | None = None
    erase: Eraser | None = None
    keeps: Keeper | None = None


_holdings: dict[str, Holding] = {}
_followers: list[Follower] = []


def declare(name: str, read: Reader, *, label: Words, **more: Any) -> None:
    """Register what ``name`` ("app.rows") holds; see ``Holding``. The same name again replaces it."""
    _holdings[name] = Holding(name, read, label, **more)


def holdings() -> list[Holding]:
    """Every holding, in the order of declaration."""
    return list(_holdings.values())


def on_anonymised(follow: Follower) -> None:
    """Register ``follow(old slug, person, at)``: called after a person lost their name,
    or was merged or parted again (the slug is then the same), to bring pages up to date."""
    if follow not in _followers:
        _followers.append(follow)


def followers() -> list[Follower]:
    return list(_followers)


def row_count(user: User) -> int:
    """About how many rows an export of ``user`` has; holdings without a quick count are taken as small."""
    return sum(holding.count(user) for holding in holdings() if holding.count is not None)


def held_files(user: User) -> list[tuple[Holding, HeldFile]]:
    """The files of every holding, in the order of declaration; none is opened."""
    return [(holding, file) for holding in holdings() if holding.files for file in holding.files(user)]
