"""Foreign texts in the rows of exchanges: they show as text, however hostile."""

from __future__ import annotations

from playwright.sync_api import expect

from mockserver.tests.page.feeds import (
    feed_exchanges,
    feed_faults,
    feed_verdicts,
    make_exchange,
)
from mockserver.tests.page.hostile_texts import HOSTILE, SHORT, find_shown
from mockserver.tests.page.live_view import get_cell, list_rows, open_fed
from mockserver.tests.tables import check_each

FIELDS = ["method", "route", "model", "path", "account", "fault"]


def test_hostile_texts_show_as_text_in_every_cell(page, server):
    """Cut where they are long, and with what cannot be seen in it named; nothing runs."""
    names = {"fault": "fault_id"}
    rows = list(enumerate(HOSTILE.values(), 1))
    feed_exchanges(
        page,
        [make_exchange(seq, **{names.get(f, f): text for f in FIELDS}) for seq, text in rows],
    )
    feed_verdicts(page, [])
    feed_faults(page, [])
    open_fed(page, server.url)
    expect(list_rows(page)).to_have_count(len(HOSTILE))

    def check(row):
        seq, text = row
        for name in FIELDS:
            cell = get_cell(page, seq, name)
            assert cell.text_content().startswith(find_shown(text)), name
            assert len(cell.text_content()) < 500, name

    check_each(rows, check)
    assert page.evaluate("window.ran") is None
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


def test_hostile_words_of_rules_and_verdicts_show_as_text(page, server):
    """In what is said of a mark."""
    feed_exchanges(page, [make_exchange(1, fault_id="fault-1")])
    rule = {"id": "fault-1", "do": {"state": "FAILED", "error": "\u202e<b>"}, "on": {}}
    feed_faults(page, [rule])
    verdict = {"id": "no-key", "level": "MUST", "title": "<i>\u202e", "requests": [1]}
    feed_verdicts(page, [verdict])
    open_fed(page, server.url)
    expect(get_cell(page, 1, "verdict").locator(".badge")).to_have_attribute(
        "title", "<i>⟨U+202E⟩ (no-key)"
    )
    expect(get_cell(page, 1, "fault").locator(".badge")).to_have_attribute(
        "title",
        "The rule fault-1 struck: On any route: lets the job fail: ⟨U+202E⟩<b>; for every account.",
    )


def test_hostile_values_can_be_chosen_in_the_filters(page, server):
    """They are what they were, and the address bears them."""
    rows = list(enumerate(SHORT, 1))
    feed_exchanges(page, [make_exchange(seq, model=text) for seq, text in rows])
    open_fed(page, server.url)
    expect(list_rows(page)).to_have_count(len(rows))

    def check(row):
        seq, text = row
        page.get_by_label("Model", exact=True).select_option(text)
        expect(list_rows(page).locator(".seq")).to_have_text([str(seq)])

    check_each(rows, check)
