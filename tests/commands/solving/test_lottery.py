"""``tessera lottery`` and ``tessera verify-selection``: publish, draw once, check."""

import json
from argparse import Namespace

import pytest

from tessera.commands import verify_selection
from tessera.commands.failure import CommandFailed
from tessera.commands.lottery import lottery_of
from tessera.commands.words.lottery import fairness
from tessera.solvers.cohort.lotteries import commit, publish
from tests.own_site import ROOT
from tests.solvers.lottery.test_make import cut_after_the_first_stage

EXAMPLE = ROOT / "examples/lottery"
FILES = ("applicants.csv", "rules.toml")
SOURCE = "The first six numbers drawn on 5 December 2026"


@pytest.fixture
def published(said, write):
    """A record in the folder, not drawn from yet."""
    for name in FILES:
        write(name, (EXAMPLE / name).read_text("utf-8"))
    status, _out, _err = said("lottery", *FILES, "--record", "published.json", "--source", SOURCE)
    assert status == 0
    return "published.json"


def test_the_same_value_draws_the_same_people(said, published):
    found = [json.loads(said("lottery", "--draw", published, "--value", "4 8 15", "--json")[1]) for _ in range(2)]

    assert found[0] == found[1]
    assert len(found[0]["drawn"]) == 4


def test_a_draw_is_not_repeated(said, folder, published):
    assert said("lottery", "--draw", published, "--value", "4 8 15", "--record", "drawn.json")[0] == 0
    before = sorted(path.name for path in folder.iterdir())

    status, out, err = said("lottery", "--draw", "drawn.json", "--value", "1 2 3", "--record", "again.json")

    assert (status, out, err) == (1, "", "tessera: The draw has been held; it is not repeated.\n")
    assert sorted(path.name for path in folder.iterdir()) == before


def test_a_published_record_is_drawn_from_once(said, folder, published):
    assert said("lottery", "--draw", published, "--value", "4 8 15", "--record", "drawn.json")[0] == 0
    before = {path.name: path.read_bytes() for path in folder.iterdir()}

    other = said("lottery", "--draw", published, "--value", "16 23 42", "--record", "again.json", "-o", "again.csv")

    held = "tessera: The draw has been held with another value (“published.json.drawn” has it); it is not repeated.\n"
    assert other == (1, "", held)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert said("lottery", "--draw", published, "--value", "4 8 15", "--record", "again.json")[0] == 0
    assert (folder / "again.json").read_bytes() == before["drawn.json"]


def test_a_draw_whose_mark_cannot_be_read_is_not_held(said, write, published):
    write("published.json.drawn", "[" * 200_000)

    status, out, err = said("lottery", "--draw", published, "--value", "4 8 15")

    assert (status, out) == (2, "")
    assert err == "tessera: “published.json.drawn” cannot be read: it says whether the draw was held.\n"


def test_a_result_is_not_written_over_a_draw(said, folder, published):
    assert said("lottery", "--draw", published, "--value", "4 8 15", "--record", "drawn.json")[0] == 0
    kept = (folder / "drawn.json").read_bytes()

    again = said("lottery", "--draw", published, "--value", "4 8 15", "-o", "drawn.json")

    assert again == (1, "", "tessera: “drawn.json” keeps a draw that was held: it is not written over.\n")
    assert (folder / "drawn.json").read_bytes() == kept


def test_a_file_nested_too_deeply_may_be_written_over(said, write, folder, published):
    write("record.json", "[" * 200_000)

    assert said("lottery", *FILES, "--record", "record.json", "--source", SOURCE)[0] == 0
    assert f'"source":"{SOURCE}"' in (folder / "record.json").read_text("utf-8")


@pytest.mark.parametrize(
    "arguments",
    [
        ("--draw", "published.json", "--value", "16 23 42"),
        ("--draw", "published.json", "--value", "4 8 15"),
        (*FILES, "--source", "Another drawing of numbers"),
    ],
)
def test_a_draw_that_is_kept_is_not_written_over(said, folder, published, arguments):
    assert said("lottery", "--draw", published, "--value", "4 8 15", "--record", "drawn.json")[0] == 0
    kept = (folder / "drawn.json").read_bytes()
    before = sorted(path.name for path in folder.iterdir())

    again = said("lottery", *arguments, "--record", "drawn.json", "-o", "drawn.csv")

    assert again == (1, "", "tessera: “drawn.json” keeps a draw that was held: it is not written over.\n")
    assert (folder / "drawn.json").read_bytes() == kept
    assert sorted(path.name for path in folder.iterdir()) == before


def test_a_record_that_was_not_drawn_from_may_be_made_anew(said, folder, published):
    assert said("lottery", *FILES, "--record", published, "--source", "Another source")[0] == 0
    assert '"source":"Another source"' in (folder / published).read_text("utf-8")


