"""What a row shows of a job, and that nothing is told by a colour alone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from mockserver.tests.page.job_documents import AT, make_job
from mockserver.tests.tables import check_each

SHOW = """async (m, [job, now, polls]) => {
  const { describeLife, readJob } = await import("/_mock/page/jobs/job_life.mjs");
  const { layOutAxis } = await import("/_mock/page/jobs/timeline.mjs");
  const life = describeLife(readJob(job), AT + now);
  const instants = polls.map((at) => AT + at);
  const axis = { stretches: layOutAxis([life], instants), width: 1000 };
  document.querySelector("main").replaceChildren(m.makeJobRow(life, instants, axis, true));
}""".replace("AT", str(AT))

STEPS = [("QUEUED", 0), ("PROCESSING", 1300), ("COMPLETED", 13_000)]
FAILED = [*STEPS[:2], ("FAILED", 13_000)]
HOUR = 3_600_000

MARKS = {
    "queued": (
        (make_job(STEPS[:1], STEPS[1:]), 100, []),
        "QUEUED",
        {".queued.planned": 1, ".processing.planned": 1, ".job-end.planned": 1, ".job-cost": 0},
    ),
    "processing, polled": (
        (make_job(STEPS[:2], STEPS[2:]), 6000, [1000, 2000, 2000, 5000]),
        "PROCESSING",
        {".processing:not(.planned)": 1, ".processing.planned": 1, ".job-polls": 1},
    ),
    "completed": (
        (make_job(STEPS, cost=0.075), 20_000, []),
        "COMPLETED",
        {".job-end.completed": 1, ".job-cost": 1, ".job-expiry.planned": 1, ".job-polls": 0},
    ),
    "completed, but shown before": (
        (make_job(STEPS[:2], STEPS[2:]), 20_000, []),
        "COMPLETED",
        {".job-end.completed:not(.planned)": 1, ".job-cost": 0},
    ),
    "failed": (
        (make_job(FAILED, error="no"), 20_000, []),
        "FAILED",
        {".job-end.failed": 1, ".job-cost": 0, ".job-gap": 1},
    ),
    "stalled": (
        (make_job(STEPS[:2], stalled=True), 10 * 60_000, []),
        "PROCESSING, stalled",
        {".processing.stalled:not(.planned)": 1, ".job-end": 0, ".job-gap": 2},
    ),
    "expired": (
        (make_job(STEPS, cost=0.075), 2 * HOUR, []),
        "EXPIRED",
        {".job-expiry:not(.planned)": 1, ".planned": 0, ".job-cost": 1},
    ),
}


@pytest.fixture
def show(open_view, run_module):
    """Show the row of a job in place of a view: `show(job, now, polls)`."""
    open_view("live")
    return lambda *given: run_module("jobs/job_rows", SHOW, list(given))


def test_a_row_marks_what_happened_and_what_is_planned(show, page):
    """Stages, end, charge, polls, gaps, expiry."""

    def check(name):
        given, state, marks = MARKS[name]
        show(*given)
        expect(page.locator("main .badge")).to_have_text(state)
        for selector, count in marks.items():
            assert page.locator(f"main {selector}").count() == count, selector

    check_each(MARKS, check)


PATTERNS = [
    (".job-part.queued:not(.planned)", "radial-gradient"),
    (".job-part.processing:not(.planned)", "none"),
    (".job-part.processing.planned", "repeating-linear-gradient"),
]


def test_no_state_is_told_by_its_colour_alone(show, page):
    """Bars have patterns and words, ends have signs, and the picture's name says it all."""
    show(make_job(STEPS[:2], STEPS[2:]), 6000, [])
    for selector, pattern in PATTERNS:
        read = "element => getComputedStyle(element).backgroundImage"
        assert page.locator(selector).evaluate(read).startswith(pattern), selector
    expect(page.locator(".job-part.queued")).to_have_text("queued")
    expect(page.locator(".job-part.processing:not(.planned)")).to_have_text("processing")
    expect(page.locator(".job-sign")).to_have_text("✓")
    show(make_job(FAILED), 20_000, [])
    expect(page.locator(".job-sign")).to_have_text("✕")
    name = page.get_by_role("img").get_attribute("aria-label")
    assert "failed at 00:00:13" in name
    assert "expires at 2026-01-01 01:00:00" in name


@pytest.mark.parametrize("count", [0, 5000])
def test_however_many_polls_are_two_elements(show, page, count):
    """Ticks on the same pixel are one."""
    polls = [100 + index * 2 for index in range(count)]
    show(make_job(STEPS), 20_000, polls)
    assert page.locator("main *").count() < 30
    expect(page.get_by_role("img")).to_have_attribute(
        "aria-label", re.compile("polled 5000 times" if count else "expires")
    )
