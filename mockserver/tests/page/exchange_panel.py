"""The panel of an exchange, for the tests that open it."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator, expect


def open_exchange(open_view: Any, seq: int) -> Locator:
    """Open the exchange of a number in the panel; return the panel."""
    panel: Locator = open_view("live", exchange=seq).locator("#panel")
    expect(panel.get_by_role("heading", level=2)).to_contain_text(f"#{seq} ")
    return panel


def find_part(panel: Locator, name: str) -> Locator:
    """Return the part of the panel that has a name."""
    return panel.get_by_role("region", name=name, exact=True)


def find_value(panel: Locator, name: str) -> Locator:
    """Return what the summary says of something."""
    return panel.locator(f"dl.facts dt:text-is('{name}') + dd").first
