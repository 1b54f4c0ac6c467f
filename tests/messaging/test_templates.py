"""Every mail of the house has its parts and a name."""

from pathlib import Path

import pytest

import tessera
from tessera.messaging.queries import template_name

FOLDERS = sorted(Path(tessera.__file__).parent.glob("*/templates/mail"))
SUBJECTS = sorted(path for folder in FOLDERS for path in folder.glob("*.subject.txt"))


def test_there_are_mails():
    assert len(SUBJECTS) >= 13


@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda path: path.name.removesuffix(".subject.txt"))
def test_each_mail_has_a_text_and_a_name_for_the_outbox(subject):
    code = subject.name.removesuffix(".subject.txt")

    assert subject.with_name(f"{code}.txt").is_file()
    assert subject.with_name(f"{code}.kind.txt").is_file()
    assert template_name(code)
    assert "\n" not in template_name(code)
