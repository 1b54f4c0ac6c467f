"""From paper to programme: planned trainings made of proposals and of lines of a plan, and the way back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from tessera.accounts.models import Person, User
from tessera.activity.services import record
from tessera.core.errors import DomainError
from tessera.places.queries import HOME_SCHEME, WORKING_SCHEME, SchemeInfo, reference
from tessera.planning.models import AcceptedLine, Proposal, Scenario
from tessera.planning.queries.names import area_name, is_outdated, region_name, scheme_of_plan
from tessera.programmes.documents import new_training_document
from tessera.programmes.models import Status, Topic, Training
from tessera.programmes.queries import kept_scheme
from tessera.programmes.services import InUse, delete_draft, save_training, set_status


class NotAccepted(DomainError):
    message = gettext_lazy("Accept the proposal first; a training is made of it once.")


class NoSuchLine(DomainError):
    message = gettext_lazy("This plan has no such line, or it is not a new training.")


class OfferGone(DomainError):
    message = gettext_lazy("The proposal of this line was declined or taken back since. Nothing was changed.")


class CheckDisagrees(DomainError):
    message = gettext_lazy("The check disagrees with this plan: no line of it is accepted. Ask for a new plan.")


class RegionsReplaced(DomainError):
    message = gettext_lazy(
        "The regions that this plan was made for are no longer in force: no line of it is accepted. Ask for a new plan."
    )


class LineAccepted(DomainError):
    message = gettext_lazy("A training was made of this line already.")


class CannotUndo(DomainError):
    message = gettext_lazy(
        "The training has gone further since: it is public, or no longer only planned. Nothing was changed."
    )


@transaction.atomic
def training_of_proposal(proposal: Proposal, *, by: User, at: datetime) -> Training:
    """Make a planned training of an accepted proposal, once; NotAccepted otherwise."""
    fresh = Proposal.objects.select_for_update().get(pk=proposal.pk)
    if fresh.state != Proposal.State.ACCEPTED or fresh.training_id is not None:
        raise NotAccepted
    fresh = Proposal.objects.select_related("country", "topic").get(pk=fresh.pk)
    training = _planned(_of_proposal(fresh, fresh.dates), by=by, at=at, rehearsal=fresh.rehearsal)
    _link(fresh, training, by=by, at=at)
    return training


@transaction.atomic
def accept_line(scenario: Scenario, number: int, *, by: User, at: datetime) -> AcceptedLine:
    """Make a planned training of line ``number`` (from 0) of a computed plan; CheckDisagrees where its check does.

    Its regions are those of the scheme under which it was computed; RegionsReplaced where that is not in force.
    A line that uses a proposal takes country, topic and need from it and accepts it where nobody has decided yet.
    """
    fresh = Scenario.objects.select_for_update().get(pk=scenario.pk)
    result: dict[str, Any] = fresh.result or {}
    lines: list[dict[str, Any]] = result.get("lines", [])
    if not 0 <= number < len(lines) or lines[number].get("training"):
        raise NoSuchLine
    if result.get("faults"):
        raise CheckDisagrees
    places = reference()
    if is_outdated(result, places):
        raise RegionsReplaced
    scheme = scheme_of_plan(result, places)
    if AcceptedLine.objects.filter(scenario=fresh, line=number, undone_at=None).exists():
        raise LineAccepted
    line = lines[number]
    proposal = _proposal_of(line)
    if proposal is not None and proposal.training_id is not None:
        raise LineAccepted
    document = _of_proposal(proposal, line["edtf"]) if proposal else _of_areas(line, scheme)
    document["languages"] = [{"code": line["language"]}] if line.get("language") else document["languages"]
    if line.get("theme") and Topic.objects.filter(slug=line["theme"]).exists():
        document["topics"] = [line["theme"]]
    people = Person.objects.present().filter(slug__in=line.get("trainers") or [])
    document["people"] = [{"person": person.slug, "role": "trainer"} for person in people.order_by("slug")]
    training = _planned(document, by=by, at=at, rehearsal=fresh.rehearsal)
    if proposal is not None:
        if proposal.state == Proposal.State.RECEIVED:
            from tessera.planning.services.proposals import accept_proposal

            accept_proposal(proposal, by=by, at=at)
            proposal.refresh_from_db()
        _link(proposal, training, by=by, at=at)
    accepted = AcceptedLine.objects.create(scenario=fresh, line=number, training=training, at=at, by=by)
    record("scenario.line_accepted", fresh, by=by, at=at, after=training.slug, public=False)
    return accepted


@transaction.atomic
def undo_line(accepted: AcceptedLine, *, by: User, at: datetime) -> AcceptedLine:
    """Take the training of a line away again, while it is no more than planned; a second time changes nothing.

    The proposal stays accepted (its sender was told) and is free for another plan.
    """
    fresh = AcceptedLine.objects.select_for_update().select_related("scenario").get(pk=accepted.pk)
    if fresh.undone_at is not None:
        return fresh
    training = Training.objects.filter(pk=fresh.training_id).first() if fresh.training_id else None
    slug = training.slug if training else ""
    if training is not None:
        try:
            delete_draft(training, by=by, at=at, reason=_("The line of the plan was taken back."))
        except InUse as refusal:
            raise CannotUndo from refusal
    fresh.training, fresh.undone_at = None, at
    fresh.save(update_fields=["training", "undone_at"])
    record("scenario.line_undone", fresh.scenario, by=by, at=at, before=slug, public=False)
    return fresh


def _proposal_of(line: dict[str, Any]) -> Proposal | None:
    code = line.get("proposal")
    if not code:
        return None
    found = Proposal.objects.select_for_update().filter(code=code).first()
    if found is None or found.state not in (Proposal.State.RECEIVED, Proposal.State.ACCEPTED):
        raise OfferGone
    return Proposal.objects.select_related("country", "topic").get(pk=found.pk)


def _planned(document: dict[str, Any], *, by: User, at: datetime, rehearsal: bool) -> Training:
    made = save_training(document, by=by, at=at, expected_version=0, rehearsal=rehearsal)
    return set_status(made.obj, Status.PLANNED, by=by, at=at)


def _link(proposal: Proposal, training: Training, *, by: User, at: datetime) -> None:
    proposal.training = training
    proposal.version += 1
    proposal.save(update_fields=["training", "version"])
    record("proposal.training_made", proposal, by=by, at=at, after=training.slug, public=False)


def _of_proposal(proposal: Proposal, dates: str) -> dict[str, Any]:
    def title() -> str:
        if proposal.topic is not None:
            return _("%(topic)s, %(place)s") % {"topic": proposal.topic, "place": proposal.country}
        return _("Training in %(place)s") % {"place": proposal.country}

    return {
        **new_training_document(),
        "title": _in_all(title),
        # In a language that the content does not have, it stays with the proposal.
        "need": {proposal.language: proposal.need} if proposal.language in settings.CONTENT_LANGUAGES else {},
        "dates": {"edtf": dates} if dates else None,
        "places": [{"country": proposal.country_id, "city": proposal.city or None}],
        "topics": [proposal.topic.slug] if proposal.topic else [],
        "languages": [{"code": code} for code in proposal.languages],
        "audience": audience_of([], [], country=proposal.country_id),
    }


def _of_areas(line: dict[str, Any], scheme: SchemeInfo) -> dict[str, Any]:
    return {
        **new_training_document(),
        "title": _in_all(lambda: _("Training for %(area)s") % {"area": _served(line, scheme)}),
        "dates": {"edtf": line["edtf"]},
        "audience": audience_of(line["areas"], line["regions"], scheme),
    }


def audience_of(
    areas: Sequence[str], regions: Sequence[str], scheme: SchemeInfo | None = None, *, country: str = ""
) -> dict[str, Any]:
    """Whom a training is for: the countries of its working areas (or of the area of ``country``), else its regions.

    ``regions`` are those of ``scheme``, by default the programme's. Audiences name regions of the default scheme; others
    stand by their countries.
    """
    places = reference()
    scheme = scheme or kept_scheme(places)
    if country:
        scheme = places.scheme(HOME_SCHEME)
        area, region = places.region_of(country, WORKING_SCHEME), places.region_of(country, HOME_SCHEME)
        areas, regions = [area] if area else [], [region] if region else []
        if not areas and not regions:
            return {"scope": "regional", "countries": [country], "unesco_regions": []}
    held = {region.code: region.countries for region in places.regions(WORKING_SCHEME)}
    countries = sorted(frozenset[str]().union(*(held.get(area, frozenset()) for area in areas)))
    named = {code: places.coverage_region(code, scheme.code) for code in regions}
    same = all(region and places.home_regions.get(code) == region.countries for code, region in named.items())
    if not countries and not same:
        countries = sorted(frozenset[str]().union(*(region.countries for region in named.values() if region)))
    scope = "interregional" if len(regions) > 1 else "regional"
    return {"scope": scope, "countries": countries, "unesco_regions": [] if countries else list(regions)}


def _served(line: dict[str, Any], scheme: SchemeInfo) -> str:
    areas, regions = line["areas"], line["regions"]
    return ", ".join([area_name(code) for code in areas] or [region_name(code, scheme) for code in regions])


def _in_all(said: Callable[[], str]) -> dict[str, str]:
    """What ``said`` says in every language of the content that the interface speaks."""
    found = {}
    for language in settings.CONTENT_LANGUAGES:
        if language in settings.INTERFACE_LANGUAGES:
            with override(language):
                found[language] = str(said())
    return found
