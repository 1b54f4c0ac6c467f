"""What a person can do with a training or topic besides writing it: publish, hide, clone, restore, delete."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models.deletion import ProtectedError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tessera.activity import documents
from tessera.activity.documents import Document, Saved
from tessera.activity.models import Activity, Revision
from tessera.activity.services import record, record_deletion
from tessera.core import edtf
from tessera.core.errors import DomainError
from tessera.core.models import TranslationState
from tessera.core.translated import best
from tessera.organisations.services import InUse, Lacking
from tessera.programmes.models import Series, Source, Status, Topic, Training
from tessera.programmes.queries import trainings_naming, trainings_whole
from tessera.programmes.services.records import free_training_slug, next_topic_order, sources, topics, trainings
from tessera.programmes.services.records import series as series_store
from tessera.programmes.texts import training_texts
from tessera.web.punctuation import listed


class SeriesInUse(DomainError):
    message = gettext_lazy("Trainings are of this series: take them out of it first.")


class SourceInUse(DomainError):
    message = gettext_lazy("Trainings name this source, take it out of them first: %(trainings)s")


class PrimarySource(DomainError):
    message = gettext_lazy("Every training names a primary source. Make it an external one first.")


class NoFirstDay(DomainError):
    message = gettext_lazy("This training has no first day to count from: copy it without a new first day.")


class OutsideCalendar(DomainError):
    message = gettext_lazy(edtf.EdtfError.messages["outside"])


SHOWN = 10

# What a clone does not take over: when it is, where it stands, whom it had, what was found out about it.
_NOT_CLONED = (
    "order_on_page", "dates", "tentative", "former_dates", "participants", "title_source", "issues", "external",
    "has_detail_page", "media_credits", "duration_days",
)  # fmt: skip


def lacking(training: Training) -> list[str]:
    """What a training still needs before readers may see it: whole sentences, none where nothing is lacking."""
    document = trainings.read(training)
    shown, _stale = documents.public_texts("training", training.slug, training_texts(document))
    said: list[str] = []
    if training.status == Status.PROPOSED:
        said.append(_("It is only proposed: plan it first."))
    languages = dict(settings.LANGUAGES)
    ready = [
        code for code in settings.CONTENT_LANGUAGES if shown["title"].get(code) and shown.get("summary", {}).get(code)
    ]
    if not ready:
        said.append(_("Title and summary are not ready in any one language: write both and take them out of draft."))
    elif settings.MAIN_LANGUAGE not in ready and not shown["title"].get(settings.MAIN_LANGUAGE):
        said.append(
            _("The title is missing in the main language (%(language)s).")
            % {"language": languages[settings.MAIN_LANGUAGE]}
        )
    if not document["dates"] and training.status != Status.POSTPONED:
        said.append(_("The dates are missing: a month is enough."))
    if not document["places"] and training.format != "online":
        said.append(_("The country where people meet is missing."))
    told = document["audience"]
    if not (told["countries"] or told["unesco_regions"] or told.get("m49_subregions")):
        said.append(_("Say for whom it is: countries, an area or a region."))
    if not any(credit["role"] == "organiser" for credit in document["organisations"]) and not any(
        credit["role"] in ("initiator", "supporter") for credit in document["organisations"]
    ):
        said.append(_("Name at least one organiser."))
    return said + _hidden(training)


def _hidden(training: Training) -> list[str]:
    said = []
    for credit in training.credits.all():
        if not credit.organisation.published:
            said.append(
                _("The organisation “%(name)s” is not published: publish it, or take it out of the credits.")
                % {"name": credit.organisation}
            )
    for held in training.engagements.all():
        if not held.person.published:
            said.append(
                _("%(name)s is not published: publish the person's record, or take it out.") % {"name": held.person}
            )
    return list(dict.fromkeys(said))


@transaction.atomic
def publish_training(training: Training, *, by: Any, at: datetime, reason: str = "") -> Training:
    """Show a training to the public; `Lacking` says what is missing."""
    row = _found(training)
    if row.published:
        return row
    missing = lacking(row)
    if missing:
        raise Lacking(missing)
    row.published = True
    row.save(update_fields=["published"])
    record("training.published", row, by=by, at=at, reason=reason)
    trainings.refresh(row, at=at)
    return row


@transaction.atomic
def unpublish_training(training: Training, *, by: Any, at: datetime, reason: str = "") -> Training:
    """Hide a training from the public; its address answers that there is no such page."""
    row = _found(training)
    if row.published:
        row.published = False
        row.save(update_fields=["published"])
        record("training.unpublished", row, by=by, at=at, reason=reason)
        trainings.refresh(row, at=at)
    return row


@transaction.atomic
def clone_training(training: Training, *, by: Any, at: datetime, starts_on: date | None = None) -> Training:
    """A new proposed training like this one, under an address of its own.

    With ``starts_on`` its dates, phases and the times of sessions move with its first day (`edtf.shift`), and are
    tentative; `NoFirstDay` where there is none, `OutsideCalendar` where there are no such days. What then lies outside
    what holds it is left out, and its place in the document is in ``left_out`` of the copy. Not taken over: without
    ``starts_on`` dates and times; status, numbers, what sources say of it, issues, and that it was published.
    """
    source = _found(training)
    old = trainings.read(source)
    fresh: Document = {key: value for key, value in old.items() if key not in _NOT_CLONED}
    fresh |= {
        "id": free_training_slug(best(old["title"])[0]),
        "status": Status.PROPOSED.value,
        "dates": None,
        "phases": [
            {key: value for key, value in phase.items() if key in ("mode", "time_zone")} for phase in old["phases"]
        ],
        "sessions": [
            {key: value for key, value in session.items() if key not in ("starts", "ends", "room")}
            for session in old["sessions"]
        ],
    }
    kept = {"rehearsal": source.rehearsal}
    left_out: list[str] = []
    if starts_on is not None:
        if not old["dates"]:
            raise NoFirstDay
        try:
            moved, left_out = _moved(old, starts_on)
        except (edtf.EdtfError, OverflowError) as error:
            raise OutsideCalendar from error
        fresh |= moved
        left_out += _taken_out(fresh, trainings.check(fresh, None, **kept)[1])
    copy = documents.copy(trainings, source, fresh, by=by, at=at, creation=kept, context=kept).obj
    copy.left_out = left_out
    return copy


def _moved(old: Document, first: date) -> tuple[Document, list[str]]:
    """Dates, phases and sessions of a training that begins on ``first``, times of day as they were; what did not fit."""
    dates = edtf.parse(old["dates"]["edtf"])
    start = dates.start
    if start is None:
        raise NoFirstDay
    by = edtf.shift(start, first)
    left_out = []

    def later(old_dates: edtf.Edtf, place: str) -> str:
        try:
            return str(old_dates.moved(by))
        except edtf.EdtfError as error:
            if error.code != "reversed":
                raise
        left_out.append(place)
        return ""

    def phase_dates(n: int, phase: Document) -> Document:
        found = later(edtf.parse(phase["edtf"]), f"phases[{n}].edtf") if phase.get("edtf") else ""
        return {"edtf": found} if found else {}

    def times(session: Document) -> Document:
        told = {key: datetime.fromisoformat(session[key]) for key in ("starts", "ends") if session.get(key)}
        return {key: (moment + timedelta(days=by.days)).isoformat()[:16] for key, moment in told.items()}

    return {
        "dates": {"edtf": later(dates, "dates.edtf") or str(start.moved(by))},
        "tentative": True,
        "phases": [
            {key: value for key, value in phase.items() if key in ("mode", "time_zone")} | phase_dates(n, phase)
            for n, phase in enumerate(old["phases"])
        ],
        "sessions": [
            {key: value for key, value in session.items() if key not in ("starts", "ends", "room")} | times(session)
            for session in old["sessions"]
        ],
    }, left_out


def _taken_out(document: Document, errors: Mapping[str, list[Any]]) -> list[str]:
    """Take the dates of phases and the times of sessions that ``errors`` name out of a document; their places."""
    found: dict[str, None] = {}
    for path in errors:
        place = re.fullmatch(r"(phases|sessions)\[(\d+)\]\.(edtf|starts|ends)", path)
        if place:
            part, key = document[place[1]][int(place[2])], "edtf" if place[1] == "phases" else "starts"
            for dated in (key, "ends"):
                part.pop(dated, None)
            found[f"{place[1]}[{place[2]}].{key}"] = None
    return list(found)


@transaction.atomic
def clone_topic(topic: Topic, names: Mapping[str, str], *, by: Any, at: datetime) -> Topic:
    """A draft like ``topic`` called ``names``, under an address of its own, after every other in lists."""
    source = topics.find(topic.slug)
    if source is None:
        raise documents.RecordGone
    fresh = topics.read(source) | {"id": "", "name": dict(names), "order": next_topic_order()}
    creation = {"rehearsal": source.rehearsal, "published": False}
    return documents.copy(topics, source, fresh, by=by, at=at, creation=creation).obj


def restore_revision(
    revision: Revision, *, by: Any, at: datetime, expected_version: int | None = None, reason: str = ""
) -> Saved[Any]:
    """Bring back a training, topic or the programme as ``revision`` has it; a training keeps its status."""
    return documents.restore(revision, by=by, at=at, expected_version=expected_version, reason=reason)


@transaction.atomic
def delete_draft(training: Training, *, by: Any, at: datetime, reason: str = "") -> None:
    """Delete a training that never was public and is no further than planned; `InUse` otherwise."""
    row = _found(training)
    seen = ("training.published", "training.loaded")
    was_seen = Activity.objects.filter(object_type="training", object_key=row.slug, verb__in=seen).exists()
    if row.published or was_seen or row.status not in (Status.PROPOSED, Status.PLANNED):
        raise InUse
    record_deletion(row, by=by, at=at, reason=reason)
    TranslationState.objects.filter(object_type="training", object_key=row.slug).delete()
    row.delete()


@transaction.atomic
def publish_topic(topic: Topic, *, by: Any, at: datetime, reason: str = "") -> Topic:
    """Show a topic to the public."""
    return _show_topic(topic, True, by=by, at=at, reason=reason)


@transaction.atomic
def unpublish_topic(topic: Topic, *, by: Any, at: datetime, reason: str = "") -> Topic:
    """Hide a topic; trainings on it leave it out."""
    return _show_topic(topic, False, by=by, at=at, reason=reason)


@transaction.atomic
def delete_topic(topic: Topic, *, by: Any, at: datetime, reason: str = "") -> None:
    """Delete a topic that no training has; `InUse` otherwise."""
    row = topics.find(topic.slug)
    if row is None:
        return
    record_deletion(row, by=by, at=at, reason=reason)
    try:
        with transaction.atomic():
            row.delete()
    except ProtectedError as error:
        raise InUse from error
    TranslationState.objects.filter(object_type="topic", object_key=topic.slug).delete()
    from tessera.publications.services import withdraw_record

    withdraw_record("topic", topic.slug)


@transaction.atomic
def delete_series(series: Series, *, by: Any, at: datetime, reason: str = "") -> None:
    """Delete a series that no training is of; `SeriesInUse` otherwise."""
    row = series_store.find(series.slug)
    if row is None:
        return
    if row.trainings.exists():
        raise SeriesInUse
    record_deletion(row, by=by, at=at, reason=reason)
    TranslationState.objects.filter(object_type="series", object_key=row.slug).delete()
    row.delete()


@transaction.atomic
def delete_source(source: Source, *, by: Any, at: datetime, reason: str = "") -> None:
    """Delete a source that no fact of a training names; `SourceInUse` names those that do, `PrimarySource` of all."""
    row = sources.find(source.code)
    if row is None:
        return
    naming = trainings_naming(row)
    if naming and row.kind == "primary":
        raise PrimarySource
    if naming:
        more = ["…"] if len(naming) > SHOWN else []
        raise SourceInUse(trainings=listed([*naming[:SHOWN], *more]))
    record_deletion(row, by=by, at=at, reason=reason)
    row.delete()


def _show_topic(topic: Topic, shown: bool, *, by: Any, at: datetime, reason: str) -> Topic:
    row = topics.find(topic.slug)
    if row is None:
        raise documents.RecordGone
    if row.published != shown:
        row.published = shown
        row.save(update_fields=["published"])
        record("topic.published" if shown else "topic.unpublished", row, by=by, at=at, reason=reason)
        topics.refresh(row, at=at)
    return row


def _found(training: Training) -> Training:
    if trainings.find(training.slug) is None:
        raise documents.RecordGone
    return trainings_whole().get(slug=training.slug)
