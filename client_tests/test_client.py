"""Every check as a test: `pytest --pyargs client_tests --driver 'COMMAND …'`.

It is the same as `segmock verify client`, for those who live in pytest: -k and -n work.
"""

from __future__ import annotations

import warnings

import pytest

from client_tests.cases.catalogue import TestCase
from client_tests.driver.messages import DriverBrokenError
from client_tests.reports import terminal
from client_tests.running import execution
from client_tests.running.limits import Limits
from client_tests.running.results import Report
from client_tests.running.testbed import TestBed


def test_client(
    test_case: TestCase, testbed: TestBed, limits: Limits, request: pytest.FixtureRequest
) -> None:
    """The client does what the check says."""
    try:
        result = execution.run(test_case, testbed, limits)
        if result.status == "flaky":
            result = execution.decide(result, testbed, limits.folder)
    except DriverBrokenError as error:
        pytest.exit(f"the driver is broken: {error}", returncode=2)
    if result.status == "not covered":
        pytest.skip(f"not covered: the driver has no {result.feature}")
    if result.status == "flaky":
        warnings.warn(f"{result.id} is flaky: it failed once in three plays", stacklevel=1)
    if result.status == "failed":
        driver = request.config.getoption("--driver") or request.config.getoption("--python")
        report = Report(
            driver=driver,
            seed=limits.seed,
            examples=limits.examples,
            elapsed_s=result.elapsed_s,
            results=(result,),
        )
        text = terminal.render(report)
        if result.level == "SHOULD":
            pytest.xfail(text)
        pytest.fail(text, pytrace=False)
