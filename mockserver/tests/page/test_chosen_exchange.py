"""The exchange whose details are shown, in the address of the view."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from mockserver.tests.page.live_view import expect_numbers, get_row


def get_title(page):
    """Return the heading of the panel."""
    return page.get_by_role("complementary").get_by_role("heading").first


def test_a_click_opens_an_exchange_and_the_address_names_it(open_view, server):
    """Another takes its place; closed it is in the address no longer."""
    server.poll(server.submit())
    page = open_view("live")
    for seq in (1, 2):
        get_row(page, seq).click()
        expect(get_title(page)).to_contain_text(f"#{seq} ")
        expect(page).to_have_url(re.compile(f"exchange={seq}$"))
        expect(get_row(page, seq)).to_have_attribute("aria-selected", "true")
    page.get_by_role("button", name="Close the details").click()
    expect(page).to_have_url(re.compile("#live$"))
    expect(page.locator("[aria-selected=true]")).to_have_count(0)


def test_a_link_opens_its_exchange_with_its_filters(open_view, server):
    """In a list where its row is in sight, though others are newer."""
    server.submit()
    for _ in range(60):
        server.ask("GET", "/v1/get-user-credits")
    page = open_view("live", exchange=1)
    expect(get_title(page)).to_contain_text("#1 POST")
    expect(get_row(page, 1)).to_be_in_viewport()
    page.evaluate("location.hash = 'live?route=submit&exchange=1'")
    expect_numbers(page, [1])
    expect(get_title(page)).to_contain_text("#1 POST")


@pytest.mark.parametrize("way", ["a click", "a link from another view"])
def test_the_last_row_of_a_long_list_stays_in_sight_when_it_is_opened(open_view, server, way):
    """Its details take room from the list, whose rows are higher then."""
    server.submit()
    for _ in range(60):
        server.ask("GET", "/v1/get-user-credits")
    page = open_view("live" if way == "a click" else "verdicts")
    if way == "a click":
        expect(get_row(page, 61)).to_be_visible()
        page.get_by_role("grid").press("End")
        get_row(page, 1).click()
    else:
        page.evaluate("location.hash = 'live?exchange=1'")
    expect(get_title(page)).to_contain_text("#1 POST")
    expect(get_row(page, 1)).to_be_in_viewport(ratio=0.9)


def test_a_link_to_an_exchange_that_is_gone_says_so(open_view, server):
    """The list is shown all the same."""
    server.submit()
    page = open_view("live", exchange=99)
    expect(page.get_by_text(re.compile("#99"))).to_be_visible()
    expect_numbers(page, [1])


def test_what_is_no_number_opens_nothing(open_view, server):
    """Whatever the address says."""
    server.submit()
    page = open_view("live", exchange="<script>")
    expect_numbers(page, [1])
    expect(page.get_by_role("complementary")).to_be_hidden()
