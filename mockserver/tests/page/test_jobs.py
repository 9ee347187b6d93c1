"""The view of jobs: which are shown, how they are filtered, and how one is opened."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from mockserver.tests.page.browsing import NARROW, WIDE
from mockserver.tests.page.hostile_texts import HOSTILE, find_shown
from mockserver.tests.page.jobs_view import ROWS, fill, find_row, name_account, steer_job


@pytest.mark.parametrize(("width", "scheme"), [(WIDE, "light"), (WIDE, "dark"), (NARROW, "light")])
def test_jobs_of_every_state_are_shown_without_a_barrier(
    replace_server, visit, check_accessibility, width, scheme
):
    """Also with one of them open, and with the legend open."""
    server = replace_server(speed=1)
    jobs = fill(server)
    visit.look(width=width, scheme=scheme)
    page = visit.open_view("jobs")
    expect(page.locator(ROWS)).to_have_count(5)
    page.get_by_text("What the bars show").click()
    check_accessibility(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    find_row(page, jobs["processing"]).click()
    expect(page.locator("#panel .history")).to_contain_text("submit")
    check_accessibility(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_row_says_in_words_what_its_bar_shows(replace_server, open_view):
    """States with their times, the price, polls, and when it is forgotten."""
    server = replace_server(speed=1, clock_start="2026-01-01T00:00:00Z")
    job = server.submit()
    server.steer("PATCH", "/_mock/clock", {"advance_s": 30})
    server.poll(job)
    server.poll(job)
    page = open_view("jobs")
    shown = server.steer("GET", f"/_mock/jobs/{job['request_id']}")
    started, ended = (step["at_utc"][11:23] for step in shown["timeline"][1:])
    picture = find_row(page, job).get_by_role("img")
    expect(picture).to_have_accessible_name(
        f"ideogram-3, job {job['request_id'][:8]}, completed: queued at 2026-01-01 00:00:00.000 "
        f"for {_spell(shown, 0)}, processing at {started} for {_spell(shown, 1)}, completed at "
        f"{ended}, charged ${shown['cost']}, polled 2 times, expires at 2026-01-01 01:00:00.000."
    )


def _spell(shown, index):
    """Return how long a stage of less than a minute was, as the page says it."""
    one, other = (float(step["at_utc"][17:-1]) for step in shown["timeline"][index : index + 2])
    return f"{round(other - one, 2):g} s"


def test_a_job_that_comes_is_shown_at_once(open_view, server):
    """And what becomes of it, with the polls of its client."""
    page = open_view("jobs")
    expect(page.get_by_role("heading", name="No jobs yet")).to_be_visible()
    job = server.submit()
    row = find_row(page, job)
    expect(row.locator(".badge")).to_have_text("QUEUED")
    server.poll(job)
    expect(row.get_by_role("img")).to_have_accessible_name(_containing("polled once"))
    steer_job(server, job, {"state": "COMPLETED"})
    server.poll(job)
    expect(row.locator(".badge")).to_have_text("COMPLETED")
    expect(row.locator(".job-cost")).to_have_text("$0.075")


def _containing(words):
    return re.compile(re.escape(words))


def test_time_that_goes_on_brings_jobs_on(replace_server, open_view):
    """Where the clock moves on its own, without any exchange."""
    server = replace_server(clock="x60", speed=1)
    job = server.submit()
    page = open_view("jobs")
    expect(find_row(page, job).locator(".badge")).to_have_text("COMPLETED")


def test_jobs_are_filtered_by_state_model_and_text(replace_server, open_view):
    """The filter is in the address, so that it can be passed on."""
    server = replace_server(speed=1)
    jobs = fill(server)
    page = open_view("jobs")
    rows = page.locator(ROWS)
    expect(rows).to_have_count(5)
    page.get_by_label("State").select_option("stalled")
    expect(rows).to_have_count(1)
    expect(find_row(page, jobs["stalled"])).to_be_visible()
    expect(page).to_have_url(_containing("state=stalled"))
    page.reload()
    expect(rows).to_have_count(1)
    page.get_by_role("button", name="Clear filters").click()
    expect(rows).to_have_count(5)
    page.keyboard.press("Escape")
    page.locator("h1").click()
    page.keyboard.press("/")
    page.keyboard.type("too dark")
    expect(rows).to_have_count(1)
    expect(find_row(page, jobs["failed"])).to_be_visible()
    page.get_by_label("Filter by text").fill("nothing like it")
    expect(page.get_by_text("No job matches the filters")).to_be_visible()
    page.get_by_role("button", name="Show them without filters").click()
    page.get_by_label("Model").select_option("ideogram-3")
    expect(rows).to_have_count(5)


def test_a_job_that_expires_while_the_page_is_open_stays(replace_server, open_view):
    """Nobody can ask for it any more, but what it went through is still shown."""
    server = replace_server(speed=1)
    job = server.submit()
    page = open_view("jobs", job=job["request_id"])
    expect(find_row(page, job)).to_be_visible()
    server.steer("PATCH", "/_mock/clock", {"advance_s": 3601})
    expect(find_row(page, job).locator(".badge")).to_have_text("EXPIRED")
    expect(page.locator("#panel .facts")).to_contain_text("was COMPLETED")
    expect(page.locator("#panel")).to_contain_text("The control plane has this job no longer")


def test_the_jobs_of_some_accounts_stand_side_by_side(replace_server, open_view):
    """Each account has rows and an axis of its own; one alone has the whole width."""
    server = replace_server(speed=1)
    jobs = fill(server)
    names = [name_account(server, jobs[state]) for state in ("processing", "failed")]
    page = open_view("jobs", account=",".join(names))
    columns = page.locator(".column")
    expect(columns).to_have_count(2)
    expect(columns.first.locator(ROWS)).to_have_count(3)
    expect(columns.last.locator(ROWS)).to_have_count(2)
    expect(columns.first.locator(".job-axis .job-now")).to_have_count(1)
    page = open_view("jobs", account=names[1])
    expect(page.locator(ROWS)).to_have_count(2)
    expect(page.locator(".column")).to_have_count(0)


def test_jobs_go_when_the_server_is_reset(open_view, server):
    """They have not expired: they were never there."""
    server.submit()
    page = open_view("jobs")
    expect(page.locator(ROWS)).to_have_count(1)
    server.steer("POST", "/_mock/reset", {})
    expect(page.get_by_role("heading", name="No jobs yet")).to_be_visible()


def test_no_jobs_of_the_accounts_that_are_chosen_is_said(open_view, server):
    """And so is how one comes to be, with the address of this server."""
    server.submit()
    server.steer("PUT", "/_mock/accounts/SG_idle_0123456789", {})
    accounts = server.steer("GET", "/_mock/accounts")["accounts"]
    idle = next(each["account"] for each in accounts if each["api_key"] == "...6789")
    page = open_view("jobs", account=idle)
    expect(page.get_by_role("heading", name="No jobs in the accounts")).to_be_visible()
    expect(page.locator(".empty pre")).to_contain_text(f"{server.url}/v2/ideogram-3")


def test_jobs_are_moved_through_and_opened_by_keys(replace_server, open_view):
    """Arrows move, Enter opens, Escape closes; the address has the job that is open."""
    server = replace_server(speed=1)
    jobs = fill(server)
    page = open_view("jobs")
    expect(page.locator(ROWS)).to_have_count(5)
    page.get_by_role("grid").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#panel h2")).to_contain_text(jobs["processing"]["request_id"][:8])
    expect(page).to_have_url(_containing(f"job={jobs['processing']['request_id']}"))
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_hidden()
    assert "job=" not in page.url


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_parameters_and_errors_show_as_text(open_view, server, name):
    """In the panel and by the filter, whoever sent them."""
    text = HOSTILE[name]
    job = server.submit(body={"prompt": text, "unknown <b>one</b>": 1})
    steer_job(server, job, {"state": "FAILED", "error": text})
    page = open_view("jobs", job=job["request_id"])
    expect(page.locator("#panel .facts")).to_contain_text(find_shown(text))
    expect(page.get_by_role("region", name="Parameters")).to_contain_text("unknown <b>one</b>")
    assert page.evaluate("window.ran") is None
    assert page.locator("#panel b, #panel img, #panel script").count() == 0
