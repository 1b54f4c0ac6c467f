"""A process that dies while it keeps a file loses nothing, and leaves nothing for good."""

import os
from datetime import timedelta

import pytest
from django.apps import apps

from tessera.applications import services
from tessera.applications.files import store
from tessera.applications.models import Document, Upload
from tessera.applications.services.files import LOOKING
from tessera.applications.services.orphans import NAMED_BY, ORPHAN_AFTER, tidy_orphans
from tests.applications.asking import WIDE
from tests.applications.papers import pdf
from tests.factories.applications import ApplicationFactory, DocumentFactory, LetterFactory
from tests.factories.calls import CallFactory
from tests.factories.moments import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_files", "clock_stands")]
SECOND = timedelta(seconds=1)


def begun(data):
    mine = ApplicationFactory(call=CallFactory(form=WIDE))
    upload = services.begin_upload(mine, "cv", "cv.pdf", len(data), by=mine.applicant, at=NOW)
    return mine, services.take_piece(upload, 0, data, at=NOW)


def lying(folder, tmp_path):
    return sorted(path.relative_to(tmp_path).as_posix() for path in (tmp_path / folder).rglob("*") if path.is_file())


def written_at(relative, at):
    os.utime(store.place(relative), (at.timestamp(), at.timestamp()))


def test_what_was_killed_between_the_bytes_and_the_row_is_taken_again_from_what_arrived(tmp_path):
    data = pdf(2)
    mine, upload = begun(data)
    Upload.objects.filter(pk=upload.pk).update(done_at=NOW)  # it began to look into it,
    orphan = store.new_path("applications")
    store.also_at(store.place(upload.path), store.place(orphan))  # kept the bytes, and died

    with pytest.raises(services.StillLooking):
        services.finish_upload(upload, by=mine.applicant, at=NOW + SECOND)
    document = services.finish_upload(upload, by=mine.applicant, at=NOW + LOOKING + SECOND)

    assert (document.state, document.sha256) == ("ready", store.sha256_of(store.place(document.path)))
    assert store.place(document.path).read_bytes() == data
    assert lying("applications", tmp_path) == sorted([orphan, document.path])
    assert lying("uploads", tmp_path) == []


def test_a_file_is_kept_under_one_name_once_it_is_written_down(tmp_path):
    data = pdf(1)
    mine, upload = begun(data)

    document = services.finish_upload(upload, by=mine.applicant, at=NOW)

    assert [*lying("applications", tmp_path), *lying("uploads", tmp_path)] == [document.path]
    assert store.place(document.path).stat().st_nlink == 1


def test_files_that_no_row_names_go_after_a_week_and_no_others(tmp_path):
    mine, upload = begun(pdf(1))
    kept = services.finish_upload(upload, by=mine.applicant, at=NOW).path
    waiting = services.begin_upload(mine, "work_sample", "b.pdf", 900, by=mine.applicant, at=NOW)
    services.take_piece(waiting, 0, b"x" * 100, at=NOW)
    old, young, piece = (store.new_path(folder) for folder in ("applications", "applications", "uploads"))
    for path in (old, young, piece):
        store.place(path).write_bytes(b"nobody's")
    for path in (kept, old, piece, waiting.path):
        written_at(path, NOW - ORPHAN_AFTER - SECOND)
    written_at(young, NOW - ORPHAN_AFTER)

    assert [tidy_orphans(at=NOW) for _n in (1, 2)] == [2, 0]

    assert lying("applications", tmp_path) == sorted([kept, young])
    assert lying("uploads", tmp_path) == [waiting.path]
    assert (Document.objects.count(), Upload.objects.count()) == (1, 2)


def test_every_row_that_can_name_a_file_keeps_it(tmp_path):
    paths = [store.new_path("applications") for _n in range(2)]
    for path in paths:
        store.place(path).write_bytes(b"somebody's")
        written_at(path, NOW - ORPHAN_AFTER - SECOND)
    DocumentFactory(path=paths[0])
    LetterFactory(path=paths[1])
    naming = {model for model in apps.get_models() if any(f.name == "path" for f in model._meta.get_fields())}
    assert {kind for kinds in NAMED_BY.values() for kind in kinds} == {
        model for model in naming if model._meta.app_label == "applications"
    }

    assert tidy_orphans(at=NOW) == 0

    assert lying("applications", tmp_path) == sorted(paths)


def test_a_folder_that_is_not_there_yet_has_nothing_to_tidy():
    assert tidy_orphans(at=NOW) == 0
