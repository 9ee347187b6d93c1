"""Accounts beside each other: a card for each of some, a line for each of many."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from mockserver.base.ids import name_account
from mockserver.tests.conftest import KEY, OTHER_KEY
from mockserver.tests.page.account_documents import serve_account
from mockserver.tests.page.hostile_texts import HOSTILE, find_shown
from mockserver.tests.page.test_accounts import make_accounts

ACCOUNT = name_account(KEY)


def read_facts(card):
    """Return what a card says, by its titles."""
    titles = card.locator("dt").all_text_contents()
    return dict(zip(titles, card.locator("dd").all_text_contents(), strict=True))


def test_a_card_says_how_an_account_stands(open_view, server):
    """Plan, window, money, jobs and clock, with the end of its key and whether that is valid."""
    said = {"plan": "free", "credits": 1.5, "free_credits": 0.05}
    said["denied_models"] = ["seedance-2.0"]
    server.steer("PUT", f"/_mock/accounts/{KEY}", said)
    server.submit()
    card = open_view("accounts").locator(".account")
    expect(card).to_contain_text("Plan")
    assert read_facts(card) == {
        "Plan": "free",
        "Window": "1 of 5until 00:01:00",
        "Credits": "$1.5",
        "Free credits": "$0.05",
        "Held": "$0.075",
        "Denied models": "seedance-2.0",
        "Jobs": "1",
        "Clock": "2026-01-01 00:00:00 frozen",
    }
    expect(card.locator(".account-head")).to_have_text(f"{ACCOUNT}...cdefactive")
    for part in (card.locator("meter"), card.get_by_text("1 of 5"), card.get_by_text("until")):
        expect(part).to_be_visible()
    assert card.locator("meter").evaluate("meter => [meter.value, meter.max]") == [1, 5]


def test_a_card_follows_what_happens_to_its_account(open_view, server):
    """A run that was submitted, one that was paid for, a key that was revoked."""
    server.steer("PUT", f"/_mock/accounts/{KEY}", {"credits": 1})
    card = open_view("accounts").locator(".account")
    job = server.submit()
    expect(card).to_contain_text("Held$0.075")
    server.steer("PATCH", "/_mock/clock", {"advance_s": 60})
    assert server.poll(job)["status"] == "COMPLETED"
    expect(card).to_contain_text("Credits$0.925")
    expect(card).to_contain_text("Held$0")
    server.steer("PUT", f"/_mock/accounts/{KEY}", {"status": "revoked", "credits": None})
    expect(card.locator(".badge.bad")).to_have_text("revoked")
    expect(card).to_contain_text("Creditsno record")


def test_money_is_shown_to_the_last_digit(open_view, server):
    """Where a binary number would have lost some."""
    server.steer("PUT", f"/_mock/accounts/{KEY}", {"credits": "123456789012.1234567890123456"})
    card = open_view("accounts").locator(".account")
    expect(card).to_contain_text("$123456789012.1234567890123456")


def test_a_clock_that_goes_is_seen_to_go_in_its_card(replace_server, open_view):
    """Between two looks at the server."""
    server = replace_server(clock="x3600")
    server.steer("PUT", f"/_mock/accounts/{KEY}", {})
    page = open_view("accounts")
    clock = page.locator(".account dd").last
    expect(clock).to_contain_text("x3600")
    page.route("**/_mock/accounts*", lambda _route: None)
    for _ in range(2):
        before = clock.text_content()
        expect(clock).not_to_have_text(before)


def test_many_accounts_are_a_table_in_which_each_opens(open_view, server):
    """Two hundred of them, as few elements as a line needs, and each line by the keyboard."""
    names = make_accounts(server, 200, plan="pro")
    page = open_view("accounts")
    expect(page.get_by_role("row")).to_have_count(201)
    assert page.locator("main *").count() < 200 * 30
    page.get_by_role("link", name=names[150], exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.locator("#panel h2")).to_have_text(names[150])
    expect(page).to_have_url(re.compile(f"open={names[150]}"))


def test_an_account_leads_to_its_jobs(open_view, server):
    """It is the one that is chosen there."""
    server.submit()
    server.submit(key=OTHER_KEY)
    page = open_view("accounts")
    page.get_by_role("link", name=f"1 jobs of {ACCOUNT}").click()
    expect(page).to_have_url(re.compile(f"#jobs\\?account={ACCOUNT}$"))


def test_whoever_stands_on_an_account_stays_there_as_it_changes(open_view, server):
    """The focus is where it was."""
    server.steer("PUT", f"/_mock/accounts/{KEY}", {})
    page = open_view("accounts")
    link = page.get_by_role("link", name=ACCOUNT, exact=True)
    link.focus()
    server.steer("PUT", f"/_mock/accounts/{KEY}", {"plan": "scale"})
    expect(page.locator(".account")).to_contain_text("scale")
    expect(link).to_be_focused()


def test_whatever_an_account_says_is_shown_as_text(open_view):
    """Each text of its document, hostile as it may be."""
    page = open_view("live")
    for text in HOSTILE.values():
        seen = find_shown(text)
        serve_account(page, api_key=text, plan=text, status=text, denied_models=[text])
        page.get_by_role("link", name="Accounts").click()
        card = page.locator(".account")
        expect(card.locator(".account-head")).to_contain_text(seen)
        facts = read_facts(card)
        assert facts["Plan"].startswith(seen)
        assert facts["Denied models"].startswith(seen)
        page.get_by_role("link", name="Live").click()
    assert page.evaluate("window.ran") is None


def test_hostile_keys_leave_nothing_behind(open_view, server):
    """Of a key its end is shown, whatever that is."""
    for key in ("SG_<b>x</b>", "SG_\u202e\u0007ab", "SG_😀😀😀😀"):
        server.emulator.account(key)
    page = open_view("accounts")
    heads = page.locator(".account-head > code")
    expect(heads).to_have_text(["...</b>", "...⟨U+202E⟩␇ab", "...😀😀😀😀"])
