"""How the page learns what has become of jobs, and how little it asks for that."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from mockserver.tests.page.jobs_view import OTHER_KEY, ROWS, find_row, steer_job


def test_what_others_do_to_a_job_is_seen(open_view, server):
    """Where neither an exchange nor the clock tells of it."""
    job = server.submit()
    page = open_view("jobs")
    expect(find_row(page, job).locator(".badge")).to_have_text("QUEUED")
    steer_job(server, job, {"state": "PROCESSING"})
    expect(find_row(page, job).locator(".badge")).to_have_text("PROCESSING")
    steer_job(server, job, {"stall": True})
    expect(find_row(page, job).locator(".badge")).to_have_text("PROCESSING, stalled")


def test_a_job_that_somebody_made_expire_is_shown_so(open_view, server):
    """Others of the account are left: it was no reset."""
    jobs = [server.submit() for _ in range(2)]
    steer_job(server, jobs[0], {"state": "COMPLETED"})
    page = open_view("jobs")
    expect(page.locator(ROWS)).to_have_count(2)
    steer_job(server, jobs[0], {"expire": True})
    expect(find_row(page, jobs[0]).locator(".badge")).to_have_text("EXPIRED")
    expect(find_row(page, jobs[1]).locator(".badge")).to_have_text("QUEUED")


def test_the_jobs_of_an_account_that_is_reset_go(open_view, server):
    """Those of others stay."""
    job, other = server.submit(), server.submit(key=OTHER_KEY)
    page = open_view("jobs")
    expect(page.locator(ROWS)).to_have_count(2)
    account = server.steer("GET", f"/_mock/jobs/{job['request_id']}")["account"]
    server.steer("POST", "/_mock/reset", {"api_key": account})
    expect(page.locator(ROWS)).to_have_count(1)
    expect(find_row(page, other)).to_be_visible()


@pytest.mark.parametrize("change", [{"expire": True}, None], ids=["by hand", "by a fault"])
def test_the_only_job_of_an_account_that_was_made_expire_is_shown_so(open_view, server, change):
    """It was no reset: the journal still has its submit."""
    job = server.submit()
    page = open_view("jobs")
    expect(find_row(page, job).locator(".badge")).to_have_text("QUEUED")
    if change:
        steer_job(server, job, change)
    else:
        rule = {"do": {"expire": True}, "on": {"route": "status"}}
        server.steer("POST", "/_mock/faults", rule)
        server.poll(job)
    expect(find_row(page, job).locator(".badge")).to_have_text("EXPIRED")


def test_the_jobs_of_an_account_that_is_reset_go_though_it_is_there_again(open_view, server):
    """It has made another call since."""
    server.submit()
    page = open_view("jobs")
    expect(page.locator(ROWS)).to_have_count(1)
    account = server.steer("GET", "/_mock/jobs")["jobs"][0]["account"]
    server.steer("POST", "/_mock/reset", {"api_key": account})
    server.ask("GET", "/v1/get-user-credits")
    expect(page.locator(ROWS)).to_have_count(0)


def test_all_jobs_are_listed_once_and_then_only_what_may_have_changed(visit, open_view, server):
    """Of an account in which some have ended, the list begins after those."""
    ended = [server.submit() for _ in range(3)]
    for job in ended:
        steer_job(server, job, {"state": "COMPLETED"})
    asked = []
    visit.note_requests(lambda request: asked.append(urlsplit(request.url)))
    page = open_view("jobs")
    expect(page.locator(ROWS)).to_have_count(3)
    for count in (4, 5):
        server.submit()
        expect(page.locator(ROWS)).to_have_count(count)
    lists = [parse_qs(each.query) for each in asked if each.path == "/_mock/jobs"]
    assert lists[0] == {}
    assert len(lists) >= 3
    assert all(each["after"] == [ended[-1]["request_id"]] for each in lists[1:])
