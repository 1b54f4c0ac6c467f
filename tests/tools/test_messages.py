from pathlib import Path

import pytest

from tools import messages
from tools.messages import compile_all, faults

HEAD = r"""msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\n"
"Plural-Forms: nplurals=2; plural=(n > 1);\n"

"""


def written(folder: Path, body: str) -> Path:
    path = folder / "fr" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    path.write_text(HEAD + body, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('msgid "Region"\nmsgstr "Région"\n', []),
        ('msgid "Region"\nmsgstr ""\n', ["fr: 'Region' is not translated"]),
        ('#, fuzzy\nmsgid "Region"\nmsgstr "Régions"\n', ["fr: 'Region' is fuzzy"]),
        (
            'msgid "%(n)s of %(all)s"\nmsgstr "%(n)s sur %(tout)s"\n',
            ["fr: '%(n)s of %(all)s' has the placeholders ['%(n)s', '%(tout)s'], not ['%(all)s', '%(n)s']"],
        ),
        (
            'msgid "“A day”"\nmsgstr "« Un jour\u00a0»"\n',
            [
                "fr: '“A day”' has a quotation mark, colon, semicolon, question or exclamation mark that a line end may part from its word"
            ],
        ),
        (
            'msgid "Who?"\nmsgstr "Qui ?"\n',
            [
                "fr: 'Who?' has a quotation mark, colon, semicolon, question or exclamation mark that a line end may part from its word"
            ],
        ),
        ('msgid "“A day”"\nmsgstr "«\u00a0Un jour\u00a0»"\n', []),
        ('msgid "Who: you?"\nmsgstr "Qui\u00a0: vous\u00a0?"\n', []),
        ('msgid "a <b>day</b>"\nmsgstr "un jour"\n', ["fr: 'a <b>day</b>' has other markup than its source"]),
        ('msgid "%(n)s day"\nmsgid_plural "%(n)s days"\nmsgstr[0] "un jour"\nmsgstr[1] "%(n)s jours"\n', []),
        (
            'msgid "%(n)s day"\nmsgid_plural "%(n)s days"\nmsgstr[0] "%(n)s jour"\nmsgstr[1] ""\n',
            ["""fr: "('%(n)s day', '%(n)s days')" is not translated"""],
        ),
    ],
)
def test_faults_names_what_is_not_a_whole_translation(tmp_path, body, expected):
    assert list(faults(written(tmp_path, body))) == expected


def test_compile_all_writes_once_and_leaves_the_rest(tmp_path, monkeypatch):
    monkeypatch.setattr(messages, "LOCALE", tmp_path)
    po = written(tmp_path, 'msgid "Region"\nmsgstr "Région"\n')

    compile_all()
    first = po.with_suffix(".mo").stat().st_mtime_ns
    compile_all()

    assert po.with_suffix(".mo").stat().st_mtime_ns == first
    assert sorted(path.name for path in po.parent.iterdir()) == ["django.mo", "django.po"]
