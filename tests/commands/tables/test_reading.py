"""Tables in: forms and encodings, kinds of cells, and every fault with its place."""

import io
import json
import zipfile
from datetime import date

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from tessera.commands.tables import kinds
from tessera.commands.tables.faults import Faults
from tessera.commands.tables.reading import Column, read_table

COLUMNS = (
    Column("id", kinds.identifier, needed=True, filled=True, unique=True),
    Column("score", kinds.milli(0, 100_000), needed=True),
    Column("born_on", kinds.day),
    Column("languages", kinds.codes, default=()),
    Column("first_time", kinds.yes_no),
)


def read(path, columns=COLUMNS, **options):
    faults = Faults()
    table = read_table(path, columns, faults, **options)
    return table, [str(fault) for fault in faults.found]


def written(tmp_path, data, name="people.csv"):
    path = tmp_path / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf", b"\xef\xbb\xbf\xef\xbb\xbf"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_csv_is_read_whatever_its_delimiter_mark_and_ends(tmp_path, delimiter, mark, end):
    lines = [["id", "Score", "born on"], ["A1", "92.5", "1990-02-28"], ["A2", "", ""]]
    data = mark + end.join(delimiter.join(line) for line in lines).encode()

    table, faults = read(written(tmp_path, data))

    assert faults == []
    assert [(row.line, row["id"], row["score"], row["born_on"], row["languages"]) for row in table] == [
        (2, "A1", 92_500, date(1990, 2, 28), ()),
        (3, "A2", None, None, ()),
    ]


def test_a_decimal_comma_in_a_semicolon_file_is_exact(tmp_path):
    table, faults = read(written(tmp_path, "id;score\nA1;92,125\nA2;0,125\nA3;100\nA4;7,667\n"))

    assert faults == []
    assert [row["score"] for row in table] == [92_125, 125, 100_000, 7_667]


def test_three_digits_after_a_comma_are_ambiguous_in_a_file_with_other_separators(tmp_path):
    _table, faults = read(written(tmp_path, 'id,score\nA1,"92,125"\nA2,"92,5"\n'))

    assert faults == ["people.csv, line 2, “score”: “92,125” is ambiguous: write 92125 or 92.125."]


MILLI, MONEY, WHOLE = kinds.milli(-9_999_999, 9_999_999), kinds.money(9_999_999), kinds.whole(0, 9_999)


@pytest.mark.parametrize(
    ("kind", "cell", "problem"),
    [
        (MILLI, "1,200", "“1,200” is ambiguous: write 1200 or 1.2."),
        (MILLI, "-92,125", "“-92,125” is ambiguous: write -92125 or -92.125."),
        (MONEY, "1,200", "“1,200” is ambiguous: write 1200 or 1.2."),
        (MONEY, "1.200", "“1.200” is ambiguous: write 1200 or 1.2."),
        (MONEY, "36,000", "“36,000” is ambiguous: write 36000 or 36."),
        (MONEY, "1,234", "“1,234” is ambiguous: write 1234."),
        (MONEY, "1.234", "“1.234” has more than 2 decimals: round it first."),
        (WHOLE, "1,200", "“1,200” is ambiguous: write 1200."),
        (WHOLE, "1,000", "“1,000” is ambiguous: write 1000 or 1."),
        (WHOLE, "2.000", "“2.000” is ambiguous: write 2000 or 2."),
    ],
)
def test_what_may_be_thousands_or_decimals_is_refused(kind, cell, problem):
    with pytest.raises(kinds.NotSo) as refused:
        kind(cell)
    assert str(refused.value) == problem


@pytest.mark.parametrize(
    ("kind", "cell", "value"),
    [
        (MILLI, "7.667", 7_667),  # as every program writes it, ours too
        (MILLI, "1.200", 1_200),
        (MILLI, "0,125", 125),
        (MILLI, "1,2", 1_200),
        (MILLI, "1,2000", 1_200),
        (MONEY, "0.500", 50),
        (MONEY, "1200,50", 120_050),
        (MONEY, "1200.500", 120_050),
        (WHOLE, "2,0", 2),
        (WHOLE, "1000", 1_000),
    ],
)
def test_a_number_that_can_be_read_in_one_way_only_is_read(kind, cell, value):
    assert kind(cell) == value


def test_the_line_of_excel_that_names_the_delimiter_is_honoured(tmp_path):
    table, faults = read(written(tmp_path, "sep=;\nid;score\nA1;7\nA2;x\n"))

    assert [row["id"] for row in table] == ["A1", "A2"]
    assert faults == ["people.csv, line 4, “score”: “x” is not a number."]


