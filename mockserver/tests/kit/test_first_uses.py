"""What a server does for the first time is done before a client is timed, and once."""

from dataclasses import replace
from types import SimpleNamespace

import httpx
import pytest

from client_tests.cases.model import Case, Operation
from client_tests.driver.python_driver import PythonDriver
from client_tests.running.driver_calls import KIT_KEY
from client_tests.running.first_uses import FirstUses
from client_tests.running.testbed import TestBed


def make_case(*operations):
    """A case that asks these."""
    return Case(id="run/x/y", title="Runs", level="MUST", facts=(), operations=operations)


def make_uses(answer):
    """Return what prepares a server that answers so, and what is asked of it."""
    asked = []

    def handle(request):
        asked.append(f"{request.method} {request.url.raw_path.decode()}")
        return answer(request)

    http = httpx.Client(base_url="http://x", transport=httpx.MockTransport(handle))
    return FirstUses(SimpleNamespace(http=http)), asked


def accept(_request):
    """Accept a run."""
    return httpx.Response(200, json={"request_id": "1"})


def test_each_model_is_run_once_by_each_way_of_running_it():
    """A second case finds it ready."""
    uses, asked = make_uses(accept)
    case = make_case(Operation(op="run", model="a"), Operation(op="run_sync", model="a"))
    uses.prepare(case)
    right = ["POST /v2/a", "PATCH /_mock/jobs/1", "GET /v2/requests/1", "POST /v1/a"]
    assert asked == right
    uses.prepare(case)
    assert asked == right


def test_what_runs_nothing_needs_nothing():
    """A balance is told at once, and of a download the kit has made the output."""
    uses, asked = make_uses(accept)
    uses.prepare(make_case(Operation(op="credits"), Operation(op="download")))
    assert asked == []


def test_names_that_no_model_has_are_not_tried():
    """Nor do others lead to another route."""
    uses, asked = make_uses(accept)
    uses.prepare(make_case(Operation(op="run_sync", model="a" * 100_000)))
    uses.prepare(make_case(Operation(op="run_sync", model="../_mock/reset?x#y")))
    assert asked == ["POST /v1/..%2F_mock%2Freset%3Fx%23y"]


@pytest.mark.parametrize("status", [404, 406, 500])
def test_a_refusal_ends_it(status):
    """There is nothing to make ready, then."""
    uses, asked = make_uses(lambda _request: httpx.Response(status))
    uses.prepare(make_case(Operation(op="run", model="a")))
    assert asked == ["POST /v2/a"]


def test_a_lost_connection_is_no_matter_of_the_case():
    """A parameter may ask for one."""

    def lose(request):
        raise httpx.ReadError("reset", request=request)

    uses, asked = make_uses(lose)
    uses.prepare(make_case(Operation(op="run", model="a")))
    assert asked == ["POST /v2/a"]


def test_it_does_not_show_in_what_is_judged():
    """It is on the kit's own account."""
    case = make_case(Operation(op="run", params={"prompt": "A boat"}))
    blocking = replace(case, operations=(Operation(op="run_sync", params={"prompt": "A boat"}),))
    with TestBed([PythonDriver("client_tests.clients.reference:InProcess")]) as testbed:
        for each in (case, blocking):
            trace = testbed.run_case(each)
            assert trace.exchanges
            assert {entry.entry["api_key"] for entry in trace.exchanges}.isdisjoint({KIT_KEY})
            assert len(trace.of("submit", "sync")) == len(trace.ledger) == len(trace.jobs) == 1
            assert trace.verdicts == ()
