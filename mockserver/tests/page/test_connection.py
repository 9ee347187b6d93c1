"""A page says in words that it has lost its server."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from mockserver.tests.page.browsing import NARROW, WIDE
from mockserver.tests.page.lost_servers import LOST
from mockserver.tests.page.servers import serve_page

WATCH = """() => {
  const line = document.querySelector("#header + [role=status]");
  window.heard = [];
  const watcher = new MutationObserver(() => window.heard.push(line.textContent));
  watcher.observe(line, { childList: true });
}"""


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_a_lost_server_is_told_in_words_until_it_is_back(make_visit, check_accessibility, width):
    """What to do stands there too, in full on a narrow screen."""
    with serve_page() as server:
        visit = make_visit(server, width=width)
        visit.accepted.append(LOST)
        page = visit.open_view("live")
        line = page.locator(".lost")
        expect(line).to_have_count(0)
    host = urlsplit(server.url).netloc
    expect(line).to_contain_text("trying again")
    expect(line).to_contain_text(f"start it again at {host}")
    assert line.evaluate("each => each.scrollWidth <= each.clientWidth")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    check_accessibility(page)
    with serve_page(port=urlsplit(server.url).port):
        expect(line).to_have_count(0)
        expect(page.locator(".connection")).to_have_attribute("data-state", "open")
        page.close()


def test_who_cannot_see_hears_once_that_a_server_is_lost_and_once_that_it_is_back(make_visit):
    """However often the page tries meanwhile."""
    with serve_page() as server:
        visit = make_visit(server)
        visit.accepted.append(LOST)
        page = visit.open_view("live")
        page.evaluate(WATCH)
        tries = []
        page.on("requestfailed", lambda request: tries.append(request.url))
    expect(page.locator(".lost")).to_be_visible()
    while len(tries) < 4:
        page.wait_for_event("requestfailed")
    with serve_page(port=urlsplit(server.url).port):
        expect(page.locator(".connection")).to_have_attribute("data-state", "open")
        lost, back = page.evaluate("window.heard")
        assert lost.startswith("Disconnected")
        assert back == "Connected"
        page.close()


@pytest.mark.parametrize("status", [403, 502])
def test_a_refusal_to_tell_of_exchanges_is_told_in_its_own_words(page, visit, status):
    """Something between may refuse while the server runs: to start it again would not help."""
    visit.accepted.append(f"status of {status}")
    told = {"error": "this host is closed", "hint": "use `--admin-token`"}
    events = "**/_mock/events?*"
    page.route(events, lambda route: route.fulfill(status=status, json=told))
    page.goto(f"{visit.server.url}/_mock/")
    line = page.locator(".lost")
    expect(line).to_contain_text("this host is closed")
    expect(line).to_contain_text("use --admin-token")
    expect(line).not_to_contain_text("start it again")
    page.unroute(events)
    expect(line).to_have_count(0)
