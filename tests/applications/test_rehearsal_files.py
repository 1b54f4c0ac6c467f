"""Removing the rehearsal takes the files along that people tried it out with, and no others."""

import pytest

from tessera.applications import services
from tessera.applications.models import Application, Document, Letter
from tessera.applications.rehearsal import remove
from tests.applications.asking import WIDE
from tests.applications.papers import pdf, sent
from tests.factories.applications import ApplicationFactory, LetterFactory
from tests.factories.calls import CallFactory
from tests.factories.moments import NOW

pytestmark = pytest.mark.django_db


def test_files_and_letters_of_the_rehearsal_leave_the_disk(settings, tmp_path, django_capture_on_commit_callbacks):
    settings.MEDIA_ROOT = tmp_path
    tried, real = (ApplicationFactory(call=CallFactory(form=WIDE, rehearsal=tries)) for tries in (True, False))
    for mine in (tried, real):
        services.take_file(mine, "cv", sent("cv.pdf", pdf(1)), by=mine.applicant, at=NOW)
    kept = tmp_path / Document.objects.get(application=real).path
    LetterFactory(request__application=tried)

    with django_capture_on_commit_callbacks(execute=True):
        assert remove() == {"application": 1}

    assert list(Application.objects.all()) == [real]
    assert ([path for path in tmp_path.rglob("*") if path.is_file()], Letter.objects.count()) == ([kept], 0)
