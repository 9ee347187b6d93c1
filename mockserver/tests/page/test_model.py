"""One model in the panel: what is known of it."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

from mockserver.tests.page.browsing import NARROW, WIDE
from mockserver.tests.page.hostile_texts import HOSTILE, find_shown


@pytest.mark.parametrize(("width", "scheme"), [(WIDE, "dark"), (NARROW, "light")])
@pytest.mark.parametrize("slug", ["ideogram-3", "flux-schnell"])
def test_the_contract_of_a_model_is_shown_without_a_barrier(
    visit, server, check_accessibility, slug, width, scheme
):
    """Its parameters, from where each is known, what is not known, and a form."""
    model = server.steer("GET", f"/_mock/models/{slug}")
    visit.look(width=width, scheme=scheme)
    page = visit.open_view("models", model=slug)
    panel = page.locator("#panel")
    expect(panel.get_by_role("heading", name=slug, exact=True)).to_be_visible()
    expect(panel).to_contain_text(model["description"])
    expect(panel).to_contain_text(f"${model['price_usd']}")
    rows = panel.locator("table.parameters tbody tr")
    expect(rows).to_have_count(len(model["schema"]["properties"]))
    for title in ("Where this comes from", "What is not known", "A sample", "Its JSON Schema"):
        folded = panel.locator("summary").filter(has_text=title)
        if folded.count():
            folded.click()
    for each in model["evidence"]:
        expect(panel).to_contain_text(each["what"])
    for gap in model["unknown"]:
        expect(panel).to_contain_text(gap)
    panel.get_by_text("Run it").click()
    check_accessibility(page)


def test_a_parameter_says_what_it_takes(open_view):
    """Whether it is required, its values and bounds, and what holds unless it is set."""
    page = open_view("models", model="flux-schnell")
    table = page.locator("table.parameters")
    rows = {
        "steps": ["integer", "1 to 8", "4", "docs"],
        "scheduler": ["string", '"karras"', '"normal"'],
        "prompt": ["required?", "string"],
        "sampler_name": ['"heun"', '"euler"', "?"],
    }
    for name, words in rows.items():
        row = table.get_by_role("row").filter(has=page.get_by_role("rowheader", name=name))
        for word in words:
            expect(row).to_contain_text(word)


def test_a_model_of_which_nothing_is_known_says_so(open_view):
    """It takes whatever is sent."""
    panel = open_view("models", model="ace-step-music").locator("#panel")
    expect(panel).to_contain_text("Nothing is known of its parameters")


def test_a_model_that_is_not_there_is_told_of(visit, open_view):
    """As whoever made a slip in an address is told what was meant."""
    visit.accepted.append("status of 404")
    page = open_view("models", model="ideogram-33")
    expect(page.locator("#notes")).to_contain_text("ideogram-3")
    expect(page.locator("#panel")).to_be_hidden()


def test_hostile_words_of_a_contract_show_as_texts(open_view, server):
    """Whatever somebody wrote into a file of models."""
    model = server.steer("GET", "/_mock/models/ideogram-3")
    page = open_view("models")
    panel = page.locator("#panel")
    for text in HOSTILE.values():
        seen = find_shown(text)
        told = json.loads(json.dumps(model))
        told.update(description=text, unknown=[text], evidence=[{"what": text, "evidence": text}])
        told["schema"]["properties"] = {
            text: {"type": "string", "description": text, "enum": [text], "default": text}
        }
        page.route("**/_mock/models/ideogram-3", lambda route: route.fulfill(json=told))  # noqa: B023
        open_view("models", model="ideogram-3")
        expect(panel.locator("p").first).to_contain_text(seen)
        expect(panel.locator("table.parameters")).to_contain_text(seen)
        assert page.evaluate("window.ran ?? null") is None
        open_view("models")
        expect(panel).to_be_hidden()
        page.unroute("**/_mock/models/ideogram-3")
