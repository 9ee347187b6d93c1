"""Requests of the page that change something."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

LONG_S = 6


@pytest.fixture
def visit(make_visit, server):
    """A visitor with a browser of their own: its clock is that of all its pages."""
    return make_visit(server)


def test_an_answer_that_is_long_in_coming_is_told_of_until_it_is_there(page, open_view):
    """Somebody with many windows may wait for a connection: they are told what they can do."""
    page.clock.install()
    open_view("accounts")
    held = []

    def hold(route):
        held.append(route)

    page.route("**/_mock/reset", hold)
    page.get_by_role("button", name="Reset everything …").click()
    page.get_by_role("button", name="Reset everything", exact=True).click()
    notes = page.locator("#notes .note")
    expect(notes).to_have_count(0)
    page.clock.fast_forward(LONG_S * 1000)
    expect(notes).to_contain_text(["No answer yet"])
    held.pop().continue_()
    expect(notes).to_have_count(1)
    expect(notes).not_to_contain_text("No answer yet")


def test_an_answer_that_comes_soon_is_all_that_is_told(page, open_view):
    """Nobody hears later of a wait that is over."""
    page.clock.install()
    open_view("accounts")
    page.get_by_role("button", name="Reset everything …").click()
    page.get_by_role("button", name="Reset everything", exact=True).click()
    notes = page.locator("#notes .note")
    expect(notes).to_have_count(1)
    page.clock.fast_forward(LONG_S * 1000)
    expect(notes).to_have_count(0)
