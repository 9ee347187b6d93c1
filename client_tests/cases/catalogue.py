"""Every case and every property: what a client can be held to."""

from __future__ import annotations

from typing import TypeAlias

from client_tests.cases.model import Case
from client_tests.cases.properties import Property, properties
from client_tests.cases.suites import load_suites

TestCase: TypeAlias = Case | Property


def load_test_cases() -> list[TestCase]:
    """Return every check, in the order in which they are listed."""
    return [*load_suites(), *properties()]
