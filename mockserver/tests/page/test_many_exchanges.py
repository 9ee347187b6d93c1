"""Ten thousand exchanges: the page has as many elements as fit on a screen, and no more."""

from __future__ import annotations

from mockserver.base.wire import Request
from mockserver.tests.conftest import HOST, KEY

MANY = 10_000
MOST_NODES = 2_500
"""Of elements, with header, filters and whatever else a view has."""


def make_many(server, count=MANY):
    """Make so many exchanges, in process: each of a path of its own."""
    headers = {b"host": HOST.encode(), b"x-api-key": KEY.encode()}
    for number in range(count):
        request = Request(method="GET", path=f"/v1/number-{number}-", headers=headers)
        with server.emulator.lock:
            server.emulator.gateway.handle(request)


def count_nodes(page):
    """Return how many elements there are in the page."""
    return page.locator("*").count()


def test_the_page_has_few_elements_however_many_exchanges_there_are(server, open_view):
    """The newest are there, and whatever was asked before costs no element."""
    make_many(server, 100)
    page = open_view("live")
    page.get_by_text(f"number-{99}-").first.wait_for()
    few = count_nodes(page)
    make_many(server)
    page.get_by_text(f"number-{MANY - 1}-").first.wait_for()
    many = count_nodes(page)
    print(f"\n{few} elements with 100 exchanges, {many} with {MANY + 100}")  # noqa: T201
    assert many <= max(few * 1.2, few + 50)
    assert many <= MOST_NODES
