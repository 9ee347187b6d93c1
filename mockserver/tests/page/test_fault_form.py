"""The form that arms faults: from what is chosen and typed to what a client meets."""

from __future__ import annotations

from contextlib import suppress

import httpx
import pytest
from playwright.sync_api import expect

from mockserver.contract.catalogue import Catalogue
from mockserver.tests.conftest import KEY, OTHER_KEY
from mockserver.tests.page.browsing import NARROW
from mockserver.tests.page.fault_pages import ARM, find_form, find_rules, list_faults, open_faults
from mockserver.tests.tables import check_each, for_each

EFFECTS = {row.effect: row for row in Catalogue().faults}
QUICK = {"delay_s": ("delay_s", "0.01"), "drip": ("every_s", "0.001")}
"""What is typed so that real time hardly passes."""


def test_every_effect_is_armed_by_a_click_and_strikes_a_client(visit, server):
    """The form has the example, the control plane has the rule, the journal has the strike."""
    form = open_faults(visit)
    check_each(EFFECTS.values(), lambda row: arm_and_meet(row, form, server))


def arm_and_meet(row, form, server):
    """Arm an effect from the form, and see that it strikes a call once."""
    server.steer("DELETE", "/_mock/faults")
    find_rules(form.page, 0)
    route = "status" if "status" in row.routes else row.routes[0]
    form.get_by_label("Effect").select_option(row.effect)
    if row.effect in QUICK:
        name, value = QUICK[row.effect]
        form.get_by_label(name).fill(value)
    form.get_by_label("route").select_option(route)
    form.get_by_label("times").fill("1")
    form.get_by_role("button", name=ARM).click()
    (line,) = find_rules(form.page, 1)
    (rule,) = list_faults(server)
    assert (rule["on"], rule["times"]) == ({"route": route}, 1)
    assert rule["do"] == row.example or row.effect in QUICK
    job = server.submit() if route == "status" else None
    with suppress(httpx.TransportError):
        if job:
            server.ask("GET", job["status_url"])
        else:
            server.submit()
    assert server.list_exchanges()[-1].get("fault_id") == rule["id"]
    expect(line.locator(".badge", has_text="spent")).to_be_visible()


def test_only_what_an_effect_can_do_is_offered(visit):
    """A route that it never strikes, and the side of the work on which it cannot, are disabled."""
    form = open_faults(visit)
    for effect, row in EFFECTS.items():
        form.get_by_label("Effect").select_option(effect)
        for name, offered in (("route", row.routes), ("when", row.when)):
            options = form.get_by_label(name, exact=True).locator("option:not([disabled])")
            values = options.evaluate_all("all => all.map(each => each.value)")
            assert values == ["", *[each for each in values if each in offered]], effect
            assert set(values[1:]) == set(offered), effect


def test_a_choice_that_no_longer_fits_stays_and_is_told_of(visit, server):
    """The server refuses it too, and its reason is beside the button."""
    visit.accepted.append("400")
    form = open_faults(visit)
    form.get_by_label("route").select_option("credits")
    form.get_by_label("Effect").select_option("expire")
    route = form.get_by_label("route")
    expect(route).to_have_value("credits")
    expect(route).to_have_attribute("aria-invalid", "true")
    expect(form.get_by_text("expire never strikes it")).to_be_visible()
    form.get_by_role("button", name=ARM).click()
    expect(form.get_by_role("alert")).to_contain_text("expire never strikes credits")
    expect(form.get_by_role("alert")).to_contain_text("it strikes output, poll, result")
    assert list_faults(server) == []


