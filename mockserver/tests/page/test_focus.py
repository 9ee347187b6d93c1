"""The focus of the keyboard is never lost: what had it may go, and then what is near gets it."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from mockserver.tests.conftest import KEY
from mockserver.tests.tables import check_each

OTHER = "SG_fedcba9876543210"
VIEWS = 7

CHANGES = [
    ("taken away", "b.parentElement.remove()", "abc", "c"),
    ("the last, taken away", "b.parentElement.remove()", "ab", "a"),
    ("its list made anew", "list.replaceChildren(...make('abc'))", "abc", "b"),
    ("its list made anew without it", "list.replaceChildren(...make('ac'))", "abc", "c"),
    ("hidden", "b.parentElement.hidden = true", "abc", "c"),
    ("disabled", "b.disabled = true", "abc", "c"),
    ("its list taken away", "list.remove()", "abc", "after"),
    ("all that can be reached taken away", "box.replaceChildren()", "abc", "main"),
]
"""What happens to a list of buttons, in which `b` has the focus, and what has it afterwards."""

PREPARE = """async (names) => {
  const main = document.getElementById("main");
  const make = (some) => [...some].map((name) => {
    const item = document.createElement("li");
    const button = document.createElement("button");
    button.textContent = name;
    item.append(button);
    return item;
  });
  const box = document.createElement("div");
  const list = document.createElement("ul");
  list.append(...make(names));
  const after = document.createElement("button");
  after.textContent = "after";
  box.append(list, after);
  main.replaceChildren(box);
  const b = list.children[1].firstElementChild;
  b.focus();
  await 0;
  %s;
  await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  const active = document.activeElement;
  return active.id || active.textContent;
}"""


@pytest.fixture
def accounts(server):
    """Two accounts that the server knows."""
    for key in (KEY, OTHER):
        server.submit(key=key)
    return [row["account"] for row in server.steer("GET", "/_mock/accounts")["accounts"]]


def is_somewhere(page):
    """Tell whether something has the focus."""
    return page.evaluate("document.activeElement !== document.body")


def test_whatever_takes_the_focus_away_gives_it_to_what_is_near(open_view):
    """What is gone, made anew, hidden or disabled."""
    page = open_view("verdicts")

    def check(row):
        _, change, names, focused = row
        assert page.evaluate(PREPARE.replace("%s", change), names) == focused

    check_each(CHANGES, check)


def test_a_view_that_a_key_goes_to_has_the_focus(open_view):
    """It was in the view before; the numbers follow the navigation."""
    page = open_view("live")
    titles = page.get_by_role("navigation", name="Views").get_by_role("link").all_inner_texts()
    assert len(titles) == VIEWS
    numbered = list(enumerate(titles, 1))
    for number, title in [*numbered[1:], numbered[0]]:
        page.locator("main :is(a[href], button, summary)").first.focus()
        page.keyboard.press(str(number))
        expect(page.get_by_role("heading", level=1, name=title)).to_be_visible()
        expect(page.locator("#main")).to_be_focused()


def test_an_account_that_is_forgotten_takes_no_focus_with_it(open_view, accounts):
    """By keyboard alone, from the card to the question and back."""
    page = open_view("accounts")
    page.get_by_role("link", name=accounts[0], exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.locator("#panel h2")).to_be_focused()
    page.get_by_role("button", name="Forget this account").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Leave it")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name=accounts[0], exact=True)).to_have_count(0)
    expect(page.get_by_role("link", name=accounts[1], exact=True)).to_be_visible()
    assert is_somewhere(page)


def test_rules_that_are_disarmed_one_after_another_leave_the_focus_on_the_next(server, open_view):
    """Enter and Enter and Enter."""
    for _ in range(3):
        server.steer("POST", "/_mock/faults", {"do": {"status": 503}})
    page = open_view("faults")
    page.get_by_role("button", name="Disarm fault-1").focus()
    for number in (1, 2, 3):
        button = page.get_by_role("button", name=f"Disarm fault-{number}")
        expect(button).to_be_focused()
        page.keyboard.press("Enter")
        expect(button).to_have_count(0)
    assert is_somewhere(page)


def test_who_left_everything_by_a_click_is_not_given_the_focus(open_view):
    """Nothing was taken away from them."""
    page = open_view("faults")
    page.get_by_role("button", name="Arm it").focus()
    page.locator(".brand").click()
    page.evaluate("document.querySelector('.arm').remove()")
    expect(page.locator("main")).not_to_be_focused()
