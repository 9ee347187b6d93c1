"""A list of 10,000 exchanges: what of it is in the document, and how one moves in it."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from mockserver.tests.page.feeds import feed_exchanges, make_exchange
from mockserver.tests.page.live_view import (
    expect_numbers,
    get_cell,
    get_row,
    list_rows,
    open_fed,
    read_scroll,
    scroll_list,
)

MANY = 10_000
MOST_NODES = 1000


@pytest.fixture
def full(page, server):
    """A page that knows of as many exchanges as it keeps."""
    feed_exchanges(page, [make_exchange(seq) for seq in range(1, MANY + 1)])
    open_fed(page, server.url)
    expect(page.get_by_text("10,000 exchanges", exact=True)).to_be_visible()
    return page


def count_nodes(page):
    """Return how many elements the whole page has."""
    return page.evaluate("document.querySelectorAll('*').length")


def test_ten_thousand_exchanges_take_less_than_a_thousand_nodes_wherever_one_reads(full):
    """At the top, in the middle and at the end, and the right rows stand there."""
    for place, seq in {0: MANY, MANY * 15: MANY // 2, MANY * 30: 1}.items():
        scroll_list(full, place)
        expect(get_row(full, seq)).to_be_in_viewport()
        assert count_nodes(full) < MOST_NODES
    expect(list_rows(full).last.locator(".seq")).to_have_text("1")


def test_exchanges_beyond_ten_thousand_leave_the_list_the_oldest_first(page, server):
    """As they leave the memory of the page."""
    feed_exchanges(page, [make_exchange(seq) for seq in range(1, MANY + 1501)])
    open_fed(page, server.url)
    expect(page.get_by_text("10,000 exchanges", exact=True)).to_be_visible()
    scroll_list(page, MANY * 30)
    expect(list_rows(page).last.locator(".seq")).to_have_text("1501")


def test_a_text_is_found_among_ten_thousand_exchanges(full):
    """In the body of one that is far from what is in the document."""
    full.get_by_label("Filter by text").fill("ticket-1234-")
    expect_numbers(full, [1234])
    expect(full.get_by_text("1 of 10,000 exchanges", exact=True)).to_be_visible()


def test_a_row_that_was_found_stays_in_sight_without_the_filter(full, visit):
    """With those around it."""
    # The panel asks for its job and its account, which no server has.
    visit.accepted.append("404")
    full.get_by_label("Filter by text").fill("ticket-1234-")
    get_row(full, 1234).click()
    full.get_by_role("button", name="Close the details").click()
    full.get_by_role("button", name="Clear filters").click()
    expect(get_row(full, 1234)).to_be_in_viewport()
    expect(get_row(full, 1235)).to_be_in_viewport()


def test_a_row_that_is_clicked_stays_in_sight_beside_its_details(open_view, server):
    """Wherever in the window it stands: they make the list narrower, and its rows higher."""
    for _ in range(40):
        server.ask("GET", "/v1/get-user-credits")
    page = open_view("live")
    for seq in (40, 30, 22):
        get_row(page, seq).click()
        expect(page.locator("#panel h2")).to_contain_text(f"#{seq} ")
        expect(page.locator(".is-narrow .window")).to_be_visible()
        expect(get_row(page, seq)).to_be_in_viewport(ratio=0.9)
        page.get_by_role("button", name="Close the details").click()
        expect(get_row(page, seq)).to_be_in_viewport(ratio=0.9)
        scroll_list(page, 0)


def test_the_list_is_a_grid_that_says_how_long_it_is(full):
    """And which row of it each is, as the others are not in the document."""
    expect(full.get_by_role("grid", name="Exchanges")).to_have_attribute("aria-rowcount", "10001")
    expect(get_row(full, MANY)).to_have_attribute("aria-rowindex", "2")
    scroll_list(full, MANY * 30)
    expect(get_row(full, 1)).to_have_attribute("aria-rowindex", "10001")


def test_rows_are_in_order_in_the_document_once_they_stand_still(full):
    """However they came into sight: who reads or copies them has them as they are seen."""
    for place in (MANY * 15, MANY * 15 + 200, 0, 100):
        scroll_list(full, place)
    expect(get_row(full, MANY - 3)).to_be_in_viewport()
    numbers = "rows => rows.map(row => Number(row.dataset.key))"
    full.wait_for_function(
        f"({numbers})([...document.querySelectorAll('.window-rows > *')])"
        ".every((number, place, all) => place === 0 || number === all[place - 1] - 1)"
    )
    top_down = list_rows(full).evaluate_all(
        "rows => rows.map(row => row.getBoundingClientRect().top)"
    )
    assert top_down == sorted(top_down)


def test_rows_are_kept_and_show_what_comes(full):
    """As many elements as before, and none of them is another."""
    list_rows(full).evaluate_all("rows => { window.before = rows; }")
    scroll_list(full, 40 * 30)
    expect(get_row(full, MANY - 40)).to_be_in_viewport()
    expect(get_cell(full, MANY - 40, "seq")).to_have_text(str(MANY - 40))
    assert full.evaluate("before.every(row => row.isConnected)")


def test_one_moves_in_the_list_by_keys(full):
    """The row that was moved to is in sight, and the grid names it."""
    grid = full.get_by_role("grid")
    grid.focus()
    for key, seq in {
        "ArrowDown": MANY,
        "ArrowUp": MANY,
        "End": 1,
        "Home": MANY,
    }.items():
        full.keyboard.press(key)
        expect(get_row(full, seq)).to_be_in_viewport()
        told = get_row(full, seq).get_attribute("id")
        expect(grid).to_have_attribute("aria-activedescendant", told)
    full.keyboard.press("PageDown")
    full.keyboard.press("PageDown")
    assert read_scroll(full) > 0
    full.keyboard.press("Home")
    expect(get_row(full, MANY)).to_be_in_viewport()


def test_who_reads_further_down_is_left_alone_by_what_comes(open_view, server):
    """A button says how much is new, and leads there; the list then goes with the newest again."""
    for _ in range(60):
        server.ask("GET", "/v1/get-user-credits")
    page = open_view("live")
    expect(page.get_by_text("60 exchanges", exact=True)).to_be_visible()
    scroll_list(page, 600)
    expect(get_row(page, 40)).to_be_in_viewport()
    place = get_row(page, 40).bounding_box()
    for _ in range(3):
        server.submit()
    news = page.get_by_role("button", name="3 new")
    expect(news).to_be_visible()
    assert get_row(page, 40).bounding_box() == place
    news.click()
    expect(get_row(page, 63)).to_be_in_viewport()
    server.submit()
    expect(get_row(page, 64)).to_be_in_viewport()
    expect(news).to_be_hidden()


def test_who_moves_by_keys_is_left_alone_by_what_comes_too(open_view, server):
    """Until the newest is gone to."""
    server.submit()
    server.submit()
    page = open_view("live")
    expect_numbers(page, [2, 1])
    page.get_by_role("grid").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    server.submit()
    expect(page.get_by_role("button", name="1 new")).to_be_visible()
    expect_numbers(page, [2, 1])
    page.keyboard.press("Home")
    expect_numbers(page, [3, 2, 1])


def test_a_row_is_opened_by_enter_and_the_focus_comes_back(open_view, server):
    """To the list, at the same row."""
    server.submit()
    server.submit()
    page = open_view("live")
    expect_numbers(page, [2, 1])
    grid = page.get_by_role("grid")
    grid.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    panel = page.get_by_role("complementary")
    expect(panel.get_by_role("heading", level=2).first).to_contain_text("#1 POST /v2/ideogram-3")
    expect(get_row(page, 1)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(grid).to_be_focused()
    expect(get_row(page, 1)).to_have_attribute("aria-selected", "false")


def test_a_text_that_is_selected_to_be_copied_opens_nothing(open_view, server):
    """A click that ends a selection is none that opens."""
    server.submit()
    page = open_view("live")
    box = get_cell(page, 1, "path").bounding_box()
    page.mouse.move(box["x"] + 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 60, box["y"] + box["height"] / 2, steps=4)
    page.mouse.up()
    assert "/v2/" in page.evaluate("String(getSelection())")
    expect(page.get_by_role("complementary")).to_be_hidden()
