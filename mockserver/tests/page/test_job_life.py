"""What the life of a job is at an instant, as far as the page knows it."""

from __future__ import annotations

from mockserver.tests.page.job_documents import AT, make_job
from mockserver.tests.tables import check_each

DESCRIBE = """(m, [job, now]) => {
  const life = m.describeLife(m.readJob(job), now);
  const parts = life.parts.map(
    ({state, from, to, isPlanned}) => [state, from - AT, to - AT, isPlanned]
  );
  return [life.state, life.reached, life.isStalled, parts, life.next && life.next.state];
}""".replace("AT", str(AT))

QUEUED, PROCESSING = ("QUEUED", 0), ("PROCESSING", 1000)
COMPLETED, FAILED = ("COMPLETED", 13_000), ("FAILED", 13_000)
KEPT = 3_600_000

LIVES = {
    "queued": (
        (make_job([QUEUED], [PROCESSING, COMPLETED]), 500),
        "QUEUED",
        "QUEUED",
        False,
        [
            ["QUEUED", 0, 500, False],
            ["QUEUED", 500, 1000, True],
            ["PROCESSING", 1000, 13_000, True],
            ["COMPLETED", 13_000, KEPT, True],
        ],
        "PROCESSING",
    ),
    "on its way longer than it was when it was shown": (
        (make_job([QUEUED], [PROCESSING, COMPLETED]), 2000),
        "PROCESSING",
        "PROCESSING",
        False,
        [
            ["QUEUED", 0, 1000, False],
            ["PROCESSING", 1000, 2000, False],
            ["PROCESSING", 2000, 13_000, True],
            ["COMPLETED", 13_000, KEPT, True],
        ],
        "COMPLETED",
    ),
    "completed": (
        (make_job([QUEUED, PROCESSING, COMPLETED]), 14_000),
        "COMPLETED",
        "COMPLETED",
        False,
        [
            ["QUEUED", 0, 1000, False],
            ["PROCESSING", 1000, 13_000, False],
            ["COMPLETED", 13_000, 14_000, False],
            ["COMPLETED", 14_000, KEPT, True],
        ],
        None,
    ),
    "failed and expired": (
        (make_job([QUEUED, PROCESSING, FAILED]), KEPT),
        "EXPIRED",
        "FAILED",
        False,
        [
            ["QUEUED", 0, 1000, False],
            ["PROCESSING", 1000, 13_000, False],
            ["FAILED", 13_000, KEPT, False],
        ],
        None,
    ),
    "stalled": (
        (make_job([QUEUED, PROCESSING], stalled=True), 60_000),
        "PROCESSING",
        "PROCESSING",
        True,
        [
            ["QUEUED", 0, 1000, False],
            ["PROCESSING", 1000, 60_000, False],
            ["PROCESSING", 60_000, KEPT, True],
        ],
        None,
    ),
    "expired before it could end": (
        (make_job([QUEUED], [PROCESSING, COMPLETED], expires=5000), 20_000),
        "EXPIRED",
        "PROCESSING",
        False,
        [["QUEUED", 0, 1000, False], ["PROCESSING", 1000, 5000, False]],
        None,
    ),
    "ended at once": (
        (make_job([QUEUED, ("PROCESSING", 0), ("FAILED", 0)]), 0),
        "FAILED",
        "FAILED",
        False,
        [
            ["QUEUED", 0, 0, False],
            ["PROCESSING", 0, 0, False],
            ["FAILED", 0, 0, False],
            ["FAILED", 0, KEPT, True],
        ],
        None,
    ),
}


def test_a_life_has_what_was_and_what_is_planned(run_module):
    """Each stage is split at the present, and nothing comes after a job has expired."""

    def check(name):
        (job, now), *expected = LIVES[name]
        assert run_module("jobs/job_life", DESCRIBE, [job, AT + now]) == expected

    check_each(LIVES, check)
