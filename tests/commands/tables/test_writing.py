"""Tables out: the same again when read, nothing that runs, nothing half-written."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tessera.commands.failure import CommandFailed
from tessera.commands.tables import kinds
from tessera.commands.tables.faults import Faults
from tessera.commands.tables.reading import Column, read_table
from tessera.commands.tables.writing import Result, check_output, csv_bytes, write_results, write_whole, xlsx_bytes

PEOPLE = Result(
    "people",
    ("id", "score", "on", "ok", "note"),
    (("A1", Decimal("92.5"), date(2026, 1, 2), True, "=1+1"), ("A2", 7, None, False, "@x")),
)


def test_csv_holds_nothing_that_a_spreadsheet_would_run():
    assert csv_bytes(PEOPLE).decode("utf-8-sig").splitlines() == [
        "id,score,on,ok,note",
        "A1,92.5,2026-01-02,yes,'=1+1",
        "A2,7,,no,'@x",
    ]


def test_xlsx_and_csv_read_the_same_again(tmp_path):
    columns = (
        Column("id", kinds.identifier),
        Column("score", kinds.milli(0, 10**6)),
        Column("on", kinds.day),
        Column("ok", kinds.yes_no),
        Column("note", kinds.text),
    )
    found = []
    for suffix in (".csv", ".xlsx"):
        path = tmp_path / f"out{suffix}"
        assert write_results(path, [PEOPLE], None) == (path,)
        faults = Faults()
        table = read_table(path, columns, faults)
        assert faults.found == []
        found.append([row.values for row in table])

    assert found[0] == found[1]
    assert found[0][0] == {"id": "A1", "score": 92_500, "on": date(2026, 1, 2), "ok": True, "note": "=1+1"}


def test_the_same_tables_give_the_same_workbook():
    assert xlsx_bytes([PEOPLE]) == xlsx_bytes([PEOPLE])


def test_several_tables_are_files_beside_each_other_in_csv(tmp_path):
    written = write_results(tmp_path / "cohort.csv", [PEOPLE, Result("reserve list", ("id",), ())], None)

    assert [path.name for path in written] == ["cohort.csv", "cohort-reserve-list.csv"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cohort-reserve-list.csv", "cohort.csv"]


def test_where_one_file_cannot_be_written_none_is_changed(tmp_path):
    kept = tmp_path / "a.csv"
    kept.write_text("before")

    with pytest.raises(CommandFailed) as failed:
        write_whole({kept: b"after", tmp_path / "none" / "b.csv": b"x"})

    assert "cannot be written: No such file or directory." in str(failed.value)
    assert kept.read_text() == "before"
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]


def test_outputs_that_cannot_be_are_refused_beforehand(tmp_path):
    given = tmp_path / "people.csv"
    given.write_text("id\n")
    marked = tmp_path / "[1]-reserve.csv"  # a name that looks like a pattern
    marked.write_text("id\n")
    link = tmp_path / "link.csv"
    link.symlink_to(given)
    beside = tmp_path / "out-reserve.csv"
    beside.write_text("id\n")

    for path, inputs in [
        (given, [given]),
        (link, [given]),
        (tmp_path / "out.csv", [beside]),
        (tmp_path / "[1].csv", [marked]),
        (tmp_path / "out.ods", [given]),
        (tmp_path / "none" / "out.csv", [given]),
    ]:
        with pytest.raises(CommandFailed) as failed:
            check_output(path, inputs)
        assert failed.value.status == 2
    assert given.read_text() == "id\n"


@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc", "Co"]), max_size=20), min_size=1, max_size=5))
@settings(max_examples=60, deadline=None)
def test_any_text_comes_back_from_both_forms(tmp_path_factory, texts):
    texts = [kinds.text(text.strip()) for text in texts]
    result = Result("texts", ("n", "text"), tuple(enumerate(texts)))
    for suffix in (".csv", ".xlsx"):
        path = tmp_path_factory.getbasetemp() / f"texts{suffix}"
        write_results(path, [result], None)
        faults = Faults()

        table = read_table(path, (Column("n", kinds.whole(0, 9)), Column("text", kinds.text)), faults)

        assert faults.found == []
        assert [row["text"] or "" for row in table] == texts
