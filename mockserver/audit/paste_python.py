"""Tests to paste in Python: for the pytest fixtures `segmock` and `segmock_respx`, and unittest."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from mockserver.audit.recipes import MARK, Recipe

_WIDTH = 96
_RUNS = '("submit", "sync")'


def render_pytest(recipe: Recipe, fixture: str = "segmock") -> str:
    """Return a module with one test function.

    Args:
        recipe: What it arms and asserts.
        fixture: `segmock` or `segmock_respx`.
    """
    is_respx = fixture == "segmock_respx"
    given = f"{fixture}.api_key" if is_respx else f"{fixture}.url, {fixture}.api_key"
    where = ", at the vendor's own host names" if is_respx else ""
    raises = f", {_render_raises('pytest.raises', recipe)}" if recipe.ends == "error" else ""
    lines = [
        *(["import pytest", "", ""] if raises else []),
        f"def test_{_render_name(recipe)}({fixture}):",
        f'    """{recipe.why}"""',
        *_indent(_render_arming(fixture, recipe.rule), 1),
        f"    with {fixture}.env, {fixture}.sleepless(){raises}:",
        f"        your_client({given})  # {MARK}{where}",
        *_indent(_render_counting(fixture, recipe), 1),
        f"    assert len(runs) == {recipe.count}",
    ]
    return _join(lines)


def render_unittest(recipe: Recipe) -> str:
    """Return a module with one test case."""
    raises = _render_raises("self.assertRaises", recipe) if recipe.ends == "error" else ""
    call = f"your_client(account.url, account.api_key)  # {MARK}"
    body = [
        f'"""{recipe.why}"""',
        "account = self.enterContext(segmock())",
        "self.enterContext(account.env)",
        "self.enterContext(account.sleepless())",
        *_render_arming("account", recipe.rule),
        *([f"with {raises}:", f"    {call}"] if raises else [call]),
        *_render_counting("account", recipe),
        f"self.assertEqual(len(runs), {recipe.count})",
    ]
    lines = [
        "import unittest",
        "",
        "from mockserver.testing import segmock",
        "",
        "",
        "class SegmockTest(unittest.TestCase):",
        f"    def test_{_render_name(recipe)}(self):",
        *_indent(body, 2),
    ]
    return _join(lines)


def _render_raises(function: str, recipe: Recipe) -> str:
    """Return what expects the client's error; which class that is only its author knows."""
    if not recipe.reason:
        return f"{function}(Exception)"
    if function == "pytest.raises":
        return f'{function}(Exception, match="{recipe.reason}")'
    return f'{function}Regex(Exception, "{recipe.reason}")'


def _render_name(recipe: Recipe) -> str:
    return recipe.name.replace(" ", "_")


def _render_arming(account: str, rule: Mapping[str, Any]) -> list[str]:
    """Return the call that arms the fault, in as many lines as it needs."""
    rest = {key: value for key, value in rule.items() if key not in {"do", "on"}}
    words = [
        to_python(rule["do"]),
        f'on="{rule["on"]["route"]}"',
        *(f"{key}={to_python(value)}" for key, value in rest.items()),
    ]
    line = f"{account}.faults.add({', '.join(words)})"
    if len(line) <= _WIDTH:
        return [line]
    return [f"{account}.faults.add(", *(f"    {word}," for word in words), ")"]


def _render_counting(account: str, recipe: Recipe) -> list[str]:
    if recipe.counts == "paid":
        return [f'runs = {account}.account["ledger"]']
    return [f'runs = [each for each in {account}.requests if each["route"] in {_RUNS}]']


def to_python(value: Any) -> str:
    """Return a value of JSON as Python spells it."""
    match value:
        case dict():
            items = (f"{to_python(key)}: {to_python(each)}" for key, each in value.items())
            return "{" + ", ".join(items) + "}"
        case list():
            return f"[{', '.join(map(to_python, value))}]"
        case str():
            return json.dumps(value, ensure_ascii=False)
    return repr(value)


def _indent(lines: list[str], levels: int) -> list[str]:
    return ["    " * levels + line for line in lines]


def _join(lines: list[str]) -> str:
    return "\n".join([*lines, ""])