def test_a_list_strikes_call_by_call_in_the_order_that_its_buttons_made(visit, server):
    """A 502, then a call that passes, then an answer that is no JSON; counts are not asked for."""
    form = open_faults(visit)
    form.get_by_label("Effect").select_option("malformed")
    form.get_by_label("times").fill("3")
    form.get_by_role("button", name="Then let one pass").click()
    form.get_by_role("button", name="Then another").click()
    form.get_by_label("status", exact=False).first.fill("502")
    expect(form.get_by_label("times")).to_be_hidden()
    up = form.get_by_role("button", name="Move this step up")
    up.nth(2).click()
    up.nth(1).click()
    form.get_by_role("button", name="Move this step down").nth(1).click()
    form.get_by_label("route").select_option("status")
    form.get_by_role("button", name=ARM).click()
    find_rules(visit.page, 1)
    (rule,) = list_faults(server)
    assert rule["do"] == [{"status": 502, "body": "html"}, None, {"malformed": True}]
    assert "times" not in rule
    job = server.submit()
    polls = [server.ask("GET", job["status_url"]) for _ in range(4)]
    assert [poll.status_code for poll in polls] == [502, 200, 200, 200]
    assert [each.get("fault_id") for each in server.list_exchanges()[1:]] == [
        rule["id"],
        None,
        rule["id"],
        None,
    ]


def test_a_step_that_is_removed_leaves_the_others(visit):
    """With one step left its counts are back, with what was typed."""
    form = open_faults(visit)
    form.get_by_label("times").fill("7")
    form.get_by_role("button", name="Then another").click()
    form.get_by_label("Effect of call 2").select_option("reset")
    form.get_by_role("button", name="Remove this step").first.click()
    expect(form.get_by_label("Effect")).to_have_value("reset")
    expect(form.get_by_label("times")).to_have_value("7")


REFUSED = [
    ("status", {"status": "700"}, "status", "do.status: 700 is greater than the maximum of 599"),
    ("status", {"times": "0"}, "times", "times is 0"),
    ("status", {"times": "1.5"}, "times", "Expected int | null, got float"),
    ("status", {"probability": "2"}, "probability", "probability is 2.0"),
    ("status", {"model": "idiogram-3"}, "model", "there is no model 'idiogram-3'"),
    ("unknown_state", {"unknown_state": "FAILED"}, "unknown_state", "do.unknown_state"),
    ("drip", {"bytes": "0"}, "bytes", "do.drip.bytes: 0 is less than the minimum of 1"),
]


@for_each("row", REFUSED)
def test_a_refusal_stands_at_its_field_and_nothing_typed_is_lost(row, visit, server):
    """The hint of the server is beside the button."""
    visit.accepted.append("400")
    effect, typed, name, reason = row
    form = open_faults(visit)
    form.get_by_label("Effect").select_option(effect)
    for label, text in typed.items():
        form.get_by_label(label, exact=False).last.fill(text)
    form.get_by_role("button", name=ARM).click()
    expect(form.get_by_role("alert")).to_contain_text(reason)
    field = form.get_by_label(name, exact=False).last
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_value(typed[name])
    assert list_faults(server) == []


UNREADABLE = [
    ("status", "status", "five", "is no number"),
    ("status", "headers", "{", "is no JSON"),
    ("extra_fields", "extra_fields", "region", "is no JSON"),
]


@for_each("row", UNREADABLE)
def test_what_cannot_be_read_is_not_sent(row, visit, server):
    """The field says so, and has the focus."""
    effect, name, text, reason = row
    form = open_faults(visit)
    form.get_by_label("Effect").select_option(effect)
    field = form.get_by_label(name, exact=False).last
    field.fill(text)
    form.get_by_role("button", name=ARM).click()
    expect(form.get_by_role("alert")).to_contain_text("cannot be read")
    expect(field).to_be_focused()
    expect(form.locator(".problem:visible")).to_contain_text(reason)
    assert list_faults(server) == []


def test_what_was_typed_for_one_effect_is_there_again_after_another(visit):
    """Looking around costs nothing."""
    form = open_faults(visit)
    effect = form.get_by_label("Effect")
    form.get_by_label("status", exact=False).last.fill("418")
    effect.select_option("drip")
    effect.select_option("status")
    expect(form.get_by_label("status", exact=False).last).to_have_value("418")


