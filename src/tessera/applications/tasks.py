"""Scheduled work of applications."""

from __future__ import annotations

from django.tasks import task
from django.utils import timezone

from tessera.applications import services
from tessera.applications.services import forms_due, keeping, likenesses, members, offers, requests
from tessera.applications.services.one_by_one import all_of
from tessera.applications.services.orphans import tidy_orphans


@task
def close_drafts() -> int:
    """Say what became of drafts whose deadline is over."""
    return services.close_drafts(at=timezone.now())


@task
def tidy() -> int:
    """Forget dropped uploads, files that no row names, addresses that nobody confirmed, and old lists of members."""
    now = timezone.now()
    return (
        services.tidy_uploads(at=now)
        + tidy_orphans(at=now)
        + services.tidy_entrances(at=now)
        + members.tidy_members(at=now)
    )


@task
def follow_requests() -> int:
    """Move, remind and end what was asked of others; fails, for a person to see, where one could not be."""
    now = timezone.now()
    return all_of(
        lambda: requests.follow_deadline(at=now), lambda: requests.remind(at=now), lambda: requests.expire(at=now)
    )


@task
def follow_offers() -> int:
    """Remind of offers, and let pass those that nobody answered."""
    return offers.follow_offers(at=timezone.now())


@task
def remind_of_forms() -> int:
    """Tell those who took a place what is still missing of what they are asked."""
    return forms_due.remind_of_forms(at=timezone.now())


@task
def remind_drafts() -> int:
    """Tell the writers of drafts how many days are left."""
    return keeping.remind_drafts(at=timezone.now())


@task
def find_likenesses() -> int:
    """Propose applications that look like one person's."""
    return likenesses.find_likenesses(at=timezone.now())


@task
def keep_retention() -> dict[str, int]:
    """Announce and delete what was kept long enough; fails, for a person to see, where an application could not be."""
    return keeping.keep_retention(at=timezone.now())
