"""Data in and out: load, dump, backup, restore, user, doctor."""

import json
import subprocess
import sys

import pytest

from tessera.commands.first_data import archive_file
from tests.commands.conftest import ARCHIVE
from tests.own_site import ROOT, tessera


def report(done):
    assert done.stderr == ""
    return json.loads(done.stdout)


def test_data_goes_in_and_out_and_survives_a_restore(environment, tmp_path):
    assert tessera(environment, "migrate").returncode == 0
    assert tessera(environment, "migrate").stdout == "The database is up to date.\n"

    # A first load creates, a second one changes nothing, and the same facts come out again.
    first = report(tessera(environment, "load", ARCHIVE, "--json"))
    assert (first["ok"], first["changed"], first["unchanged"], first["kept"]) == (True, [], [], [])
    assert len([label for label in first["created"] if label.startswith("training ")]) == 10
    second = report(tessera(environment, "load", ARCHIVE, "--json"))
    assert (second["created"], second["changed"], second["kept"]) == ([], [], [])
    assert sorted(second["unchanged"]) == sorted(first["created"])
    whole = tessera(environment, "dump").stdout
    assert json.loads(whole) == json.loads(archive_file().read_text(encoding="utf-8"))

    # To a file, whole or not at all.
    out = tmp_path / "out.json"
    assert tessera(environment, "dump", str(out)).returncode == 0
    assert out.read_text(encoding="utf-8") == whole

    # A backup holds records and files, for its owner's eyes.
    files = tmp_path / "data" / "files"
    files.mkdir(parents=True)
    (files / "letter.txt").write_text("kept")
    backup = tmp_path / "backup.tar.gz"
    assert tessera(environment, "backup", str(backup)).returncode == 0
    assert backup.stat().st_mode & 0o777 == 0o600
    again = tessera(environment, "backup", str(backup))
    assert (again.returncode, again.stderr) == (1, f"tessera: “{backup}” is there already: name a new file.\n")

    # What was written after it is lost by a restore, and only when that is said.
    assert tessera(environment, "user", "add", "late@example.org", "--role", "office").returncode == 0
    (files / "letter.txt").write_text("changed")
    refused = tessera(environment, "restore", str(backup))
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "say --replace" in refused.stderr
    assert (files / "letter.txt").read_text() == "changed"
    assert tessera(environment, "restore", str(backup), "--replace").returncode == 0
    assert (files / "letter.txt").read_text() == "kept"
    assert tessera(environment, "dump").stdout == whole
    added = report(tessera(environment, "user", "add", "late@example.org", "--role", "office", "--json"))
    assert added == {"email": "late@example.org", "created": True, "roles": ["office"]}


def test_a_file_that_is_not_clean_is_refused_by_row_and_nothing_is_written(loaded, tmp_path):
    before = tessera(loaded, "dump").stdout
    data = json.loads(before)
    data["trainings"][3]["status"] = "held"
    data["trainings"][4]["title"]["en"] = "Another title"
    bad = tmp_path / "bad.json"
    bad.write_text(json.dumps(data))

    told, as_json, checked = (tessera(loaded, "load", str(bad), *more) for more in ((), ("--json",), ("--check",)))

    assert [done.returncode for done in (told, as_json, checked)] == [1, 1, 1]
    *rows, sentence = told.stderr.splitlines()
    assert sentence.startswith("tessera: The file was not loaded")
    assert [row.split(" ")[0].rstrip(":") for row in rows] == ["trainings[3].status"]
    found = json.loads(as_json.stdout)
    assert (found["ok"], [row["path"] for row in found["rows"]]) == (False, ["trainings[3].status"])
    assert tessera(loaded, "dump").stdout == before


@pytest.mark.parametrize(("text", "status"), [("", 2), ("{", 2), ('"text"', 1), ("[]", 1)])
def test_what_is_no_archive_is_refused(loaded, text, status):
    done = tessera(loaded, "load", "-", text=text)

    assert (done.returncode, done.stdout) == (status, "")
    assert done.stderr.splitlines()[-1].startswith("tessera: ")


def test_restore_of_what_is_no_backup_changes_nothing(loaded, tmp_path):
    (tmp_path / "no-backup").write_text("words")

    done = tessera(loaded, "restore", str(tmp_path / "no-backup"), "--replace")

    assert (done.returncode, done.stderr) == (1, f"tessera: “{tmp_path / 'no-backup'}” is not a backup of Tessera.\n")


def examined(environment, *arguments):
    done = tessera(environment, "doctor", "--json", *arguments)
    answer = json.loads(done.stdout)
    assert done.returncode == (0 if answer["ok"] else 1)
    return {check["name"]: check for check in answer["checks"]}


def test_doctor_of_an_empty_site_says_what_is_missing(environment):
    found = examined(environment)

    assert (found["database"]["ok"], found["migrations"]["ok"], found["worker"]["ok"]) == (True, False, False)
    assert found["migrations"]["detail"].endswith("not applied: run “tessera migrate”")


def test_doctor_finds_a_public_record_that_is_not_what_its_record_says(loaded):
    assert tessera(loaded, "worker", "--once").returncode == 0
    well = examined(loaded, "--records")
    assert {name for name, check in well.items() if check["ok"]} >= {
        "database", "migrations", "cache", "worker", "mail", "outbox", "public records",
    }  # fmt: skip
    assert well["mail"]["detail"] == f"is written to {loaded['TESSERA_DATA']}/mail"
    assert tessera(loaded, "doctor").stdout.splitlines()[0].startswith("ok   database: ")

    script = (
        "import django; django.setup()\n"
        "from tessera.publications.models import PublicRecord\n"
        "PublicRecord.objects.filter(kind='training', slug='mexico-2023').update(sort_name='wrong')\n"
    )
    settings = {**loaded, "DJANGO_SETTINGS_MODULE": "tessera.config.settings"}
    subprocess.run([sys.executable, "-c", script], env=settings, cwd=ROOT, check=True)

    sick = examined(loaded, "--records")["public records"]
    assert sick["ok"] is False
    assert sick["detail"].endswith("are not what their records say: training mexico-2023")


def test_the_first_administrator_is_invited_by_mail(migrated_environment, tmp_path):
    environment = migrated_environment

    done = tessera(
        environment, "user", "add", " Admin@example.org ", "--role", "admin", "--role", "office", "--language", "fr"
    )
    assert (done.returncode, done.stdout) == (0, "Invited Admin@example.org; roles: admin, office.\n")
    again = tessera(environment, "user", "add", "admin@EXAMPLE.org", "--role", "admin")
    assert again.stdout == "Already here: Admin@example.org; roles: admin, office.\n"

    assert tessera(environment, "worker", "--once").returncode == 0
    [mail] = (tmp_path / "data" / "mail").glob("*.eml")
    assert "Content-Language: fr" in mail.read_text()
