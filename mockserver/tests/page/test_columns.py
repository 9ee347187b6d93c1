"""The exchanges of several accounts side by side."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from mockserver.tests.conftest import KEY, OTHER_KEY
from mockserver.tests.page.browsing import NARROW
from mockserver.tests.page.feeds import ACCOUNTS, feed_exchanges, make_exchange
from mockserver.tests.page.live_view import expect_numbers, list_rows, open_fed

MOST_NODES = 1500


@pytest.fixture
def accounts(server):
    """The names of two accounts, of which the first has asked twice and the second once."""
    for key in (KEY, OTHER_KEY, KEY):
        server.submit(key=key)
    exchanges = server.list_exchanges()
    return [exchanges[0]["account"], exchanges[1]["account"]]


def get_column(page, account):
    """Return the column of an account."""
    return page.get_by_role("region", name=account)


def test_each_of_two_accounts_has_a_column_that_goes_with_its_newest(accounts, open_view, server):
    """With its own count."""
    page = open_view("live", account=",".join(accounts))
    first, second = (get_column(page, account) for account in accounts)
    expect(list_rows(first).locator(".seq")).to_have_text(["3", "1"])
    expect(list_rows(second).locator(".seq")).to_have_text(["2"])
    server.submit(key=OTHER_KEY)
    expect(list_rows(second).locator(".seq")).to_have_text(["4", "2"])
    expect(first.get_by_role("heading")).to_have_text(f"{accounts[0]} 2")
    expect(page.get_by_text("4 exchanges", exact=True)).to_be_visible()


def test_the_choice_of_accounts_puts_them_side_by_side_and_together_again(accounts, open_view):
    """By the choice in the header of the page."""
    page = open_view("live")
    expect_numbers(page, [3, 2, 1])
    page.get_by_text("All accounts", exact=True).first.click()
    page.get_by_role("checkbox", name=accounts[0]).check()
    expect_numbers(page, [3, 1])
    page.get_by_role("checkbox", name=accounts[1]).check()
    expect(get_column(page, accounts[0])).to_be_visible()
    expect(get_column(page, accounts[1])).to_be_visible()
    page.get_by_role("checkbox", name="All accounts").check()
    expect_numbers(page, [3, 2, 1])
    expect(page.get_by_role("grid")).to_have_count(1)


def test_a_column_without_exchanges_says_so(accounts, open_view):
    """Beside one that has some."""
    page = open_view("live", account=f"{accounts[0]},account-0123456789ab")
    expect(list_rows(get_column(page, accounts[0]))).to_have_count(2)
    empty = get_column(page, "account-0123456789ab")
    expect(empty.get_by_role("heading", name="No exchanges of this account yet")).to_be_visible()
    empty.get_by_role("button", name="Show all accounts").click()
    expect_numbers(page, [3, 2, 1])


def test_columns_of_thousands_have_only_what_is_in_sight_in_the_document(page, server):
    """All of them together."""
    feed_exchanges(page, [make_exchange(seq) for seq in range(1, 6001)])
    open_fed(page, server.url, f"#live?account={','.join(ACCOUNTS)}")
    expect(page.get_by_text("6,000 exchanges", exact=True)).to_be_visible()
    assert page.evaluate("document.querySelectorAll('*').length") < MOST_NODES


def test_columns_have_no_barrier_at_either_width(accounts, visit, check_accessibility):
    """In a narrow window one swipes from one to the next, and nothing else is wider than it."""
    for width in (1440, NARROW):
        visit.look(width=width)
        page = visit.open_view("live", account=",".join(accounts))
        expect(list_rows(get_column(page, accounts[0]))).to_have_count(2)
        check_accessibility(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    get_column(page, accounts[1]).scroll_into_view_if_needed()
    expect(get_column(page, accounts[1]).get_by_role("grid")).to_be_in_viewport()
