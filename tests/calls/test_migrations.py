"""What migrations of data do to rows of earlier times."""

from importlib import import_module

import pytest
from django.apps import apps

from tessera.calls.models import FormVersion
from tessera.calls.questions import bank, read_form
from tests.factories.calls import CallFactory

pytestmark = pytest.mark.django_db
MIGRATION = import_module("tessera.calls.migrations.0002_mark_what_is_sensitive")


def test_questions_of_the_bank_get_the_mark_that_it_has_now():
    of_bank = {row.document["key"]: row.document for row in bank(2026)}
    marked = {key: one["type"] for key, one in of_bank.items() if one.get("sensitive")}
    assert marked == MIGRATION.MARKED
    old = [
        {name: value for name, value in of_bank[key].items() if name not in ("sensitive", "show_if")} for key in marked
    ]
    other = {"key": "letter", "type": "long_text", "label": {"en": "Why?"}}
    own = {"key": "diet", "type": "long_text", "label": {"en": "Diet"}}
    for questions in ([other, *old], [own]):
        CallFactory(form={"steps": [{"key": "you", "title": {"en": "You"}, "questions": questions}]})

    for _again in range(2):
        MIGRATION.mark(apps, None)

    found = [
        [question.key for question in read_form(document).questions if question.sensitive]
        for document in FormVersion.objects.order_by("pk").values_list("document", flat=True)
    ]
    assert found == [list(marked), []]
