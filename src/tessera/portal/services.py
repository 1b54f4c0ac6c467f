"""E-mail alerts: asked for, confirmed, sent, ended. Ending one forgets it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import override

from tessera.accounts.tokens import link_token, row_of_link
from tessera.core.codes import new_code
from tessera.core.translated import best
from tessera.core.versions import content_version
from tessera.messaging.rendering import site_url
from tessera.messaging.services import queue_message
from tessera.portal import sentences
from tessera.portal.addresses import page_path
from tessera.portal.filters import asked
from tessera.portal.models import Alert
from tessera.publications import queries
from tessera.publications.models import PublicRecord

SALT, CONFIRM_SALT = "portal.alert", "portal.alert.confirm"
CONFIRM_DAYS = 7
MOST_PER_MAIL = 20


def ask_alert(address: str, query: str, language: str, *, at: datetime) -> Alert:
    """Keep the wish and mail a link that confirms it; for an alert that runs already, mail the link that manages it.

    What the reader sees is the same in both cases. Safe to repeat.
    """
    address = address.strip().lower()
    with transaction.atomic():
        alert = Alert.objects.select_for_update().filter(address=address, query=query).first()
        if alert is None:
            try:
                with transaction.atomic():
                    alert = Alert.objects.create(
                        address=address, query=query, language=language, seed=new_code(16), asked_at=at
                    )
            except IntegrityError:
                alert = Alert.objects.get(address=address, query=query)
        if alert.confirmed_at is None:
            alert.language, alert.asked_at = language, at
            alert.save(update_fields=["language", "asked_at"])
        template, path = (
            ("alert_exists", manage_path(alert)) if alert.confirmed_at else ("alert_confirm", confirm_path(alert))
        )
        with override(language):
            queue_message(
                template,
                to=address,
                context={"link": site_url(path), "wish": wish(query, language), "days": CONFIRM_DAYS},
                language=language,
                reason=_("You get this mail because somebody typed your address on our alert page."),
                confidential=True,
                at=at,
            )
    return alert


@transaction.atomic
def confirm_alert(alert: Alert, *, at: datetime) -> Alert:
    """Start the alert: what is on the list now is known, what changes from now on is news. Safe to repeat."""
    alert = Alert.objects.select_for_update().get(pk=alert.pk)
    if alert.confirmed_at is None:
        alert.confirmed_at, alert.content_version = at, content_version()
        alert.known = {record.slug: record.card["status"] for record in _matching(alert.query)}
        alert.save(update_fields=["confirmed_at", "content_version", "known"])
    return alert


def end_alerts(address: str, pks: Iterable[int] | None = None) -> int:
    """Forget the alerts of an address (those of ``pks``, or all of them); returns how many there were."""
    alerts = Alert.objects.of_address(address)
    if pks is not None:
        alerts = alerts.filter(pk__in=list(pks))
    return alerts.delete()[0]


def end_alert(alert: Alert) -> None:
    alert.delete()


def send_alerts(*, at: datetime) -> int:
    """Write to everybody whose list has news; returns the number of mails.

    Runs again and again: an alert is looked at once for each content version, and what was told is kept with the
    mail in one transaction, so that a killed run sends nothing twice.
    """
    version = content_version()
    waiting = Alert.objects.confirmed().exclude(content_version=version).order_by("query", "pk")
    sent, query, found = 0, None, []
    for pk, wanted in list(waiting.values_list("pk", "query")):
        if wanted != query:
            query, found = wanted, _matching(wanted)
        sent += _send_one(pk, found, version, at)
    return sent


def tidy_alerts(*, at: datetime) -> int:
    """Forget wishes that nobody confirmed in time; returns how many."""
    return Alert.objects.forgotten_before(at - timedelta(days=CONFIRM_DAYS)).delete()[0]


def alert_of(token: str) -> Alert | None:
    """The alert that a link manages, or None where it has ended or the link is not ours."""
    return row_of_link(token, Alert.objects.all(), SALT)


def alert_to_confirm(token: str) -> Alert | None:
    """The alert that a link confirms, or None where it is too old or not ours."""
    return row_of_link(token, Alert.objects.all(), CONFIRM_SALT, max_age=timedelta(days=CONFIRM_DAYS))


def manage_path(alert: Alert) -> str:
    return f"/{alert.language}/alerts/{link_token(alert, SALT)}/"


def end_path(alert: Alert) -> str:
    return f"{manage_path(alert)}end/"


def confirm_path(alert: Alert) -> str:
    return f"/{alert.language}/alerts/confirm/{link_token(alert, CONFIRM_SALT)}/"


def wish(query: str, language: str) -> str:
    """The filters of an alert in words: "Region: Africa; Language: French"; "all trainings" where there are none."""
    from tessera.portal.filter_words import filter_words

    return filter_words(asked(QueryDict(query)).filters, language)


def _send_one(pk: int, found: list[PublicRecord], version: int, at: datetime) -> int:
    with transaction.atomic():
        alert = Alert.objects.select_for_update().filter(pk=pk).exclude(content_version=version).first()
        if alert is None:
            return 0
        fresh = [record for record in found if alert.known.get(record.slug) != record.card["status"]]
        known = {record.slug: record.card["status"] for record in found}
        if fresh:
            digest = hashlib.sha256(json.dumps([version, sorted(known.items())]).encode()).hexdigest()[:24]
            with override(alert.language):
                queue_message(
                    "alert_news",
                    to=alert.address,
                    context=_news(alert, fresh, at.date()),
                    language=alert.language,
                    reason=_("You get this mail because you asked for it on our alert page."),
                    key=f"alert:{alert.pk}:{alert.seed}:{digest}",
                    headers={
                        "List-Unsubscribe": f"<{site_url(end_path(alert))}>",
                        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
                    },
                    at=at,
                )
            alert.mails += 1
        # A training that left the list (withdrawn for a day) and comes back unchanged is no news.
        alert.known, alert.content_version = {**alert.known, **known}, version
        alert.save(update_fields=["known", "content_version", "mails"])
    return 1 if fresh else 0


def _news(alert: Alert, fresh: list[PublicRecord], on: date) -> dict[str, Any]:
    items = []
    for record in fresh[:MOST_PER_MAIL]:
        card, edtf = record.card, record.card["dates"]["edtf"] if record.card["dates"] else None
        items.append(
            {
                "title": best(card["title"], alert.language)[0],
                "status": sentences.status_label(card["status"], edtf, on, alert.language)[0],
                "when": sentences.when_of(record.facts, on, alert.language),
                "link": site_url(page_path("training", record.slug, alert.language)),
                "changed": record.slug in alert.known,
            }
        )
    context: dict[str, Any] = {
        "items": items,
        "count": len(fresh),
        "wish": wish(alert.query, alert.language),
        "manage": site_url(manage_path(alert)),
        "end": site_url(end_path(alert)),
    }
    if len(fresh) > MOST_PER_MAIL:
        context["rest"] = len(fresh) - MOST_PER_MAIL
    return context


def _matching(query: str) -> list[PublicRecord]:
    """The real trainings of the list now, newest first."""
    return queries.every(asked(QueryDict(query)).filters)


def language_of(language: str) -> str:
    """``language`` where mails are written in it, else the main one."""
    return language if language in settings.INTERFACE_LANGUAGES else settings.MAIN_LANGUAGE
