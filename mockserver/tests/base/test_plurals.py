"""A number before a plural agrees with it, in whatever is printed."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from client_tests import plurals as kit
from mockserver.base import plurals

ROOT = Path(__file__).parents[3]

NOUNS = (
    "bytes|calls|cases|cells|checks|examples|exchanges|files|fixtures|items|jobs|lines|models|"
    "polls|problems|properties|requests|rules|runs|tests|things"
)
NEVER_ONE = {
    ("mockserver/edges/httpx.py", "sent_bytes"): "the very words of httpx",
    ("mockserver/schema_samples/arrays.py", "least"): "more than a limit",
    ("mockserver/edges/request_head.py", "limits.head_bytes"): "a limit of thousands",
    ("mockserver/gateway/handlers/sdk/fields.py", "len(body)"): "more than a limit",
    ("mockserver/gateway/handlers/sdk/fields.py", "count"): "more than a limit",
    ("mockserver/gateway/handlers/sdk/files.py", "len(data_urls)"): "more than a limit",
}
"""Values before a plural that may stand there, and why. Constants may, too."""


@pytest.mark.parametrize("count", [plurals.count, kit.count])
@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ((0, "check"), "0 checks"),
        ((1, "check"), "1 check"),
        ((2, "check"), "2 checks"),
        ((1234, "check"), "1,234 checks"),
        ((1, "property", "properties"), "1 property"),
        ((3, "property", "properties"), "3 properties"),
        ((1, "file differs", "files differ"), "1 file differs"),
    ],
)
def test_a_number_agrees_with_its_noun(count, arguments, text):
    """In the emulator and in the kit, which knows nothing of it, alike."""
    assert count(*arguments) == text


def find_plurals(source):
    """Yield each value in a text that is followed by one of the nouns: those may be one."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.JoinedStr):
            continue
        for value, after in zip(node.values, node.values[1:], strict=False):
            is_number = isinstance(value, ast.FormattedValue) and isinstance(after, ast.Constant)
            if is_number and re.match(rf" (?:[a-z]+ )?(?:{NOUNS})\b", after.value):
                yield ast.unparse(value.value), after.value


@pytest.mark.no_cover
def test_no_text_has_a_plural_for_any_number():
    """Only what is never one stands before a plural: limits, and numbers beyond a limit."""
    found = {
        (path.relative_to(ROOT).as_posix(), number)
        for folder in ("mockserver", "client_tests")
        for path in ROOT.joinpath(folder).rglob("*.py")
        if "tests" not in path.relative_to(ROOT).parts[:-1]
        for number, _ in find_plurals(path.read_text(encoding="utf-8"))
        if not number.isupper() and not number.rpartition(".")[2].isupper()
    }
    assert found - NEVER_ONE.keys() == set()
