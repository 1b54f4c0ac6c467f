"""``tessera assign`` and ``tessera calibrate``: what their tables may hold."""

import json
from pathlib import Path

import pytest

from tessera.commands import assign
from tessera.commands.reviewfiles import AssignmentTask, Paths, Terms, read_assignment
from tessera.commands.tables.faults import Faults
from tessera.commands.words import reviews
from tessera.solvers.assignment.model import NO_RULES, Application, Loads, Problem, Repair, Reviewer, Rules
from tessera.solvers.proof import Proof, Status
from tessera.solvers.watch import Watch

FILES = "id,language,topics\nP1,es,stones;schools\nP2,fr,schools\n"
REVIEWERS = (
    "id,languages,topics,at_least,at_most,conflicts\nR1,es fr,Stones,0,2,\nR2,fr,,0,2,\nR3,en;es,schools,0,2,P1\n"
)


@pytest.fixture
def read(folder, write):
    def call(files=FILES, reviewers=REVIEWERS, affinity=None, loads=None):
        write("files.csv", files)
        write("reviewers.csv", reviewers)
        if affinity is not None:
            write("affinity.csv", affinity)
        faults = Faults()
        paths = Paths(Path("files.csv"), Path("reviewers.csv"), Path("affinity.csv") if affinity else None)
        task = read_assignment(paths, Terms(1, loads, NO_RULES), faults)
        assert (task is None) == bool(faults.found)
        return task, [str(fault) for fault in faults.found]

    return call


def test_affinity_is_counted_from_topics_where_none_is_given(read):
    task, _faults = read()

    assert task.problem.affinity.values.tolist() == [[2000, 1000, 2000], [1000, 1000, 2000]]
    assert task.problem.conflicts == frozenset({("P1", "R3")})


def test_languages_are_the_same_in_capitals(read):
    task, _faults = read("id,language\nP1,FR\nP2,fr\n", "id,languages,at_least,at_most\nR1,Fr;EN fr,0,2\nR2,pt,0,2\n")

    assert [one.language for one in task.problem.applications] == ["fr", "fr"]
    assert [one.languages for one in task.problem.reviewers] == [frozenset({"fr", "en"}), frozenset({"pt"})]
    assert task.notes == ("Affinity is 1, and 1 more for each topic that file and reviewer share.",)


@pytest.mark.parametrize(
    "affinity",
    ["file,R1,R2,R3\nP1,2.5,-,\nP2,0,1,3\n", "file,reviewer,affinity\nP1,R1,2.5\nP1,R2,-\nP2,R1,0\nP2,R2,1\nP2,R3,3\n"],
)
def test_affinities_are_a_matrix_or_a_list(read, affinity):
    task, faults = read(affinity=affinity)

    assert faults == []
    assert task.problem.affinity == {("P1", "R1"): 2500, ("P2", "R1"): 0, ("P2", "R2"): 1000, ("P2", "R3"): 3000}
    assert task.problem.conflicts == frozenset({("P1", "R2"), ("P1", "R3")})


def test_faults_of_all_tables_are_told(read):
    _task, faults = read(
        FILES + "P1,es,\n",
        REVIEWERS + "R4,es,,3,2,\nR5,es,,,,P9\n",
        "file,R1,R7\nP1,high,1\nP8,1,1\n",
    )

    assert faults == [
        "files.csv, line 4, “id”: “P1” stands already in line 2.",
        "reviewers.csv, line 5: at least 3 is more than at most 2.",
        "reviewers.csv, line 6, “at_most”: is not said: give “at_most” here, or --load LEAST-MOST for everybody.",
        "affinity.csv, line 2, “R1”: “high” is not a number; a conflict is written “-”.",
        "affinity.csv, “R7”: there is no reviewer “R7”; it is not in the other table.",
        "affinity.csv, line 3, “file”: there is no file “P8”; it is not in the other table.",
    ]


