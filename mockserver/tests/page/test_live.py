"""The view of exchanges: what it shows as it comes, and what it says where there is nothing."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from mockserver.tests.conftest import OTHER_KEY
from mockserver.tests.page.browsing import NARROW, WIDE
from mockserver.tests.page.live_view import expect_numbers, get_cell, get_row

LOST = {"do": {"reset": True}, "on": {"route": "submit"}, "when": "after"}


def test_exchanges_show_as_they_come_the_newest_first(open_view, server):
    """Those that were there before, and those that come while somebody looks."""
    job = server.submit()
    page = open_view("live")
    expect_numbers(page, [1])
    server.poll(job)
    expect_numbers(page, [2, 1])
    expect(page.get_by_text("2 exchanges", exact=True)).to_be_visible()


def test_a_row_says_what_was_asked_and_what_came_of_it(open_view, server):
    """Each in its column."""
    job = server.submit()
    page = open_view("live")
    account = server.list_exchanges()[0]["account"]
    told = {
        "seq": "1",
        "time": "00:00:00.000",
        "method": "POST",
        "route": "submit",
        "model": "ideogram-3",
        "path": f"/v2/ideogram-3 {job['request_id'][:8]}…",
        "status": "200",
        "account": account,
    }
    for name, text in told.items():
        expect(get_cell(page, 1, name)).to_have_text(re.compile(f"^{re.escape(text)}\\s*$"))


def test_an_answer_that_was_lost_is_marked_beside_the_rule_that_struck(open_view, server):
    """With the rule's words."""
    rule = server.steer("POST", "/_mock/faults", LOST)["id"]
    with pytest.raises(Exception, match=r".*"):
        server.submit()
    page = open_view("live")
    expect(get_cell(page, 1, "status")).to_have_text("lost")
    badge = get_cell(page, 1, "fault").locator(".badge")
    expect(badge).to_have_text(rule)
    expect(badge).to_have_attribute("title", re.compile("On submit: resets the connection"))


def test_verdicts_mark_the_exchanges_they_rest_on(open_view, server):
    """Soon after, with the words of the rules."""
    page = open_view("live")
    server.ask("POST", "/v2/ideogram-3", key=None, content=b"{}")
    cell = get_cell(page, 1, "verdict")
    expect(cell).to_have_text(re.compile("MUST.*SHOULD"))
    expect(cell.locator(".badge").first).to_have_attribute("title", re.compile("no-key"))


def test_the_account_is_not_said_where_all_rows_are_of_one(open_view, server):
    """It was chosen, and is in the header."""
    server.submit()
    server.submit(key=OTHER_KEY)
    account = server.list_exchanges()[0]["account"]
    page = open_view("live", account=account)
    expect_numbers(page, [1])
    expect(page.locator(".window .account")).to_have_count(0)


def test_a_pause_holds_back_what_comes_until_it_ends(open_view, server):
    """A button shows the new ones without ending it."""
    server.submit()
    page = open_view("live")
    expect_numbers(page, [1])
    pause = page.get_by_role("button", name="Pause")
    pause.click()
    expect(pause).to_have_attribute("aria-pressed", "true")
    server.submit()
    server.submit()
    news = page.get_by_role("button", name="2 new")
    expect(news).to_be_visible()
    expect_numbers(page, [1])
    news.click()
    expect_numbers(page, [3, 2, 1])
    server.submit()
    expect(page.get_by_role("button", name="1 new")).to_be_visible()
    pause.click()
    expect_numbers(page, [4, 3, 2, 1])


def test_another_view_and_back_shows_what_came_meanwhile(open_view, server):
    """The lists are filled anew."""
    server.submit()
    page = open_view("live")
    expect_numbers(page, [1])
    page.evaluate("location.hash = 'live?exchange=1'")
    expect(page.get_by_role("complementary")).to_be_visible()
    page.evaluate("location.hash = 'live'")
    expect(page.get_by_role("complementary")).to_be_hidden()
    server.submit()
    expect_numbers(page, [2, 1])


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_state_of_the_view_has_a_barrier(visit, server, check_accessibility, width, scheme):
    """Empty, full with every mark, filtered to nothing, paused with the panel open."""
    visit.look(width=width, scheme=scheme)
    page = visit.open_view("live")
    expect(page.get_by_role("tab").first).to_be_visible()
    check_accessibility(page)
    server.steer("POST", "/_mock/faults", {"do": {"status": 503}, "on": {"route": "status"}})
    server.poll(server.submit())
    server.ask("POST", "/v2/ideogram-3", key=None, content=b"{}")
    expect(get_cell(page, 3, "verdict").locator(".badge").first).to_be_visible()
    check_accessibility(page)
    page.get_by_role("button", name="Pause").click()
    server.submit()
    expect(page.get_by_role("button", name="1 new")).to_be_visible()
    check_accessibility(page)
    page.get_by_label("Filter by text").fill("no such text")
    expect(page.get_by_role("heading", name="No exchange matches")).to_be_visible()
    check_accessibility(page)
    page.get_by_role("button", name="Show them without filters").click()
    get_row(page, 2).click()
    expect(page.get_by_role("complementary")).to_be_visible()
    check_accessibility(page)
