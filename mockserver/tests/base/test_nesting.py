"""How deep JSON is nested."""

from __future__ import annotations

import json

import pytest

from mockserver.base.nesting import is_nested_deeper


@pytest.mark.parametrize(
    ("body", "depth"),
    [
        (b"1", 0),
        (b"[]", 1),
        (b'{"a": [{}, 1]}', 3),
        (b'["[[[["]', 1),
        (b"[[], [[]], {}]", 3),
        (b"[" * 100 + b"]" * 100, 100),
    ],
)
def test_a_value_is_nested_as_deep_as_its_deepest_part(body, depth):
    """Brackets in texts do not count."""
    value = json.loads(body)
    assert not is_nested_deeper(value, body, depth)
    assert depth == 0 or is_nested_deeper(value, body, depth - 1)
