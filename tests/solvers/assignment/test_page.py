"""What the page in docs shows is what happens."""

import re
from pathlib import Path

import pytest

PAGES = Path(__file__).parents[3] / "docs" / "solvers"


@pytest.mark.parametrize(("name", "shown"), [("assignment", 2), ("calibration", 0)])
def test_the_example_of_the_page_runs_and_gives_what_it_says(name, shown):
    code = re.search(r"```python\n(.*?)```", (PAGES / f"{name}.md").read_text("utf-8"), re.DOTALL).group(1)
    scope = {}

    exec(code, scope)  # noqa: S102 - our own page

    claims = re.findall(r"^(found\.[\w.]+) +# ([(\"].*)$", code, re.MULTILINE)
    assert len(claims) == shown
    for expression, said in claims:
        assert eval(expression, scope) == eval(said)  # noqa: S307 - our own page
