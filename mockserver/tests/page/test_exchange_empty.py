"""What stands where there is nothing to show."""

from __future__ import annotations

import re

import httpx
from playwright.sync_api import expect

from mockserver.tests.conftest import KEY
from mockserver.tests.page.live_view import expect_numbers


def test_an_empty_server_says_how_to_point_a_client_at_it(open_view, server):
    """With its real address, in three ways at least, each to be copied."""
    page = open_view("live")
    expect(page.get_by_role("heading", name="No exchanges yet")).to_be_visible()
    expect(page.get_by_role("group", name="The address of this server")).to_have_text(server.url)
    tabs = page.get_by_role("tab")
    snippets = server.steer("GET", "/_mock/snippets")["snippets"]
    expect(tabs).to_have_text([each["title"] for each in snippets])
    assert len(snippets) >= 3
    for snippet in snippets:
        page.get_by_role("tab", name=snippet["title"]).click()
        expect(page.get_by_role("tabpanel")).to_contain_text(server.url)
    page.get_by_role("tab", name="curl").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="pytest")).to_have_attribute("aria-selected", "true")
    httpx.get(f"{server.url}/v1/get-user-credits", headers={"x-api-key": KEY}, trust_env=False)
    expect_numbers(page, [1])


def test_a_snippet_is_copied_as_it_stands(make_visit, server):
    """To the clipboard."""
    visit = make_visit(server, permissions=["clipboard-read", "clipboard-write"])
    page = visit.open_view("live")
    page.get_by_role("tab", name="curl").click()
    page.get_by_role("tabpanel").get_by_role("button", name="Copy").click()
    expect(page.get_by_text("Copied.")).to_be_visible()
    told = server.steer("GET", "/_mock/snippets")["snippets"]
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == next(each["text"] for each in told if each["title"] == "curl")


def test_a_snippet_is_copied_where_a_page_has_no_clipboard(make_visit, server):
    """As one from another machine without https: the focus stays where it was."""
    visit = make_visit(server)
    visit.page.add_init_script(
        "Object.defineProperty(navigator, 'clipboard', { value: undefined })"
    )
    page = visit.open_view("live")
    page.get_by_role("tab", name="curl").click()
    button = page.get_by_role("tabpanel").get_by_role("button", name="Copy")
    button.click()
    expect(page.get_by_text("Copied.")).to_be_visible()
    expect(button).to_be_focused()
    page.evaluate("location.hash = '#jobs'")
    expect(page.get_by_role("heading", level=1)).to_have_text("Jobs")
    field = page.locator("main [data-filter]")
    field.focus()
    page.keyboard.press("Control+V")
    expect(field).to_have_value(re.compile(r"^curl .*ideogram-3"))


def test_a_server_that_is_gone_is_said_to_be(visit, server):
    """With the command that starts one; when it is back its exchanges show."""
    visit.accepted.append("ERR_FAILED")
    page = visit.page
    page.route("**/_mock/events?*", lambda route: route.abort())
    page.goto(f"{server.url}/_mock/#live")
    expect(page.get_by_role("heading", name="The server does not answer")).to_be_visible()
    port = server.url.rsplit(":", 1)[1]
    expect(page.get_by_role("group", name="How to start it")).to_have_text(
        f"segmock serve --port {port}"
    )
    server.submit()
    page.unroute("**/_mock/events?*")
    expect_numbers(page, [1])


def test_accounts_that_asked_for_nothing_are_told_from_an_empty_server(visit, server):
    """Others have."""
    visit.accepted.append("status of 404")
    server.submit()
    page = visit.open_view("live", account="account-0123456789ab")
    expect(page.get_by_role("heading", name="No exchanges of this account yet")).to_be_visible()
    page.get_by_role("button", name="Show all accounts").click()
    expect_numbers(page, [1])
