"""What can be said of an account: from the form to the control plane."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

from mockserver.contract.tables import Plan
from mockserver.tests.page.test_account_details import ACCOUNT, open_account, read_account
from mockserver.tests.tables import check_each

__all__ = ["open_account"]

FIELDS = [
    ("Requests in a window", "7", "requests_per_minute", 7),
    ("Requests in a window", "", "requests_per_minute", None),
    ("A window, in seconds", "0.25", "window_s", 0.25),
    ("Credits in dollars (none", "12.5", "credits", 12.5),
    ("Credits in dollars (none", "", "credits", None),
    ("Free credits", "0.075", "free_credits", 0.075),
    ("Denied models", "ideogram-3\nseedance-2.0", "denied_models", ["ideogram-3", "seedance-2.0"]),
    ("Denied models", "*", "denied_models", ["*"]),
    ("Denied models", "", "denied_models", []),
]
"""A field, what is written there, and what the control plane then says of which member."""


def save(page):
    """Press the button, and wait until it has happened."""
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#notes")).to_contain_text("Saved: ")
    page.get_by_role("button", name="Dismiss").first.click()


def test_every_field_of_the_form_reaches_the_control_plane(open_account, server):
    """Each alone, and no other changes with it."""
    page = open_account(plan="pro", credits=3)

    def check(row):
        label, text, name, value = row
        before = read_account(server)
        page.get_by_label(label).fill(text)
        save(page)
        assert read_account(server) == {**before, name: value}

    check_each(FIELDS, check)


def test_a_plan_brings_its_limit(open_account, server):
    """The form shows what came of it."""
    page = open_account()
    page.get_by_label("Plan", exact=True).select_option("free")
    save(page)
    expect(page.get_by_label("Requests in a window")).to_have_value("5")
    assert read_account(server)["requests_per_minute"] == 5


def test_money_is_sent_to_the_last_digit(open_account, server):
    """It never becomes a binary number."""
    page = open_account()
    page.get_by_label("Credits in dollars (none", exact=False).first.fill(
        "123456789012.1234567890123456"
    )
    save(page)
    answer = server.ask("GET", f"/_mock/accounts/{ACCOUNT}", key=None).text
    assert json.loads(answer, parse_float=str)["credits"] == "123456789012.1234567890123456"
    expect(page.locator("#panel .facts")).to_contain_text("$123456789012.1234567890123456")


def test_what_somebody_writes_stays_though_the_account_changes(open_account, server):
    """What nobody has touched follows it."""
    page = open_account(credits=1)
    page.get_by_label("Free credits").fill("5")
    server.steer("PUT", f"/_mock/accounts/{ACCOUNT}", {"credits": 2, "free_credits": 1})
    expect(page.get_by_label("Credits in dollars (none")).to_have_value("2")
    expect(page.get_by_label("Free credits")).to_have_value("5")
    save(page)
    assert read_account(server)["free_credits"] == 5
    page.get_by_label("Free credits").fill("6")
    page.get_by_role("button", name="Put back").click()
    expect(page.get_by_label("Free credits")).to_have_value("5")


def test_nothing_is_sent_where_nothing_was_changed(open_account, visit):
    """The page says so."""
    page = open_account()
    asked = []
    visit.note_requests(lambda request: asked.append(request.method))
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#notes")).to_contain_text("Nothing was changed in the form.")
    assert "PUT" not in asked


@pytest.mark.parametrize("text", ["-1", "1e3", "much", "0x10"])
def test_what_is_no_amount_is_not_sent(open_account, server, text):
    """The browser says what one is."""
    page = open_account(credits=1)
    field = page.get_by_label("Credits in dollars (none")
    field.fill(text)
    page.get_by_role("button", name="Save").click()
    assert field.evaluate("field => field.matches(':invalid')")
    assert read_account(server)["credits"] == 1


def test_what_the_control_plane_refuses_is_told_with_its_hint(open_account, server, visit):
    """The form stays as it was written."""
    visit.accepted.append("status of 400")
    page = open_account()
    page.get_by_label("Denied models").fill("ideogram-33")
    page.get_by_role("button", name="Save").click()
    note = page.locator(".note.bad")
    expect(note).to_contain_text("there is no model 'ideogram-33'")
    expect(note.locator("code").first).to_have_text("ideogram-3")
    expect(note).not_to_contain_text("`")
    expect(page.get_by_label("Denied models")).to_have_value("ideogram-33")
    assert read_account(server)["denied_models"] == []


def test_the_commands_say_what_the_form_says_now(open_account):
    """While they are open, too."""
    page = open_account()
    commands = page.locator(".account-form .commands")
    commands.locator("summary").click()
    page.get_by_label("Free credits").fill("0.10")
    expect(commands.locator("pre")).to_contain_text('{"free_credits":0.1}')
    page.get_by_label("Plan", exact=True).select_option("free")
    commands.get_by_role("tab", name="pytest").click()
    expect(commands.locator("pre")).to_contain_text(
        'segmock.configure(plan="free", free_credits=0.1)'
    )


def test_the_form_offers_every_plan_with_its_limit(open_account, server):
    """As `contracts/plans.json` has them."""
    page = open_account()
    options = page.get_by_label("Plan", exact=True).locator("option")
    plans = server.emulator.services.catalogue.plans.values()
    expect(options).to_have_text([describe_plan(plan) for plan in plans])


def describe_plan(plan: Plan) -> str:
    """Say of a plan what the form says of it."""
    limit = plan.requests_per_minute
    return f"{plan.name}: {'no limit' if limit is None else f'{limit} requests in 60 s'}"
