"""Which jobs a move of the clock changed: each leads to its job."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from mockserver.base.ids import name_account
from mockserver.tests.conftest import KEY
from mockserver.tests.page.test_clock import open_clock


def move_on(page, text="Forward by a minute"):
    """Move the clock on; return what that brought about."""
    page.get_by_role("button", name=text, exact=True).click()
    return page.locator(".fired")


def test_every_change_of_state_has_its_job_and_its_time(open_view, server):
    """In their order."""
    job = server.submit()
    page = open_view("live")
    open_clock(page)
    fired = move_on(page)
    expect(fired.get_by_role("heading")).to_have_text("2 changes of state on the way")
    lines = fired.get_by_role("listitem").all_text_contents()
    states = [line.split(job["request_id"])[0] for line in lines]
    assert states == ["PROCESSING", "COMPLETED"]
    told = server.steer("GET", f"/_mock/jobs/{job['request_id']}")["timeline"]
    times = [entry["at_utc"][11:23] for entry in told if entry["state"] in states]
    assert [line.split(job["request_id"])[1] for line in lines] == times


def test_a_click_on_a_change_leads_to_its_job(open_view, server):
    """The accounts that the page is about stay as they are."""
    job = server.submit()["request_id"]
    page = open_view("live", account=name_account(KEY))
    open_clock(page)
    move_on(page).get_by_role("link", name=job).first.click()
    expect(page).to_have_url(re.compile(f"#jobs.*account={name_account(KEY)}.*job={job}"))


def test_a_move_that_changes_no_job_says_so(open_view):
    """In words."""
    page = open_view("live")
    open_clock(page)
    expect(move_on(page)).to_have_text("No job changed its state on the way.")


def test_of_many_changes_the_first_are_shown(open_view, server):
    """And how many more there are."""
    for _ in range(30):
        server.submit()
    page = open_view("live")
    open_clock(page)
    fired = move_on(page)
    expect(fired.get_by_role("heading")).to_have_text("60 changes of state on the way")
    expect(fired.get_by_role("listitem")).to_have_count(50)
    expect(fired).to_contain_text("and 10 more.")
