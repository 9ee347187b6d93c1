"""Calls and runs as an audit has them, made without a server."""

from __future__ import annotations

from mockserver.audit.records import Call, RunRecord, TestRecord
from mockserver.base.wire import Request
from mockserver.state.journal import Exchange

KEY = "SG_0123456789abcdef"
PATHS = {
    "submit": ("POST", "/v2/ideogram-3"),
    "sync": ("POST", "/v1/ideogram-3"),
    "status": ("GET", "/v2/requests/{job}/status"),
    "result": ("GET", "/v2/requests/{job}"),
    "output": ("GET", "/outputs/{job}.png"),
    "credits": ("GET", "/v1/get-user-credits"),
}
DONE = b'{"status": "COMPLETED"}'
MUTANT_MARK = "audit:mutant"


def call(route, job=None, *, status=200, body=DONE, is_struck=False, delivery="intact", **fields):
    """Return a call; one that makes a run says how it `ends`."""
    method, path = PATHS[route]
    order = fields.pop("at", 0)
    exchange = Exchange(
        seq=order + 1,
        at=order,
        answered_at=order,
        api_key=KEY,
        request=Request(
            method=method,
            path=path.format(job=job),
            headers={b"x-api-key": KEY.encode(), b"content-type": b"application/json"},
            query=fields.pop("query", ""),
            received_s=order * 10.0,
            connection=order + 1,
        ),
        route=route,
        model="ideogram-3",
        request_id=job,
        status=None if delivery == "lost" else status,
        headers=(),
        body=body,
        behaviours=(),
        fault_id=MUTANT_MARK if is_struck else None,
        delivery=delivery,
    )
    return Call(at_us=order * 10_000_000, owner=KEY, exchange=exchange, **fields)


def submit(job, *, ends="COMPLETED", price="0.05", **fields):
    """Return a call that makes a run."""
    return call("submit", job, body=b'{"status": "QUEUED"}', ends=ends, price=price, **fields)


def make_run(*tests, **fields):
    """Return what is known of a run of some tests."""
    return RunRecord({test.id: test for test in tests}, **fields)


def make_test(*calls, name="t", outcome="passed", **fields):
    """Return what is known of a test."""
    return TestRecord(name, outcome, calls=calls, **fields)


def good_day(job="a"):
    """Return the calls of a client to which nothing happens."""
    return (
        submit(job, at=0),
        call("status", job, at=1),
        call("result", job, at=2),
        call("output", job, at=3),
    )