def test_lines_are_those_of_the_file_also_after_cells_of_several_lines_and_empty_lines(tmp_path):
    _table, faults = read(written(tmp_path, 'id,score\n\n"A1","1"\n"A\n2",1\nA3,bad\n'))

    assert faults == [
        "people.csv, line 4, “id”: “A�2” holds a character that is no text (a line break or a control character).",
        "people.csv, line 6, “score”: “bad” is not a number.",
    ]


def test_every_fault_is_told_with_line_and_column(tmp_path):
    text = (
        "id,score,born_on,first_time\n"
        "A1,NaN,1990-02-30,yes\n"
        "A1,-3,1990-02-28,perhaps\n"
        ",101,,\n"
        "A4,1.2345,28.02.1990,\n"
        "A5,1 234,,,stray\n"
    )

    _table, faults = read(written(tmp_path, text))

    assert faults == [
        "people.csv, line 6: “stray” stands in a column without a heading.",
        "people.csv, line 2, “score”: “NaN” is not a number: leave it empty where nothing is known.",
        "people.csv, line 2, “born_on”: “1990-02-30” is not a day (YYYY-MM-DD).",
        "people.csv, line 3, “id”: “A1” stands already in line 2.",
        "people.csv, line 3, “score”: “-3” is negative.",
        "people.csv, line 3, “first_time”: “perhaps” is neither yes nor no.",
        "people.csv, line 4, “id”: is empty.",
        "people.csv, line 4, “score”: “101” is more than 100.",
        "people.csv, line 5, “score”: “1.2345” has more than 3 decimals: round it first.",
        "people.csv, line 5, “born_on”: “28.02.1990” is not a day (YYYY-MM-DD).",
        "people.csv, line 6, “score”: “1 234” is not a number here: write it without separators of thousands.",
    ]


@pytest.mark.parametrize("mark", ["\u200b", "\ufeff", "\u202e", "\u00ad", "\u2060"])
def test_an_id_that_differs_by_what_cannot_be_seen_is_refused(tmp_path, mark):
    _table, faults = read(written(tmp_path, f"id,score\nA1,1\nA{mark}1,2\n"))

    assert faults == ["people.csv, line 3, “id”: “A�1” holds a character that cannot be seen."]


def test_unknown_columns_are_named_with_the_nearest_known_one(tmp_path):
    table, faults = read(written(tmp_path, "ID,scor,Languagges,shoe size\nA1,1,en,39\n"))

    assert table is None
    assert faults == [
        "people.csv, “scor”: unknown column; did you mean “score”?",
        "people.csv, “Languagges”: unknown column; did you mean “languages”?",
        "people.csv, “shoe size”: unknown column; known are “score”, “born_on”, “languages”, “first_time”.",
        "people.csv: there is no column “score”.",
    ]


def test_other_columns_may_be_taken_or_left_out(tmp_path):
    path = written(tmp_path, "id,score,region,notes\nA1,1,AFR,x\nA2,2,,y\n")

    table, faults = read(path, others=kinds.text, ignore=["Notes"])

    assert faults == []
    assert table.others == ("region",)
    assert [row["region"] for row in table] == ["AFR", None]


def test_a_needed_column_that_is_missing_is_sought_among_the_others(tmp_path):
    table, faults = read(written(tmp_path, "id,scor,region\nA1,1,AFR\n"), others=kinds.text)

    assert table is None
    assert faults == ["people.csv: there is no column “score”; is it the one called “scor”?"]


