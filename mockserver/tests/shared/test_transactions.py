"""Pieces of work, each done as a whole, and again where what it has read has changed by then."""

from __future__ import annotations

import pytest
import redis

from mockserver.base.clock import FIXED_START, MINUTE
from mockserver.base.errors import EmulatorError, StoreGoneError
from mockserver.control.control import ResetScope
from mockserver.rules.faults import FaultRequest, On
from mockserver.shared import transactions as module
from mockserver.state.account import AccountSettings
from mockserver.tests.conftest import KEY, OTHER_KEY

TWICE = FaultRequest(does={"status": 503}, on=On(route="submit"), times=2)


def reset(client):
    """Bring everything back to how the emulator started."""
    client.run(lambda: client.control.reset(ResetScope()))


def arm(client, wanted=TWICE):
    """Have a rule of faults made; return its id."""
    return client.run(lambda: client.control.faults.add(wanted))["id"]


def read_clock(client):
    """Return this instant on the default clock."""
    return client.run(lambda: client.store.clock.read_client()[0])


@pytest.fixture
def pair(make_shared):
    """Two clients of one world."""
    return make_shared(), make_shared()


def test_work_is_done_again_where_somebody_got_ahead(pair):
    """However often they do: in the end each of it is there, and nothing twice."""
    first, second = pair
    with first.preceded(second.submit, times=5) as tries:
        first.submit()
    assert tries == [1, 2, 3, 4, 5, 6]
    jobs = first.run(lambda: first.store.jobs_of(KEY))
    assert [job.ordinal for job in jobs] == list(range(6))
    assert len({job.request_id for job in jobs}) == 6
    exchanges = second.run(lambda: list(second.store.journals.exchanges_of(KEY)))
    assert [each.seq for each in exchanges] == list(range(1, 7))


def test_another_accounts_calls_are_not_waited_for(pair):
    """Only what was read counts."""
    first, second = pair
    first.submit()
    with first.preceded(lambda: second.submit(key=OTHER_KEY)) as tries:
        first.submit()
    assert tries == [1]


def test_who_is_never_first_is_told_that_the_store_is_gone(pair, monkeypatch):
    """Nobody tries for ever, and nothing of it is done."""
    monkeypatch.setattr(module, "MOST_TRIES", 3)
    first, second = pair
    with first.preceded(second.submit, times=4) as tries:
        answer = first.post("/v2/ideogram-3")
    assert (answer.status, tries) == (503, [1, 2, 3])
    assert len(first.run(lambda: first.store.jobs_of(KEY))) == 3


@pytest.mark.parametrize(
    "error", [EmulatorError("no", hint=""), RuntimeError("no"), StoreGoneError()]
)
def test_nothing_is_done_of_work_that_fails(pair, error):
    """Whatever was said to be written before it did."""
    first, second = pair

    def work():
        first.control.accounts.put(KEY, AccountSettings(status="revoked"))
        raise error

    with pytest.raises(type(error)):
        first.run(work)
    assert second.run(lambda: list(second.store.accounts)) == []
    first.submit()
    assert second.run(lambda: list(second.store.accounts)) == [KEY]


def test_work_that_fails_of_what_others_changed_meanwhile_is_done_again(pair):
    """What was read half before and half after a change makes no sense, and is nobody's fault."""
    first, second = pair
    first.submit()
    tries = []

    def work():
        account = first.store.accounts[KEY]
        if not tries:
            second.submit()
        tries.append(account.jobs_made)
        assert len(first.store.jobs_of(KEY)) == account.jobs_made
        return account.jobs_made

    assert first.run(work) == 2
    assert tries == [1, 2]


def test_what_was_asked_beside_a_transaction_disturbs_none(pair):
    """It is neither written nor remembered."""
    first, second = pair
    first.submit()
    assert first.store.accounts[KEY].jobs_made == 1
    second.submit()
    first.submit()
    assert first.run(lambda: first.store.accounts[KEY].jobs_made) == 3


def test_rules_and_clock_are_those_of_the_world_whoever_changes_them(pair):
    """Each process has the same."""
    first, second = pair
    fault_id = arm(first)
    second.advance(60)
    assert second.run(lambda: list(second.emulator.services.faults.rules)) == [fault_id]
    assert read_clock(first) == read_clock(second) == FIXED_START + MINUTE


def test_a_rule_that_was_not_kept_strikes_nobody(pair):
    """Where somebody else got ahead, or the work failed, it was never there."""
    first, second = pair

    def work():
        first.control.faults.add(TWICE)
        raise EmulatorError("no", hint="")

    with pytest.raises(EmulatorError):
        first.run(work)
    assert first.post("/v2/ideogram-3").status == 200
    with first.preceded(lambda: arm(second)):
        assert arm(first) == "fault-2"
    assert second.run(lambda: list(second.emulator.services.faults.rules)) == ["fault-1", "fault-2"]


def test_an_equal_rule_after_a_reset_has_counted_nothing(pair):
    """Also where a process has seen neither the reset nor how the rule was made anew."""
    first, second = pair
    for _ in range(2):
        arm(first)
        statuses = [client.post("/v2/ideogram-3").status for client in (first, second) * 2]
        assert statuses == [503, 503, 200, 200]
        reset(first)


def test_a_reset_begins_anew_in_every_process(pair):
    """Accounts, clock and rules are gone; the numbers of exchanges go on."""
    first, second = pair
    second.submit()
    arm(second)
    first.advance(60)
    reset(first)
    assert second.run(lambda: list(second.store.accounts)) == []
    assert second.get("/v1/get-user-credits").status == 200
    assert read_clock(second) == FIXED_START
    assert [each.seq for each in first.run(lambda: first.store.journals.exchanges_of(KEY))] == [2]


def test_a_reset_that_somebody_got_ahead_of_is_done_once(pair):
    """It is the world of after what came before it that ends."""
    first, second = pair
    with first.preceded(lambda: arm(second)) as tries:
        reset(first)
    assert tries == [1, 2]
    assert first.run(lambda: first.store.transactions.world.epoch) == 1
    assert second.run(lambda: list(second.emulator.services.faults.rules)) == []


def test_a_request_that_a_reset_gets_ahead_of_is_one_of_after_it(pair):
    """Nothing of it stands where nobody looks any more."""
    first, second = pair
    first.submit()
    with first.preceded(lambda: reset(second)) as tries:
        first.submit()
    assert tries == [1, 2]
    assert [job.ordinal for job in second.run(lambda: second.store.jobs_of(KEY))] == [0]


def test_a_store_that_was_flushed_is_a_new_world(pair, redis_url):
    """Whoever goes on begins anew, and is not confused."""
    first, second = pair
    first.submit()
    arm(first)
    reset(first)
    first.submit()
    with redis.from_url(redis_url) as client:
        client.flushdb()
    assert [client.submit()["request_id"] != "" for client in pair] == [True, True]
    assert [job.ordinal for job in first.run(lambda: first.store.jobs_of(KEY))] == [0, 1]
    assert second.run(lambda: second.store.transactions.world.epoch) == 0
