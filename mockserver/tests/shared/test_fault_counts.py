"""Rules of faults strike as one emulator's would, whichever process is asked."""

from __future__ import annotations

from itertools import cycle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.rules.faults import FaultRequest, On
from mockserver.shared import fault_counts as module
from mockserver.tests.conftest import KEY, OTHER_KEY, Client
from mockserver.tests.shared.conftest import SharedClient

FOR_ALL = {"does": {"status": 503}, "on": On(route="submit")}
RULES = {
    "every other, three times": FaultRequest(**FOR_ALL, every=2, times=3),
    "after two": FaultRequest(**FOR_ALL, skip=2, times=1),
    "by chance": FaultRequest(**FOR_ALL, probability=0.5),
    "one after the other": FaultRequest(does=[{"status": 500}, None, {"status": 502}]),
    "of one account": FaultRequest(**FOR_ALL, api_key=KEY, times=2),
}


def arm(client, wanted):
    """Have a rule made."""
    return client.control.faults.add(wanted)["id"]


def show(client, fault_id="fault-1"):
    """Show a rule as the control plane does."""
    return client.control.faults.show(fault_id)


@pytest.fixture
def pair(make_shared):
    """Two clients of one world."""
    return make_shared(), make_shared()


@given(
    rule=st.sampled_from(sorted(RULES)),
    calls=st.lists(st.tuples(st.booleans(), st.sampled_from([KEY, OTHER_KEY])), max_size=20),
)
def test_a_rule_strikes_the_calls_that_it_would_strike_in_one_emulator(make_redis_url, rule, calls):
    """Counts are common, each account's apart, and shown the same."""
    url = make_redis_url()
    alone, pair = Client(), (SharedClient(url), SharedClient(url))
    arm(alone, RULES[rule])
    pair[0].run(lambda: arm(pair[0], RULES[rule]))
    for which, key in calls:
        expected = alone.post("/v2/ideogram-3", key=key)
        assert pair[which].post("/v2/ideogram-3", key=key).status == expected.status
    for client in pair:
        assert client.run(lambda client=client: show(client)) == show(alone)


def test_two_calls_at_once_are_counted_one_after_the_other(pair):
    """A fault that is to strike once does."""
    first, second = pair
    first.run(lambda: arm(first, FaultRequest(**FOR_ALL, times=1)))
    answers = []
    with first.preceded(lambda: answers.append(second.post("/v2/ideogram-3"))) as tries:
        answers.append(first.post("/v2/ideogram-3"))
    assert tries == [1, 2]
    assert [answer.status for answer in answers] == [503, 200]


def test_calls_of_nobody_are_counted_together(pair):
    """As calls without a key are."""
    first, second = pair
    first.run(lambda: arm(first, FaultRequest(**FOR_ALL, times=3)))
    turns = cycle(pair)
    statuses = [next(turns).post("/v2/ideogram-3", key=None).status for _ in range(4)]
    assert statuses == [503, 503, 503, 401]
    assert second.run(lambda: show(second))["spent"]


def test_a_rule_that_is_removed_leaves_nothing(pair, raw, monkeypatch):
    """What was counted for accounts that are there, and for keys that are no account's."""
    monkeypatch.setattr(module, "GUARD_S", 1)
    first, second = pair
    for key in (KEY, OTHER_KEY):
        first.submit(key=key)
    before = set(raw.keys())
    second.run(lambda: arm(second, FaultRequest(**FOR_ALL, times=1)))
    for key in (KEY, OTHER_KEY):
        assert first.post("/v2/ideogram-3", key=key).status == 503
    guards = set(raw.keys("*:struck:*"))
    assert len(guards) == 2
    assert all(0 < raw.ttl(name) <= 1 for name in guards)
    second.run(lambda: second.control.faults.remove("fault-1"))
    assert set(raw.keys()) - guards == before
    assert first.post("/v2/ideogram-3").status == 200


def test_an_account_that_is_reset_has_been_counted_for_by_no_rule(pair):
    """Others go on where they were."""
    first, second = pair
    first.run(lambda: arm(first, FaultRequest(**FOR_ALL, times=1)))
    for key in (KEY, OTHER_KEY):
        assert first.post("/v2/ideogram-3", key=key).status == 503
    second.run(lambda: second.control.accounts.reset(KEY))
    statuses = [first.post("/v2/ideogram-3", key=key).status for key in (KEY, OTHER_KEY)]
    assert statuses == [503, 200]
