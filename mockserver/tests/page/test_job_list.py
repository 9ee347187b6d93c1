"""Very many jobs: how much of them is in the document, and how they are reached."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from mockserver.tests.conftest import KEY
from mockserver.tests.page.job_documents import make_job, render_instant

MANY, AT_ONCE = 10_000, 1000
MOST_NODES = 3000
STEPS = [("QUEUED", 0), ("PROCESSING", 1000), ("COMPLETED", 13_000)]
ROWS = ".window-rows .job-row"


@pytest.fixture
def page_of_many(open_view, page, server):
    """A page of a server that has ten thousand jobs, ten seconds apart."""
    server.steer("PUT", f"/_mock/accounts/{KEY}", {})
    [account] = server.steer("GET", "/_mock/accounts")["accounts"]
    now = MANY * 10_000
    clock = account["clock"] | {"now_utc": render_instant(now)}
    jobs = [make_numbered(number, account["account"]) for number in range(MANY)]

    def answer_jobs(route):
        [after] = parse_qs(urlsplit(route.request.url).query).get("after", ["-1"])
        start = int(after, 16) + 1 if after != "-1" else 0
        some = jobs[start : start + AT_ONCE]
        following = some[-1]["request_id"] if start + AT_ONCE < MANY else None
        route.fulfill(body=json.dumps({"jobs": some, "next": following}))

    def answer_accounts(route):
        shown = account | {"jobs": MANY, "clock": clock}
        route.fulfill(body=json.dumps({"accounts": [shown], "next": None}))

    page.route("**/_mock/jobs?*", answer_jobs)
    page.route("**/_mock/jobs", answer_jobs)
    page.route("**/_mock/accounts", answer_accounts)
    return open_view("jobs")


def make_numbered(number, account):
    """Make the job of this number, which is kept until long after the last."""
    shift = number * 10_000
    steps = [(state, at + shift) for state, at in STEPS]
    fields = {"request_id": f"{number:032x}", "account": account, "cost": 0.075}
    return make_job(steps, expires=2 * MANY * 10_000, **fields)


def count_nodes(page):
    """Return how many elements there are."""
    return page.evaluate("document.querySelectorAll('*').length")


def find_number(number):
    """Return where the row of the job of this number is."""
    return f'{ROWS}[data-job="{number:032x}"]'


def test_ten_thousand_jobs_are_scrolled_through_with_few_elements(page_of_many):
    """The newest come first; whatever is in sight has an axis on which it has room."""
    page = page_of_many
    expect(page.locator("h1 + p")).to_have_text("10,000 jobs")
    expect(page.locator(find_number(MANY - 1))).to_be_visible()
    assert count_nodes(page) < MOST_NODES
    grid = page.get_by_role("grid")
    assert grid.get_attribute("aria-rowcount") == str(MANY + 1)
    for share in (0.25, 0.5, 0.75):
        grid.evaluate("(grid, share) => { grid.scrollTop = grid.scrollHeight * share; }", share)
        expect(page.locator(find_number(round(MANY * (1 - share)) - 5))).to_be_visible()
        assert count_nodes(page) < MOST_NODES
        wide = page.locator(f"{ROWS} .job-part.processing").first.bounding_box()["width"]
        assert wide > 10
    grid.focus()
    page.keyboard.press("End")
    expect(page.locator(find_number(0))).to_be_visible()
    page.keyboard.press("Home")
    expect(page.locator(find_number(MANY - 1))).to_be_visible()


def test_one_of_ten_thousand_is_found_by_its_id(page_of_many):
    """By a part of it."""
    page = page_of_many
    expect(page.locator("h1 + p")).to_have_text("10,000 jobs")
    page.get_by_label("Filter by text").fill(f"{1234:032x}")
    expect(page.locator(ROWS)).to_have_count(1)
    expect(page.locator(find_number(1234))).to_be_visible()
    expect(page.locator("h1 + p")).to_have_text("1 of 10,000 jobs")
