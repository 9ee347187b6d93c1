"""In which order checks are run: what is sure first, and what takes longest first within that."""

from __future__ import annotations

from collections.abc import Iterable

from client_tests.cases.catalogue import TestCase
from client_tests.cases.model import Case


def order_test_cases(test_cases: Iterable[TestCase]) -> list[TestCase]:
    """Return written cases before properties, so that a short budget is spent on each once.

    The longest come first among both, so that no worker is left with one at the end.
    """
    return sorted(test_cases, key=lambda each: (not isinstance(each, Case), -_estimate(each)))


def _estimate(test_case: TestCase) -> float:
    """Return about how long a check takes: seconds of a case, or the share of a property."""
    if not isinstance(test_case, Case):
        return test_case.share
    effects = test_case.behaviour
    named_s = sum((each.reset_in_s or 0) + each.do.get("delay_s", 0) for each in effects)
    deadlines_s = sum(each.timeout_s for each in test_case.operations)
    is_endless = any("stall" in each.do for each in effects)
    wait_s = deadlines_s if is_endless else min(named_s, deadlines_s)
    return wait_s + test_case.listen_s + 0.01 * len(test_case.operations)
