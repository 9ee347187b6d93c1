"""Effects on when something happens: real time that passes, virtual time that does not."""

from __future__ import annotations

import pytest

from mockserver.base.clock import SECOND
from mockserver.base.wire import Wait
from mockserver.tests.conftest import KEY, Answer, Client
from mockserver.tests.fault_calls import (
    EXAMPLES,
    arm,
    find_last_exchange,
    get_plain_answer,
    list_exchanges,
    list_jobs,
    list_strikes,
    make_timed_client,
    prepare_call,
    send,
    summarize,
)


@pytest.mark.parametrize(("effect", "route", "when"), list_strikes("delay_s"))
def test_a_delay_lets_real_time_pass_and_changes_nothing(effect, route, when):
    """After the wait comes the very answer that would have come, and the journal has it whole."""
    client = Client()
    asked = prepare_call(client, route)
    fault = arm(client, EXAMPLES[effect], route, when=when)
    before = list_exchanges(client, route)
    wait = send(client, asked)
    assert isinstance(wait, Wait)
    assert wait.delay_s == 2.5
    assert list_exchanges(client, route) == before
    answer = client.emulator.gateway.resume(wait)
    assert answer == get_plain_answer(route)
    assert summarize(find_last_exchange(client)) == (200, "intact", fault)


def test_a_request_that_is_delayed_is_handled_at_the_end():
    """The job begins when the delay is over, not when the request arrived."""
    client = Client()
    client.account()
    arm(client, {"delay_s": 0.01}, "submit", when="before")
    wait = send(client, prepare_call(client, "submit"))
    assert list_jobs(client) == []
    client.advance(5)
    answer = client.emulator.gateway.resume(wait)
    exchange = find_last_exchange(client)
    assert exchange.answered_at - exchange.at == 5 * SECOND
    job = client.store.find_job(KEY, Answer(answer).json["request_id"])
    assert job.submitted_at == exchange.answered_at


def test_an_answer_that_is_delayed_belongs_to_what_was_done_before():
    """The job is there while the client waits."""
    client = Client()
    arm(client, {"delay_s": 0.01}, "submit", when="after")
    wait = send(client, prepare_call(client, "submit"))
    [job] = list_jobs(client)
    client.advance(5)
    answer = Answer(client.emulator.gateway.resume(wait))
    assert answer.json["request_id"] == job["request_id"]


@pytest.mark.parametrize(("when", "jobs"), [("before", 0), ("after", 1)])
def test_a_client_that_leaves_during_a_delay_has_no_answer(when, jobs):
    """The answer is lost; what was done before the delay stays done."""
    client = Client()
    client.account()
    fault = arm(client, {"delay_s": 0.01}, "submit", when=when)
    wait = send(client, prepare_call(client, "submit"))
    client.emulator.gateway.abandon(wait)
    assert len(list_jobs(client)) == jobs
    assert summarize(find_last_exchange(client)) == (None, "lost", fault)


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_delay_and_a_blocking_run_add_up(when):
    """Where time runs, a delayed blocking call waits twice."""
    client, moment = make_timed_client()
    arm(client, {"delay_s": 2.5}, "sync", when=when)
    outcome = send(client, prepare_call(client, "sync"))
    waits = []
    while isinstance(outcome, Wait):
        waits.append(outcome.delay_s)
        moment[0] += round(outcome.delay_s * SECOND)
        outcome = client.emulator.gateway.resume(outcome)
    assert outcome.status == 200
    assert len(waits) == 2
    assert waits[0 if when == "before" else 1] == 2.5


def test_a_delayed_first_call_finds_the_account_that_others_made_meanwhile():
    """What happened under the key during the delay is not undone when the call goes on."""
    client = Client()
    arm(client, {"delay_s": 0.01}, "submit", when="before", times=1)
    wait = send(client, prepare_call(client, "submit"))
    submitted = client.submit()
    resumed = Answer(client.emulator.gateway.resume(wait))
    assert resumed.json["request_id"] != submitted["request_id"]
    assert len(list_jobs(client)) == 2


def test_a_list_of_lingerings_is_a_schedule_of_states(make_client):
    """Under the clock `auto` a job stays in its state for as many polls as linger."""
    client = make_client(clock="auto")
    arm(client, [{"linger": True}, {"linger": True}, None, {"linger": True}], "status")
    job = client.submit()
    states = [client.get(job["status_url"]).json["status"] for _ in range(6)]
    assert states == ["QUEUED"] * 3 + ["PROCESSING"] * 2 + ["COMPLETED"]
