"""Every account side by side: what the view lists, and what concerns all of it."""

from __future__ import annotations

import re
import shlex

import pytest
from playwright.sync_api import expect

from mockserver.base.ids import name_account
from mockserver.tests.conftest import KEY, OTHER_KEY
from mockserver.tests.page.browsing import NARROW, WIDE

ACCOUNT, OTHER_ACCOUNT = name_account(KEY), name_account(OTHER_KEY)


def make_accounts(server, count, **fields):
    """Make accounts; return their names."""
    keys = [f"SG_{number:016x}" for number in range(count)]
    for key in keys:
        server.steer("PUT", f"/_mock/accounts/{key}", fields)
    return [name_account(key) for key in keys]


def list_names(server):
    """Return the names of all accounts that the server has."""
    return [each["account"] for each in server.steer("GET", "/_mock/accounts")["accounts"]]


def find_count(page):
    """Return what says how many accounts there are."""
    return page.locator(".view-head [role=status]")


def test_without_an_account_the_view_says_how_one_comes_to_be(open_view, server):
    """Its commands have the address of the server, and the first one makes an account."""
    page = open_view("accounts")
    expect(page.get_by_role("heading", name="No accounts yet")).to_be_visible()
    call, put = page.locator("pre").all_text_contents()
    assert "--accept listed" in page.locator(".empty").text_content()
    words = shlex.split(put)
    assert words[:3] == ["curl", "-X", "PUT"]
    assert words[3] == f"{server.url}/_mock/accounts/{KEY}"
    words = shlex.split(call)
    server.ask("GET", words[-1].removeprefix(server.url), key=words[2].split(": ")[1])
    expect(page.locator(".account")).to_have_count(1)
    expect(page.get_by_text("No accounts yet")).to_have_count(0)


def test_the_command_that_makes_an_account_bears_the_token_that_is_wanted(make_server, make_visit):
    """Or it would be refused."""
    visit = make_visit(make_server(token="sesame"))
    visit.accepted.append("status of 401")
    page = visit.page
    page.goto(f"{visit.server.url}/_mock/#accounts")
    page.get_by_role("textbox", name="Admin token").fill("sesame")
    page.get_by_role("button", name="Go on").click()
    put = page.locator("pre").nth(1)
    expect(put).to_contain_text('-H "Authorization: Bearer $SEGMOCK_ADMIN_TOKEN"')


def test_every_account_is_there_and_is_kept_up_to_date(open_view, server):
    """One that comes later comes to be seen by itself."""
    names = make_accounts(server, 3)
    page = open_view("accounts")
    expect(page.locator(".account h2")).to_have_text(names)
    server.steer("PUT", f"/_mock/accounts/{KEY}", {})
    expect(page.locator(".account h2")).to_have_text([*names, ACCOUNT])
    server.steer("DELETE", f"/_mock/accounts/{names[0]}")
    expect(page.locator(".account h2")).to_have_text([*names[1:], ACCOUNT])
    expect(find_count(page)).to_have_text("3 accounts")


def test_of_chosen_accounts_no_other_is_listed(open_view, server):
    """Several stand side by side, and one that is not there is named."""
    names = make_accounts(server, 3)
    gone = "account-000000000000"
    page = open_view("accounts", account=",".join([*names[:2]]))
    expect(page.locator(".account h2")).to_have_text(names[:2])
    page.evaluate(f"location.hash = 'accounts?account={names[2]}'")
    expect(page.locator(".account h2")).to_have_text(names[2:])
    assert gone not in page.content()


def test_a_chosen_account_that_is_not_there_is_told_of(open_view, server, visit):
    """With a way back to all."""
    visit.accepted.append("status of 404")
    names = make_accounts(server, 1)
    page = open_view("accounts", account="account-000000000000")
    expect(find_count(page)).to_contain_text("not there: account-000000000000")
    page.get_by_role("button", name="Show all accounts").click()
    expect(page.locator(".account h2")).to_have_text(names)


