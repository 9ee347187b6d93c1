"""What the tests of `pytest --pyargs client_tests` are made of."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from client_tests.cases.catalogue import load_test_cases
from client_tests.driver.messages import DriverBrokenError
from client_tests.driver.systems import UnsupportedSystemError
from client_tests.options import pytest_addoption
from client_tests.running.client_under_test import ClientUnderTest
from client_tests.running.limits import Limits
from client_tests.running.testbed import TestBed

__all__ = ["pytest_addoption"]

_NEITHER = "say which client: --driver 'COMMAND …' or --python module:attr"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Make a test of each check."""
    if "test_case" in metafunc.fixturenames:
        known = load_test_cases()
        metafunc.parametrize("test_case", known, ids=[test_case.id for test_case in known])


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Refuse to run these tests without a client."""
    if any(_is_ours(item) for item in items) and _make_client(config) is None:
        raise pytest.UsageError(_NEITHER)


def _is_ours(item: pytest.Item) -> bool:
    return item.path.parent == Path(__file__).parent


def _make_client(config: pytest.Config) -> ClientUnderTest | None:
    driver, python = config.getoption("--driver"), config.getoption("--python")
    if bool(driver) == bool(python):
        return None
    return ClientUnderTest(driver or python, is_python=bool(python))


@pytest.fixture(scope="session")
def testbed(request: pytest.FixtureRequest) -> Iterator[TestBed]:
    """Return the test bed on which this process runs all checks."""
    client = _make_client(request.config)
    assert client is not None  # noqa: S101 (or nothing would have been collected)
    try:
        with client.open_testbed() as testbed:
            yield testbed
    except DriverBrokenError as error:
        pytest.exit(f"the driver is broken: {error}", returncode=2)
    except UnsupportedSystemError as error:
        pytest.exit(str(error), returncode=2)


@pytest.fixture(scope="session")
def limits(request: pytest.FixtureRequest) -> Limits:
    """Return how much is tried."""
    examples = request.config.getoption("--kit-examples")
    scale = max(1.0, examples / Limits.examples)
    return Limits(
        examples=examples,
        seed=request.config.getoption("--kit-seed"),
        slice_s=Limits.slice_s * scale,
    )
