"""Calls that were sent at the same time as another, and those that came after its answer."""

import subprocess

import httpx
import pytest

from mockserver import Emulator
from mockserver.tests.patience import PATIENCE_S
from mockserver.tests.tools import find_tool
from mockserver.tests.verdicts.stories import (
    find_offences,
    get,
    make_limited_run,
    make_lost_run,
    post,
)

RULES = {
    "called-before-reset": make_limited_run,
    "repeated-after-refusal": lambda **changes: post(status=406, **changes),
    "resubmitted-after-lost-answer": make_lost_run,
}
DRAWN_BY_THE_SECOND = {
    "called-before-reset": (2,),
    "repeated-after-refusal": (2,),
    "resubmitted-after-lost-answer": (1, 2),
}


def make_later(**changes):
    """Return a run, the first on its connection, a hundredth of a second after the first of all."""
    return post(**{"connection": 2, "at_s": 0.01, "beside": (), **changes})


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("connected_at_s", [-60, -0.01, 0])
def test_a_call_on_a_connection_that_was_there_before_the_answer_knows_nothing(
    rule, connected_at_s
):
    """As `Promise.all` makes them."""
    story = [RULES[rule](), make_later(connected_at_s=connected_at_s)]
    assert find_offences(rule, *story) == ()


def test_a_call_on_a_connection_of_a_pool_knows_of_an_answer_that_was_lost():
    """That took its own with it, so who goes on takes another; after one that came, its own."""
    story = {rule: [RULES[rule](), make_later(connected_at_s=-1, beside=None)] for rule in RULES}
    found = {rule: find_offences(rule, *each) for rule, each in story.items()}
    assert found == {
        "called-before-reset": (),
        "repeated-after-refusal": (),
        "resubmitted-after-lost-answer": (1, 2),
    }


@pytest.mark.parametrize("rule", ["called-before-reset", "repeated-after-refusal"])
def test_a_call_on_a_connection_opened_beside_that_of_the_answer_knows_nothing(rule):
    """The network may be slower than the answer."""
    assert find_offences(rule, RULES[rule](), make_later(beside=(7, 1))) == ()
    assert find_offences(rule, RULES[rule](), make_later(beside=(7,))) == (2,)


FETCH = {"sec-fetch-mode": "cors", "host": "127.0.0.1:8765"}
"""What Node's `fetch` says, and a browser's with more."""


@pytest.mark.parametrize("rule", ["called-before-reset", "repeated-after-refusal"])
@pytest.mark.parametrize(
    ("sent", "beside", "drawn"),
    [
        (FETCH, (), (2,)),
        (FETCH | {"host": "[::1]:8765"}, (), (2,)),
        (FETCH, None, ()),
        (FETCH | {"host": "localhost:8765"}, (), ()),
        (FETCH | {"host": "no host"}, (), ()),
        (FETCH | {"sec-fetch-site": "cross-site"}, (), ()),
        ({}, (), ()),
    ],
    ids=["fetch", "IPv6", "kept connection", "a name", "nonsense", "browser", "others"],
)
def test_fetch_of_node_opens_the_connections_of_calls_at_once_before_it_sends_any(
    rule, sent, beside, drawn
):
    """So one that it opens later is for a call that came later, where no name is looked up."""
    first = RULES[rule](sent=sent, beside=beside)
    assert find_offences(rule, first, make_later(sent=sent, beside=(1,))) == drawn
    together = make_later(sent=sent, beside=(1,), connected_at_s=-0.01)
    assert find_offences(rule, first, together) == ()


def test_a_lost_answer_takes_its_connection_with_it():
    """So only a connection that was there before tells of a call at the same time."""
    for delivery in ("lost", "damaged"):
        story = [make_lost_run(delivery=delivery), make_later(beside=(1,))]
        assert find_offences("resubmitted-after-lost-answer", *story) == (1, 2)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize(
    "later",
    [
        {"connection": 1, "connected_at_s": 0},
        {"at_s": 1.01, "connected_at_s": 0},
        {"at_s": 0.01, "connected_at_s": 0.005},
    ],
    ids=["same connection", "much later", "another connection"],
)
def test_whatever_may_have_come_after_the_answer_is_held_to_it(rule, later):
    """A client that repeats itself uses its connection again, opens one, or takes its time."""
    story = [RULES[rule](), make_later(**later)]
    assert find_offences(rule, *story) == DRAWN_BY_THE_SECOND[rule]