def test_a_filter_finds_accounts_by_name_key_plan_and_status(open_view, server):
    """`/` leads to it."""
    names = make_accounts(server, 3)
    server.steer("PUT", f"/_mock/accounts/{names[1]}", {"plan": "free"})
    server.steer("PUT", f"/_mock/accounts/{names[2]}", {"status": "revoked"})
    page = open_view("accounts")
    expect(page.locator(".account")).to_have_count(3)
    page.keyboard.press("/")
    field = page.get_by_role("searchbox")
    expect(field).to_be_focused()
    wanted = {names[0][:14]: [names[0]], "...0002": [names[2]], "FREE": [names[1]]}
    for text, found in {**wanted, "revoked": [names[2]]}.items():
        field.fill(text)
        expect(page.locator(".account h2")).to_have_text(found)
    expect(find_count(page)).to_have_text("1 of 3 accounts")
    field.fill("nobody")
    expect(page.get_by_role("heading", name="No account matches the filters")).to_be_visible()


def test_everything_is_reset_after_a_question(open_view, server):
    """What this page knew of the journal is gone too, and the server has nothing left."""
    make_accounts(server, 2)
    server.submit()
    page = open_view("accounts")
    expect(page.locator(".account")).to_have_count(3)
    page.get_by_role("button", name="Reset everything").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Leave it")).to_be_focused()
    dialog.get_by_role("button", name="Reset everything").click()
    expect(page.get_by_role("heading", name="No accounts yet")).to_be_visible()
    expect(page.locator("#notes")).to_contain_text("Everything was reset.")
    assert list_names(server) == []
    assert server.list_exchanges() == []
    page.get_by_role("link", name="Live").click()
    expect(page.get_by_role("heading", name="No exchanges yet")).to_be_visible()


def test_nothing_is_reset_where_the_question_is_denied(open_view, server):
    """By its button, or by Escape; the commands that would do it can be copied."""
    names = make_accounts(server, 1)
    page = open_view("accounts")
    for leave in (
        lambda: page.get_by_text("Leave it").click(),
        lambda: page.keyboard.press("Escape"),
    ):
        page.get_by_role("button", name="Reset everything").click()
        page.get_by_role("dialog").locator(".commands > summary").click()
        expect(page.get_by_role("dialog").locator("pre")).to_contain_text("/_mock/reset")
        leave()
        expect(page.get_by_role("dialog")).to_have_count(0)
        expect(page.get_by_role("button", name="Reset everything")).to_be_focused()
    assert list_names(server) == names


@pytest.mark.parametrize(("width", "scheme"), [(WIDE, "light"), (NARROW, "dark")])
@pytest.mark.parametrize("count", [3, 20])
def test_accounts_have_no_barrier(visit, server, check_accessibility, count, width, scheme):
    """As cards and as a table, under a question too; nothing is wider than the window."""
    make_accounts(server, count, plan="free", credits=0.5, denied_models=["*"])
    visit.look(width=width, scheme=scheme)
    page = visit.open_view("accounts")
    expect(find_count(page)).to_have_text(f"{count} accounts")
    check_accessibility(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("button", name="Reset everything").click()
    check_accessibility(page)


def test_the_list_says_why_it_cannot_be_loaded(open_view, server, visit):
    """In a sentence, until it can."""
    visit.accepted.append("status of 500")
    page = open_view("live")
    answer = {"status": 500, "body": '{"error": "<b>no</b>", "hint": "later"}'}
    page.route(re.compile("_mock/accounts"), lambda route: route.fulfill(**answer))
    page.get_by_role("link", name="Accounts").click()
    expect(page.get_by_role("alert")).to_have_text(re.compile("^<b>no</b> . later$"))
    page.unroute(re.compile("_mock/accounts"))
    make_accounts(server, 1)
    expect(page.locator(".account")).to_have_count(1)
