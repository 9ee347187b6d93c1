"""The view of models: all that the emulator knows, by level."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from mockserver.tests.page.browsing import NARROW, WIDE


def find_rows(page):
    """Return the rows that are in the document, without that of the headings."""
    return page.get_by_role("grid", name="Models").locator(".window-rows > *")


def find_told(page):
    """Return what says how many there are."""
    return page.get_by_role("main").get_by_role("status").first


@pytest.mark.parametrize(("width", "scheme"), [(WIDE, "light"), (NARROW, "dark")])
def test_all_models_are_listed_without_a_barrier(visit, server, check_accessibility, width, scheme):
    """Those first that are known best; only what is in sight is in the document."""
    models = server.steer("GET", "/_mock/models", limit=1000)["models"]
    visit.look(width=width, scheme=scheme)
    page = visit.open_view("models")
    count = sum(each["level"] == "verified" for each in models)
    expect(find_told(page)).to_contain_text(f"{len(models)} models: {count} verified")
    grid = page.get_by_role("grid", name="Models")
    expect(grid).to_have_attribute("aria-rowcount", str(len(models) + 1))
    first = min(each["slug"] for each in models if each["level"] == "verified")
    expect(find_rows(page).first).to_contain_text(first)
    assert find_rows(page).count() < 60
    check_accessibility(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_filters_are_in_the_address(open_view, server):
    """Level, what they make, and words of slug, title, task or provider."""
    page = open_view("models")
    page.get_by_label("Level").select_option("verified")
    page.get_by_label("Makes").select_option("Sounds")
    wanted = server.steer("GET", "/_mock/models", level="verified", makes="audio")["models"]
    expect(find_rows(page)).to_have_count(len(wanted))
    expect(page).to_have_url(re.compile("level=verified.*makes=audio"))
    for model in wanted:
        expect(find_rows(page).filter(has_text=model["slug"])).to_have_count(1)
    page = open_view("models", text="openai gpt-5.5")
    expect(find_rows(page).first).to_contain_text("gpt-5.5")
    page = open_view("models", text="no such model")
    expect(page.get_by_role("heading", name="No model matches the filters")).to_be_visible()


def test_a_model_opens_by_keyboard(open_view):
    """Without leaving the list; Escape closes it again."""
    page = open_view("models", text="ideogram-3")
    grid = page.get_by_role("grid", name="Models")
    grid.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#panel").get_by_role("heading", name="ideogram-3")).to_be_focused()
    expect(page).to_have_url(re.compile("model=ideogram-3"))
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_hidden()
    expect(page).not_to_have_url(re.compile("model="))
    expect(grid).to_be_focused()


def test_a_narrow_row_has_its_facts_at_its_end_also_without_a_title(visit):
    """Those of one row stand below those of another."""
    visit.look(width=NARROW)
    page = visit.open_view("models", text="gpt-4")
    rows = page.locator(".window-rows .model-row")
    expect(rows.filter(has=page.locator(".title:empty")).first).to_be_visible()
    line = "row.querySelectorAll('.line')[1]"
    ends = f"(all) => all.map((row) => {line}.lastElementChild.getBoundingClientRect().right)"
    found = rows.filter(has=page.locator(".provider:not(:empty)")).evaluate_all(ends)
    assert len(found) > 1
    assert max(found) - min(found) < 1