@pytest.mark.parametrize("rule", RULES)
def test_what_a_connection_carries_after_its_own_answer_is_held_to_it(rule):
    """Of three calls at once the first is told; a fourth, on any of their connections, knows."""
    at_once = [
        RULES[rule](connection=n, connected_at_s=0, at_s=n / 1000, beside=()) for n in (1, 2, 3)
    ]
    assert find_offences(rule, *at_once) == ()
    story = [*at_once, make_later(connection=3, connected_at_s=0)]
    assert 4 in find_offences(rule, *story)


def test_an_answer_that_took_real_time_was_not_known_before():
    """A blocking run of a second that failed is unknown to one that was begun meanwhile."""
    slow = make_lost_run(answered_at=post(at_s=1).at)
    story = [slow, make_later(at_s=0.9, connected_at_s=0.9)]
    assert find_offences("resubmitted-after-lost-answer", *story) == ()
    assert find_offences("resubmitted-after-lost-answer", slow, make_later(at_s=1.1)) == (1, 2)
    virtual = make_lost_run(answered_at=post(at_s=1).at, clock="auto")
    assert find_offences("resubmitted-after-lost-answer", virtual, make_later(at_s=0.9)) == (1, 2)


def test_polls_have_connections_too():
    """Pollers that are told at once that the limit is reached are told each for itself."""
    limit = make_limited_run().headers
    at_once = [get(status=429, headers=limit, connection=n, connected_at_s=0) for n in (1, 2, 3)]
    assert find_offences("called-before-reset", *at_once) == ()
    later = get(connection=2, connected_at_s=0, at_s=0.01)
    assert find_offences("called-before-reset", *at_once, later) == (4,)


POOR = "SG_0000000000000406"
PROGRAM = """
const [, , url, key, how] = process.argv;
const headers = { "x-api-key": key, "content-type": "application/json" };
const ask = (path, init = {}) => fetch(url + path, { headers, ...init });
const run = () => ask("/v2/ideogram-3", { method: "POST", body: '{"prompt": "A kit"}' });
const read = async () => (await run()).text();
const credits = async () => (await ask("/v1/get-user-credits")).text();
const ways = {
  repeat: async () => { await read(); await read(); },
  repeatUnread: async () => { await run(); await run(); },
  together: () => Promise.all([read(), read()]),
  manyTogether: () => Promise.all(Array.from({ length: 9 }, read)),
  togetherLater: async () => { await credits(); await Promise.all([read(), read()]); },
};
await ways[how]();
"""


@pytest.fixture(scope="module")
def server():
    """A server for these tests alone."""
    with Emulator().live() as live:
        yield live


@pytest.mark.parametrize(
    ("how", "repeated"),
    [
        ("repeat", [2]),
        ("repeatUnread", [2]),
        ("together", []),
        ("manyTogether", []),
        ("togetherLater", []),
    ],
)
def test_a_refused_run_is_sent_again_or_was_sent_at_the_same_time(server, how, repeated):
    """Both go over connections that the answers to the other calls did not come on."""
    httpx.post(f"{server.url}/_mock/reset", json={}).raise_for_status()
    command = (find_tool("node"), "--input-type=module", "-", server.url, POOR, how)
    subprocess.run(command, input=PROGRAM, text=True, check=True, timeout=PATIENCE_S)
    page = httpx.get(f"{server.url}/_mock/verdicts", params={"api_key": POOR}).json()
    drawn = {verdict["id"]: verdict["requests"] for verdict in page["verdicts"]}
    journal = httpx.get(f"{server.url}/_mock/requests", params={"api_key": POOR}).json()
    numbers = [entry["seq"] for entry in journal["requests"]]
    expected = [numbers[at - 1] for at in repeated]
    assert drawn.get("repeated-after-refusal", []) == expected
