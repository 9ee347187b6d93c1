"""Keys that work wherever nobody is writing."""

from __future__ import annotations

from playwright.sync_api import expect


def test_a_digit_goes_to_a_view_unless_somebody_writes_or_chooses(server, open_view):
    """In a field it is a digit, and in a list it goes to what begins with it."""
    server.submit()
    page = open_view("live")
    page.get_by_label("Status").focus()
    page.keyboard.press("2")
    expect(page.get_by_label("Status")).to_have_value("2xx")
    page.keyboard.press("/")
    page.get_by_label("Filter by text").fill("")
    page.get_by_label("Filter by text").press("3")
    expect(page.get_by_label("Filter by text")).to_have_value("3")
    expect(page.get_by_role("heading", level=1)).to_have_text("Live")
    page.get_by_role("button", name="Pause").press("2")
    expect(page.get_by_role("heading", level=1)).to_have_text("Jobs")


def test_escape_answers_a_question_and_leaves_the_details_open(server, open_view):
    """The next one closes them."""
    server.submit()
    [row] = server.steer("GET", "/_mock/accounts")["accounts"]
    page = open_view("accounts", open=row["account"])
    forget = page.get_by_role("button", name="Forget this account")
    forget.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(forget).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_hidden()
    assert page.evaluate("document.activeElement !== document.body")


def test_escape_leaves_a_field_of_the_details_before_it_closes_them(server, open_view):
    """What was written is not lost by one key."""
    server.submit()
    [row] = server.steer("GET", "/_mock/accounts")["accounts"]
    page = open_view("accounts", open=row["account"])
    field = page.get_by_label("Denied models")
    field.fill("sora-2")
    field.press("Escape")
    expect(field).to_have_value("sora-2")
    expect(page.locator("#panel h2")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_hidden()


def test_who_skips_to_the_content_stays_in_the_view(open_view):
    """What comes after the # of the address names a view."""
    page = open_view("accounts")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    expect(page.get_by_role("heading", level=1)).to_have_text("Accounts")
    assert page.url.endswith("#accounts")
