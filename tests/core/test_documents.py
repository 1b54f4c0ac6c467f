"""Documents: differences, merges and paths."""

from hypothesis import given
from hypothesis import strategies as st

from tessera.core.documents import changes, leaves, merge

texts = st.text(max_size=3)
documents = st.recursive(
    st.none() | st.integers(0, 3) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abcd"), inner, max_size=4),
    max_leaves=8,
)
records = st.dictionaries(st.sampled_from("abcd"), documents, max_size=4)


def test_changes_name_each_place_that_differs():
    before = {"title": {"en": "A", "fr": "B"}, "phases": [{"mode": "online"}, {"mode": "hybrid"}], "topics": ["x"]}
    after = {"title": {"en": "A", "fr": "C"}, "phases": [{"mode": "online"}, {"mode": "online"}], "topics": ["x", "y"]}

    assert changes(before, after) == {
        "title.fr": ["B", "C"],
        "phases[1].mode": ["hybrid", "online"],
        "topics": [["x"], ["x", "y"]],
    }


def test_changes_show_absence_as_none():
    assert changes({"a": 1}, {"b": 2}) == {"a": [1, None], "b": [None, 2]}


def test_merge_keeps_what_only_one_changed():
    base = {"title": {"en": "A", "fr": "B"}, "dates": "2023"}
    mine = {"title": {"en": "A2", "fr": "B"}, "dates": "2023"}
    theirs = {"title": {"en": "A", "fr": "B2"}, "dates": "2024"}

    assert merge(base, mine, theirs) == ({"title": {"en": "A2", "fr": "B2"}, "dates": "2024"}, [])


def test_merge_names_what_both_changed_and_takes_mine():
    base, mine, theirs = {"title": {"en": "A"}}, {"title": {"en": "B"}}, {"title": {"en": "C"}}

    assert merge(base, mine, theirs) == ({"title": {"en": "B"}}, ["title.en"])


def test_merge_of_rows_that_one_removed_and_the_other_changed_is_a_conflict():
    base = {"phases": [{"edtf": "2023-01"}, {"edtf": "2023-02"}]}
    mine = {"phases": [{"edtf": "2023-01"}]}
    theirs = {"phases": [{"edtf": "2023-01"}, {"edtf": "2023-03"}]}

    assert merge(base, mine, theirs) == (mine, ["phases"])


@given(records, records)
def test_merge_with_only_one_editor_gives_that_editor(base, changed):
    assert merge(base, changed, base) == (changed, [])
    assert merge(base, base, changed) == (changed, [])


@given(records)
def test_changes_of_the_same_are_none(record):
    assert changes(record, record) == {}


def test_leaves_come_in_document_order():
    assert list(leaves({"a": [{"b": 1}, 2], "c": "x"})) == [("a[0].b", 1), ("a[1]", 2), ("c", "x")]
