"""The exchanges that the page keeps: the newest, within bounds."""

from __future__ import annotations

import json
from functools import partial
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import expect

from mockserver.tests.page.feeds import feed_exchanges, make_exchange
from mockserver.tests.page.live_view import get_row, list_rows, open_fed, scroll_list

MANY = 10_000
KEEP = """async (exchanges, mostCharacters) => {
  const store = exchanges.makeExchanges({ mostCharacters });
  store.start();
  await new Promise((resolve) => store.settled.add(resolve));
  return [store.all.length, store.all.at(-1).seq, store.dropped];
}"""


def test_of_long_exchanges_fewer_are_kept(server, run_module):
    """A page that is open for days does not grow with the bodies that it is told of."""
    for _ in range(20):
        server.submit(body={"prompt": "x" * 10_000})
    kept, newest, dropped = run_module("server/exchanges", KEEP, 60_000)
    assert 1 <= kept <= 6
    assert (newest, dropped) == (20, 20 - kept)


def hold_older(page, exchanges):
    """Leave a page without these older exchanges; return what answers it, then and ever after."""
    held, is_held = [], True

    def answer(route):
        query = parse_qs(urlsplit(route.request.url).query)
        after, limit = int(query["after"][0]), int(query["limit"][0])
        some = [each for each in exchanges if each["seq"] > after][:limit]
        more = some[-1]["seq"] if some and some[-1]["seq"] < exchanges[-1]["seq"] else None
        body = {"requests": some, "dropped": 0, "next": more, "newest": MANY}
        send = partial(route.fulfill, content_type="application/json", body=json.dumps(body))
        if is_held:
            held.append(send)
        else:
            send()

    def release():
        nonlocal is_held
        is_held = False
        for send in held:
            send()

    page.route("**/_mock/requests?after=*", answer)
    return release


def test_the_newest_of_many_exchanges_are_there_before_the_older_ones(page, server):
    """These follow from the newest to the oldest, and none is missing in the end."""
    exchanges = [make_exchange(seq) for seq in range(1, MANY + 1)]
    release = hold_older(page, exchanges)
    feed_exchanges(page, exchanges[-300:])
    open_fed(page, server.url)
    expect(get_row(page, MANY)).to_be_in_viewport()
    expect(page.get_by_text("300 exchanges", exact=True)).to_be_visible()
    release()
    expect(page.get_by_text("10,000 exchanges", exact=True)).to_be_visible()
    expect(get_row(page, MANY)).to_be_in_viewport()
    scroll_list(page, MANY * 30)
    expect(list_rows(page).last.locator(".seq")).to_have_text("1")
    page.get_by_label("Filter by text").fill("ticket-1234-")
    expect(list_rows(page).locator(".seq")).to_have_text(["1234"])
