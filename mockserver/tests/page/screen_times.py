"""How long it takes from an exchange that is made to a screen that shows it.

The server is a process of its own, as users have it. Its exchanges are made at an even pace, by one
client that waits for nobody. When it sent each is compared with when the browser had painted a
frame that shows this exchange or a newer one, by the wall clock of the machine that both are on.
"""

from __future__ import annotations

from http.client import HTTPConnection
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from mockserver.edges.realtime import pause_s, read_monotonic_s, read_utc_us
from mockserver.tests.conftest import KEY

if TYPE_CHECKING:
    from playwright.sync_api import CDPSession, Page

    from mockserver.tests.page.browsing import Visit

RATE = 200
"""Exchanges a second."""

_PATH = "/v2/requests/event-{}-/status"

WATCH = """() => {
  const screen = document.querySelector("main");
  const frames = window.frames_shown = [];
  const painted = new MessageChannel();
  painted.port1.onmessage = ({data}) => {
    frames.push([data, performance.timeOrigin + performance.now()]);
  };
  let newest = -1;
  const look = () => {
    let shown = newest;
    for (const [, number] of screen.textContent.matchAll(/event-(\\d+)-/g)) {
      shown = Math.max(shown, Number(number));
    }
    if (shown === newest) return;
    newest = shown;
    requestAnimationFrame(() => painted.port2.postMessage(shown));
  };
  new MutationObserver(look).observe(screen, {subtree: true, childList: true, characterData: true});
}"""
"""Note of each frame which exchange is the newest in it, and when it was painted."""

BARE = """async () => {
  const screen = document.querySelector("main");
  const {newest} = await (await fetch("/_mock/requests?limit=0")).json();
  const {body} = await fetch(`/_mock/events?since=${newest}`);
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  (async () => {
    for (;;) {
      const {value, done} = await reader.read();
      if (done) return;
      const paths = value.match(/event-\\d+-/g);
      if (paths) screen.textContent = paths.at(-1);
    }
  })();
}"""
"""The least that a page can do: show the newest path, and nothing else."""


class Latency(NamedTuple):
    """What half, 95 in 100 and all of the exchanges took to the screen, in milliseconds.

    `cpu_ms` is what each cost the thread in which the page runs: a busy machine makes that little
    dearer.
    """

    median_ms: float
    p95_ms: float
    longest_ms: float
    cpu_ms: float

    def __str__(self) -> str:
        return (
            f"median {self.median_ms:.0f} ms, p95 {self.p95_ms:.0f} ms, "
            f"longest {self.longest_ms:.0f} ms, {self.cpu_ms:.2f} ms of CPU each"
        )


def measure_page(visit: Visit, count: int) -> Latency:
    """Measure the view of exchanges, while so many are made."""
    page = visit.open_view("live")
    return _measure(page, visit.server.url, count)


def measure_bare_page(visit: Visit, count: int) -> Latency:
    """Measure a page that does the least, on the same server: what browser and machine take."""
    page = visit.page
    page.route("**/app.mjs", lambda route: route.fulfill(content_type="text/javascript", body=""))
    page.goto(f"{visit.server.url}/_mock/")
    page.evaluate(BARE)
    return _measure(page, visit.server.url, count)


def _measure(page: Page, url: str, count: int) -> Latency:
    page.evaluate(WATCH)
    debugger = page.context.new_cdp_session(page)
    debugger.send("Performance.enable", {"timeDomain": "threadTicks"})
    _make_and_see(page, url, 1)
    cpu_s = read_cpu_s(debugger)
    sent = _make_and_see(page, url, count)
    cpu_s = read_cpu_s(debugger) - cpu_s
    took = _compute_latencies(sent, page.evaluate("frames_shown"))
    page.close()
    at = (count // 2, count * 95 // 100, count - 1)
    return Latency(*(took[each] for each in at), cpu_s * 1000 / count)


def _make_and_see(page: Page, url: str, count: int) -> dict[int, float]:
    """Make exchanges, and wait until the page shows the last of them."""
    first = read_utc_us()
    sent = make_exchanges(url, first, count)
    page.wait_for_function("last => frames_shown.some(([n]) => n >= last)", arg=first + count - 1)
    return sent


def read_cpu_s(debugger: CDPSession) -> float:
    """Return how much CPU the thread of a page has used, which a busy machine changes little."""
    metrics = debugger.send("Performance.getMetrics")["metrics"]
    return next(each["value"] for each in metrics if each["name"] == "ThreadTime")


def make_exchanges(url: str, first: int, count: int) -> dict[int, float]:
    """Make exchanges at an even pace; return when each was sent, in milliseconds since 1970.

    One whose turn has come is sent as soon as the last has its answer.
    """
    connection = HTTPConnection(urlsplit(url).netloc)
    sent = {}
    begun_s = read_monotonic_s()
    for number in range(count):
        early_s = begun_s + number / RATE - read_monotonic_s()
        if early_s > 0:
            pause_s(early_s)
        sent[first + number] = read_utc_us() / 1000
        connection.request("GET", _PATH.format(first + number), headers={"x-api-key": KEY})
        connection.getresponse().read()
    connection.close()
    return sent


def _compute_latencies(sent: dict[int, float], frames: list[tuple[int, float]]) -> list[float]:
    """Compare when exchanges were sent with the first frame that had each, or a newer one."""
    took, waiting = [], iter(frames)
    newest, painted_ms = next(waiting)
    for number, sent_ms in sent.items():
        while newest < number:
            newest, painted_ms = next(waiting)
        took.append(painted_ms - sent_ms)
    return sorted(took)
