import pytest

from tools.check_templates import inline_faults


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<p class="style">on time = yes</p><script src="/a.js" type="module"></script>', []),
        ('<script type="application/ld+json">{}</script>', []),
        ('<p>\n<b style="color: red">x</b></p>', ["2: an inline style"]),
        ("<style>p{}</style>", ["1: a style element"]),
        ('<button type="button" onclick="go()">x</button>', ["1: an inline handler"]),
        ("<script>go()</script>", ["1: an inline script"]),
        ('<a href="javascript:go()">x</a>', ["1: a javascript: address"]),
    ],
)
def test_inline_faults_names_what_the_policy_would_drop(html, expected):
    assert list(inline_faults(html)) == expected
