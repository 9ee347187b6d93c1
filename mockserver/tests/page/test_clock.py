"""The clock in the header: what it says, and whose it is."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from mockserver.base.ids import name_account
from mockserver.tests.conftest import KEY, OTHER_KEY
from mockserver.tests.page.browsing import NARROW, WIDE

ACCOUNT, OTHER_ACCOUNT = name_account(KEY), name_account(OTHER_KEY)
START = "2026-01-01 00:00:00"


def open_clock(page):
    """Open what the clock of the header has to say; return it."""
    page.locator(".clock > summary").click()
    return page.locator(".clock .popover")


def find_face(page):
    """Return what is always there of the clock."""
    return page.locator(".clock > summary")


@pytest.mark.parametrize("mode", ["frozen", "auto"])
def test_a_clock_that_stands_still_says_so(replace_server, open_view, mode):
    """The header has date, time and mode, and the popover what the mode is about."""
    replace_server(clock=mode)
    page = open_view("live")
    expect(find_face(page)).to_have_text(f"Default clock: {START} {mode}")
    expect(open_clock(page)).to_contain_text(f"{START}.000 UTC")
    expect(page.locator(".clock .popover")).to_contain_text(f"{mode}: it")


@pytest.mark.parametrize("mode", ["real", "x3600"])
def test_a_clock_that_goes_is_seen_to_go_between_two_looks(replace_server, open_view, mode):
    """The server is asked no more, and still the time goes on, at the clock's rate."""
    replace_server(clock=mode)
    page = open_view("live")
    expect(find_face(page)).to_contain_text(mode)
    page.route("**/_mock/clock*", lambda _route: None)
    before = find_face(page).text_content()
    expect(find_face(page)).not_to_have_text(before)
    expect(find_face(page)).to_contain_text(mode)


def test_a_clock_that_somebody_else_moves_is_shown_moved(open_view, server):
    """Within seconds, without a word of this page's."""
    page = open_view("live")
    expect(find_face(page)).to_contain_text(START)
    server.steer("PATCH", "/_mock/clock", {"advance_s": 3661, "mode": "auto"})
    expect(find_face(page)).to_have_text("Default clock: 2026-01-01 01:01:01 auto")


def test_the_clock_is_that_of_the_one_account_that_is_chosen(open_view, server):
    """With none or several chosen it is the default clock, and words say which it is."""
    for key in (KEY, OTHER_KEY):
        server.steer("PUT", f"/_mock/accounts/{key}", {})
    server.steer("PATCH", "/_mock/clock", {"advance_s": 60, "api_key": ACCOUNT})
    page = open_view("live", account=ACCOUNT)
    expect(find_face(page)).to_have_text(f"Clock of {ACCOUNT}: 2026-01-01 00:01:00 frozen")
    popover = open_clock(page)
    expect(popover.get_by_role("heading").first).to_have_text(f"The clock of {ACCOUNT}")
    expect(popover).to_contain_text("no other account's time moves")
    page.evaluate(f"location.hash = 'live?account={ACCOUNT},{OTHER_ACCOUNT}'")
    expect(find_face(page)).to_have_text(f"Default clock: {START} frozen")
    expect(popover.get_by_role("heading").first).to_have_text("The default clock")
    expect(popover).to_contain_text("2 accounts are chosen, so this is not the clock of one")


def test_an_account_that_is_not_there_has_no_clock(open_view, visit):
    """The popover says why."""
    visit.accepted.append("status of 404")
    page = open_view("live", account="account-000000000000")
    expect(find_face(page)).to_contain_text("unknown")
    expect(open_clock(page).get_by_role("alert")).to_contain_text("there is no account-0000")


def test_a_name_in_the_address_is_shown_as_text(open_view, visit):
    """Whatever stands there instead of the name of an account."""
    visit.accepted.append("status of 40")
    page = open_view("live", account="<b>x</b>\u202e")
    expect(find_face(page)).to_contain_text("Clock of <b>x</b>⟨U+202E⟩:")
    expect(open_clock(page).get_by_role("heading").first).to_contain_text("<b>x</b>⟨U+202E⟩")


def test_the_clock_opens_and_closes_by_keys(open_view):
    """Enter opens it, Escape closes it and gives the focus back."""
    page = open_view("live")
    find_face(page).focus()
    page.keyboard.press("Enter")
    expect(page.locator(".clock .popover")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Forward by a minute")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".clock .popover")).not_to_be_visible()
    expect(find_face(page)).to_be_focused()


def test_a_click_elsewhere_closes_the_clock(open_view):
    """One inside leaves it open."""
    page = open_view("live")
    open_clock(page).get_by_role("heading").first.click()
    expect(page.locator(".clock .popover")).to_be_visible()
    page.locator(".brand").click()
    expect(page.locator(".clock .popover")).not_to_be_visible()


@pytest.mark.parametrize(("width", "scheme"), [(WIDE, "light"), (NARROW, "dark")])
def test_an_open_clock_has_no_barrier(visit, server, check_accessibility, width, scheme):
    """With commands open and with jobs that a move changed; nothing is wider than the window."""
    server.submit()
    visit.look(width=width, scheme=scheme)
    page = visit.open_view("live")
    popover = open_clock(page)
    popover.locator(".commands > summary").first.click()
    popover.get_by_role("button", name="Forward by a minute").click()
    expect(popover).to_contain_text("COMPLETED")
    check_accessibility(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
