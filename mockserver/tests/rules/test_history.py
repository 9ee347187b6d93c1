"""An account remembers its newest requests, within its bounds."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.rules import history
from mockserver.rules.history import History
from mockserver.rules.jobs import Job


def job(ordinal, size):
    """Return a job with a body of so many bytes."""
    return Job(
        request_id=f"{ordinal:032x}",
        ordinal=ordinal,
        model=None,
        payload=bytes(size),
        seed=None,
        price=Decimal(0),
        submitted_at=0,
        started_at=0,
        finished_at=0,
        expires_at=0,
        ends="COMPLETED",
    )


@pytest.mark.fact("N14")
@given(st.lists(st.integers(0, 50), max_size=30))
def test_a_history_keeps_the_newest_within_its_bounds(sizes):
    """What is kept is the newest, no more than the bounds allow, and no fewer."""
    most_jobs, most_bytes = history.MAX_JOBS, history.MAX_BYTES
    history.MAX_JOBS, history.MAX_BYTES = 5, 100
    try:
        kept = History()
        for ordinal, size in enumerate(sizes):
            kept.append(job(ordinal, size))
        wanted = list(enumerate(sizes))
        while len(wanted) > 5 or sum(size for _, size in wanted) > 100:
            wanted.pop(0)
        assert [each.ordinal for each in kept] == [ordinal for ordinal, _ in reversed(wanted)]
        assert len(kept) == len(wanted)
    finally:
        history.MAX_JOBS, history.MAX_BYTES = most_jobs, most_bytes


def test_a_request_is_found_in_either_spelling():
    """A dashed UUID finds the same request; an unknown id finds none."""
    kept = History()
    kept.append(job(0xABCDEF, 1))
    assert kept.find("00000000-0000-0000-0000-000000ABCDEF").ordinal == 0xABCDEF
    assert kept.find("x") is None
