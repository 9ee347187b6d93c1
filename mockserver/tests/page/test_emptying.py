"""Emptying the journal from the view of exchanges."""

from __future__ import annotations

from playwright.sync_api import expect

from mockserver.tests.conftest import OTHER_KEY
from mockserver.tests.page.live_view import expect_numbers


def test_the_journal_is_emptied_after_a_question(open_view, server):
    """The server's too, and what comes then is shown."""
    server.submit()
    page = open_view("live")
    expect_numbers(page, [1])
    page.get_by_role("button", name="Empty the journal").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("As code").click()
    expect(dialog.locator("pre")).to_contain_text(f"curl -X DELETE {server.url}/_mock/requests")
    dialog.get_by_role("button", name="Empty it").click()
    expect(page.get_by_role("heading", name="No exchanges yet")).to_be_visible()
    assert server.list_exchanges() == []
    server.submit()
    expect_numbers(page, [2])


def test_a_question_that_is_left_changes_nothing(open_view, server):
    """The journal stays as it is."""
    server.submit()
    page = open_view("live")
    page.get_by_role("button", name="Empty the journal").click()
    page.get_by_role("button", name="Leave it").click()
    expect_numbers(page, [1])
    assert len(server.list_exchanges()) == 1


def test_of_one_account_chosen_its_own_journal_is_emptied(open_view, server):
    """That of the other stays."""
    server.submit()
    server.submit(key=OTHER_KEY)
    first, second = (each["account"] for each in server.list_exchanges())
    page = open_view("live", account=first)
    expect_numbers(page, [1])
    page.get_by_role("button", name="Empty the journal").click()
    page.get_by_role("button", name="Empty it").click()
    expect(page.get_by_role("heading", name="No exchanges of this account yet")).to_be_visible()
    assert [each["account"] for each in server.list_exchanges()] == [second]
    page.get_by_role("button", name="Show all accounts").click()
    expect_numbers(page, [2])
