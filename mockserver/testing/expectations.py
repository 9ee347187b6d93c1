"""What a test says it expects: `pytest.raises` and `assertRaises` mark refusals as expected."""

from __future__ import annotations

import sys
from functools import wraps
from typing import Any

from mockserver.testing.refusals import RefusedHostError, mark_expected


def heed_expectations() -> None:
    """Have what is loaded of pytest and unittest mark the refusals that a test expects."""
    if pytest := sys.modules.get("pytest"):
        _heed(type(pytest.raises(RefusedHostError)))
    if unittest := sys.modules.get("unittest.case"):
        expect: Any = unittest.TestCase().assertRaises
        _heed(type(expect(RefusedHostError)))


_heeded: list[type] = []


def _heed(kind: type) -> None:
    if kind in _heeded:
        return
    _heeded.append(kind)
    context: Any = kind
    original = context.__exit__

    @wraps(original)
    def leave(self: Any, error_kind: Any, error: Any, traceback: Any) -> Any:
        is_expected = original(self, error_kind, error, traceback)
        if is_expected:
            mark_expected(error)
        return is_expected

    context.__exit__ = leave
