"""Documents that the source names are there."""

import re

from tests.own_site import ROOT


def test_documents_named_in_the_source_exist():
    named = {
        (path.relative_to(ROOT).as_posix(), name)
        for kind in ("*.py", "*.html", "*.txt", "*.md")
        for path in (ROOT / "src").rglob(kind)
        for name in re.findall(r"\bdocs/[\w/.-]+\.md\b", path.read_text("utf-8"))
    }

    assert {(path, name) for path, name in named if not (ROOT / name).is_file()} == set()
