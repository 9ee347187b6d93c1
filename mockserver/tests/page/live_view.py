"""The view of exchanges, as tests find their way in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page


def open_fed(page: Page, url: str, address: str = "#live") -> Page:
    """Open the view in a page that was fed: its stream ends, and is never open again."""
    page.goto(f"{url}/_mock/{address}")
    expect(page.get_by_role("grid").first).to_be_visible()
    return page


def list_rows(page: Page) -> Locator:
    """Return the rows of exchanges that are in the document."""
    return page.locator(".window-rows [role=row]")


def get_row(page: Page, seq: int) -> Locator:
    """Return the row of an exchange."""
    return page.locator(f"[data-key='{seq}']")


def get_cell(page: Page, seq: int, name: str) -> Locator:
    """Return a cell of the row of an exchange."""
    return get_row(page, seq).locator(f".cell.{name}")


def expect_numbers(page: Page, numbers: Sequence[int]) -> None:
    """Wait until these exchanges are listed, in this order."""
    expect(list_rows(page).locator(".seq")).to_have_text([str(each) for each in numbers])


def scroll_list(page: Page, top: float) -> None:
    """Scroll the list of exchanges."""
    page.locator(".window").evaluate("(list, top) => { list.scrollTop = top; }", top)


def read_scroll(page: Page) -> Any:
    """Return how far the list is scrolled."""
    return page.locator(".window").evaluate("(list) => list.scrollTop")
