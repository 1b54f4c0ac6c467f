"""Applications and what belongs to them, as rows. Invented applicants are named after stones."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import factory
from django.db import transaction

from tessera.applications import services
from tessera.applications.models import (
    Answer,
    Application,
    Document,
    LateCode,
    Letter,
    Likeness,
    MemberList,
    Note,
    Request,
    Upload,
    Verdict,
    Waiver,
)
from tessera.core.codes import new_code
from tests.factories.accounts import UserFactory
from tests.factories.calls import CallFactory
from tests.factories.moments import NOW


class ApplicationFactory(factory.django.DjangoModelFactory):
    """A draft in French from Senegal; ``submitted=True`` for one handed in."""

    class Meta:
        model = Application

    number = factory.LazyFunction(new_code)
    call = factory.SubFactory(CallFactory)
    strand = factory.LazyAttribute(lambda o: o.call.strands.order_by("order", "pk").values_list("key", flat=True)[0])
    applicant = factory.SubFactory(UserFactory)
    language = "fr"
    name = "Awa Grès"
    email = factory.LazyAttribute(lambda o: o.applicant.email if o.applicant else "awa.gres@example.org")
    country_id = "SN"
    started_at = NOW
    saved_at = NOW
    status_at = NOW

    class Params:
        submitted = factory.Trait(
            status="submitted",
            submitted_at=NOW,
            form_version=factory.LazyAttribute(lambda o: o.call.form_versions.order_by("-number")[0]),
            rule_version=factory.LazyAttribute(lambda o: o.call.rule_versions.order_by("-number")[0]),
        )


def write_answers(application: Application, given: Any, *, at: datetime = NOW, **named: Any) -> services.Saved:
    """Keep ``given`` as the applicant's page does."""
    with transaction.atomic():
        return services.save_answers(services.hold(application), given, at=at, **named)


class AnswerFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Answer

    application = factory.SubFactory(ApplicationFactory)
    question = "letter"
    value = "Parce que nos réserves sont pleines."
    saved_at = NOW
    revision = 1


class DocumentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Document

    application = factory.SubFactory(ApplicationFactory)
    question = "cv"
    name = "cv.pdf"
    kind = "pdf"
    size = 1200
    pages = 2
    sha256 = "0" * 64
    state = "ready"
    uploaded_at = NOW


class UploadFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Upload

    application = factory.SubFactory(ApplicationFactory)
    question = "cv"
    name = "cv.pdf"
    size = 1200
    path = "uploads/none"
    started_at = NOW
    changed_at = NOW


class RequestFactory(factory.django.DjangoModelFactory):
    """A reference that was asked; ``endorsement=True`` for one of the committee of Senegal."""

    class Meta:
        model = Request

    application = factory.SubFactory(ApplicationFactory)
    kind = "reference"
    question = "referee"
    name = "Moussa Silex"
    post = "Director"
    email = factory.Sequence(lambda n: f"moussa.silex{n:05}@example.org")
    language = "fr"
    asked_at = NOW
    due_at = NOW + timedelta(days=10)
    expires_at = NOW + timedelta(days=14)

    class Params:
        endorsement = factory.Trait(kind="endorsement", question="endorsement", country_id="SN", committee=True)


class LateCodeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = LateCode

    call = factory.SubFactory(CallFactory)
    code = factory.LazyFunction(lambda: new_code(10))
    reason = "The line broke in the whole region."
    uses = 1
    made_at = NOW
    expires_at = NOW + timedelta(days=20)


class MemberListFactory(factory.django.DjangoModelFactory):
    """The list of the programme; with ``call`` that of a call."""

    class Meta:
        model = MemberList

    call = None
    scope = factory.LazyAttribute(lambda o: o.call.code if o.call else "")
    uploaded_at = NOW


class LetterFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Letter

    request = factory.SubFactory(RequestFactory)
    name = "letter.pdf"
    kind = "pdf"
    size = 1200
    pages = 1
    sha256 = "0" * 64
    path = "applications/none"
    uploaded_at = NOW


class NoteFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Note

    application = factory.SubFactory(ApplicationFactory, submitted=True)
    text = "Asked for the letter again."
    at = NOW


class VerdictFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Verdict

    application = factory.SubFactory(ApplicationFactory, submitted=True)
    rule_version = factory.SelfAttribute("application.rule_version")
    rule = "age"
    outcome = "met"
    at = NOW


class WaiverFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Waiver

    application = factory.SubFactory(ApplicationFactory, submitted=True)
    rule_version = factory.SelfAttribute("application.rule_version")
    rule = "age"
    reason = "She is 46 by two days."
    at = NOW


class LikenessFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Likeness

    first = factory.SubFactory(ApplicationFactory, submitted=True)
    second = factory.SubFactory(ApplicationFactory, submitted=True)
    why = ["name"]
    found_at = NOW
