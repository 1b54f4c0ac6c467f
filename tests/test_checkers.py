"""The outside judges see a fault: else an empty list would prove nothing."""

from tests.checkers.axe import axe_violations

GOOD = "<!doctype html><html lang=en><title>A page</title><main><h1>A page</h1><p>Text.</p></main></html>"


def test_html_errors_names_the_fault(html_errors):
    assert html_errors(GOOD) == []
    faults = html_errors(GOOD.replace("<p>", "<p align=left>"))
    assert [fault.split(": ", 1)[1].split(".")[0] for fault in faults] == [
        "The “align” attribute on the “p” element is obsolete"
    ]


def test_axe_violations_names_the_rule(page):
    page.set_content(GOOD)
    assert axe_violations(page) == []
    page.set_content(GOOD.replace("Text.", "<img src=''>"))
    assert [violation.split(":")[0] for violation in axe_violations(page)] == ["image-alt"]
