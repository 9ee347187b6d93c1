"""The oracle takes for right whatever an honest client may report of what it was shown."""

import pytest

from client_tests.cases.catalogue import load_test_cases
from client_tests.judging import oracle
from client_tests.judging.oracle import decide_run, decide_single
from client_tests.judging.trace import Exchange

INTACT = Exchange(
    {
        "seq": 1,
        "route": "output",
        "status": 200,
        "delivery": "intact",
        "request": {"headers": {}, "body": None},
        "response": {"headers": {"content-type": "image/png"}, "body": {"binary": True}},
    }
)


@pytest.mark.parametrize(("elapsed_s", "is_late"), [(0.1, False), (0.75, False), (1.02, True)])
def test_an_answer_may_have_come_whole_only_when_the_deadline_was_over(elapsed_s, is_late):
    """As one in pieces does on a busy machine: a timeout is as right as the answer then."""
    found = decide_single([INTACT], "output", elapsed_s, timeout_s=1.0)
    assert found.outcomes == ({"completed", "timeout"} if is_late else {"completed"})


def make_exchange(seq, route, status, body, received_s=0.0):
    """An exchange that came whole."""
    response = {"headers": {"content-type": "application/json"}, "body": body}
    request = {"headers": {}, "body": None}
    told = {"seq": seq, "route": route, "status": status, "delivery": "intact"}
    told["received_s"] = received_s
    return Exchange({**told, "request": request, "response": response})


REFUSED = {"error": "No."}
JOB = {"request_id": "1", "status_url": "http://a/1/status", "response_url": "http://a/1"}


@pytest.mark.parametrize("route", ["status", "result", "poll"])
@pytest.mark.parametrize(
    ("status", "right"),
    [
        (400, {"invalid"}),
        (404, {"not_found"}),
        (413, {"invalid"}),
        (422, {"invalid", "failed"}),
    ],
)
def test_a_422_of_a_poll_may_be_read_as_the_failure_of_the_job(route, status, right):
    """Since on v2 it is never anything else (E8); any other refusal is no state of a job."""
    asked = [make_exchange(1, "submit", 200, JOB), make_exchange(2, route, status, REFUSED)]
    assert decide_run(asked, 0.1, timeout_s=3).outcomes == right
    found = [each for each in load_test_cases() if each.id == f"run/{route}/{status}-before-ends"]
    assert all(right <= {*each.expect.outcomes} for each in found)
    assert found or route == "poll"


@pytest.mark.parametrize(
    ("pauses_s", "left_s", "is_right"),
    [
        ([], 0.4, True),
        ([], 0.6, False),
        ([0.01, 0.01], 0.6, False),
        ([0.2, 0.4], 0.79, True),
        ([0.2, 0.4], 0.81, False),
        ([1.0], 1.2, True),
        ([1.0], 1.3, False),
        ([2.0, 0.1], 1.3, False),
    ],
)
@pytest.mark.parametrize("status", [500, 503])
def test_who_has_no_time_for_another_pause_may_say_what_went_wrong(
    monkeypatch, pauses_s, left_s, is_right, status
):
    """Pauses are half a second as a rule, and grow to twice the last; nobody sleeps into a wall."""
    at_s, asked = 0.0, [make_exchange(1, "submit", 200, JOB)]
    for pause_s in [0.0, *pauses_s]:
        at_s += pause_s
        asked.append(make_exchange(len(asked) + 1, "status", status, REFUSED, at_s))
    monkeypatch.setattr(oracle, "EARLY_SHARE", 1.0)
    found = decide_run(asked, at_s, timeout_s=at_s + left_s)
    assert found.outcomes == ({"server_error", "transport_error", "timeout"} if is_right else set())


PENDING = {"status": "PROCESSING"}


@pytest.mark.parametrize(
    ("pauses_s", "interval_s", "left_s", "is_right"),
    [
        ([], 10, 0.4, True),
        ([], 0.1, 0.4, False),
        ([0.5, 0.5], 0.1, 0.45, True),
        ([0.5, 0.5], 0.1, 0.6, False),
        ([0.01, 0.01], 0.01, 0.1, False),
        ([2.0], 0.01, 1.5, False),
    ],
)
def test_who_has_no_time_for_another_poll_may_say_so_at_once(
    monkeypatch, pauses_s, interval_s, left_s, is_right
):
    """Nothing can come of sleeping until the deadline, and of a longer pause than others make."""
    at_s, asked = 0.0, [make_exchange(1, "submit", 200, JOB)]
    for pause_s in [0.0, *pauses_s]:
        at_s += pause_s
        asked.append(make_exchange(len(asked) + 1, "status", 200, PENDING, at_s))
    monkeypatch.setattr(oracle, "EARLY_SHARE", 1.0)
    found = decide_run(asked, at_s, at_s + left_s, poll_interval_s=interval_s)
    assert found.outcomes == ({"timeout"} if is_right else set())


def make_damaged(route, status, body):
    """An exchange whose answer came, but not whole."""
    return Exchange({**make_exchange(2, route, status, body).entry, "delivery": "damaged"})


@pytest.mark.parametrize(("status", "name"), [(406, "invalid"), (404, "not_found")])
@pytest.mark.parametrize("route", ["sync", "credits", "output", "submit", "status", "result"])
def test_a_refusal_whose_body_is_damaged_may_be_called_by_its_status(route, status, name):
    """The status came whole; a client that reads the body first has lost the answer."""
    asked = [make_damaged(route, status, {"truncated": True, "text": '{"err'})]
    if route in {"sync", "credits", "output"}:
        right = decide_single(asked, route, 0.1, timeout_s=3).outcomes
    else:
        before = [] if route == "submit" else [make_exchange(1, "submit", 200, JOB)]
        right = decide_run([*before, *asked], 0.1, timeout_s=3).outcomes
    assert {name, "server_error", "transport_error"} <= right
    assert not {"completed", "failed", "forbidden"} & right


def test_a_422_without_its_state_may_be_taken_for_no_failure():
    """It is one that is not FAILED, as far as its body tells."""
    asked = [make_exchange(1, "submit", 200, JOB), make_damaged("status", 422, REFUSED)]
    assert {"invalid", "failed"} <= decide_run(asked, 0.1, timeout_s=3).outcomes
