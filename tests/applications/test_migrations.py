"""What migrations of data do to rows of earlier times."""

from importlib import import_module

import pytest
from django.apps import apps

from tessera.applications.models import Request
from tests.factories.applications import ApplicationFactory, RequestFactory
from tests.factories.calls import CallFactory, FormVersionFactory

pytestmark = pytest.mark.django_db
MIGRATION = import_module("tessera.applications.migrations.0009_mark_what_committees_are_asked")


def endorsement(key, **more):
    return {"key": key, "type": "endorsement", "label": {"en": key.title()}} | more


def steps(*questions):
    """A form of two steps, so that each is looked through."""
    return {
        "steps": [
            {"key": "first", "title": {"en": "First"}, "questions": list(questions[:1])},
            {"key": "second", "title": {"en": "Second"}, "questions": list(questions[1:])},
        ]
    }


def asked(call, question, *, kind="endorsement", fallback=False):
    application = ApplicationFactory(call=call, submitted=True)
    return RequestFactory(
        application=application, kind=kind, question=question, fallback=fallback, country_id=None, committee=False
    )


def test_endorsements_asked_of_a_committee_are_marked_by_the_latest_question_of_their_call():
    employer = endorsement("employer", channel="employer")
    one = CallFactory(form=steps(employer, endorsement("usual")))
    FormVersionFactory(
        call=one, number=2, document=steps(employer, endorsement("usual"), endorsement("named", channel="national_committee"))
    )  # fmt: skip
    other = CallFactory(
        form=steps(endorsement("named", channel="employer"), {**endorsement("usual"), "type": "referee"})
    )
    marked = {asked(one, "usual"), asked(one, "named")}
    asked(one, "employer")  # of another channel
    asked(one, "usual", fallback=True)  # in the place of a committee
    asked(one, "usual", kind="reference")
    asked(one, "gone")  # its question is not asked any more
    asked(other, "named")  # the same key, of another channel, in another call
    asked(other, "usual")
    bare = asked(CallFactory(), "usual")
    bare.application.call.form_versions.all().update(document=steps())

    for _again in range(2):
        MIGRATION.mark(apps, None)

    assert set(Request.objects.filter(committee=True)) == marked
    assert Request.objects.count() == 9
    MIGRATION.unmark(apps, None)
    assert set(Request.objects.filter(committee=True)) == set()
