"""Ten thousand exchanges: the page has as many elements as fit on a screen, and no more."""

from __future__ import annotations

from mockserver.base.wire import Request
from mockserver.tests.conftest import HOST, KEY
from mockserver.tests.page.screen_times import read_cpu_s

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


SCROLL = """async list => {
  const frame = () => new Promise(requestAnimationFrame);
  const steps = 100;
  let most = 0;
  for (let step = 0; step <= steps; step += 1) {
    list.scrollTop = list.scrollHeight * step / steps;
    await frame();
    await frame();
    most = Math.max(most, document.querySelectorAll("*").length);
    const rows = [...list.querySelectorAll("[data-key]")].map(row => row.getBoundingClientRect());
    const first = Math.min(...rows.map(row => row.top));
    const last = Math.max(...rows.map(row => row.bottom));
    const {top, bottom} = list.getBoundingClientRect();
    if (first > top + 80 || last < bottom - 80) throw `a gap at ${step}`;
  }
  return most;
}"""
"""Scroll from end to end in steps; return the most elements there were after any of them."""


def test_scrolling_through_all_of_them_leaves_no_gap_and_costs_no_elements(server, open_view):
    """A frame after each step the rows that are then in sight are there."""
    make_many(server)
    page = open_view("live")
    page.get_by_text(f"number-{MANY - 1}-").first.wait_for()
    few = count_nodes(page)
    debugger = page.context.new_cdp_session(page)
    debugger.send("Performance.enable", {"timeDomain": "threadTicks"})
    before_s = read_cpu_s(debugger)
    most = page.get_by_role("grid", name="Exchanges").evaluate(SCROLL)
    cpu_ms = (read_cpu_s(debugger) - before_s) * 1000 / 101
    print(f"\n{most} elements at most, {cpu_ms:.1f} ms of CPU a step")  # noqa: T201
    assert most <= max(few * 1.2, few + 50)