@pytest.mark.parametrize(
    ("name", "data", "problem"),
    [
        ("people.csv", b"", "people.csv: is empty: the first line names the columns."),
        ("people.csv", b"\n\n", "people.csv: is empty: the first line names the columns."),
        (
            "people.csv",
            "id,score\nAndré,1".encode("cp1252"),
            (
                "people.csv, line 2: is not UTF-8 text (byte E9; in Windows-1252 that is “é”): "
                "save it as “CSV UTF-8” or as .xlsx."
            ),
        ),
        (
            "people.csv",
            "id,score".encode("utf-16"),
            "people.csv: is UTF-16 text (“Unicode text”): save it as “CSV UTF-8” or as .xlsx.",
        ),
        ("people.csv", b"id,score\nA\0,1", "people.csv, line 2: holds a zero byte: it is not a text file."),
        (
            "people.csv",
            b'id,score\n"A1"x,1',
            "people.csv, line 2: the quotation marks do not match (',' expected after '\"').",
        ),
        ("people.csv", b"id,score,ID\nA,1,B", "people.csv, “ID”: this column stands twice."),
        ("people.csv", b"id,,score\nA,,1", "people.csv: a column between others has no heading."),
        ("people.ods", b"x", "people.ods: files end in .csv, .tsv, .txt, .xlsx, .json; this one does not."),
        ("people.json", b"[1]", "people.json: is not a table: a list of objects, one a row, is wanted."),
        (
            "people.json",
            b"[{]",
            "people.json, line 1: is not JSON: Expecting property name enclosed in double quotes (column 3).",
        ),
        (
            "people.json",
            b'[{"id": "A", "score": NaN}]',
            "people.json: “NaN” is not a number: leave it out where nothing is known.",
        ),
        ("people.json", b'[{"id": "A", "id": "B"}]', "people.json: the key “id” stands twice in one object."),
        (
            "people.json",
            b'[{"id": {"a": 1}, "score": 1}]',
            "people.json, line 1, “id”: holds an object where a text or a number belongs.",
        ),
        ("people.json", b"[" * 100_000, "people.json: is nested too deeply."),
        (
            "people.xlsx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1....",
            "people.xlsx: is an old Excel file or has a password: save it as .xlsx without one.",
        ),
        (
            "people.xlsx",
            b"PK\x03\x04",
            "people.xlsx: is not an .xlsx file that can be read: save it again, or save it as “CSV UTF-8”.",
        ),
    ],
)
def test_files_that_are_no_tables_are_refused_in_words(tmp_path, name, data, problem):
    _table, faults = read(written(tmp_path, data, name))

    assert faults[0] == problem


def test_a_missing_file_is_a_fault(tmp_path):
    assert read(tmp_path / "none.csv") == (None, ["none.csv: cannot be read: No such file or directory."])


def workbook(cells, *, formulas=()):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("people")
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for (row, column), value in cells.items():
            if isinstance(value, date):
                sheet.write_datetime(row, column, value, day)
            else:
                sheet.write(row, column, value)
        for row, column, formula, value in formulas:
            sheet.write_formula(row, column, formula, None, value)
    return out.getvalue()


def test_xlsx_is_read_with_its_numbers_days_and_ticks(tmp_path):
    cells = {(0, 0): "id", (0, 1): "score", (0, 2): "born_on", (0, 3): "first_time"}
    cells |= {(1, 0): 1001, (1, 1): 87.35, (1, 2): date(1990, 2, 28), (1, 3): True, (3, 0): "A2", (3, 1): 7}

    table, faults = read(written(tmp_path, workbook(cells), "people.xlsx"))

    assert faults == []
    assert [(row.line, row["id"], row["score"], row["born_on"], row["first_time"]) for row in table] == [
        (2, "1001", 87_350, date(1990, 2, 28), True),
        (4, "A2", 7_000, None, None),
    ]


def test_xlsx_errors_are_no_empty_cells(tmp_path):
    data = workbook({(0, 0): "id", (0, 1): "score", (1, 0): "A1"}, formulas=[(1, 1, "=1/0", "#DIV/0!")])

    _table, faults = read(written(tmp_path, data, "people.xlsx"))

    assert faults == ["people.xlsx, line 2: the cell in B2 holds the error “#DIV/0!”."]


@pytest.mark.parametrize(
    ("cell", "unsaved"),
    [
        (b'<c r="B2"><f>40+2</f><v>42</v></c>', False),
        (b'<c r="B2"><f>40+2</f><v></v></c>', True),
        (b'<c r="B2"><f>40+2</f><v/></c>', True),
        (b'<c r="B2"><f>40+2</f><v /></c>', True),
        (b'<c r="B2" s="1"><f>40+2</f></c>', True),
        (b'<c r="B2"><f t="shared" si="0"/></c>', True),
        (b'<c r="B2"><f t="shared" si="0"/><v>42</v></c>', False),
        (b'<c r="B2" t="str"><f>""</f><v></v></c>', False),
        (b'<c r="B2" t="str"><f>""</f></c>', True),
        (b'<x:c r="B2"><x:f>40+2</x:f></x:c>', True),
    ],
)
def test_a_formula_that_was_never_worked_out_is_no_empty_cell(tmp_path, cell, unsaved):
    plain = workbook({(0, 0): "id", (0, 1): "score", (1, 0): "A1"}, formulas=[(1, 1, "=40+2", 42)])
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(plain)) as source, zipfile.ZipFile(out, "w") as copy:
        for name in source.namelist():
            copy.writestr(name, source.read(name).replace(b'<c r="B2"><f>40+2</f><v>42</v></c>', cell))

    table, faults = read(written(tmp_path, out.getvalue(), "people.xlsx"))

    said = "the cell B2 holds a formula whose result is not saved: open and save the file in a spreadsheet."
    assert faults == ([f"people.xlsx, line 2: {said}"] if unsaved else [])
    if not unsaved:
        assert [row["score"] for row in table] == [42_000 if b"42<" in cell else None]