def test_a_record_is_not_drawn_into_itself(said, folder, published):
    before = (folder / published).read_bytes()

    status, _out, err = said("lottery", "--draw", published, "--value", "1", "--record", published)

    assert (status, err) == (2, "tessera: “published.json” is an input: it is not written over.\n")
    assert (folder / published).read_bytes() == before


def test_a_secret_seed_must_be_the_one_that_was_promised(said, write, published):
    write("secret.txt", "pumice and obsidian, 1883\n")
    write("other.txt", "pumice and obsidian, 1884\n")
    assert said("lottery", *FILES, "--record", "secret.json", "--secret-file", "secret.txt")[0] == 0

    wrong = said("lottery", "--draw", "secret.json", "--secret-file", "other.txt")
    right = said("lottery", "--draw", "secret.json", "--secret-file", "secret.txt")

    assert wrong == (1, "", "tessera: This is not the secret seed whose SHA-256 was published.\n")
    assert right[0] == 0


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (('"k":4', '"k":3'), "commitment"),
        (('"score":92000', '"score":99000'), "commitment"),
        (("tessera-lottery-1", "tessera-lottery-9"), "format"),
    ],
)
def test_a_record_that_was_changed_is_found_out_and_not_drawn_from(said, folder, published, change, code):
    text = (folder / published).read_text("utf-8")
    assert change[0] in text
    (folder / published).write_text(text.replace(*change), encoding="utf-8")

    told = json.loads(said("verify-selection", published, "--json")[1])
    drawn = said("lottery", "--draw", published, "--value", "4 8 15")

    assert (told["ok"], told["kind"]) == (False, "lottery")
    assert code in told["faults"]
    assert drawn[0] == 1
    assert drawn[1].startswith("published.json is not in order, and nothing is drawn from it:\n")


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"format":"tessera-cohort-1"}', "[" * 100_000, "\ud800"])
def test_what_is_no_record_is_refused_with_one_sentence(said, folder, text):
    (folder / "record.json").write_bytes(text.encode("utf-8", "surrogatepass"))

    status, out, err = said("verify-selection", "record.json")

    assert (status, out) == (2, "")
    assert len(err.splitlines()) == 1


def test_rules_that_nobody_can_keep_are_told_with_the_ways_out(said, write, published):
    write("tight.toml", (EXAMPLE / "rules.toml").read_text("utf-8").replace("budget = 3600", "budget = 2000"))

    status, out, _err = said("lottery", "applicants.csv", "tight.toml")

    assert status == 1
    assert "No cohort keeps all these rules." in out
    assert "  - Raise the budget from 2,000 to 2,700." in out.splitlines()


def values_changed(text):
    """The record with each of its values changed, one at a time, to one of another type."""
    told = json.loads(text)

    def walk(at):
        for key in list(at) if isinstance(at, dict) else range(len(at)):
            kept = at[key]
            if isinstance(kept, (dict, list)) and kept:
                yield from walk(kept)
                continue
            for other in (None, "word", [1]):
                if other != kept:
                    at[key] = other
                    yield json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
            at[key] = kept

    yield from walk(told)


@pytest.mark.parametrize("file", ["cohort/record.json", "lottery/expected/drawn.json"])
def test_a_record_with_any_value_changed_is_refused_in_words(folder, capsys, file):
    text = (ROOT / "examples" / file).read_text("utf-8")
    path = folder / "record.json"
    told = []
    for changed in values_changed(text):
        path.write_text(changed, encoding="utf-8")
        try:
            status = verify_selection.run(Namespace(record=path, json=False))
        except CommandFailed as failed:
            told.append((failed.status, str(failed)))
        else:
            told.append((status, capsys.readouterr().out))

    assert len(told) > 300
    assert [one for one in told if one[0] == 0 or not one[1].strip()] == []
    assert {said for status, said in told if status == 2} <= {"This is no record of a selection or a lottery."}


def test_a_lottery_that_is_maximin_for_want_of_time_is_called_that(said, folder):
    found = cut_after_the_first_stage()
    (folder / "record.json").write_text(publish(found, commit(found, source="x")), encoding="utf-8")
    sentence = (
        "Leximin was asked for and its time was up; this is the maximin lottery, its first stage: the smallest chance is "
        "the largest there can be, those above it are not."
    )

    assert said("verify-selection", "record.json")[1].splitlines()[2] == sentence
    assert fairness(found) == (
        "Everybody who can be in has a chance of at least 33.33 %.",
        sentence,
        "Proven fairest: no lottery gives the least favoured more.",
    )
    assert lottery_of(json.loads(publish(found, commit(found, source="x")))["body"]).asked == "leximin"


def test_a_draw_that_is_not_kept_says_so(said, published):
    unkept = "Nothing of this draw is kept, and another value would draw again: only --record closes the lottery."
    for record, told in (((), [unkept]), (("--record", "drawn.json"), [])):
        status, out, _err = said("lottery", "--draw", published, "--value", "4 8 15", *record, "--json")
        assert (status, json.loads(out)["sentences"][2:]) == (0, told)
