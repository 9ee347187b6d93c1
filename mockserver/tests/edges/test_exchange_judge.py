"""Judging clients while they go on, at most for a thirtieth of the time."""

import pytest

from mockserver.edges.exchange_judge import ExchangeJudge
from mockserver.tests.conftest import KEY, OTHER_KEY
from mockserver.tests.control.conftest import CREDITS


class Stopwatch:
    """A clock on which each look takes some seconds."""

    def __init__(self):
        self.now_s = 0.0
        self.look_s = 0.0

    def __call__(self):
        """Look at it."""
        self.now_s += self.look_s
        return self.now_s


@pytest.fixture
def watch():
    """Seconds that pass as the test says."""
    return Stopwatch()


@pytest.fixture
def judge(client, watch):
    """A judge of the client's emulator."""
    return ExchangeJudge(client.emulator.services, client.emulator.transactions, watch)


def call(client, key):
    """Put the key where it does not belong."""
    client.get(f"{CREDITS}?api_key={key}", key=key)


def test_an_offence_is_found_once(client, judge):
    """With the exchange that it is about."""
    call(client, KEY)
    [(owner, [verdict], exchanges)] = judge.judge([KEY])
    assert (owner, verdict.id, verdict.requests) == (KEY, "key-in-query", (1,))
    assert exchanges[1].route == "credits"
    assert judge.judge([KEY]) == []
    assert judge.wait_s is None


def test_nobody_is_judged_for_thirty_times_as_long_as_it_took(client, judge, watch):
    """Who has to wait is judged later, unasked."""
    call(client, KEY)
    call(client, OTHER_KEY)
    watch.look_s = 1
    [judged] = judge.judge([KEY, OTHER_KEY])
    assert judged.owner == KEY
    watch.look_s = 0
    assert judge.wait_s == 30 - 1
    watch.now_s += 28
    assert judge.judge([]) == []
    watch.now_s += 1
    [judged] = judge.judge([])
    assert judged.owner == OTHER_KEY
    assert judge.wait_s is None


def test_accounts_that_wait_are_judged_once_whatever_they_did(client, judge, watch):
    """Ten thousand polls are one judgement, of what the journal has by then."""
    watch.look_s = 1
    judge.judge([OTHER_KEY])
    watch.look_s = 0
    for _ in range(5):
        call(client, KEY)
        judge.judge([KEY])
    watch.now_s += 100
    [(_, [verdict], _)] = judge.judge([])
    assert verdict.requests == (1, 2, 3, 4, 5)


def test_an_account_that_is_no_more_has_no_offences(judge):
    """It may have been forgotten before its turn."""
    assert judge.judge(["SG_nobody"]) == []
