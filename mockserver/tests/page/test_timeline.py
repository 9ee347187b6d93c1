"""Where instants stand on the axis, and where idle stretches are cut short."""

from __future__ import annotations

import pytest

from mockserver.tests.page.job_documents import AT, make_job
from mockserver.tests.tables import check_each

GAP = 0.1
LAY_OUT = """async (m, [jobs, polls]) => {
  const { describeLife, readJob } = await import("/_mock/page/jobs/job_life.mjs");
  const lives = jobs.map(([job, now]) => describeLife(readJob(job), AT + now));
  const stretches = m.layOutAxis(lives, polls.map((at) => AT + at), GAP);
  return stretches.map((each) => ({...each, from: each.from - AT, to: each.to - AT}));
}""".replace("AT", str(AT)).replace("GAP", str(GAP))

MINUTE, HOUR = 60_000, 3_600_000
DONE = [("QUEUED", 0), ("PROCESSING", 1000), ("COMPLETED", 13_000)]


def move(steps, by):
    """Return the same steps, so much later."""
    return [(state, at + by) for state, at in steps]


AXES = {
    "a job and its expiry": (
        [(make_job(DONE), 13_000)],
        [],
        [(0, 13_000, False), (13_000, HOUR, True)],
    ),
    "a present that is far away": (
        [(make_job(DONE), 30 * MINUTE)],
        [],
        [
            (0, 13_000, False),
            (13_000, 30 * MINUTE, True),
            (30 * MINUTE, 30 * MINUTE, False),
            (30 * MINUTE, HOUR, True),
        ],
    ),
    "a minute is not compressed": (
        [(make_job(DONE), 13_000 + MINUTE)],
        [],
        [(0, 13_000 + MINUTE, False), (13_000 + MINUTE, HOUR, True)],
    ),
    "polls of a job that stalls": (
        [(make_job(DONE[:2], stalled=True), 20 * MINUTE)],
        [10 * MINUTE],
        [
            (0, 1000, False),
            (1000, 10 * MINUTE, True),
            (10 * MINUTE, 10 * MINUTE, False),
            (10 * MINUTE, 20 * MINUTE, True),
            (20 * MINUTE, 20 * MINUTE, False),
            (20 * MINUTE, HOUR, True),
        ],
    ),
    "a stage of several minutes is no idleness": (
        [(make_job([("QUEUED", 0)], [("PROCESSING", 1000), ("COMPLETED", 5 * MINUTE)]), 2000)],
        [],
        [(0, 5 * MINUTE, False), (5 * MINUTE, HOUR, True)],
    ),
    "jobs that overlap, and one an hour later": (
        [
            (make_job(DONE), 2 * HOUR),
            (make_job(move(DONE, 5000), expires=HOUR), 2 * HOUR),
            (make_job(move(DONE, 2 * HOUR - 13_000), expires=3 * HOUR), 2 * HOUR),
        ],
        [],
        [
            (0, 18_000, False),
            (18_000, 2 * HOUR - 13_000, True),
            (2 * HOUR - 13_000, 2 * HOUR, False),
            (2 * HOUR, 3 * HOUR, True),
        ],
    ),
    "an expiry that is near": (
        [(make_job(DONE, expires=30_000), 13_000)],
        [],
        [(0, 30_000, False)],
    ),
    "nothing": ([], [], []),
}


def test_what_is_idle_for_more_than_a_minute_is_a_gap(run_module):
    """Gaps are as wide as each other, and all stretches together as wide as the axis."""

    def check(name):
        jobs, polls, expected = AXES[name]
        stretches = run_module("jobs/timeline", LAY_OUT, [jobs, polls])
        assert [(each["from"], each["to"], each["isGap"]) for each in stretches] == expected
        assert all(each["share"] == GAP for each in stretches if each["isGap"])
        assert all(each["share"] > 0 for each in stretches)
        if stretches:
            assert sum(each["share"] for each in stretches) == pytest.approx(1)

    check_each(AXES, check)


def test_many_gaps_leave_room_for_what_happens(run_module):
    """However many there are, they take no more than a part of the width."""
    jobs = [(make_job(move(DONE, day * 24 * HOUR)), 0) for day in range(100)]
    stretches = run_module("jobs/timeline", LAY_OUT, [jobs, []])
    assert sum(each["share"] for each in stretches if not each["isGap"]) > 0.3
    assert sum(each["share"] for each in stretches) == pytest.approx(1)


PLACES = """(m, given) => {
  const stretches = [
    {from: 0, to: 100, start: 0, share: 0.5, isGap: false},
    {from: 100, to: 1100, start: 0.5, share: 0.1, isGap: true},
    {from: 1100, to: 1100, start: 0.6, share: 0.2, isGap: false},
    {from: 1100, to: 1200, start: 0.8, share: 0.2, isGap: true},
  ];
  return given.map((at) => m.placeInstant(stretches, at));
}"""


def test_instants_stand_in_their_order(run_module):
    """Within a stretch in proportion, an instant of its own in the middle, none beyond the ends."""
    places = run_module("jobs/timeline", PLACES, [-5, 0, 50, 100, 600, 1100, 1150, 1200, 9000])
    assert places == pytest.approx([0, 0, 0.25, 0.5, 0.55, 0.7, 0.9, 1, 1], abs=0.11)
    assert places == sorted(places)


TICKS = """(m, [from, to]) => {
  const stretches = [{from, to, start: 0, share: 1, isGap: false}];
  return m.listTicks(stretches, 0.2).map(
    ({time, date, isNewDate}) => isNewDate ? `${date} ${time}` : time
  );
}"""
TIMES = {
    "seconds": ([AT, AT + 13_000], ["2026-01-01 00:00:00", "00:00:05", "00:00:10"]),
    "tenths": ([AT, AT + 400], ["2026-01-01 00:00:00.0", "00:00:00.1", "00:00:00.2", "00:00:00.3"]),
    "an instant": ([AT + 13, AT + 13], ["2026-01-01 00:00:00.013"]),
    "midnight": (
        [AT + 23 * HOUR, AT + 25 * HOUR],
        ["2026-01-01 23:00:00", "23:30:00", "2026-01-02 00:00:00", "00:30:00"],
    ),
    "years": ([AT, AT + 10 * 365 * 24 * HOUR], ["2027-12-18 00:00:00"]),
}


def test_round_times_stand_on_the_axis(run_module):
    """As many as have room, each day named once."""

    def check(name):
        span, expected = TIMES[name]
        assert run_module("jobs/timeline", TICKS, span)[: len(expected)] == expected

    check_each(TIMES, check)
