"""The ``tessera`` command as a whole: help, exit statuses, sentences."""

import pytest

from tessera.commands import SUBCOMMANDS, main
from tests.own_site import tessera


@pytest.fixture
def said(capsys):
    """``said("load", "x")``: exit status, output and error output of one call in this process."""

    def call(*arguments):
        try:
            status = main(arguments)
        except SystemExit as ended:
            status = ended.code
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return call


@pytest.mark.parametrize("name", SUBCOMMANDS)
def test_each_subcommand_has_help(said, name):
    status, out, err = said(name, "--help")

    assert (status, err) == (0, "")
    assert out.startswith(f"usage: tessera {name}")
    assert len(out.splitlines()) > 3


def test_the_command_lists_its_subcommands(said):
    status, out, _err = said("--help")

    assert status == 0
    for name in SUBCOMMANDS:
        assert f"\n    {name} " in out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "tessera: the following arguments are required: SUBCOMMAND. See “tessera --help”."),
        (("serve", "--port", "70000"), "tessera serve: argument --port: “70000” is not a port (1 to 65535)."),
        (("serve", "--workers", "0"), "tessera serve: argument --workers: “0” is not a whole number of at least 1."),
        (("worker", "--concurrency", "two"), "tessera worker: argument --concurrency: “two” is not a whole number"),
        (("load", "no-such-file.json"), "tessera: There is no file “no-such-file.json”."),
        (("load", "deep.json"), "tessera: “deep.json” is nested too deeply."),
        (("load", "long.json"), "tessera: “long.json” holds a number that is too long."),
        (("load",), "tessera load: the following arguments are required: FILE."),
        (("restore", "no-such-file"), "tessera restore: argument FILE: there is no file “no-such-file”."),
        (("user", "add", "celia"), "tessera: “celia” is not an e-mail address."),
        (("user", "add", "celia@example.org", "--role", "king"), "tessera: There is no role “king”: the roles are"),
        (("user", "add", "celia@example.org", "--language", "tlh"), "tessera: There is no language “tlh” here"),
        (("nonsense",), "tessera: argument SUBCOMMAND: invalid choice: 'nonsense'"),
    ],
)
def test_bad_input_gets_one_sentence_and_status_2(said, tmp_path, monkeypatch, arguments, sentence):
    (tmp_path / "deep.json").write_text("[" * 200_000)
    (tmp_path / "long.json").write_text("9" * 6_000)
    monkeypatch.chdir(tmp_path)

    status, out, err = said(*arguments)

    assert (status, out) == (2, "")
    assert err.startswith(sentence)
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"PORT": "eighty"}, "tessera: The setting PORT cannot be used: "),
        ({"TESSERA_DATABASE_URL": "mysql://here"}, "tessera: The setting TESSERA_DATABASE_URL cannot be used: "),
        ({"TESSERA_MAIL_PAUSE_S": "often"}, "tessera: The setting TESSERA_MAIL_PAUSE_S cannot be used: "),
        (
            {"TESSERA_PUBLIC_HOST": "tessera.example", "TESSERA_SECRET_KEY": ""},
            "tessera: TESSERA_SECRET_KEY is not set",
        ),
        (
            {"TESSERA_DATABASE_URL": "postgres://nobody@127.0.0.1:9/none"},
            "tessera: The database does not answer: ",
        ),
        (
            {"TESSERA_DATABASE_URL": "postgres://h1:1,h2:2/db"},
            "tessera: TESSERA_DATABASE_URL names several hosts: name one.\n",
        ),
        (
            {"TESSERA_MAIN_LANGUAGE": "zz"},
            "tessera: TESSERA_MAIN_LANGUAGE is zz, which TESSERA_LANGUAGES does not hold.\n",
        ),
    ],
)
def test_bad_settings_get_one_sentence_and_status_1(environment, settings, sentence):
    done = tessera({**environment, **settings}, "migrate")

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(sentence)
    assert len(done.stderr.splitlines()) == 1


def test_a_database_without_tables_is_named(environment, tmp_path):
    done = tessera({**environment, "TESSERA_DATABASE_URL": "", "TESSERA_DATA": str(tmp_path)}, "dump")

    assert done.returncode == 1
    assert "run “tessera migrate”" in done.stderr
    assert len(done.stderr.splitlines()) == 1
