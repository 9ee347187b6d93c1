"""HTML becomes the text that a page shows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.importing.page_texts import flatten_html, is_html
from mockserver.tests.importing.refusals import find_refusal


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<!DOCTYPE html><html>", True),
        ("words <div class='a'>", True),
        ("a < b and <name>", False),
        ("Parameters", False),
    ],
)
def test_html_is_told_by_its_tags(text, expected):
    """A text with angle brackets alone is none."""
    assert is_html(text) is expected


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>one</p><p>two</p>", "one\ntwo"),
        ("<div><span>prompt</span><span>required</span></div>", "promptrequired"),
        ("<p>a\n   b</p>", "a b"),
        ("<pre>1a\n2b</pre>", "1a\n2b"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a\nb"),
        ("<nav>Home</nav><main><h1>Tiny  one</h1>text</main>", "Tiny one\n\ntext"),
        ("<p>menu</p><h1>Tiny</h1><h1>Other</h1>", "Tiny\nmenu\nTiny\nOther"),
        ("<script>let a = '<p>';</script><style>p {}</style><p>b</p>", "b"),
        ("<p>&quot;A&quot;&lt;</p>", '"A"<'),
        ("<p>a<br>b</p></pre></p>", "a\nb"),
        ("<head><title>x</title></head><p>b", "b"),
        ("<button>copy", ""),
    ],
)
def test_blocks_are_lines(html, text):
    """The heading comes first; what nobody sees, and what only leads elsewhere, is left out."""
    assert flatten_html(html) == text


TAGS = st.sampled_from(
    ["<p>", "</p>", "<script>", "</script", "<!", "<![x", "<?", "<h1>", "&#", "<!--", "<a b='", "x"]
)


@given(st.lists(TAGS, max_size=12).map("".join))
def test_hostile_html_is_read_or_refused(html):
    """Nothing else than a refusal comes of tags that are none."""
    refused = find_refusal(flatten_html, html)
    assert refused is None or "\n" not in refused
