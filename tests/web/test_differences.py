"""Texts compared word by word."""

from hypothesis import given
from hypothesis import strategies as st

from tessera.web.differences import marked_diff, word_diff


def test_word_diff_names_what_went_and_what_came():
    assert word_diff("five days in Lagos", "six days in Lagos!") == [
        ("gone", "five"),
        ("new", "six"),
        ("same", " days in Lagos"),
        ("new", "!"),
    ]


@given(st.text(), st.text())
def test_word_diff_loses_nothing(old, new):
    parts = word_diff(old, new)

    assert "".join(text for kind, text in parts if kind != "new") == old
    assert "".join(text for kind, text in parts if kind != "gone") == new


def test_marked_diff_says_its_marks_and_escapes():
    assert marked_diff("a <b>", "a <i>") == (
        'a &lt;<del><span class="vh"> taken out: </span>b</del><ins><span class="vh"> put in: </span>i</ins>&gt;'
    )
