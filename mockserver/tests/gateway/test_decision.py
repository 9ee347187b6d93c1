"""What is decided about a request is a value: it says what is to be written, and writes nothing."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import msgspec
import pytest

from mockserver.base.errors import ApiError
from mockserver.gateway.decision import Decision, decide, refuse, replace_job
from mockserver.gateway.opening import open_context
from mockserver.rules.faults import FaultRequest
from mockserver.state.changes import AddJob, ChangeJob, MoveClock
from mockserver.tests.conftest import KEY, PROMPT, Client
from mockserver.tests.fault_calls import CREDITS, SUBMIT, SYNC, make_request, prepare_call

NEW_KEY = "SG_00000000000000aa"
LIMITED = {"requests_per_minute": 0}
POOR = {"credits": 0}
REFUSED = make_request("POST", SUBMIT, {"prompt": "mock:status=500"})

CASES = [
    (make_request("POST", SUBMIT, PROMPT), {}, ["CountRequest", "AddJob"], None),
    (make_request("POST", SYNC, PROMPT), {}, ["CountRequest", "AddJob"], None),
    (
        make_request("POST", SUBMIT, PROMPT, NEW_KEY),
        {},
        ["MakeAccount", "CountRequest", "AddJob"],
        None,
    ),
    (make_request("POST", "/workflows/abc", PROMPT), {}, ["AddJob"], None),
    (REFUSED, {}, ["CountRequest"], "triggered"),
    (make_request("POST", SUBMIT, PROMPT), POOR, ["CountRequest"], "insufficient_credits_406"),
    (make_request("POST", SUBMIT, PROMPT), LIMITED, [], "rate_limited"),
    (make_request("POST", "/v2/no-such", PROMPT), {}, [], "unknown_model"),
    (make_request("POST", "/v2/no-such", PROMPT, NEW_KEY), {}, ["MakeAccount"], "unknown_model"),
    (make_request("PUT", SUBMIT, PROMPT, NEW_KEY), {}, [], "method_not_allowed"),
    (make_request("POST", SUBMIT, PROMPT, None), {}, [], "missing_key"),
    (make_request("GET", CREDITS), {}, [], None),
    (make_request("GET", CREDITS, key="SG_0000000000000401"), {}, ["MakeAccount"], "invalid_key"),
]


def decide_only(client: Client, asked: Any) -> Decision:
    """Return what is decided about a request, after seeing that nothing was written."""
    context = open_context(client.emulator.services, asked)
    before = read_store(client)
    found = decide(client.emulator.services, context)
    assert read_store(client) == before
    return found


def read_store(client: Client) -> Any:
    """Return what is kept of every account."""
    store = client.store
    return {key: (account, store.jobs_of(key)) for key, account in store.accounts.items()}


def list_names(decision: Decision) -> list[str]:
    """Return what is to be written, by name and in order."""
    return [type(change).__name__ for change in decision.changes]


@pytest.mark.parametrize(("asked", "account", "changes", "row"), CASES)
def test_a_decision_says_what_is_to_be_written_and_nothing_is_yet(asked, account, changes, row):
    """A refused call has its account made, and is counted where it is a run of a model."""
    client = Client()
    client.account(**account)
    found = decide_only(client, asked)
    assert list_names(found) == changes
    assert (found.error.row if found.error else None) == row


@pytest.mark.parametrize(("clock", "changes"), [("auto", ["MoveClock"]), ("frozen", [])])
def test_a_poll_moves_the_clock_where_it_is_auto(clock, changes):
    """The move goes to the next transition of the job, and no further."""
    client = Client(clock=clock)
    asked = prepare_call(client, "status")
    found = decide_only(client, asked)
    assert list_names(found) == changes
    now = client.store.accounts[KEY].clock.now()
    assert all(now + each.step == found.job.started_at for each in found.changes)


def test_a_new_job_is_replaced_where_it_is_added():
    """Whatever else is written stays as it was."""
    client = Client()
    asked = make_request("POST", SUBMIT, PROMPT)
    context = open_context(client.emulator.services, asked)
    found = decide(client.emulator.services, context)
    other = msgspec.structs.replace(found.job, error="no luck")
    replaced = replace_job(context, found, other)
    assert replaced == Decision((*found.changes[:-1], AddJob(other)), other)


def test_a_polled_job_is_changed_and_the_clock_moves_to_its_new_transition():
    """The move of before belonged to the job of before."""
    client = Client(clock="auto")
    context = open_context(client.emulator.services, prepare_call(client, "status"))
    found = decide(client.emulator.services, context)
    later = msgspec.structs.replace(found.job, started_at=found.job.started_at + 1)
    replaced = replace_job(context, found, later)
    [move] = found.changes
    assert replaced == Decision((ChangeJob(later), MoveClock(move.step + 1)), later)


def test_a_refusal_moves_no_clock():
    """What is written otherwise is written all the same."""
    error = ApiError("unknown_request")
    kept = refuse(Decision(("kept", MoveClock(5)), None), error)
    assert (kept.changes, kept.error) == (("kept",), error)


class WatchedHeaders(dict):
    """Headers of which one can see when they are let go."""


@pytest.mark.parametrize("does", [None, {"status": 500}, {"expire": True}, {"state": "FAILED"}])
@pytest.mark.parametrize(("request_", "fields", "_changes", "_row"), CASES)
def test_nothing_of_a_request_stays_when_it_was_answered(request_, fields, _changes, _row, does):
    """Refused or not, struck or not: it is let go at once, without the garbage collector."""
    client = Client()
    client.account(**fields)
    if does is not None:
        client.control.faults.add(FaultRequest(does=does))
    headers = WatchedHeaders(request_.headers)
    watched = weakref.ref(headers)
    gc.disable()
    try:
        client.emulator.gateway.handle(msgspec.structs.replace(request_, headers=headers))
        del headers
        assert watched() is None
    finally:
        gc.enable()
