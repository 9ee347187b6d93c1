"""The part of the pytest plugin that guards tests; it is loaded where there is one to guard.

A test is guarded from before its fixtures are set up until they are torn down. If it passes
although something was refused, and it does not say that it expects that, it fails at teardown.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import ExitStack
from typing import Any

import pytest

from mockserver.testing import FIXTURES, GUARD_OPTION
from mockserver.testing.expectations import heed_expectations
from mockserver.testing.vendor_guard import GUARD_VARIABLE, Guard, is_wanted

_guard_key: pytest.StashKey[Guard] = pytest.StashKey()
_passed_key: pytest.StashKey[bool] = pytest.StashKey()


def guard_run(config: pytest.Config) -> None:
    """Guard all that a run does, or have nothing guarded in it, as the command line says."""
    exits = ExitStack()
    config.add_cleanup(exits.close)
    if config.getoption(GUARD_OPTION):
        exits.enter_context(Guard())
    else:
        variables = pytest.MonkeyPatch()
        exits.callback(variables.undo)
        variables.setenv(GUARD_VARIABLE, "off")


def guard_test(item: pytest.Item) -> None:
    """Guard a test from now on, unless it is, or something is against it.

    The command line outranks the marker, and the marker the environment.
    """
    option, says = item.config.getoption(GUARD_OPTION), _read_marker(item, "guard")
    wanted = (option or is_wanted()) if says is None else says
    if wanted and option is not False and _guard_key not in item.stash:
        heed_expectations()
        item.stash[_guard_key] = Guard().__enter__()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None]:
    """Guard a test that uses a fixture of ours, or whose marker or run says so."""
    is_ours = not FIXTURES.isdisjoint(getattr(item, "fixturenames", ()))
    if is_ours or item.config.getoption(GUARD_OPTION) or _read_marker(item, "guard"):
        guard_test(item)
    return (yield)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None]:
    """Leave the guard, and complain of what a passing test's client took no notice of."""
    try:
        yield
    finally:
        guard = item.stash.get(_guard_key, None)
        if guard is not None:
            del item.stash[_guard_key]
            guard.__exit__(None, None, None)
    if guard is None or not item.stash.get(_passed_key, False):
        return
    if _read_marker(item, "strict") is not False and (found := guard.refusals.find_complaints()):
        pytest.fail("\n\n".join(found), pytrace=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show what was refused while a test failed of something else."""
    report = yield
    if call.when != "teardown":
        item.stash[_passed_key] = report.passed
    guard = item.stash.get(_guard_key, None)
    if guard is not None and report.failed:
        raised = call.excinfo.value if call.excinfo else None
        if lines := guard.refusals.render(raised):
            report.sections.append(("segmock: which calls to the vendor were refused", lines))
    return report


def _read_marker(item: pytest.Item, name: str) -> Any:
    """Return what the nearest marker of a test that says anything of a name says; or None."""
    markers = item.iter_markers("segmock")
    return next((marker.kwargs[name] for marker in markers if name in marker.kwargs), None)
