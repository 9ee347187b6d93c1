"""What an account has paid for, as the panel has it."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from mockserver.tests.conftest import KEY
from mockserver.tests.page.account_documents import serve_account
from mockserver.tests.page.test_account_details import ACCOUNT


def make_entry(number, **fields):
    """Return an entry of a ledger."""
    return {
        "request_id": f"{number:032x}",
        "amount": 0.1,
        "at_utc": f"2026-01-01T00:00:{number % 60:02}.000000Z",
        "why": f"run {number} completed",
        "payload": f"{number:012x}",
        **fields,
    }


def open_ledger(open_view, entries):
    """Open an account with this ledger; return the ledger."""
    page = open_view("live")
    serve_account(page, ledger=entries)
    page.evaluate(f"location.hash = 'accounts?open={ACCOUNT}'")
    ledger = page.locator("section[aria-labelledby=ledger-title]")
    expect(ledger).to_be_visible()
    return ledger


def test_a_run_that_succeeded_is_in_the_ledger(open_view, server):
    """When, why, of which job, and how much; one that waits is not."""
    server.steer("PUT", f"/_mock/accounts/{KEY}", {"credits": 1})
    page = open_view("accounts", open=ACCOUNT)
    ledger = page.locator("section[aria-labelledby=ledger-title]")
    expect(ledger).to_contain_text("Nothing was charged")
    job = server.submit()
    server.steer("PATCH", "/_mock/clock", {"advance_s": 60})
    expect(ledger.locator("tbody tr")).to_have_count(1)
    told = server.steer("GET", f"/_mock/accounts/{ACCOUNT}")["ledger"][0]
    cells = ledger.locator("tbody td").all_text_contents()
    assert cells[0] == told["at_utc"][:-4].replace("T", " ")
    assert cells[1:] == [
        "ideogram-3 completed",
        f"{job['request_id'][:8]}…",
        told["payload"],
        "$0.075",
    ]
    expect(ledger).to_contain_text("1 charge, $0.075 in all")


def test_an_entry_leads_to_its_job(open_view, server):
    """By its id."""
    server.steer("PUT", f"/_mock/accounts/{KEY}", {"credits": 1})
    job = server.submit()["request_id"]
    server.steer("PATCH", "/_mock/clock", {"advance_s": 60})
    page = open_view("accounts", open=ACCOUNT)
    page.locator("#panel tbody a").click()
    expect(page).to_have_url(re.compile(f"#jobs\\?job={job}$"))


def test_what_was_paid_for_twice_is_marked(open_view):
    """Equal payloads are the same run."""
    entries = [make_entry(1), make_entry(2, payload="same"), make_entry(3, payload="same")]
    ledger = open_ledger(open_view, entries)
    expect(ledger.locator(".badge.warn")).to_have_text(["2 times", "2 times"])


def test_a_sum_is_exact(open_view):
    """Ten times ten cents are a dollar, and the smallest amounts count."""
    entries = [make_entry(number) for number in range(10)]
    entries.append(make_entry(11, amount=1e-07))
    expect(open_ledger(open_view, entries)).to_contain_text("11 charges, $1.0000001 in all")


def test_a_long_ledger_is_turned_page_by_page(open_view):
    """The newest come first, and who reads older ones goes on reading them as new ones come."""
    entries = [make_entry(number) for number in range(1000)]
    ledger = open_ledger(open_view, entries)
    rows = ledger.locator("tbody tr")
    expect(rows).to_have_count(50)
    expect(rows.first).to_contain_text("run 999 completed")
    ledger.get_by_role("button", name="Older").click()
    expect(rows.first).to_contain_text("run 949 completed")
    expect(ledger).to_contain_text("51 to 100 of 1000")
    serve_account(ledger.page, ledger=[*entries, make_entry(1000)])
    expect(ledger).to_contain_text("52 to 101 of 1001")
    expect(rows.first).to_contain_text("run 949 completed")
    ledger.get_by_role("button", name="Newer").click()
    ledger.get_by_role("button", name="Newer").click()
    expect(ledger).to_contain_text("1 to 50 of 1001")
    expect(rows.first).to_contain_text("run 1000 completed")
    expect(ledger.get_by_role("button", name="Newer")).to_be_disabled()
