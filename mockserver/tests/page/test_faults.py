"""The view of faults: what is armed, what becomes of it, and what arms at once."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from mockserver.tests.conftest import KEY, OTHER_KEY
from mockserver.tests.page.browsing import NARROW, WIDE
from mockserver.tests.page.fault_pages import find_form, find_rules, list_faults, open_faults
from mockserver.tests.page.hostile_texts import HOSTILE, UNSEEN
from mockserver.tests.tables import check_each

DOWN = {"do": {"status": 503}, "on": {"route": "status"}, "times": 2}
LIST = {"do": [{"malformed": True}, None, {"status": 502}], "on": {"route": "status"}}


def arm(server, *rules):
    """Arm rules by the control plane; return what it says of them."""
    return [server.steer("POST", "/_mock/faults", rule) for rule in rules]


def test_without_rules_it_says_what_faults_are_for(visit):
    """There is nothing to save or to disarm."""
    open_faults(visit)
    expect(visit.page.get_by_role("heading", name="No fault is armed")).to_be_visible()
    expect(visit.page.get_by_role("button", name="Save as a file")).to_be_disabled()
    expect(visit.page.get_by_role("button", name="Disarm all")).to_be_disabled()


def test_hits_are_counted_as_they_come(visit, server):
    """And whether the rule is spent; a rule that is armed elsewhere comes by itself."""
    open_faults(visit)
    arm(server, DOWN)
    (rule,) = find_rules(visit.page, 1)
    expect(rule.locator(".facts")).to_contain_text(re.compile("calls *0.*hits *0"))
    expect(rule.get_by_text("waiting")).to_be_visible()
    job = server.submit()
    server.ask("GET", job["status_url"])
    expect(rule.locator(".facts")).to_contain_text(re.compile("calls *1.*hits *1"))
    expect(rule.get_by_text("striking")).to_be_visible()
    server.ask("GET", job["status_url"])
    expect(rule.get_by_text("spent")).to_be_visible()


def test_what_somebody_opened_stays_open_while_counts_change(visit, server):
    """The list is brought up to date in place."""
    arm(server, DOWN)
    open_faults(visit)
    (rule,) = find_rules(visit.page, 1)
    rule.get_by_text("As JSON", exact=True).click()
    code = rule.get_by_role("group", name="fault-1 as JSON")
    expect(code).to_contain_text('"status": 503')
    server.ask("GET", server.submit()["status_url"])
    expect(rule.locator(".facts")).to_contain_text(re.compile("hits *1"))
    expect(code).to_be_visible()


def test_a_link_leads_to_the_exchanges_that_a_rule_struck(visit, server):
    """Live has a filter for the rule."""
    arm(server, DOWN)
    open_faults(visit)
    visit.page.get_by_role("link", name="Which exchanges it struck").click()
    expect(visit.page).to_have_url(re.compile(r"#live\?.*fault=fault-1"))


def test_one_rule_is_disarmed_by_its_button(visit, server):
    """The other stays."""
    arm(server, DOWN, LIST)
    open_faults(visit)
    find_rules(visit.page, 2)
    visit.page.get_by_role("button", name="Disarm fault-1").click()
    find_rules(visit.page, 1)
    assert [rule["id"] for rule in list_faults(server)] == ["fault-2"]


def test_all_rules_are_disarmed_at_once(visit, server):
    """Those of every account."""
    arm(server, DOWN, {**LIST, "api_key": KEY})
    open_faults(visit)
    find_rules(visit.page, 2)
    visit.page.get_by_role("button", name="Disarm all").click()
    find_rules(visit.page, 0)
    assert list_faults(server) == []


def test_with_an_account_chosen_its_own_rules_are_disarmed_and_others_not_shown(visit, server):
    """General rules are shown too, and stay."""
    server.ask("GET", "/v1/get-user-credits")
    arm(server, {**DOWN, "api_key": KEY}, {**DOWN, "api_key": OTHER_KEY}, LIST)
    name = server.steer("GET", f"/_mock/accounts/{KEY}")["account"]
    open_faults(visit, account=name)
    find_rules(visit.page, 2)
    visit.page.get_by_role("button", name="Disarm all of this account").click()
    find_rules(visit.page, 1)
    assert [rule["id"] for rule in list_faults(server)] == ["fault-2", "fault-3"]


def test_a_copy_of_any_rule_is_armed_as_the_rule_was(visit, server):
    """Whether it has one effect or several, and whatever it counts."""
    rules = [
        DOWN,
        LIST,
        {"do": [{"malformed": True}, {"status": 502}], "when": "after"},
        {"do": {"reset": True}, "when": "after", "skip": 1, "every": 2, "probability": 0.5},
        {"do": {"state": "FAILED"}, "on": {"state": "PROCESSING", "model": "ideogram-3"}},
    ]
    form = open_faults(visit)

    def copy(rule):
        server.steer("DELETE", "/_mock/faults")
        find_rules(visit.page, 0)
        (armed,) = arm(server, rule)
        find_rules(visit.page, 1)
        expect(
            visit.page.locator(".armed-rule").get_by_text(armed["id"], exact=True)
        ).to_be_visible()
        visit.page.get_by_role("button", name="Arm a copy").click()
        form.get_by_role("button", name="Arm it").click()
        find_rules(visit.page, 2)
        first, second = list_faults(server)
        assert {**first, "id": None} == {**second, "id": None}

    check_each(rules, copy)


PRESETS = {
    "503 twice on status": {"do": {"status": 503, "body": "html"}, "times": 2},
    "429 on submit": {"do": {"status": 429}, "on": {"route": "submit"}},
    "Answer lost after the charge": {"do": {"reset": True}, "when": "after"},
    "The job fails": {"do": {"state": "FAILED", "error": "out of memory"}},
    "The job stalls": {"do": {"stall": "PROCESSING"}},
    "The result is gone": {"do": {"expire": True}, "on": {"route": "result"}},
    "A poll with no JSON": {"do": {"malformed": True}, "on": {"route": "status"}},
    "The file ends too soon": {"do": {"truncate_bytes": 25}, "on": {"route": "output"}},
}


def test_common_troubles_are_armed_by_one_click(visit, server):
    """Each of them."""
    open_faults(visit)
    buttons = visit.page.locator(".presets").get_by_role("button", name=re.compile("^Arm "))
    expect(buttons).to_have_count(len(PRESETS))
    for count, (title, expected) in enumerate(PRESETS.items(), 1):
        visit.page.get_by_role("button", name=f"Arm {title}").click()
        find_rules(visit.page, count)
        assert list_faults(server)[-1] | expected == list_faults(server)[-1]


def test_a_common_trouble_can_be_changed_before_it_is_armed(visit, server):
    """The form has it, and nothing is armed yet."""
    form = open_faults(visit)
    visit.page.get_by_role("button", name="Edit Answer lost after the charge").click()
    expect(form.get_by_label("Effect")).to_have_value("reset")
    expect(form.get_by_label("route")).to_have_value("submit")
    expect(form.get_by_label("when")).to_have_value("after")
    expect(form.get_by_label("times")).to_have_value("1")
    assert list_faults(server) == []


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_text_in_a_rule_is_shown_as_text(text, visit, server):
    """In its words, its JSON, its commands and the form; and a copy has it as it was."""
    visit.look(width=NARROW)
    rule = {"do": {"state": "FAILED", "error": text}}
    arm(server, rule)
    form = open_faults(visit)
    (line,) = find_rules(visit.page, 1)
    line.get_by_text("As JSON", exact=True).click()
    line.get_by_text("Arm fault-1 as code", exact=True).click()
    visit.page.get_by_role("button", name="Arm a copy").click()
    form.get_by_role("button", name="Arm it").click()
    find_rules(visit.page, 2)
    assert list_faults(server)[1]["do"] == rule["do"]
    shown = visit.page.get_by_role("main").inner_text()
    assert not set(UNSEEN) & set(shown)
    assert visit.page.locator("main script, main img").count() == 0
    assert visit.page.evaluate("window.ran") is None
    assert visit.page.evaluate("document.querySelector('main').scrollWidth") <= NARROW


def test_a_rule_that_the_address_names_is_shown(visit, server):
    """Its heading has the focus, however many there are."""
    arm(server, *[DOWN] * 120)
    open_faults(visit, fault="fault-110")
    line = visit.page.locator(".armed-rule").filter(
        has=visit.page.get_by_text("fault-110", exact=True)
    )
    expect(line.get_by_role("heading")).to_be_focused()


@pytest.mark.parametrize(("width", "scheme"), [(WIDE, "dark"), (NARROW, "light")])
def test_rules_have_no_barrier(visit, server, check_accessibility, width, scheme):
    """With everything of them open."""
    arm(server, DOWN, LIST, {**DOWN, "api_key": KEY})
    server.ask("GET", server.submit()["status_url"])
    visit.look(width=width, scheme=scheme)
    open_faults(visit)
    (rule, *_) = find_rules(visit.page, 3)
    for text in ("As JSON", "Arm fault-1 as code", "Disarm fault-1 as code"):
        rule.get_by_text(text, exact=True).click()
    check_accessibility(visit.page)
    assert visit.page.evaluate("document.querySelector('main').scrollWidth") <= width
    assert find_form(visit.page).count() == 1
