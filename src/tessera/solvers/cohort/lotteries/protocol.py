"""Commit first, draw later: after RFC 3797, so that nobody can choose the outcome and everybody can recompute it."""

from __future__ import annotations

import hashlib
import hmac
from bisect import bisect_right
from itertools import accumulate, count

from tessera.solvers.cohort.lotteries.model import AlreadyDrawn, Commitment, Draw, Lottery, WrongSeed
from tessera.solvers.cohort.lotteries.record import body
from tessera.solvers.proof import sha256


def commit(lottery: Lottery, *, source: str = "", secret: str | None = None) -> Commitment:
    """Fix pool, rules, panels, tickets and the source of chance.

    ``source`` says exactly which public value, not known to anybody yet, will decide, and how it is written down. Where
    there is none, ``secret`` is a seed of at least 16 characters that the office keeps to itself until the draw; only
    its SHA-256 is published. ValueError without panels, or with neither or both.
    """
    if not lottery.panels:
        raise ValueError("There is nothing to draw from.")
    if (secret is None) == (not source.strip()):
        raise ValueError("Name a public source, or give a secret seed.")
    if secret is not None and len(secret) < 16:
        raise ValueError("A secret seed has at least 16 characters.")
    seed_sha256 = None if secret is None else hashlib.sha256(secret.encode()).hexdigest()
    return Commitment(sha256(body(lottery, source, seed_sha256)), source, seed_sha256)


def draw(commitment: Commitment, lottery: Lottery, source_value: str) -> Draw:
    """Draw with the value that the source gave (the secret seed itself where that was agreed).

    seed = SHA-256(commitment in hexadecimal || value, UTF-8); the ticket is `below` of it; people of a type are taken by
    HMAC-SHA256(seed, id), lowest first. A pure function: the same value gives the same draw.
    Raises `AlreadyDrawn` once the commitment is closed, `WrongSeed`, and ValueError where the lottery is not the one
    committed to or the value is empty.
    """
    if commitment.drawn is not None:
        raise AlreadyDrawn
    if sha256(body(lottery, commitment.source, commitment.seed_sha256)) != commitment.sha256:
        raise ValueError("This is not the lottery that was committed to.")
    if not source_value:
        raise ValueError("The source gave no value.")
    if (
        commitment.seed_sha256 is not None
        and hashlib.sha256(source_value.encode()).hexdigest() != commitment.seed_sha256
    ):
        raise WrongSeed
    seed = hashlib.sha256((commitment.sha256 + source_value).encode()).digest()
    number = below(seed, sum(lottery.tickets))
    at = bisect_right(list(accumulate(lottery.tickets)), number)
    members = [one for t, seats in lottery.panels[at].counts for one in by_ticket(seed, lottery.types[t])[:seats]]
    return Draw(commitment.sha256, source_value, seed.hex(), number, at, tuple(sorted(members)))


def below(seed: bytes, limit: int) -> int:
    """A number in [0, limit), each as likely: eight bytes of SHA-256(seed || counter), taken again where they are not
    below the largest multiple of ``limit``; counter in four bytes from 0, big-endian. ``limit`` is at most 2^64."""
    most = 2**64 // limit * limit
    for counter in count():
        number = int.from_bytes(hashlib.sha256(seed + counter.to_bytes(4, "big")).digest()[:8], "big")
        if number < most:
            return number % limit
    raise AssertionError  # counting does not end


def by_ticket(seed: bytes, ids: tuple[str, ...]) -> list[str]:
    """Ids in the order of HMAC-SHA256(seed, id), ascending."""
    return sorted(ids, key=lambda one: hmac.digest(seed, one.encode(), "sha256"))
