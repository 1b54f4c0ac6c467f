"""axe-core in the page of a browser test."""

from functools import cache
from importlib.resources import files

from playwright.sync_api import Page

# Only what is wrong comes back, and where it is, which takes a quarter of the time, is asked where something is wrong.
# Nothing is fetched a second time: no rule that runs by default asks for it on pages without sound and film.
RUN = """async (contrast) => {
  const rules = { "color-contrast": { enabled: contrast } };
  const options = { resultTypes: ["violations"], preload: false, rules };
  let found = await axe.run(document, { ...options, selectors: false });
  if (found.violations.length) found = await axe.run(document, options);
  return found.violations.flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${rule.help} at ${node.target}`));
}"""


def axe_violations(page: Page, *, contrast: bool = True) -> list[str]:
    """Violations of WCAG 2.2 A and AA and of axe's best practices on ``page``, one readable line for each element.

    Without ``contrast``, which takes most of the time, where the same colours are judged in another language.
    """
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(axe_source())
    return list(page.evaluate(RUN, contrast))


@cache
def axe_source() -> str:
    """The script itself. A context that has it as its init script gets it with each page, in a tenth of the time."""
    return (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
