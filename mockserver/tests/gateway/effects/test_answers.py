"""Effects that take the place of the answer, on both sides of the commit."""

from __future__ import annotations

import pytest

from mockserver.base.clock import MINUTE, SECOND, render_iso
from mockserver.base.error_pages import HTML, render_page
from mockserver.base.wire import Disconnect
from mockserver.control.journal import JournalFilter
from mockserver.rules.rate_limit import CLOSED
from mockserver.tests.conftest import KEY, PROMPT, Client
from mockserver.tests.fault_calls import (
    CREDITS,
    EXAMPLES,
    POLLS,
    ROUTES,
    SUBMIT,
    arm,
    find_last_exchange,
    get_answer,
    has_honest_length,
    list_jobs,
    list_strikes,
    make_request,
    prepare_call,
    read_ledger,
    send,
    summarize,
)


@pytest.mark.parametrize(("effect", "route", "when"), list_strikes("status"))
def test_a_status_takes_the_place_of_every_answer(effect, route, when):
    """The answer is the one that was asked for, on both sides of the commit."""
    client = Client()
    asked = prepare_call(client, route)
    arm(client, EXAMPLES[effect], route, when=when)
    answer = get_answer(client, asked)
    assert (answer.status, answer.headers["content-type"]) == (503, HTML)
    assert b"503 Service Unavailable" in answer.body
    assert has_honest_length(answer)


@pytest.mark.parametrize(("effect", "route", "when"), list_strikes("reset", "close"))
def test_a_cut_takes_the_place_of_every_answer(effect, route, when):
    """Nothing is sent, and the journal says that the answer is lost."""
    client = Client()
    asked = prepare_call(client, route)
    fault = arm(client, EXAMPLES[effect], route, when=when)
    assert send(client, asked) == Disconnect(effect)
    found = client.control.journal.show(JournalFilter())["requests"][-1]
    assert (found["route"], found["status"], found["fault_id"]) == (route, None, fault)
    assert found["response"]["body"] == ""


@pytest.mark.parametrize("effect", [{"status": 500}, {"reset": True}, {"close": True}])
@pytest.mark.parametrize("route", ["submit", "sync"])
def test_before_nothing_is_done(effect, route):
    """The call is in the key's journal, and that is all: no job, no charge, no count."""
    client = Client()
    fault = arm(client, effect, route, when="before", times=1)
    send(client, prepare_call(client, route))
    account = client.store.accounts[KEY]
    assert (list_jobs(client), read_ledger(client), account.window) == ([], [], CLOSED)
    exchange = list(client.store.journals.exchanges_of(KEY))[-1]
    assert exchange.request_id is None
    assert exchange.fault_id == fault
    client.account(requests_per_minute=1)
    assert get_answer(client, prepare_call(client, route)).status == 200
    assert len(list_jobs(client)) == 1


@pytest.mark.parametrize("effect", [{"status": 500}, {"reset": True}, {"close": True}])
@pytest.mark.parametrize("route", ["submit", "sync"])
def test_after_it_is_done_and_charged(effect, route):
    """The job is there and will be charged, the window has counted, only the answer is lost."""
    client = Client()
    client.account(requests_per_minute=1)
    fault = arm(client, effect, route, when="after", times=1)
    send(client, prepare_call(client, route))
    [job] = list_jobs(client)
    client.advance(30)
    assert [entry["request_id"] for entry in read_ledger(client)] == [job["request_id"]]
    assert get_answer(client, prepare_call(client, route)).status == 429
    first = next(iter(client.store.records[KEY].journal))
    is_cut = "status" not in effect
    assert summarize(first) == (None, "lost", fault) if is_cut else (500, "intact", fault)
    assert first.request_id == job["request_id"]


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_poll_whose_answer_is_lost_changes_nothing(when):
    """The job goes on, and the next poll finds it."""
    client = Client()
    asked = prepare_call(client, "status")
    fault = arm(client, {"reset": True}, "status", when=when, times=1)
    assert send(client, asked) == Disconnect("reset")
    exchange = find_last_exchange(client)
    assert summarize(exchange) == (None, "lost", fault)
    assert (exchange.headers, exchange.body) == ((), b"")
    client.advance(60)
    assert get_answer(client, asked).json["status"] == "COMPLETED"
    assert len(read_ledger(client)) == 1


@pytest.mark.parametrize("effect", [{"status": 503}, {"close": True}, EXAMPLES["drop_fields"]])
def test_after_also_strikes_what_the_gateway_refuses(effect):
    """A refused call has an answer too: it is struck, and nothing is done, as without a fault."""
    client = Client()
    fault = arm(client, effect, "submit", when="after")
    send(client, make_request("POST", SUBMIT, {"prompt": "mock:status=500"}))
    assert list_jobs(client) == []
    assert find_last_exchange(client).fault_id == fault
    send(client, make_request("POST", SUBMIT, PROMPT, key=None))
    assert list(client.store.journals.exchanges_of(None))[-1].fault_id == fault


@pytest.mark.parametrize("route", ROUTES)
def test_an_injected_429_says_when_its_window_ends(route):
    """It is the end of the window in force; without one, a minute from now."""
    client = Client()
    asked = prepare_call(client, route, key=KEY)
    account = client.store.accounts.get(KEY)
    now = client.store.clock.now()
    arm(client, {"status": 429}, route)
    answer = get_answer(client, asked)
    is_open = account is not None and route != "output" and account.window.reset_at > now
    expected = account.window.reset_at if is_open else now + MINUTE
    assert answer.status == 429
    assert answer.headers["x-rate-limit-reset-at-utc"] == render_iso(expected)
    assert answer.json == {"error": "Too Many Requests"}


