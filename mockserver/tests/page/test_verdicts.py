"""The view of verdicts: which rules clients broke, with the exchanges that show it."""

import pytest
from playwright.sync_api import expect

from mockserver.tests.conftest import KEY, OTHER_KEY, PROMPT
from mockserver.tests.page.browsing import NARROW, WIDE


def break_rules(server):
    """Break a MUST rule of two accounts and of nobody, and a SHOULD rule."""
    for key in (KEY, OTHER_KEY):
        for _ in range(2):
            server.ask("POST", "/v2/no-model", PROMPT, key)
    server.ask("POST", "/v2/ideogram-3", PROMPT, None)
    server.ask("POST", "/v2/ideogram-3", {**PROMPT, "seed": "123"})


def find_card(page, rule):
    """Return the card of a rule."""
    return page.locator(f"[data-rule={rule}]")


def test_what_is_looked_at_is_said_where_nothing_is_broken(open_view, server):
    """Every rule, with its words."""
    page = open_view("verdicts")
    rules = server.steer("GET", "/_mock/verdicts/rules")["rules"]
    shown = page.locator(".rules").get_by_role("listitem")
    expect(shown).to_have_count(len(rules))
    for place, rule in enumerate(rules):
        expect(shown.nth(place)).to_contain_text(f"{rule['level']} {rule['title']} {rule['id']}")
    expect(page.get_by_role("heading", name="No rule is broken")).to_be_visible()


def test_a_broken_rule_comes_with_the_exchanges_of_each_account(open_view, server):
    """As it happens; a click shows one of them, which links back to the rule."""
    page = open_view("verdicts")
    break_rules(server)
    card = find_card(page, "repeated-after-refusal")
    expect(card.locator(".entry")).to_have_text(
        ["#2 POST /v2/no-model 404", "#4 POST /v2/no-model 404"]
    )
    for account in {each["account"] for each in server.list_exchanges()[:4]}:
        expect(card).to_contain_text(account)
    expect(find_card(page, "no-key")).to_contain_text("Calls of nobody's")
    card.locator(".entry").first.click()
    panel = page.locator("#panel")
    expect(panel.get_by_role("heading", level=2)).to_have_text("#2 POST /v2/no-model")
    panel.get_by_role("link", name="Do not repeat a request").click()
    expect(panel).to_be_hidden()
    expect(card.get_by_role("heading")).to_be_focused()


def test_facts_of_a_rule_have_their_words(open_view, server):
    """Behind a heading that opens."""
    break_rules(server)
    card = find_card(open_view("verdicts"), "number-as-text")
    facts = {fact["id"]: fact for fact in server.steer("GET", "/_mock/behaviours")["behaviours"]}
    card.get_by_text("Rests on P1").click()
    expect(card).to_contain_text(facts["P1"]["statement"])


def test_a_level_narrows_what_is_shown(open_view, server):
    """It is in the address."""
    break_rules(server)
    page = open_view("verdicts")
    expect(page.get_by_role("status").first).to_be_attached()
    expect(find_card(page, "number-as-text")).to_be_visible()
    page.get_by_label("Level of the rules").select_option("MUST")
    expect(find_card(page, "number-as-text")).to_have_count(0)
    expect(find_card(page, "no-key")).to_be_visible()
    assert page.url.endswith("#verdicts?level=MUST")


def test_only_accounts_that_were_chosen_are_shown(open_view, server):
    """Neither others nor nobody."""
    break_rules(server)
    mine = server.list_exchanges()[0]["account"]
    page = open_view("verdicts", account=mine)
    card = find_card(page, "repeated-after-refusal")
    expect(card.locator(".entry")).to_have_count(1)
    expect(find_card(page, "no-key")).to_have_count(0)


def test_another_program_is_another_run_unless_all_is_one(open_view, server):
    """The box says so to the control plane."""
    for agent in ("one/1", "two/2"):
        server.ask("POST", "/v2/no-model", PROMPT, headers={"user-agent": agent})
    page = open_view("verdicts")
    expect(page.get_by_role("heading", name="No rule is broken")).to_be_visible()
    page.get_by_label("All that an account did is one run").check()
    expect(find_card(page, "repeated-after-refusal").locator(".entry")).to_have_count(1)
    assert page.url.endswith("#verdicts?one_run=true")


def test_of_many_exchanges_some_are_shown(open_view, server):
    """More come with a button, and stay."""
    for _ in range(30):
        server.ask("POST", "/v2/no-model", PROMPT)
    page = open_view("verdicts")
    rows = find_card(page, "repeated-after-refusal").locator(".entry")
    expect(rows).to_have_count(10)
    page.get_by_role("button", name="Show 19 more").click()
    expect(rows).to_have_count(29)
    expect(rows.nth(10)).to_be_focused()
    server.ask("POST", "/v2/no-model", PROMPT)
    expect(rows).to_have_count(30)


def test_hostile_paths_are_shown_as_texts(open_view, server):
    """And cut where they are long."""
    server.ask("GET", "/v2/requests/<b>\u202e%1B" + "y" * 3000, key=None)
    page = open_view("verdicts")
    expect(page.locator(".entry")).to_contain_text("<b>⟨U+202E⟩␛yyy")
    assert page.locator(".entry b").count() == 0
    assert len(page.locator(".entry").inner_text()) < 150


@pytest.mark.parametrize(("width", "scheme"), [(WIDE, "light"), (NARROW, "dark")])
def test_verdicts_have_no_barrier(server, visit, check_accessibility, width, scheme):
    """All of them open."""
    break_rules(server)
    visit.look(width=width, scheme=scheme)
    page = visit.open_view("verdicts")
    expect(page.locator(".verdict-card")).to_have_count(3)
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    check_accessibility(page)
