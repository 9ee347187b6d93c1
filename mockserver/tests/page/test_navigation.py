"""The views of the page are loaded when somebody goes there, or soon after the first one."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from mockserver.page.files import list_files, split_version

VIEWS = ["Live", "Jobs", "Outputs", "Models", "Accounts", "Faults", "Verdicts"]
MODULES = "**/page/*/*/*.mjs"
REST_MS = 3000


@pytest.fixture
def visit(make_visit, server):
    """A visitor with a browser of their own: its clock is that of all its pages."""
    return make_visit(server)


def go(page, title):
    """Go to a view by its link."""
    page.get_by_role("navigation").get_by_role("link", name=title, exact=True).click()


def test_a_view_alone_is_loaded_at_first(open_view, page):
    """What the others are made of can wait until the page is there."""
    page.clock.install()
    loaded = []
    page.on("request", lambda request: loaded.append(request.url))
    open_view("accounts")
    assert any(url.endswith("/accounts/accounts.mjs") for url in loaded)
    assert not any(re.search(r"/(live|jobs|faults|verdicts)/\w+\.mjs", url) for url in loaded)


def test_the_other_views_are_there_without_a_server(open_view, page, visit):
    """They are loaded soon after the first one, and it may end later, or be another one."""
    page.clock.install()
    loaded = set()

    def note(request):
        loaded.add(split_version(request.url.rpartition("/page/")[2])[1])

    page.on("requestfinished", note)
    open_view("live")
    page.clock.fast_forward(REST_MS)
    modules = {name for name in list_files() if name.endswith(".mjs")}
    while not loaded >= modules:
        page.wait_for_event("requestfinished")
    visit.accepted.append("ERR_FAILED")
    page.route(MODULES, lambda route: route.abort())
    for title in VIEWS:
        go(page, title)
        expect(page.get_by_role("heading", level=1)).to_have_text(title)


def test_a_view_that_cannot_be_loaded_says_so_until_it_can_be(
    open_view, page, visit, check_accessibility
):
    """The rest of the page goes on."""
    visit.accepted += ["ERR_FAILED", "dynamically imported"]
    page.route("**/jobs/jobs.mjs", lambda route: route.abort())
    open_view("live")
    go(page, "Jobs")
    expect(page.get_by_role("alert")).to_contain_text("This view could not be loaded")
    check_accessibility(page)
    go(page, "Outputs")
    expect(page.get_by_role("heading", name="No outputs yet")).to_be_visible()
    go(page, "Jobs")
    expect(page.get_by_role("alert")).to_contain_text("This view could not be loaded")
    page.unroute("**/jobs/jobs.mjs")
    page.get_by_role("button", name="Load the page again").click()
    expect(page.get_by_role("heading", name="No jobs yet")).to_be_visible()


def test_the_view_that_was_asked_for_last_is_shown(open_view, page):
    """Also when another one takes longer to load."""
    held = []

    def hold(route):
        held.append(route)

    page.route("**/jobs/jobs.mjs", hold)
    open_view("live")
    with page.expect_request("**/jobs/jobs.mjs"):
        go(page, "Jobs")
    go(page, "Outputs")
    expect(page).to_have_title(re.compile("^Outputs"))
    with page.expect_response("**/jobs/jobs.mjs"):
        held.pop().continue_()
    expect(page).to_have_title(re.compile("^Outputs"))
    go(page, "Jobs")
    expect(page.get_by_role("heading", name="No jobs yet")).to_be_visible()
