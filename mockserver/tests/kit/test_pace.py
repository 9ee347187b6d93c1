"""Polls may not come sooner than they were asked for, but for what HTTP libraries send again."""

import pytest

from client_tests.cases.model import Case, Operation
from client_tests.judging.pace import MOST_RESENDS, check_paced
from client_tests.judging.trace import Exchange, Trace

INTERVAL_S = 0.1
CASE = Case(
    id="run/states/one",
    title="Pauses",
    level="MUST",
    facts=("L2",),
    operations=(Operation(op="run", poll_interval_s=INTERVAL_S),),
)
WHOLE, LOST, SENT_ON = ("intact", 200), ("lost", None), ("intact", 302)


def check(*polls):
    """Return what is wrong with polls: each with its pause and its answer."""
    at_s, exchanges = 0.0, []
    for seq, (pause_s, (delivery, status)) in enumerate(polls, 1):
        at_s += pause_s
        told = {"seq": seq, "route": "status", "request_id": "1", "received_s": at_s}
        exchanges.append(Exchange({**told, "delivery": delivery, "status": status}))
    trace = Trace(replies=(), exchanges=tuple(exchanges), verdicts=(), jobs=(), ledger=())
    return [each.exchanges for each in check_paced(CASE, trace)]


def test_half_of_the_interval_is_the_least():
    """Timers are coarse."""
    assert check((0, WHOLE), (INTERVAL_S * 0.6, WHOLE)) == []
    assert check((0, WHOLE), (INTERVAL_S, WHOLE), (INTERVAL_S * 0.4, WHOLE)) == [(2, 3)]


@pytest.mark.parametrize("first", [LOST, SENT_ON])
def test_what_was_lost_or_sent_on_is_followed_at_once(first):
    """By the HTTP library itself, which the client may not even know of."""
    assert check((0, first), (0, WHOLE), (INTERVAL_S, WHOLE)) == []


def test_what_is_lost_again_and_again_is_sent_again_each_time():
    """However many polls are lost, if there are pauses between what the client sends itself."""
    assert check(*[(INTERVAL_S, LOST), (0.01, LOST)] * 2 * MOST_RESENDS) == []


def test_a_client_without_pauses_is_found_out_though_all_its_polls_are_lost():
    """No library sends anything again for ever."""
    assert check(*[(0.01, LOST)] * (MOST_RESENDS + 2)) == [(MOST_RESENDS + 1, MOST_RESENDS + 2)]