def test_an_assignment_changes_as_little_as_possible(said, write):
    write("files.csv", "id\nP1\nP2\nP3\n")
    write("reviewers.csv", "id\nR1\nR2\n")
    write("current.csv", "file,reviewer\nP1,R1\nP2,R1\nP3,R9\n")

    status, out, _err = said(
        "assign", "files.csv", "reviewers.csv", "--load", "0-2", "--reviews", "1", "--current", "current.csv", "--json"
    )

    told = json.loads(out)
    assert status == 0
    assert {(row["file"], row["reviewer"], row["change"]) for row in told["pairs"]} == {
        ("P1", "R1", "kept"),
        ("P2", "R1", "kept"),
        ("P3", "R2", "new"),
    }
    assert told["gone"] == [{"file": "P3", "reviewer": "R9", "why": "could not stay"}]


def test_one_score_given_twice_is_a_fault(said, write):
    write("scores.csv", "file;reviewer;score\nP1;R1;4,5\nP1;R1;3\nP2;R1;\n")

    status, out, err = said("calibrate", "scores.csv")

    assert (status, out) == (2, "")
    assert err.splitlines()[:2] == [
        "scores.csv, line 4, “score”: is empty.",
        "scores.csv, line 3: R1 scored P1 already in line 2.",
    ]


def test_a_score_given_twice_is_told_where_the_first_is_none(said, write):
    write("scores.csv", "file,reviewer,score\nP1,R1,NaN\nP1,R1,5\nP2,R1,5\n")

    status, out, err = said("calibrate", "scores.csv")

    assert (status, out) == (2, "")
    assert err.splitlines()[:2] == [
        "scores.csv, line 2, “score”: “NaN” is not a number: leave it empty where nothing is known.",
        "scores.csv, line 3: R1 scored P1 already in line 2.",
    ]


def test_reviewers_who_share_no_file_are_named(said, write):
    write("scores.csv", "file,reviewer,score\nP1,R1,4\nP1,R2,3\nP2,R3,5\nP2,R4,2\n")

    _status, out, _err = said("calibrate", "scores.csv")

    assert "The reviewers fall into 2 groups that share no file: R1 and R2; R3 and R4." in out.splitlines()


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        ("optimal", "The cheapest way out: let R1 read 2 files more."),
        ("feasible", "A way out, the cheapest found in the time allowed: let R1 read 2 files more."),
        ("unknown", "No way out was found in the time allowed; that there is none is not proven."),
        ("infeasible", "No change of loads and no new reviewer helps."),
    ],
)
def test_a_way_out_is_called_the_cheapest_only_where_that_is_proven(status, sentence):
    more = (("R1", 2),) if status in ("optimal", "feasible") else ()
    found = Repair(more, (), (), Proof(Status(status), 2, 1, "", "", 0.0, ""))
    assert reviews.repair(found) == (sentence,)


def test_a_way_out_that_could_not_be_tried_out_says_so():
    found = Repair((("R1", 2),), (), (), Proof(Status("optimal"), 2, 1, "", "", 0.0, ""))
    assert reviews.repair(found, tried=False) == (
        "The cheapest way out: let R1 read 2 files more.",
        "The time did not suffice to try it out.",
    )


def crossing():
    """One reviewer too few, under rules that only a search can keep."""
    applications = tuple(Application(f"P{n}", 2) for n in range(3))
    readers = tuple(
        Reviewer(f"R{n}", loads=Loads(0, 2), institution=f"I{n % 2}", country=f"C{n // 2}") for n in range(2)
    )
    affinity = {(file.id, reader.id): 1000 for file in applications for reader in readers}
    rules = Rules(experts=1, expert_from=1000, per_institution=1, per_country=1)
    return AssignmentTask(Problem(applications, readers, affinity, rules=rules), None, {}, ())


@pytest.mark.parametrize(("seconds", "tried"), [(20.0, True), (0.0, False)])
def test_a_way_out_is_tried_out_by_a_clock_of_its_own(monkeypatch, seconds, tried):
    monkeypatch.setattr(assign, "TRIED_S", seconds)

    class Short(Watch):
        """The time is up as soon as a way out is found."""

        def run(self, work, stop):
            found = super().run(work, stop)
            self.time_limit = 0.0
            return found

    watch = Short(60.0)

    found, was_tried = assign._repair(crossing(), watch)

    assert watch.over
    assert (found.more, [(one.people, one.reviews) for one in found.new]) == ((), [(2, 3)])
    assert was_tried is tried
