"""What the page says of exchanges that the journal has no longer."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from mockserver.tests.conftest import OTHER_KEY
from mockserver.tests.page.live_view import expect_numbers

EMPTYINGS = [("DELETE", "/_mock/requests"), ("POST", "/_mock/reset")]


def find_count(page):
    """Return where the view says how many exchanges there are."""
    return page.locator(".live .count")


@pytest.mark.parametrize(("method", "path"), EMPTYINGS)
def test_what_others_took_out_of_the_journal_is_told_of(open_view, server, method, path):
    """It stays in sight, as its details may be what somebody reads, until the page is emptied."""
    for _ in range(3):
        server.submit()
    page = open_view("live")
    expect(find_count(page)).to_have_text("3 exchanges")
    server.steer(method, path)
    expect(find_count(page)).to_have_text("3 exchanges; the journal no longer has any of them")
    server.submit()
    expect(find_count(page)).to_have_text("4 exchanges; the journal no longer has 3 of them")
    page.get_by_role("button", name="Empty the journal").click()
    page.get_by_role("button", name="Empty it").click()
    expect(page.get_by_role("heading", name="No exchanges yet")).to_be_visible()
    server.submit()
    expect(find_count(page)).to_have_text("1 exchange")


def test_those_of_accounts_that_are_not_chosen_are_not_counted(open_view, server):
    """Neither among those that are there nor among those that are not."""
    for key in (OTHER_KEY, OTHER_KEY):
        server.submit(key=key)
    server.submit()
    page = open_view("live", account=server.list_exchanges()[-1]["account"])
    expect_numbers(page, [3])
    server.steer("DELETE", "/_mock/requests")
    server.submit()
    expect(find_count(page)).to_have_text("2 exchanges; the journal no longer has 1 of them")
