"""One account in full: what the panel says of it, and what can be done with it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from mockserver.base.ids import name_account
from mockserver.tests.conftest import KEY, OTHER_KEY
from mockserver.tests.page.account_documents import serve_account
from mockserver.tests.page.browsing import NARROW, WIDE
from mockserver.tests.page.hostile_texts import HOSTILE, find_shown
from mockserver.tests.page.test_accounts import list_names

ACCOUNT = name_account(KEY)


@pytest.fixture
def open_account(open_view, server):
    """Make an account and open it: `open_account(plan="free")` returns the page."""

    def open_one(**fields):
        server.steer("PUT", f"/_mock/accounts/{KEY}", fields)
        page = open_view("accounts", open=ACCOUNT)
        expect(page.locator("#panel .account-details > div")).to_be_visible()
        return page

    return open_one


def read_account(server):
    """Return what the server says of the account."""
    return server.steer("GET", f"/_mock/accounts/{ACCOUNT}")


def test_the_panel_says_how_an_account_stands(open_account, server):
    """And follows what happens to it."""
    page = open_account(plan="free", credits=1)
    facts = page.locator("#panel .facts")
    expect(facts).to_contain_text("Planfree: 5 requests in 60 s")
    expect(facts).to_contain_text("Denied modelsnone")
    server.submit()
    expect(facts).to_contain_text("Held for jobs$0.075")
    expect(facts).to_contain_text("1 of 5")
    server.steer("PATCH", "/_mock/clock", {"advance_s": 60, "api_key": ACCOUNT})
    expect(facts).to_contain_text("Clock2026-01-01 00:01:00 frozen")
    expect(facts).to_contain_text("Credits$0.925")


def test_an_account_opens_and_closes_with_the_address(open_view, server):
    """A click writes it there, and the cross or Escape takes it out again."""
    server.steer("PUT", f"/_mock/accounts/{KEY}", {})
    page = open_view("accounts")
    link = page.get_by_role("link", name=ACCOUNT, exact=True)
    for close in (
        lambda: page.get_by_role("button", name="Close the details").click(),
        lambda: page.keyboard.press("Escape"),
    ):
        link.click()
        expect(page.locator("#panel h2")).to_be_focused()
        expect(page).to_have_url(re.compile(f"open={ACCOUNT}"))
        close()
        expect(page.locator("#panel")).not_to_be_visible()
        expect(page).not_to_have_url(re.compile("open="))
        expect(link).to_be_focused()
    link.click()
    page.go_back()
    expect(page.locator("#panel")).not_to_be_visible()


def test_another_view_leaves_the_account_behind(open_account):
    """And the way back begins without it."""
    page = open_account()
    page.get_by_role("link", name="Live").click()
    expect(page.locator("#panel")).not_to_be_visible()
    expect(page).not_to_have_url(re.compile("open="))
    page.get_by_role("link", name="Accounts", exact=True).click()
    page.get_by_role("link", name=ACCOUNT, exact=True).click()
    expect(page.locator("#panel h2")).to_have_text(ACCOUNT)


def test_a_key_is_revoked_and_activated(open_account, server):
    """A client with it is refused meanwhile."""
    page = open_account()
    for text, status, answer in (("Revoke", "revoked", 401), ("Activate", "active", 200)):
        page.get_by_role("button", name=f"{text} the key").click()
        expect(page.locator("#panel .badge").first).to_have_text(status)
        assert read_account(server)["status"] == status
        assert server.ask("GET", "/v1/get-user-credits").status_code == answer


def test_an_account_is_shown_alone(open_account, server):
    """It is then what the page is about, and its clock is that of the header."""
    server.steer("PUT", f"/_mock/accounts/{OTHER_KEY}", {})
    page = open_account()
    page.get_by_role("button", name="Show this account alone").click()
    expect(page.locator(".account")).to_have_count(1)
    expect(page.locator(".clock > summary")).to_contain_text(f"Clock of {ACCOUNT}")
    expect(page.locator("#panel h2")).to_have_text(ACCOUNT)


def test_an_account_is_forgotten_after_a_question(open_account, server):
    """With its jobs, and all that this page knew of its calls; others stay as they are."""
    server.submit(key=OTHER_KEY)
    page = open_account()
    server.submit()
    page.get_by_role("button", name="Forget this account").click()
    page.get_by_role("button", name="Leave it").click()
    assert len(list_names(server)) == 2
    page.get_by_role("button", name="Forget this account").click()
    page.get_by_role("button", name="Forget it").click()
    expect(page.locator("#panel")).not_to_be_visible()
    expect(page.locator(".account h2")).to_have_text([name_account(OTHER_KEY)])
    assert list_names(server) == [name_account(OTHER_KEY)]
    assert [each["account"] for each in server.list_exchanges()] == [name_account(OTHER_KEY)]


def test_commands_do_what_the_buttons_do(open_account):
    """In the words of the fixture, too."""
    page = open_account()
    page.locator(".account-actions .commands > summary").click()
    page.get_by_role("tab", name="pytest").click()
    expect(page.locator(".account-actions pre")).to_contain_text(
        'segmock.configure(status="revoked")'
    )
    page.get_by_role("button", name="Forget this account").click()
    dialog = page.get_by_role("dialog")
    dialog.locator(".commands > summary").click()
    expect(dialog.locator("pre")).to_contain_text("segmock.reset()")
    dialog.get_by_role("tab", name="curl").click()
    expect(dialog.locator("pre")).to_contain_text("-X DELETE http://127.0.0.1")
    expect(dialog.locator("pre")).to_contain_text(f"/_mock/accounts/{ACCOUNT}")


def test_an_account_that_goes_away_says_so_in_the_panel(open_account, server, visit):
    """With the hint of the control plane."""
    visit.accepted.append("status of 404")
    page = open_account()
    server.steer("DELETE", f"/_mock/accounts/{ACCOUNT}")
    expect(page.locator("#panel").get_by_role("alert")).to_contain_text("there is no")
    expect(page.get_by_role("button", name="Save")).not_to_be_visible()


def test_whatever_an_account_says_is_shown_as_text_in_the_panel(open_view):
    """Each text of its document, and of its ledger."""
    page = open_view("live")
    for text in HOSTILE.values():
        seen = find_shown(text)
        entry = {"request_id": text, "amount": 1.5, "why": text, "payload": text}
        entry["at_utc"] = "2026-01-01T00:00:00.000000Z"
        serve_account(page, plan=text, denied_models=[text], ledger=[entry])
        page.evaluate(f"location.hash = 'accounts?open={ACCOUNT}'")
        panel = page.locator("#panel")
        expect(panel.locator(".facts")).to_contain_text(f"Plan{seen}")
        expect(panel.locator("tbody td").nth(1)).to_contain_text(seen)
        expect(panel.locator("tbody td").nth(3)).to_contain_text(seen)
        expect(panel.get_by_label("Plan", exact=True)).to_have_value(text)
        expect(panel.get_by_label("Denied models")).to_have_value(text)
        page.evaluate("location.hash = 'live'")
        expect(panel).not_to_be_visible()
    assert page.evaluate("window.ran") is None


@pytest.mark.parametrize(("width", "scheme"), [(WIDE, "light"), (NARROW, "dark")])
def test_an_open_account_has_no_barrier(visit, server, check_accessibility, width, scheme):
    """With its ledger, and with commands open; nothing is wider than the window."""
    server.steer("PUT", f"/_mock/accounts/{KEY}", {"plan": "free", "credits": 1})
    server.poll(server.submit())
    server.steer("PATCH", "/_mock/clock", {"advance_s": 60})
    visit.look(width=width, scheme=scheme)
    page = visit.open_view("accounts", open=ACCOUNT)
    expect(page.locator("#panel tbody tr")).to_have_count(1)
    for summary in page.locator("#panel .commands > summary").all():
        summary.click()
    check_accessibility(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("button", name="Forget this account").click()
    check_accessibility(page)
