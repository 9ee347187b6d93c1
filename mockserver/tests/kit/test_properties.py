"""Every property holds for a right client, and finds a wrong one out in a small case."""

from contextlib import ExitStack

import pytest

from client_tests.cases import contracts
from client_tests.cases.properties import properties
from client_tests.clients.reference import InProcess, Reference
from client_tests.driver.python_driver import PythonDriver
from client_tests.running.client_under_test import AT_ONCE
from client_tests.running.execution import run
from client_tests.running.limits import Limits
from client_tests.running.testbed import TestBed
from mockserver.tests.kit.drawing import drawn

BY_ID = {each.id: each for each in properties()}
FEW = Limits(examples=6, folder=None)
NO_MODELS = {"no-such-model"}
"""What a property asks for to be told that there is none."""
SOME = Limits(examples=100, folder=None, shrink_s=20)


class TakesTimeout(Reference):
    """Takes a parameter for its own argument, as SDK 1.0.1 did."""

    def submit(self, model, params):
        """Keep one parameter back."""
        return super().submit(model, {n: v for n, v in params.items() if n != "timeout"})


class Resubmits(Reference):
    """Sends a run again when its answer was lost."""

    def post(self, url, params):
        """Try again, whatever went wrong."""
        try:
            return super().post(url, params)
        except Exception:  # noqa: BLE001
            return super().post(url, params)


class Impatient(Reference):
    """Gives up at the first poll that goes wrong."""

    def is_transient(self, outcome):  # noqa: ARG002 (as it is called)
        """Nothing is."""
        return False


class InProcessTakesTimeout(InProcess):
    """The one that keeps a parameter back, as a driver."""

    client = TakesTimeout


class InProcessResubmits(InProcess):
    """The one that pays twice, as a driver."""

    client = Resubmits


class InProcessImpatient(InProcess):
    """The one that gives up, as a driver."""

    client = Impatient


@pytest.fixture
def bench_of(url):
    """Put a client on the test bed."""
    with ExitStack() as benches:

        def testbed(client):
            drivers = [PythonDriver(f"{__name__}:{client}") for _ in range(AT_ONCE)]
            return benches.enter_context(TestBed(drivers, url))

        yield testbed


def test_no_two_properties_have_the_same_name():
    """Files and reports go by it."""
    assert len(BY_ID) == len(properties())


@pytest.mark.parametrize("name", BY_ID)
def test_a_must_draws_verified_models_alone(name):
    """Of the others nobody knows what they refuse; one that SHOULD hold draws those too."""
    levels = contracts.levels()
    cases = drawn(BY_ID[name].strategy(), 30)
    asked = [operation.model for case in cases for operation in case.operations]
    found = {levels[model] for model in asked if model not in NO_MODELS}
    is_any = name == "property/params-arrive-any-model"
    assert not is_any or BY_ID[name].level == "SHOULD"
    assert found == ({"verified", "partial", "listed"} if is_any else {"verified"})


@pytest.mark.parametrize("name", BY_ID)
def test_the_reference_holds(name, bench_of):
    """A property that a right client breaks would be a bug of the kit."""
    result = run(BY_ID[name], bench_of("InProcess"), FEW)
    assert result.status == "passed", result.failure
    assert result.examples >= 2
    assert result.kind == "property"


def test_a_parameter_that_is_kept_back_is_found_and_shrunk(bench_of):
    """Nothing is left in the case but the parameter at fault and the one that is required."""
    result = run(BY_ID["property/params-arrive"], bench_of("InProcessTakesTimeout"), SOME)
    assert result.status == "failed"
    assert set(result.failure.case.operations[0].params) == {"prompt", "timeout"}
    assert result.failure.violations[0].assertion in {"unchanged", "reported", "expected"}


def test_a_run_that_is_sent_twice_is_found_and_shrunk(bench_of):
    """One lost answer is enough."""
    result = run(BY_ID["property/no-double-charge"], bench_of("InProcessResubmits"), SOME)
    assert result.status == "failed"
    assert len(result.failure.case.behaviour) == 1
    assertions = {each.assertion for each in result.failure.violations}
    assert assertions & {"submitted", "resubmitted-after-lost-answer"}


def test_a_poll_that_is_given_up_is_found_and_shrunk(bench_of):
    """One poll that goes wrong is enough."""
    result = run(BY_ID["property/poll-faults"], bench_of("InProcessImpatient"), SOME)
    assert result.status == "failed"
    assert len(result.failure.case.behaviour) <= 2
