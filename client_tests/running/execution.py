"""Running one check, a written case or a property, on a test bed.

A property is run by Hypothesis, in this process: the same seed plays the same cases. The first
one that fails is shrunk for a while, and what it has shrunk to is saved as a file, which
`segmock verify replay` plays again.
"""

from __future__ import annotations

import time
from dataclasses import replace

from client_tests.cases.catalogue import TestCase
from client_tests.cases.model import Case
from client_tests.running.case_execution import CaseExecution, CaseRunner, decide, make_result
from client_tests.running.limits import Limits
from client_tests.running.property_execution import PropertyExecution
from client_tests.running.results import Result

__all__ = ["decide", "run"]


def run(test_case: TestCase, testbed: CaseRunner, limits: Limits) -> Result:
    """Run a check.

    Raises:
        DriverBrokenError: a driver does not keep to the protocol.
    """
    if limits.features is not None and test_case.feature not in limits.features:
        return make_result(test_case, "not covered", examples=0)
    began = time.monotonic()
    execution = (
        CaseExecution(test_case, testbed, limits)
        if isinstance(test_case, Case)
        else PropertyExecution(test_case, testbed, limits)
    )
    return replace(execution.run(), elapsed_s=time.monotonic() - began)
