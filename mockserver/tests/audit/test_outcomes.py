"""What a client got and what it paid is read off its calls."""

from __future__ import annotations

from decimal import Decimal

import pytest

from mockserver.audit.outcomes import count_paid, find_gains
from mockserver.tests.audit.calls import call, good_day, submit


def test_every_run_that_did_not_fail_is_paid_for():
    """One that is refused is none, and one that failed is not charged."""
    calls = (
        submit("a", price="0.05"),
        submit("b", price="0.10"),
        submit("c", ends="FAILED"),
        submit("d"),
        call("status", "d", status=422),
        call("submit", None, status=429),
    )
    assert count_paid(calls) == (2, Decimal("0.15"))
    assert count_paid(()) == (0, Decimal(0))


def test_what_came_several_times_is_one_gain():
    """A client may read a result again."""
    assert find_gains((*good_day(), *good_day()), trusts_struck=True) == {
        "end": 1,
        "result": 1,
        "file": 1,
    }
    blocking = (call("sync", "a"), call("sync", "b"), call("credits"), call("credits"))
    assert find_gains(blocking, trusts_struck=True) == {"result": 2, "balance": 1}


@pytest.mark.parametrize(
    "fields",
    [{"status": 404}, {"delivery": "lost"}, {"delivery": "damaged"}, {"body": b"<html>"}],
)
def test_what_did_not_come_whole_and_right_is_no_gain(fields):
    """Neither is a state that is not the last."""
    assert find_gains([call("result", "a", **fields)], trusts_struck=True) == {}


def test_a_struck_answer_is_a_gain_only_where_it_is_trusted():
    """The mutant decides whether it was right."""
    struck = [call("result", "a", is_struck=True)]
    assert find_gains(struck, trusts_struck=False) == {}
    assert find_gains(struck, trusts_struck=True) == {"result": 1}