def test_a_rule_for_one_account_leaves_the_others_alone(visit, server):
    """Accounts are listed by their names."""
    for key in (KEY, OTHER_KEY):
        server.ask("GET", "/v1/get-user-credits", key=key)
    name = server.steer("GET", f"/_mock/accounts/{OTHER_KEY}")["account"]
    form = open_faults(visit)
    visit.page.get_by_label("For which account").select_option(name)
    form.get_by_role("button", name=ARM).click()
    expect(visit.page.locator(".armed-rule")).to_contain_text(name)
    assert server.ask("GET", "/v1/get-user-credits").status_code == 200
    assert server.ask("GET", "/v1/get-user-credits", key=OTHER_KEY).status_code == 503


def test_the_account_that_the_page_is_about_is_chosen(visit, server):
    """It follows the chooser of the page."""
    server.ask("GET", "/v1/get-user-credits")
    name = server.steer("GET", f"/_mock/accounts/{KEY}")["account"]
    open_faults(visit, account=name)
    expect(visit.page.get_by_label("For which account")).to_have_value(name)


def test_models_are_suggested(visit):
    """All that the server knows."""
    form = open_faults(visit)
    field = form.get_by_label("model")
    options = visit.page.locator(f"datalist#{field.get_attribute('list')} option")
    expect(options.and_(visit.page.locator("[value='ideogram-3']"))).to_have_count(1)


def test_the_preview_says_the_rule_in_words_json_and_code(visit):
    """What a test writes is what the page sends."""
    form = open_faults(visit)
    form.get_by_label("route").select_option("status")
    form.get_by_label("model").fill("ideogram-3")
    form.get_by_label("skip").fill("1")
    form.get_by_label("every").fill("2")
    form.get_by_label("times").fill("3")
    expect(form.locator(".words")).to_have_text(
        "On status of ideogram-3: answers with 503, body html; not the first call, "
        "each 2nd call, at most 3 times; for every account."
    )
    form.get_by_text("Arm it as code").click()
    form.get_by_role("tab", name="pytest").click()
    line = (
        'segmock.faults.add({"status": 503, "body": "html"}, '
        'on={"route": "status", "model": "ideogram-3"}, times=3, skip=1, every=2)'
    )
    expect(form.get_by_role("tabpanel")).to_contain_text(line)
    form.get_by_label("model").fill("")
    expect(form.get_by_role("tabpanel")).to_contain_text('on="status", times=3')
    form.get_by_role("tab", name="curl").click()
    expect(form.get_by_role("tabpanel")).to_contain_text("/_mock/faults")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_form_has_no_barrier_with_several_steps_and_refusals(
    visit, check_accessibility, scheme
):
    """At 390 pixels nothing is wider than the window."""
    visit.look(width=NARROW, scheme=scheme)
    visit.accepted.append("400")
    form = open_faults(visit)
    form.get_by_label("route").select_option("credits")
    form.get_by_role("button", name="Then another").click()
    form.get_by_label("Effect of call 2").select_option("rewrite_urls")
    form.get_by_label("host").fill("<script>")
    form.get_by_role("button", name=ARM).click()
    expect(form.get_by_role("alert")).not_to_be_empty()
    check_accessibility(visit.page)
    assert visit.page.evaluate("document.querySelector('main').scrollWidth") <= NARROW
    assert find_form(visit.page).count() == 1


def test_effects_are_grouped_as_the_server_says(visit):
    """In the order in which the groups come."""
    form = open_faults(visit)
    groups = form.get_by_label("Effect").locator("optgroup")
    shown = groups.evaluate_all(
        "all => all.map((group) => [group.label, [...group.children].map((each) => each.value)])"
    )
    expected: dict[str, list[str]] = {}
    for row in EFFECTS.values():
        expected.setdefault(row.group.capitalize(), []).append(row.effect)
    assert shown == [[label, effects] for label, effects in expected.items()]


def test_words_of_effects_show_code_as_such(visit):
    """What stands between backticks in their table."""
    form = open_faults(visit)
    form.get_by_label("Effect").select_option("status")
    hint = form.locator(".step .hint").first
    expect(hint.locator("code")).to_have_text(["before", "after"])
    expect(hint).not_to_contain_text("`")
