"""Elements that the page makes, and the texts in them."""

from __future__ import annotations

import pytest

from mockserver.tests.page.hostile_texts import HOSTILE, find_shown

MARK = """(m, text) => {
  const element = m.h("p", {}, m.markCode(text));
  return [...element.childNodes].map((each) => [each.nodeName, each.textContent]);
}"""
REPLACE = """(m, [before, after]) => {
  const element = m.h("p", {}, m.markCode(before));
  const children = [...element.childNodes];
  m.replace(element, m.markCode(after));
  const now = [...element.childNodes];
  return [now.every((each, index) => each === children[index]), element.textContent];
}"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", ["plain"]),
        ("did you mean `status`?", ["did you mean ", ["status"], "?"]),
        ("`a` or `b`", ["", ["a"], " or ", ["b"], ""]),
        ("one ` alone", ["one ` alone"]),
        ("none in ``", ["none in ``"]),
        ("`of two\nlines`", ["`of two\nlines`"]),
    ],
)
def test_what_stands_between_backticks_is_code(run_module, text, expected):
    """A backtick alone stays one."""
    shown = [("CODE", part[-1]) if isinstance(part, list) else ("#text", part) for part in expected]
    assert [tuple(node) for node in run_module("base/dom", MARK, text)] == shown


def test_code_in_a_text_is_text(run_module, page):
    """Whatever it says."""
    for text in HOSTILE.values():
        if "`" not in text:
            shown = run_module("base/dom", MARK, f"`{text}`")
            assert [name for name, _ in shown] == ["#text", "CODE", "#text"]
            assert shown[1][1].startswith(find_shown(text))
    assert page.evaluate("window.ran") is None


@pytest.mark.parametrize(
    ("before", "after", "stays"),
    [
        ("the same", "the same", True),
        ("the `same`", "the `same`", True),
        ("the `same`", "the `other`", False),
        ("a `word`", "a word", False),
        ("", "a word", False),
    ],
)
def test_a_text_that_is_there_already_is_not_said_again(run_module, before, after, stays):
    """With code in it or without."""
    assert run_module("base/dom", REPLACE, [before, after]) == [stays, after.replace("`", "")]
