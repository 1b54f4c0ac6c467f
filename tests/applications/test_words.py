"""The words of the glossary in what applicants, endorsers and the office read of applications."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.utils.translation import override

import tessera
from tessera.applications.models import Request

LOCALE = Path(tessera.__file__).parent / "locale"


def told(language):
    """Every text of the catalogue in ``language``, forms for one and for many alike."""
    with (LOCALE / language / "LC_MESSAGES" / "django.po").open("rb") as file:
        for message in read_po(file):
            if message.id:
                yield from message.string if isinstance(message.string, tuple) else (message.string,)


@pytest.mark.parametrize(
    ("language", "never"),
    [
        ("es", r"olicitud|solicitan|enunci\w+ a la plaza|[Hh]a renunciado|^[Pp]edido$"),
        ("fr", r"est revenu sur|revenez-en|jour jusqu’auquel"),
    ],
)
def test_an_application_is_no_request_and_a_place_is_declined_in_the_words_of_the_glossary(language, never):
    assert [text for text in told(language) if re.search(never, text)] == []


def test_the_states_of_a_request_fit_an_endorsement_and_a_recommendation():
    with override("es"):
        states = [str(label) for _state, label in Request.State.choices]
    assert states == ["se pidió", "se dio", "se rechazó", "venció"]
