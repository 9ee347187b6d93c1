"""Whose journal an exchange is in."""

from __future__ import annotations

from mockserver.base.digests import describe_whole
from mockserver.control.journal import JournalFilter
from mockserver.state.journal_bounds import MAX_BODY
from mockserver.tests.conftest import KEY
from mockserver.tests.fault_calls import (
    arm,
    find_last_exchange,
    get_answer,
    make_request,
    prepare_call,
)


def test_the_first_call_of_a_key_is_in_its_journal_though_a_fault_struck_it(client):
    """A call that was struck before anything was done belongs to the key that made it."""
    arm(client, {"status": 503}, times=1)
    answers = [client.post("/v2/ideogram-3").status for _ in range(2)]
    wanted = JournalFilter(api_key=KEY)
    told = [exchange["status"] for exchange in client.control.journal.show(wanted)["requests"]]
    assert told == answers == [503, 200]


def test_an_answer_that_is_kept_in_part_is_told_by_its_digests(client):
    """So that what a client made of it can still be held against the whole."""
    asked = prepare_call(client, "result")
    arm(client, {"extra_fields": {"output": "x" * MAX_BODY}}, "result")
    answer = get_answer(client, asked)
    exchange = find_last_exchange(client)
    assert len(exchange.body) < len(answer.body)
    assert exchange.whole == describe_whole(answer.body)


def test_an_answer_that_is_kept_whole_needs_no_digest(client):
    """Nor does a file, however large: it can be fetched again."""
    get_answer(client, prepare_call(client, "result"))
    assert find_last_exchange(client).whole is None
    job = client.submit("lyria-2", {"prompt": "A slow waltz"})
    client.advance(600)
    sound = make_request("GET", client.get(job["response_url"]).json["output"], key=None)
    assert len(get_answer(client, sound).body) > MAX_BODY
    assert find_last_exchange(client).whole is None
