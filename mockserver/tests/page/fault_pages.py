"""The view of faults in tests: opening it, and what the control plane has of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from mockserver.tests.page.browsing import Visit
    from mockserver.tests.page.servers import PageServer

ARM = "Arm it"


def open_faults(visit: Visit, **query: Any) -> Locator:
    """Open the view anew; return its form, once it is there."""
    visit.page.goto("about:blank")
    page = visit.open_view("faults", **query)
    form = find_form(page)
    expect(form.get_by_role("button", name=ARM)).to_be_visible()
    return form


def find_form(page: Page) -> Locator:
    """Return the form that arms a fault."""
    return page.locator(".arm")


def find_rules(page: Page, count: int) -> list[Locator]:
    """Return the rules that are shown, once there are so many."""
    rules = page.locator(".armed-rule")
    expect(rules).to_have_count(count)
    return rules.all()


def list_faults(server: PageServer) -> list[dict[str, Any]]:
    """Return what is armed."""
    return server.steer("GET", "/_mock/faults")["faults"]
