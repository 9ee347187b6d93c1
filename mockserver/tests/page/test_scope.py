"""The choice of accounts in the header."""

from __future__ import annotations

from playwright.sync_api import expect

from mockserver.tests.page.browsing import LONGEST_MS

REST = "These are the first 200."


def open_choices(page):
    """Open the choice; return it once it has so many accounts as are to be listed."""
    page.locator(".scope > summary").click()
    return page.locator(".scope .choices")


def test_accounts_that_are_too_many_to_list_are_told_of(open_view, server):
    """With what to do to choose one of them."""
    for number in range(200):
        server.steer("PUT", f"/_mock/accounts/SG_scope_{number:04}", {})
    choices = open_choices(open_view("live"))
    expect(choices.get_by_role("checkbox")).to_have_count(201)
    expect(choices.get_by_text(REST)).to_have_count(0)
    server.steer("PUT", "/_mock/accounts/SG_scope_last", {})
    expect(choices.get_by_text(REST)).to_be_visible(timeout=LONGEST_MS)
    expect(choices.get_by_role("checkbox")).to_have_count(201)
