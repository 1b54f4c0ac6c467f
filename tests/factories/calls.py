"""Calls, their strands and versions as rows. The call is open on the factories' day and closes anywhere on Earth."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, time
from typing import Any

import factory

from tessera.calls import services
from tessera.calls.documents import new_call_document
from tessera.calls.models import Call, DateChange, FormVersion, RuleVersion, Strand
from tessera.calls.queries import calls_whole
from tessera.calls.services import records
from tests.factories.moments import NOW
from tests.factories.programmes import make_training

_numbers = itertools.count(10_001)  # of one length, so that names sort as they were made
OPENS_AT = datetime(2026, 2, 2, 8, tzinfo=UTC)
CLOSES_AT = datetime(2026, 3, 16, 12, tzinfo=UTC)

FORM = {
    "steps": [
        {
            "key": "you",
            "title": {"en": "About you", "fr": "Vous", "es": "Sobre usted"},
            "questions": [
                {
                    "key": "name", "type": "short_text", "label": {"en": "Name", "fr": "Nom", "es": "Nombre"},
                    "required": True, "stage": "apply", "seen_by": "office", "identity": True,
                }
            ],
        },
        {
            "key": "motivation",
            "title": {"en": "Motivation", "fr": "Motivation", "es": "Motivación"},
            "questions": [
                {
                    "key": "letter", "type": "long_text", "label": {"en": "Why you?", "fr": "Pourquoi vous ?"},
                    "required": True, "stage": "apply", "seen_by": "reviewers", "identity": False,
                    "limit": {"unit": "words", "max": 300},
                }
            ],
        },
    ]
}  # fmt: skip


def call_document(**changes: Any) -> dict[str, Any]:
    """A call in three languages that is open on the factories' day and closes on 15 March anywhere on Earth."""
    n = next(_numbers)
    return {
        **new_call_document(),
        "title": {"en": f"Call {n}", "fr": f"Appel {n}", "es": f"Convocatoria {n}"},
        "summary": {"en": "Come.", "fr": "Venez.", "es": "Vengan."},
        "audience": {"en": "For everybody.", "fr": "Pour tout le monde.", "es": "Para todo el mundo."},
        "opens": {"day": "2026-02-02", "time": "09:00"},
        "deadline": {"day": "2026-03-15", "time": "23:59", "zone": "Etc/GMT+12"},
        **changes,
    }


def make_call(*, status: str = "draft", form: Any = FORM, rules: Any = (), at: datetime = NOW, **changes: Any) -> Call:
    """A call saved as the desk saves it, with its questions; published (it opens at once), or in a later status."""
    if "training" not in changes:
        changes["training"] = make_training(dates={"edtf": "2026-09-07/2026-09-11"}, phases=[]).slug
    made = services.save_call(call_document(**changes), by=None, at=at).obj
    if form:
        services.save_form(made, form, by=None, at=at)
    services.save_rules(made, {"rules": list(rules)}, by=None, at=at)
    if status != "draft":
        made = services.publish_call(made, by=None, at=at)
    if status not in ("draft", "published", "open"):
        Call.objects.filter(pk=made.pk).update(status=status)
        records.calls.refresh(calls_whole().get(pk=made.pk), at=at)
    return calls_whole().get(pk=made.pk)


class CallFactory(factory.django.DjangoModelFactory):
    """An open call with one strand, the first version of its form and of its rules (none)."""

    class Meta:
        model = Call
        skip_postgeneration_save = True

    code = factory.Sequence(lambda n: f"call-{n:05}")
    training = factory.LazyFunction(make_training)
    status = "open"
    main_language = "en"
    answer_languages = ["en", "fr", "es"]
    title = factory.Sequence(lambda n: {"en": f"Call {n:05}", "fr": f"Appel {n:05}", "es": f"Convocatoria {n:05}"})
    summary = {"en": "Come.", "fr": "Venez.", "es": "Vengan."}
    opens_at = OPENS_AT
    deadline_on = date(2026, 3, 15)
    deadline_time = time(23, 59)
    deadline_zone = "Etc/GMT+12"
    closes_at = CLOSES_AT
    first_opens_at = factory.SelfAttribute("opens_at")
    last_closes_at = factory.SelfAttribute("closes_at")
    version = 1
    changed_at = NOW

    class Params:
        draft = factory.Trait(status="draft")

    @factory.post_generation
    def strands(self, create, extracted, **kwargs):
        """``strands=[{"key": "a"}, …]``; one strand for everybody where nothing is said."""
        for n, facts in enumerate(extracted if extracted is not None else [{}]):
            StrandFactory(call=self, order=n, **facts)

    @factory.post_generation
    def form(self, create, extracted, **kwargs):
        FormVersionFactory(call=self, document=extracted or FORM)

    @factory.post_generation
    def rules(self, create, extracted, **kwargs):
        RuleVersionFactory(call=self, document={"rules": extracted or []})


class StrandFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Strand

    call = factory.SubFactory(CallFactory, strands=[])
    key = factory.Sequence(lambda n: f"strand-{n:05}")
    name = {"en": "Everybody", "fr": "Tout le monde", "es": "Todo el mundo"}


class FormVersionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = FormVersion

    number = 1
    document = FORM
    at = NOW


class RuleVersionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = RuleVersion

    number = 1
    document = {"rules": []}
    at = NOW


class DateChangeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = DateChange

    call = factory.SubFactory(CallFactory)
    kind = "extension"
    reason = "Storms cut the lines."
    at = NOW
