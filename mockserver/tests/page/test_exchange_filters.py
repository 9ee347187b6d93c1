"""Which exchanges a filter lets through: the module by itself, and what the address says."""

from __future__ import annotations

from playwright.sync_api import expect

from mockserver.tests.page.feeds import (
    feed_exchanges,
    feed_faults,
    feed_verdicts,
    make_exchange,
)
from mockserver.tests.page.live_view import expect_numbers, open_fed

EXCHANGES = [
    make_exchange(1, method="POST", route="submit", path="/v2/flux-dev", model="flux-dev"),
    make_exchange(2, status=503, fault_id="fault-1"),
    make_exchange(3, status=None, delivery="lost", fault_id="fault-2"),
    make_exchange(4, delivery="damaged"),
    make_exchange(5, status=404, model=None, request_id=None, path="/v2/requests/unknown-id"),
    make_exchange(
        6, request={"headers": {}, "body": {"prompt": "Ein GRÜNES Boot", "deep": [{"n": 7}]}}
    ),
    make_exchange(7, response={"headers": {}, "body": "plain words"}),
]
VERDICTS = [
    {"id": "no-key", "level": "MUST", "title": "Send the key", "requests": [2, 5]},
    {"id": "polled-too-fast", "level": "SHOULD", "title": "Leave a pause", "requests": [4]},
]
MATCHING = {
    "": [7, 6, 5, 4, 3, 2, 1],
    "method=POST": [1],
    "route=submit": [1],
    "model=flux-dev": [1],
    "status=503": [2],
    "status=4xx": [5],
    "status=lost": [3],
    "status=damaged": [4],
    "fault=any": [3, 2],
    "fault=fault-2": [3],
    "verdict=any": [5, 4, 2],
    "verdict=MUST": [5, 2],
    "verdict=SHOULD": [4],
    "verdict=no-key": [5, 2],
    "text=FLUX": [1],
    "text=unknown-id": [5],
    "text=grünes+boot": [6],
    "text=boot+grünes": [6],
    "text=n:+7": [6],
    "text=plain": [7],
    "text=fault-1": [2],
    "text=%234": [4],
    "status=2xx&text=plain": [7],
    "verdict=any&status=503": [2],
    f"text={1:032x}": [1],
}
"""Which exchanges a filter in the address lets through, the newest first."""


def test_every_filter_lets_through_what_it_says(page, server):
    """Every part of it as it stands in the address, and some together."""
    feed_exchanges(page, EXCHANGES)
    feed_verdicts(page, VERDICTS)
    feed_faults(page, [])
    open_fed(page, server.url)
    expect(page.locator(".verdict .badge")).to_have_count(3)
    for filters, numbers in MATCHING.items():
        page.evaluate("(address) => { location.hash = address; }", f"live?{filters}")
        expect_numbers(page, numbers)
        told = "7 exchanges" if len(numbers) == 7 else f"{len(numbers)} of 7 exchanges"
        expect(page.get_by_text(told, exact=True)).to_be_visible()
