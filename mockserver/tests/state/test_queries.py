"""What is asked of the accounts that are kept: outputs, from the newest on."""

import pytest

from mockserver.base.clock import FIXED_START, MINUTE, SECOND
from mockserver.rules.jobs import JobPlan
from mockserver.tests.state.test_memory_store import (
    KEY,
    OTHER_KEY,
    make_account,
    make_job,
    make_store_with_jobs,
)

ENDS = [1, 2, 2, 2, 3, 5, 5, 8]
"""After how many seconds runs end, some at one instant."""


@pytest.fixture
def store():
    """A store in which an account has outputs, and another one has none."""
    jobs = [make_job(number, JobPlan(queue=0, run=end * SECOND)) for number, end in enumerate(ENDS)]
    store, account = make_store_with_jobs(*jobs)
    make_account(store, OTHER_KEY)
    store.settle(account, FIXED_START + MINUTE)
    return store


def list_all(store):
    """Return all outputs of the account as the queue has them, newest first."""
    return [
        (each.created_at, each.output_id) for each in reversed(list(store.records[KEY].outputs))
    ]


@pytest.mark.parametrize("most", [1, 2, 3, 7, 8, 9, 100])
def test_the_newest_outputs_come_first(store, most):
    """At most so many of them."""
    found = store.outputs_of(KEY, most)
    assert found == list_all(store)[:most]
    assert store.outputs_of(OTHER_KEY, most) == []


@pytest.mark.parametrize("most", [1, 2, 5, 100])
def test_outputs_are_found_however_far_back_they_lie(store, most):
    """Those that were made by an instant, and those behind another one, made with it or before."""
    for second in range(10):
        until = FIXED_START + second * SECOND
        made = [each for each in list_all(store) if each[0] <= until]
        assert store.outputs_of(KEY, most, until) == made[:most]
    for place, (_, output_id) in enumerate(list_all(store), 1):
        assert store.outputs_of(KEY, most, behind=output_id) == list_all(store)[place:][:most]
    assert store.outputs_of(KEY, most, behind="0" * 32) == []


def test_outputs_that_were_told_of_are_found_at_once(store):
    """In the order in which they are asked for, without those that are not there."""
    ids = [output_id for _, output_id in store.outputs_of(KEY, 3)]
    found = store.find_outputs([ids[2], "0" * 32, ids[0]])
    assert [each.output_id for each in found] == [ids[2], ids[0]]
