"""The money of a verification as cases of its report's JUnit XML."""

from __future__ import annotations

from typing import Any

from mockserver.facts.report_junit import Check

_CUT_SHORT = "it was ended before its end"


def list_checks(told: dict[str, Any]) -> list[Check]:
    """Return the cases: what was charged is what should be, and what was not asked."""
    cut = "" if told["is_whole"] else _CUT_SHORT
    money = "all that was charged is what should be"
    return [
        Check("Money", money, told["stopped"], cut),
        *(Check("Not asked", each["what"], skipped=each["reason"]) for each in told["not_asked"]),
    ]