def test_a_cell_in_the_last_corner_of_a_sheet_is_refused_before_the_sheet_is_opened(tmp_path):
    data = workbook({(0, 0): "id", (1_048_575, 16_383): "x"})

    table, faults = read(written(tmp_path, data, "people.xlsx"))

    assert table is None
    assert faults == ["people.xlsx: reaches to line 1048576 and column 16384: more than 100000 rows or 300 columns."]


def test_json_rows_are_read_with_exact_numbers(tmp_path):
    rows = '{"people": [{"id": "A1", "score": 92.125, "languages": ["en", "fr"], "first_time": true}, {"id": 2, "score": null}]}'

    table, faults = read(written(tmp_path, rows, "people.json"))

    assert faults == []
    assert [(row["id"], row["score"], row["languages"], row["first_time"]) for row in table] == [
        ("A1", 92_125, ("en", "fr"), True),
        ("2", None, (), None),
    ]


def test_an_apostrophe_that_guards_a_formula_is_taken_off_again(tmp_path):
    table, _faults = read(written(tmp_path, "id,score\n'=A1,1\n'tis,2\n"))

    assert [row["id"] for row in table] == ["=A1", "'tis"]


@given(st.binary(max_size=300), st.sampled_from(["a.csv", "a.json", "a.xlsx", "a.tsv"]))
@settings(max_examples=150, deadline=None)
def test_no_bytes_make_the_reader_fail(tmp_path_factory, data, name):
    table, faults = read(written(tmp_path_factory.getbasetemp(), data, name), others=kinds.text)

    assert table is not None or faults


@given(st.text(max_size=200), st.sampled_from(["id,score\n", "id;score;region\n", ""]))
@settings(max_examples=150, deadline=None)
def test_no_text_makes_the_reader_fail(tmp_path_factory, text, heading):
    path = written(tmp_path_factory.getbasetemp(), (heading + text).encode("utf-8", "surrogatepass"))

    table, faults = read(path, others=kinds.text)

    assert table is not None or faults


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_no_damaged_workbook_makes_the_reader_fail(tmp_path_factory, data):
    whole = bytearray(workbook({(0, 0): "id", (0, 1): "score", (1, 0): "A1", (1, 1): 5}))
    with zipfile.ZipFile(io.BytesIO(bytes(whole))) as archive:
        parts = {name: bytearray(archive.read(name)) for name in archive.namelist()}
    part = parts[data.draw(st.sampled_from(sorted(parts)))]
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, max(0, len(part) - 1)))
        part[at : at + data.draw(st.integers(0, 9))] = data.draw(st.binary(max_size=6))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, bytes(content))

    table, faults = read(written(tmp_path_factory.getbasetemp(), out.getvalue(), "damaged.xlsx"), others=kinds.text)

    assert table is not None or faults


@given(st.integers(-(10**9), 10**9), st.sampled_from([".", ","]))
def test_a_number_written_with_three_decimals_comes_back_exactly_or_is_refused(number, point):
    text = kinds.plain_decimal(number, 3).replace(".", point)
    scores = kinds.milli(-(10**9), 10**9)

    if point == "," and 1_000 <= abs(number) < 1_000_000 and number % 10:
        with pytest.raises(kinds.NotSo, match="is ambiguous"):
            scores(text)
    else:
        assert scores(text) == number


@given(
    st.dictionaries(
        st.sampled_from(["id", "score"]),
        st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=3),
    )
)
@settings(max_examples=80, deadline=None)
def test_no_json_makes_the_reader_fail(tmp_path_factory, row):
    path = written(tmp_path_factory.getbasetemp(), json.dumps([row]), "row.json")

    table, faults = read(path, others=kinds.text)

    assert table is not None or faults
