"""A form that makes an account."""

from __future__ import annotations

import json
import re
import subprocess

import pytest
from playwright.sync_api import expect

from mockserver.base.ids import name_account
from mockserver.tests.page.test_accounts import list_names


@pytest.fixture
def form(open_view):
    """The form, in its panel."""
    page = open_view("accounts")
    page.get_by_role("button", name="Make an account").click()
    return page.locator("#panel")


@pytest.mark.parametrize("key", ["SG_0123456789abcdef", "a/b?c#d%2F e", "Schlüssel 🔑", "<b>"])
def test_an_account_is_made_of_any_key(form, server, key):
    """The panel then shows it, under its name."""
    form.get_by_label("Key").fill(key)
    form.get_by_label("Plan").select_option("free")
    form.get_by_label("Credits").fill("0.50")
    form.get_by_role("button", name="Make the account").click()
    expect(form.locator("h2")).to_have_text(name_account(key))
    expect(form.get_by_label("Plan")).to_have_value("free")
    assert server.emulator.account(key).account["credits"] == 0.5
    assert list_names(server) == [name_account(key)]


def test_a_key_is_drawn(form, server):
    """Another one each time."""
    keys = set()
    for _ in range(3):
        form.get_by_role("button", name="Draw one").click()
        keys.add(form.get_by_label("Key").input_value())
    assert len(keys) == 3
    assert all(re.fullmatch("SG_[0-9a-f]{16}", key) for key in keys)
    form.get_by_role("button", name="Make the account").click()
    expect(form.locator("h2")).to_have_text(re.compile("^account-"))
    assert len(list_names(server)) == 1


@pytest.mark.parametrize("key", ["", ".", ".."])
def test_what_no_address_can_say_is_not_sent(form, server, key):
    """The browser says why."""
    form.get_by_label("Key").fill(key)
    form.get_by_role("button", name="Make the account").click()
    assert form.get_by_label("Key").evaluate("field => field.matches(':invalid')")
    assert list_names(server) == []


def test_a_key_that_is_the_name_of_nobody_is_refused_with_a_hint(form, visit):
    """The form stays."""
    visit.accepted.append("status of 404")
    form.get_by_label("Key").fill("account-000000000000")
    form.get_by_role("button", name="Make the account").click()
    expect(form.page.locator(".note.bad")).to_contain_text("there is no account-0000")
    expect(form.get_by_label("Key")).to_have_value("account-000000000000")


def test_the_commands_make_the_same_account(form, server):
    """As curl does, copied as it stands."""
    form.get_by_label("Key").fill("it's/a key")
    form.locator(".commands > summary").click()
    form.get_by_label("Credits").fill("2")
    expect(form.locator("pre")).to_contain_text('{"credits":2}')
    text = form.locator("pre").text_content()
    done = subprocess.run(["sh", "-c", text], check=True, capture_output=True, timeout=60)
    assert json.loads(done.stdout)["credits"] == 2
    assert list_names(server) == [name_account("it's/a key")]


def test_the_form_has_no_barrier(form, check_accessibility):
    """Nor have its commands."""
    form.locator(".commands > summary").click()
    check_accessibility(form.page)
