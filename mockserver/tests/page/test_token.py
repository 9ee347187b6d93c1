"""A server with an admin token: the page asks for it once, and keeps it for its tab."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

TOKEN = "open sesame"


@pytest.fixture
def visit(make_server, make_visit):
    """A visitor of a server with a token, which the browser's console says 401 of."""
    server = make_server(token=TOKEN)
    server.submit()
    visit = make_visit(server)
    visit.accepted.append("status of 401")
    return visit


def find_dialog(page):
    """Return what asks for the token."""
    return page.get_by_role("dialog", name="This server wants its admin token")


def give(page, token):
    """Give a token by keyboard alone."""
    field = find_dialog(page).get_by_label("Admin token")
    expect(field).to_be_focused()
    field.fill(token)
    page.keyboard.press("Enter")


def expect_exchange(page):
    """Expect the page to be connected, and to show what was asked."""
    expect(page.locator(".connection")).to_have_attribute("data-state", "open")
    expect(page.get_by_text("/v2/ideogram-3").first).to_be_visible()


def test_the_page_asks_for_the_token_once_and_keeps_it_for_the_tab(visit, check_accessibility):
    """A wrong one is asked for again; nothing is shown before, and another tab asks anew."""
    page, address = visit.page, f"{visit.server.url}/_mock/"
    page.goto(address)
    expect(find_dialog(page)).to_be_visible()
    check_accessibility(page)
    expect(page.get_by_text("ideogram-3")).to_have_count(0)
    give(page, "open barley")
    expect(page.get_by_role("alert")).to_contain_text("not, or no longer, that of the server")
    give(page, TOKEN)
    expect_exchange(page)
    page.reload()
    expect_exchange(page)
    expect(find_dialog(page)).to_have_count(0)
    other = visit.context.new_page()
    other.goto(address)
    expect(find_dialog(other)).to_be_visible()


def test_the_token_is_nowhere_but_in_the_tab(visit):
    """Neither in the address nor in what the browser keeps, nor in the journal."""
    page = visit.page
    page.goto(f"{visit.server.url}/_mock/")
    give(page, TOKEN)
    expect_exchange(page)
    kept = visit.context.storage_state()
    assert (kept["cookies"], kept["origins"]) == ([], [])
    assert TOKEN not in page.url
    assert TOKEN not in page.content()
    assert TOKEN not in str(visit.server.list_exchanges())


def test_the_dialog_cannot_be_left_without_an_answer(visit):
    """There is nothing to be seen behind it."""
    page = visit.page
    page.goto(f"{visit.server.url}/_mock/")
    expect(find_dialog(page)).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    give(page, "")
    expect(find_dialog(page)).to_be_visible()
    give(page, TOKEN)
    expect_exchange(page)
