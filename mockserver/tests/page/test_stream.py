"""The page follows the journal, and takes up again by itself where a server was lost."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from mockserver.tests.page.lost_servers import LOST
from mockserver.tests.page.servers import serve_page


@pytest.fixture
def expect_connection():
    """Expect the page to say how it is connected, to whoever sees it and to whoever hears it."""

    def expect_connection(page, state, words):
        sign = page.locator(".connection")
        expect(sign).to_have_attribute("data-state", state)
        expect(page.get_by_role("status").filter(has_text=words).first).to_be_attached()

    return expect_connection


def test_a_server_that_comes_back_is_followed_again(make_visit, expect_connection):
    """What it was asked meanwhile is there, and what the server before it was asked is not."""
    with serve_page() as server:
        visit = make_visit(server)
        visit.accepted.append(LOST)
        server.ask("GET", "/v1/before")
        page = visit.open_view("live")
        expect(page.get_by_text("/v1/before").first).to_be_visible()
        expect_connection(page, "open", "Connected")
    expect_connection(page, "lost", "Disconnected")
    with serve_page(port=urlsplit(server.url).port) as again:
        again.ask("GET", "/v1/meanwhile")
        expect_connection(page, "open", "Connected")
        again.ask("GET", "/v1/afterwards")
        for path in ("/v1/meanwhile", "/v1/afterwards"):
            expect(page.get_by_text(path).first).to_be_visible()
        expect(page.get_by_text("/v1/before")).to_have_count(0)
        page.close()


def test_a_journal_that_was_there_before_the_page_is_shown(server, open_view):
    """Oldest and newest."""
    for number in range(3):
        server.ask("GET", f"/v1/early-{number}-")
    page = open_view("live")
    for number in range(3):
        expect(page.get_by_text(f"/v1/early-{number}-").first).to_be_visible()


def test_a_reset_leaves_the_page_connected(server, open_view, expect_connection):
    """Numbers go on, and so does the stream."""
    page = open_view("live")
    server.ask("GET", "/v1/first")
    expect(page.get_by_text("/v1/first").first).to_be_visible()
    server.steer("POST", "/_mock/reset", {})
    server.ask("GET", "/v1/second")
    expect(page.get_by_text("/v1/second").first).to_be_visible()
    expect_connection(page, "open", "Connected")


def test_a_tab_that_nobody_sees_leaves_its_connection_to_others(
    server, open_view, expect_connection
):
    """A browser has six for a server; when it is seen again it has what was asked meanwhile."""
    page = open_view("live")
    show_tab(page, is_hidden=True)
    expect_connection(page, "left", "Not connected while nobody looks")
    server.ask("GET", "/v1/unseen")
    show_tab(page, is_hidden=False)
    expect_connection(page, "open", "Connected")
    expect(page.get_by_text("/v1/unseen").first).to_be_visible()


def show_tab(page, *, is_hidden):
    """Have a page think that its tab is shown, or not: without a window none ever is hidden."""
    page.evaluate(
        """isHidden => {
          Object.defineProperty(document, "hidden", {value: isHidden, configurable: true});
          document.dispatchEvent(new Event("visibilitychange"));
        }""",
        is_hidden,
    )


def test_another_server_at_the_address_is_known_though_it_was_asked_more(
    make_visit, expect_connection
):
    """What was asked of the one before is gone, though its numbers are there again."""
    with serve_page() as server:
        visit = make_visit(server)
        visit.accepted.append(LOST)
        server.ask("GET", "/v1/before")
        page = visit.open_view("live")
        expect(page.get_by_text("/v1/before").first).to_be_visible()
    expect_connection(page, "lost", "Disconnected")
    with serve_page(port=urlsplit(server.url).port) as again:
        for number in range(3):
            again.ask("GET", f"/v1/other-{number}-")
        for number in range(3):
            expect(page.get_by_text(f"/v1/other-{number}-").first).to_be_visible()
        expect(page.get_by_text("/v1/before")).to_have_count(0)
        page.close()


def test_a_server_that_begins_anew_with_nothing_leaves_nothing_on_the_page(
    make_visit, expect_connection
):
    """Nobody has asked it yet."""
    with serve_page() as server:
        visit = make_visit(server)
        visit.accepted.append(LOST)
        server.ask("GET", "/v1/before")
        page = visit.open_view("live")
        expect(page.get_by_text("/v1/before").first).to_be_visible()
    expect_connection(page, "lost", "Disconnected")
    with serve_page(port=urlsplit(server.url).port):
        expect_connection(page, "open", "Connected")
        expect(page.get_by_text("/v1/before")).to_have_count(0)
        page.close()
