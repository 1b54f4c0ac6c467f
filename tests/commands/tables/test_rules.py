"""Rules in: unknown keys, wrong values, and where they stand."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tessera.commands.tables import kinds
from tessera.commands.tables.faults import Faults
from tessera.commands.tables.rules import from_to, read_rules

TEXT = """\
seats = 30
open = true
from = 2026-01-01

[budget]
at_most = 1200.50

[quotas.region]
AFR = "1-2"

[[quota]]
name = "new voices"
at_least = 1

[[quota]]
name = "small museums"
at_lest = 2
"""


def rules(tmp_path, text, name="rules.toml"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    faults = Faults()
    return read_rules(path, faults), faults


def said(faults):
    return [str(fault) for fault in faults.found]


def test_values_are_read_by_their_kinds(tmp_path):
    keys, faults = rules(tmp_path, TEXT)

    assert keys.get("seats", kinds.whole(1, 100)) == 30
    assert keys.get("open", kinds.yes_no) is True
    assert str(keys.get("from", kinds.day)) == "2026-01-01"
    assert keys.table("budget").get("at_most", kinds.money(10**9)) == 120_050
    region = keys.table("quotas").table("region")
    assert {name: region.get(name, from_to(0, 9)) for name in region.names} == {"AFR": (1, 2)}
    assert said(faults) == []


@pytest.mark.parametrize("value", ['"1,200"', "1.200"])
def test_a_budget_that_may_be_thousands_is_refused(tmp_path, value):
    keys, faults = rules(tmp_path, f"budget = {value}\n")

    assert keys.get("budget", kinds.money(10**9)) is None
    text = value.strip('"')
    assert said(faults) == [f"rules.toml, line 1, “budget”: “{text}” is ambiguous: write 1200 or 1.2."]


def test_an_unknown_key_is_named_with_its_line_and_the_nearest_known_one(tmp_path):
    keys, faults = rules(tmp_path, TEXT)

    for quota in keys.tables("quota"):
        quota.get("name", kinds.text, needed=True)
        quota.get("at_least", kinds.whole(0, 9))
        quota.get("at_most", kinds.whole(0, 9))
        quota.done()
    keys.done()

    assert said(faults)[:2] == [
        "rules.toml, line 17, “quota[2].at_lest”: unknown key; did you mean “at_least”?",
        "rules.toml, line 1, “seats”: unknown key; known are “quota”.",
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("seats = 30.5", "rules.toml, line 1, “seats”: “30.5” is not a whole number."),
        ("seats = -1", "rules.toml, line 1, “seats”: “-1” is negative."),
        ("seats = nan", "rules.toml, line 1, “seats”: “nan” is not a number: leave it empty where nothing is known."),
        ("seats = 1e3", "rules.toml, line 1, “seats”: “1000” is more than 100."),
        ("seats = [1]", "rules.toml, line 1, “seats”: one value is wanted here, not several."),
        ("seats = ''", "rules.toml, line 1, “seats”: is empty."),
        ("other = 1", "rules.toml: there is no “seats”."),
        ("seats = " + "9" * 5000, "rules.toml: holds a number that is too long."),
        ("seats = ", "rules.toml, line 1: is not TOML: Invalid value."),
        ("seats = 1\nseats = 2", "rules.toml, line 2: is not TOML: Cannot overwrite a value."),
        ("a = " + "[" * 100_000, "rules.toml: is nested too deeply."),
    ],
)
def test_wrong_values_are_refused_with_their_line(tmp_path, text, problem):
    keys, faults = rules(tmp_path, text)

    if keys is not None:
        assert keys.get("seats", kinds.whole(1, 100), 7, needed=True) == 7
    assert said(faults)[0] == problem


@pytest.mark.parametrize(
    ("text", "limits"), [("1-2", (1, 2)), ("1-", (1, None)), ("-2", (None, 2)), ("2", (2, 2)), ("1–3", (1, 3))]
)
def test_a_range_is_read(text, limits):
    assert from_to(0, 9)(text) == limits


@pytest.mark.parametrize("text", ["", "-", "2-1", "a", "1-2-3", "99"])
def test_what_is_no_range_is_refused(text):
    with pytest.raises(kinds.NotSo):
        from_to(0, 9)(text)


def test_rules_may_be_json(tmp_path):
    keys, faults = rules(tmp_path, '{"seats": 4, "quota": [{"name": "Africa"}]}', "rules.json")

    assert keys.get("seats", kinds.whole(1, 100)) == 4
    assert [quota.get("name", kinds.text) for quota in keys.tables("quota")] == ["Africa"]
    assert said(faults) == []


@given(st.text(max_size=120), st.sampled_from(["rules.toml", "rules.json"]))
@settings(max_examples=150, deadline=None)
def test_no_text_makes_the_reader_fail(tmp_path_factory, text, name):
    path = tmp_path_factory.getbasetemp() / name
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    faults = Faults()

    keys = read_rules(path, faults)

    assert keys is not None or faults.found
