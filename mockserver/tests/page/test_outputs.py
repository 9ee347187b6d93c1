"""The view of outputs: what runs made, newest first."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from mockserver.tests.conftest import OTHER_KEY
from mockserver.tests.page.browsing import NARROW, WIDE
from mockserver.tests.page.makers import SAMPLES, list_outputs, make_outputs, pass_time


def find_cards(page):
    """Return the cards of the gallery."""
    return page.get_by_role("list", name="Outputs").get_by_role("listitem")


def list_names(page):
    """Return the files that the gallery shows, in its order."""
    return [card.get_attribute("data-name") for card in find_cards(page).all()]


def expect_only(page, name):
    """Wait until the gallery shows this file alone."""
    expect(page.locator(f"[data-name='{name}']")).to_have_count(1)
    expect(find_cards(page)).to_have_count(1)


@pytest.mark.parametrize(("width", "scheme"), [(WIDE, "light"), (NARROW, "dark")])
def test_the_gallery_shows_a_file_of_each_kind_without_a_barrier(
    visit, server, check_accessibility, width, scheme
):
    """In the order in which the control plane lists them, with the panel open as well."""
    made = make_outputs(server)
    visit.look(width=width, scheme=scheme)
    page = visit.open_view("outputs")
    expect(find_cards(page)).to_have_count(len(SAMPLES))
    assert list_names(page) == [each["name"] for each in list_outputs(server)]
    for kind in SAMPLES:
        page.locator(f"[data-name='{made[kind]['name']}']").scroll_into_view_if_needed()
        shown = page.locator(f"[data-name='{made[kind]['name']}'] .media[data-state=shown]")
        expect(shown).to_be_visible()
    check_accessibility(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("button", name="Details: A picture").click()
    expect(page.locator("#panel")).to_contain_text("A paper boat in a puddle")
    check_accessibility(page)


def test_an_empty_gallery_says_what_to_do(open_view, check_accessibility):
    """Before anything was made."""
    page = open_view("outputs")
    expect(page.get_by_role("heading", name="No outputs yet")).to_be_visible()
    expect(page.get_by_role("button", name="Show more")).to_be_hidden()
    check_accessibility(page)


def test_what_is_made_meanwhile_comes_by_itself(open_view, server):
    """And goes with a reset."""
    page = open_view("outputs")
    for kind in ("image", "audio"):
        made = make_outputs(server, kind)[kind]
        expect(page.locator(f"[data-name='{made['name']}']")).to_be_visible()
    assert list_names(page) == [each["name"] for each in list_outputs(server)]
    server.steer("POST", "/_mock/reset", {})
    expect(page.get_by_role("heading", name="No outputs yet")).to_be_visible()
    expect(find_cards(page)).to_have_count(0)


def test_more_are_shown_when_somebody_asks(open_view, server):
    """A page after another, none twice, until there is none left."""
    for number in range(150):
        server.submit(body={"prompt": f"Boat {number}"})
    pass_time(server)
    page = open_view("outputs")
    more = page.get_by_role("button", name="Show more")
    for count in (60, 120, 150):
        expect(find_cards(page)).to_have_count(count)
        expect(page.get_by_role("status").get_by_text(f"{count} outputs")).to_be_visible()
        if count < 150:
            more.click()
    expect(more).to_be_hidden()
    assert list_names(page) == [each["name"] for each in list_outputs(server, limit=1000)]


def test_filters_are_in_the_address(open_view, server):
    """Kind, model, words and job."""
    made = make_outputs(server)
    page = open_view("outputs")
    page.get_by_label("Kind").select_option("Sounds")
    expect_only(page, made["audio"]["name"])
    expect(page).to_have_url(re.compile("type=audio"))
    expect(page.get_by_role("status").get_by_text("1 output that matches")).to_be_visible()
    page.get_by_role("button", name="Clear filters").click()
    expect(find_cards(page)).to_have_count(len(SAMPLES))
    page.keyboard.type("paper KITE")
    expect_only(page, made["video"]["name"])
    open_view("outputs", model="ideogram-3")
    expect_only(page, made["image"]["name"])
    open_view("outputs", request_id=made["3d"]["request_id"])
    expect_only(page, made["3d"]["name"])
    page.get_by_role("button", name="Of all jobs").click()
    expect(find_cards(page)).to_have_count(len(SAMPLES))
    open_view("outputs", text="no such words")
    expect(page.get_by_role("heading", name="No output matches the filters")).to_be_visible()


def test_the_accounts_chosen_for_the_page_are_those_of_the_gallery(open_view, server):
    """One, or some together, newest first."""
    for key in (OTHER_KEY, "SG_third", OTHER_KEY):
        server.submit(key=key)
    [mine] = make_outputs(server, "image").values()
    all_of_them = list_outputs(server)
    others = {each["account"] for each in all_of_them if each["model"] == "ideogram-3"}
    page = open_view("outputs", account=mine["account"])
    expect(find_cards(page)).to_have_count(1)
    chosen = [each["account"] for each in all_of_them if each["account"] != mine["account"]]
    assert len(others) == 3
    page = open_view("outputs", account=",".join(sorted(set(chosen))))
    expect(find_cards(page)).to_have_count(3)
    assert set(list_names(page)) == {
        each["name"] for each in all_of_them if each["account"] != mine["account"]
    }


def test_the_page_leaves_no_trace_of_what_it_loads(open_view, server):
    """In the journal stands what clients asked for alone."""
    make_outputs(server, "image", "video")
    page = open_view("outputs")
    expect(page.locator(".media[data-state=shown]")).to_have_count(2)
    assert {each["route"] for each in server.list_exchanges()} == {"submit"}


def test_an_output_that_is_named_is_found_however_many_are_newer(run_module):
    """It is said to be gone only when all were looked at."""
    script = """async (m, names) => {
      const own = window.fetch;
      let place = 0;
      window.fetch = async () => {
        const make = (_, index) => ({ name: `${place}-${index}`, model: "m", created_utc: "" });
        const outputs = Array.from({ length: 200 }, make);
        place = (place + 1) % 15;
        return new Response(JSON.stringify({ outputs, next: place ? "more" : null }));
      };
      const list = m.makeOutputList({ address: { query: {} }, scope: { chosen: [] } });
      const found = await list.find(names[0]);
      place = 0;
      const missing = await list.find(names[1]);
      window.fetch = own;
      return [found?.name ?? null, missing?.name ?? null];
    }"""
    assert run_module("outputs/output_list", script, ["14-199", "15-0"]) == ["14-199", None]
