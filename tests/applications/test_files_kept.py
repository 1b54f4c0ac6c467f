"""A database that fails while a file is written down: what had arrived is still there, and the next try takes it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import OperationalError, connection

from tessera.applications import services
from tessera.applications.files import store
from tessera.applications.models import Answer, Document
from tessera.applications.services.orphans import tidy_orphans
from tests.applications.asking import WIDE
from tests.applications.papers import pdf, sent
from tests.factories.applications import ApplicationFactory
from tests.factories.calls import CallFactory
from tests.factories.moments import NOW

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("own_files")]


@pytest.fixture
def mine():
    return ApplicationFactory(call=CallFactory(form=WIDE))


def begin(mine, data):
    return services.begin_upload(mine, "cv", "cv.pdf", len(data), by=mine.applicant, at=NOW)


def arrived(upload):
    return store.place(upload.path).read_bytes()


def lying(folder):
    return sorted(path for path in (Path(settings.MEDIA_ROOT) / folder).rglob("*") if path.is_file())


class Refusing:
    """The database takes no ``statement`` any more, as where its disk is full or its line is cut."""

    def __init__(self, *statement):
        self.statement, self.refused = statement, 0

    def __call__(self, execute, sql, params, many, context):
        if sql.startswith(self.statement):
            self.refused += 1
            raise OperationalError("no room")
        return execute(sql, params, many, context)


@pytest.mark.parametrize("again_after", [timedelta(0), timedelta(seconds=1), timedelta(minutes=5)])
def test_a_file_that_the_database_could_not_write_down_is_taken_by_the_next_try(mine, again_after):
    data = pdf(2)
    upload = services.take_piece(begin(mine, data), 0, data, at=NOW)

    refusing = Refusing('INSERT INTO "applications_document"')
    with connection.execute_wrapper(refusing), pytest.raises(OperationalError):
        services.finish_upload(upload, by=mine.applicant, at=NOW)

    upload.refresh_from_db()
    assert (refusing.refused, upload.done_at, Document.objects.count(), Answer.objects.count()) == (1, None, 0, 0)
    assert arrived(upload) == data
    made = services.finish_upload(upload, by=mine.applicant, at=NOW + again_after)
    assert (made.state, made.name, made.size) == ("ready", "cv.pdf", len(data))
    assert store.place(made.path).read_bytes() == data
    assert not store.place(upload.path).exists()
    assert Answer.objects.get().value == {"document": str(made.key), "name": "cv.pdf"}


def test_a_file_that_the_database_could_not_even_let_go_is_free_after_a_minute(mine):
    data = pdf(2)
    upload = services.take_piece(begin(mine, data), 0, data, at=NOW)
    began = []

    def cut_off(execute, sql, params, many, context):
        began.append(sql)
        if any(one.startswith('INSERT INTO "applications_document"') for one in began):
            raise OperationalError("gone")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(cut_off), pytest.raises(OperationalError):
        services.finish_upload(upload, by=mine.applicant, at=NOW)

    upload.refresh_from_db()
    assert (upload.done_at, Document.objects.count()) == (NOW, 0)
    assert arrived(upload) == data
    with pytest.raises(services.StillLooking):
        services.finish_upload(upload, by=mine.applicant, at=NOW + timedelta(seconds=30))
    made = services.finish_upload(upload, by=mine.applicant, at=NOW + timedelta(seconds=61))
    assert (made.state, store.place(made.path).read_bytes()) == ("ready", data)


def test_a_refusal_that_could_not_be_written_down_is_said_by_the_next_try(mine):
    data = b"PK\x03\x04" + b"0" * 400
    upload = services.take_piece(begin(mine, data), 0, data, at=NOW)

    with (
        connection.execute_wrapper(Refusing('INSERT INTO "applications_document"')),
        pytest.raises(OperationalError),
    ):
        services.finish_upload(upload, by=mine.applicant, at=NOW)

    assert arrived(upload) == data
    with pytest.raises(services.FileRefused) as refusal:
        services.finish_upload(upload, by=mine.applicant, at=NOW)
    assert (refusal.value.refusal["key"], store.place(upload.path).exists()) == ("type_office", False)


def test_a_file_sent_whole_that_could_not_be_written_down_leaves_nothing_for_good(mine):
    def take():
        return services.take_file(mine, "cv", sent("cv.pdf", pdf(1)), by=mine.applicant, at=NOW)

    with (
        connection.execute_wrapper(Refusing('INSERT INTO "applications_document"')),
        pytest.raises(OperationalError),
    ):
        take()

    assert (lying("uploads"), Document.objects.count(), Answer.objects.count()) == ([], 0, 0)
    assert take().state == "ready"
    assert tidy_orphans(at=datetime.now(UTC) + timedelta(days=8)) == 1  # the bytes that no row names
    assert len(lying("applications")) == 1
