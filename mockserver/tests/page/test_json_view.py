"""JSON in the panel, as a tree."""

import json

from playwright.sync_api import expect

from mockserver.tests.page.exchange_panel import find_part, open_exchange

DEEP = 99
"""Levels: bodies that have a hundred more are not taken for JSON."""


def test_what_is_deep_is_opened_step_by_step(server, open_view):
    """However deep it is."""
    value = json.loads("[" * DEEP + '"end"' + "]" * DEEP)
    server.ask("POST", "/v2/ideogram-3", value)
    shown = find_part(open_exchange(open_view, 1), "Request")
    expect(shown.locator("summary").nth(50)).to_be_attached()
    shown.evaluate(
        """async (each) => {
            for (let closed; (closed = each.querySelector("details:not([open])")); ) {
                const opened = new Promise((done) => { closed.ontoggle = done; });
                closed.open = true;
                await opened;
            }
        }"""
    )
    expect(shown).to_contain_text('"end"')


def test_of_many_items_some_are_shown(server, open_view):
    """More come with a button."""
    server.ask("POST", "/v2/ideogram-3", {"prompt": list(range(5000, 5250))})
    shown = find_part(open_exchange(open_view, 1), "Request")
    expect(shown).to_contain_text("5099")
    expect(shown).not_to_contain_text("5100")
    for _ in range(2):
        shown.get_by_role("button", name="Show more of 250").click()
    expect(shown).to_contain_text("5249")
