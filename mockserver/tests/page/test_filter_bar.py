"""The fields by which exchanges are filtered."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from mockserver.tests.page.browsing import NARROW
from mockserver.tests.page.live_view import expect_numbers


@pytest.fixture
def busy(server):
    """A server with a submit, two polls, and a call that it knows nothing of."""
    job = server.submit()
    server.poll(job)
    server.poll(job)
    server.ask("GET", "/v2/requests/0123")
    return server


def test_what_is_chosen_is_in_the_address_and_leaves_out_the_rest(busy, open_view):
    """Each list has what was seen."""
    page = open_view("live")
    for label, value, numbers in [
        ("Route", "submit", [1]),
        ("Method", "POST", [1]),
        ("Model", "ideogram-3", [3, 2, 1]),
        ("Status", "404", [4]),
        ("Status", "4xx", [4]),
    ]:
        page.get_by_label(label, exact=True).select_option(value)
        expect_numbers(page, numbers)
        expect(page).to_have_url(re.compile(f"{label.lower()}={value}"))
        page.get_by_role("button", name="Clear filters").click()
        expect_numbers(page, [4, 3, 2, 1])
    assert busy.url in page.url
    assert "=" not in page.url.split("#")[1]


def test_faults_and_verdicts_that_were_seen_can_be_chosen(busy, open_view):
    """By their ids, as soon as there are any."""
    rule = busy.steer("POST", "/_mock/faults", {"do": {"status": 500}, "times": 1})["id"]
    page = open_view("live")
    expect_numbers(page, [4, 3, 2, 1])
    busy.ask("POST", "/v2/ideogram-3", {"prompt": "x"}, key=None)
    page.get_by_label("Fault").select_option(rule)
    expect_numbers(page, [5])
    page.get_by_role("button", name="Clear filters").click()
    page.get_by_label("Verdict").select_option("no-key")
    expect_numbers(page, [5])


@pytest.mark.usefixtures("busy")
def test_a_text_filters_as_it_is_typed_and_goes_with_escape(open_view):
    """The key `/` leads to its field."""
    page = open_view("live")
    expect_numbers(page, [4, 3, 2, 1])
    page.keyboard.press("/")
    field = page.get_by_label("Filter by text")
    expect(field).to_be_focused()
    page.keyboard.type("A paper boat")
    expect_numbers(page, [1])
    expect(page).to_have_url(re.compile("text=A"))
    expect(page.get_by_role("status").filter(has_text="1 of 4 exchanges")).to_be_attached()
    page.keyboard.press("Escape")
    expect(field).to_have_value("")
    expect_numbers(page, [4, 3, 2, 1])


def test_what_comes_is_filtered_too(busy, open_view):
    """Only what gets through is shown, and all is counted."""
    page = open_view("live", route="submit")
    expect_numbers(page, [1])
    busy.ask("GET", "/v1/get-user-credits")
    busy.submit()
    expect_numbers(page, [6, 1])
    expect(page.get_by_text("2 of 6 exchanges", exact=True)).to_be_visible()


@pytest.mark.usefixtures("busy")
def test_a_value_of_the_address_that_was_never_seen_is_shown_as_chosen(open_view):
    """So that somebody sees why there is nothing."""
    page = open_view("live", model="no-such-model")
    expect(page.get_by_label("Model", exact=True)).to_have_value("no-such-model")
    expect(page.get_by_role("heading", name="No exchange matches the filters")).to_be_visible()
    page.get_by_role("button", name="Show them without filters").click()
    expect_numbers(page, [4, 3, 2, 1])


@pytest.mark.usefixtures("busy")
def test_a_narrow_window_has_the_lists_behind_a_button(visit):
    """Which says how many are set."""
    visit.look(width=NARROW)
    page = visit.open_view("live")
    route = page.get_by_label("Route", exact=True)
    expect(route).to_be_hidden()
    page.get_by_role("button", name="Filters").click()
    route.select_option("submit")
    expect_numbers(page, [1])
    expect(page.get_by_role("button", name="Filters (1)")).to_have_attribute(
        "aria-expanded", "true"
    )


WATCH = """select => {
  window.gone = [];
  new MutationObserver((records) => {
    for (const { removedNodes } of records) window.gone.push(...removedNodes);
  }).observe(select, { childList: true });
}"""


def test_a_list_that_is_open_stays_as_it_is_while_more_can_be_chosen(busy, open_view):
    """New values come between the others, and none that is there is touched."""
    page = open_view("live", route="result")
    expect_numbers(page, [4])
    route = page.get_by_label("Route", exact=True)
    route.focus()
    route.evaluate(WATCH)
    busy.ask("GET", "/v1/get-user-credits")
    busy.ask("GET", "/nowhere")
    values = ["", "credits", "result", "status", "submit", "unknown"]
    expect(route.locator("option")).to_have_count(len(values))
    assert route.evaluate("select => [...select.options].map(({ value }) => value)") == values
    assert page.evaluate("window.gone.length") == 0
    expect(route).to_be_focused()
    expect(route).to_have_value("result")
