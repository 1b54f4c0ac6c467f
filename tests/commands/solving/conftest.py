"""Commands in this process, in an empty folder, with files written on the spot."""

import pytest

from tessera.commands import main


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def write(folder):
    """``write("a.csv", text)`` writes a file into the folder."""

    def call(name, text):
        (folder / name).write_text(text, encoding="utf-8")

    return call


@pytest.fixture
def said(folder, capsys):
    """``said("cohort", "a.csv")``: exit status, output and error output of one call in this process."""

    def call(*arguments):
        try:
            status = main(arguments)
        except SystemExit as ended:
            status = ended.code
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return call
