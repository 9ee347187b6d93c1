"""An account remembers its newest requests, within its bounds."""

from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.rules.jobs import Job
from mockserver.state import job_log
from mockserver.state.job_log import JobLog


def make_job(ordinal, size):
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
    most_jobs, most_bytes = job_log.MAX_REMEMBERED, job_log.MAX_REMEMBERED_BYTES
    job_log.MAX_REMEMBERED, job_log.MAX_REMEMBERED_BYTES = 5, 100
    try:
        kept = JobLog()
        for ordinal, size in enumerate(sizes):
            kept.add(make_job(ordinal, size))
        wanted = list(enumerate(sizes))
        while len(wanted) > 5 or sum(size for _, size in wanted) > 100:
            wanted.pop(0)
        assert [each.ordinal for each in kept.list_remembered()] == [
            ordinal for ordinal, _ in reversed(wanted)
        ]
        assert kept.remembered_bytes == sum(size for _, size in wanted)
    finally:
        job_log.MAX_REMEMBERED, job_log.MAX_REMEMBERED_BYTES = most_jobs, most_bytes


def test_a_request_is_found_in_either_spelling():
    """A dashed UUID finds the same request; an unknown id finds none."""
    kept = JobLog()
    kept.add(msgspec.structs.replace(make_job(0, 1), request_id=f"{0xABCDEF:032x}"))
    assert kept.find_remembered("00000000-0000-0000-0000-000000ABCDEF").ordinal == 0
    assert kept.find_remembered("x") is None