def test_an_injected_429_does_not_move_the_window():
    """Ten seconds into a window the reset is fifty seconds away."""
    client = Client()
    client.submit()
    client.advance(10)
    arm(client, {"status": 429}, "submit")
    answer = client.post(SUBMIT)
    reset_at = client.store.accounts[KEY].clock.now() + 50 * SECOND
    assert answer.headers["x-rate-limit-reset-at-utc"] == render_iso(reset_at)


@pytest.mark.parametrize("route", ROUTES)
def test_an_injected_429_names_the_instant_that_its_rule_asks_for(route):
    """It is so many seconds from now, whatever the window in force says."""
    client = Client()
    asked = prepare_call(client, route, key=KEY)
    now = client.store.clock.now()
    arm(client, {"status": 429, "reset_in_s": 1.5}, route)
    answer = get_answer(client, asked)
    assert answer.headers["x-rate-limit-reset-at-utc"] == render_iso(now + 1_500_000)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (400, "Bad Request"),
        (401, "Unauthorized"),
        (404, "Not Found"),
        (406, "Insufficient credits. You have 0.0 credits."),
        (500, "Internal Server Error"),
        (503, "Service Unavailable"),
        (599, "Unknown error"),
    ],
)
def test_an_injected_status_is_an_error_envelope(client, status, words):
    """The body is the gateway's envelope, with the words of the status."""
    arm(client, {"status": status})
    answer = client.post(SUBMIT)
    assert (answer.status, answer.json) == (status, {"error": words})
    assert answer.headers["content-type"] == "application/json"
    assert "x-rate-limit-reset-at-utc" not in answer.headers
    assert has_honest_length(answer)


@pytest.mark.parametrize("route", ["status", "result"])
def test_an_injected_404_of_a_poll_names_the_request(route):
    """It cannot be told from the 404 of a job that is gone."""
    client = Client()
    asked = prepare_call(client, route)
    arm(client, {"status": 404}, route, times=1)
    injected = get_answer(client, asked)
    arm(client, {"expire": True}, route, times=1)
    real = get_answer(client, asked)
    assert (injected.status, injected.body) == (real.status, real.body)


@pytest.mark.parametrize("status", [405, 502, 504])
def test_statuses_that_the_gateway_has_a_page_for_are_pages(client, status):
    """They are HTML unless JSON is asked for."""
    arm(client, {"status": status}, times=1)
    page = client.get(CREDITS)
    assert page.headers["content-type"].startswith("text/html")
    assert f"<h1>{status} ".encode() in page.body
    arm(client, {"status": status, "body": "json"})
    assert set(client.get(CREDITS).json) == {"error"}


@pytest.mark.parametrize(
    ("kind", "media", "body"),
    [
        ("json", "application/json", b'{"error":"Service Unavailable"}'),
        ("html", HTML, render_page(503, "Service Unavailable")),
        ("empty", None, b""),
        ("text:", "text/plain; charset=utf-8", b""),
        ("text:grüße", "text/plain; charset=utf-8", "grüße".encode()),
    ],
)
def test_the_body_of_a_status_is_what_was_asked_for(client, kind, media, body):
    """The media type fits the body, and a body without a type has none."""
    arm(client, {"status": 503, "body": kind})
    answer = client.get(CREDITS)
    assert answer.body == body
    assert answer.headers.get("content-type") == media
    assert has_honest_length(answer)


@pytest.mark.parametrize("status", [204, 205, 304])
@pytest.mark.parametrize("kind", ["json", "html", "text:words"])
def test_a_status_that_allows_no_body_has_none(client, status, kind):
    """A body there would be read as the beginning of the next answer."""
    arm(client, {"status": status, "body": kind})
    answer = client.get(CREDITS)
    assert (answer.status, answer.body) == (status, b"")
    assert "content-type" not in answer.headers


def test_a_status_can_have_headers_of_its_own(client):
    """They are added to the answer's own, in lower case."""
    arm(client, {"status": 503, "headers": {"Retry-After": "7", "X-Edge": "a b"}})
    answer = client.get(CREDITS)
    assert answer.headers["retry-after"] == "7"
    assert answer.headers["x-edge"] == "a b"
    assert has_honest_length(answer)


@pytest.mark.parametrize("effect", ["status", "reset", "close"])
@pytest.mark.parametrize("route", POLLS)
@pytest.mark.parametrize(("when", "moves"), [("before", False), ("after", True)])
def test_under_auto_time_moves_for_polls_that_are_handled(effect, route, when, moves):
    """A poll that never reached the gateway moves nothing; one whose answer is lost does."""
    client = Client(clock="auto")
    asked = prepare_call(client, route)
    clock = client.store.accounts[KEY].clock
    arm(client, EXAMPLES[effect], route, when=when)
    before = clock.now()
    send(client, asked)
    assert (clock.now() > before) is moves


def test_headers_of_a_rule_replace_the_gateways_own():
    """A header is sent once, as the rule has it."""
    client = Client()
    does = {"status": 503, "headers": {"Content-Type": "text/x", "Retry-After": "1"}}
    asked = prepare_call(client, "submit")
    arm(client, does, "submit", when="before")
    respond = send(client, asked)
    names = [name for name, _ in respond.headers]
    assert len(names) == len(set(names))
    assert (b"content-type", b"text/x") in respond.headers


def test_an_injected_404_speaks_as_its_route_does():
    """poll_url has words of its own for what is not there (R5)."""
    client = Client()
    submitted = client.submit()
    arm(client, {"status": 404}, "poll", when="before")
    request_id = submitted["request_id"]
    answer = client.get(submitted["poll_url"])
    assert answer.error == f"Output for this request ID {request_id} Not Found"
