"""What a page of another origin has of the page to watch and steer with: nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

TOKEN = "sesame"

ATTEMPTS = {
    "reads the page": "reads('/_mock/', {headers: {accept: 'text/html'}})",
    "reads a module": "reads('/_mock/page/app.mjs')",
    "reads the journal": "reads('/_mock/requests')",
    "reads the health": "reads('/_mock/health')",
    "reads with a token": "reads('/_mock/requests', {headers: {authorization: 'Bearer sesame'}})",
    "follows the journal": "listens('/_mock/events')",
    "loads a module without reading": "reads('/_mock/page/app.mjs', {mode: 'no-cors'})",
    "runs a module": "import(url + '/_mock/page/app.mjs').then(() => 'had', () => 'nothing')",
    "runs a module as a script": "loads('script', {src: url + '/_mock/page/app.mjs'})",
    "uses a style": "loads('link', {rel: 'stylesheet', href: url + '/_mock/page/base.css'})",
    "looks into a window": "looks('/_mock/')",
}
"""What a page tries, each with what gives `had` or `nothing`."""

HELPERS = """
const url = "SERVER";
const reads = (path, options) => fetch(url + path, options).then(() => "had", () => "nothing");
const loads = (tag, attributes) => new Promise(resolve => {
  const element = Object.assign(document.createElement(tag), attributes);
  element.onload = () => resolve("had");
  element.onerror = () => resolve("nothing");
  document.head.append(element);
});
const listens = path => new Promise(resolve => {
  const source = new EventSource(url + path);
  source.onopen = () => resolve("had");
  source.onerror = () => resolve("nothing");
});
const looks = async path => {
  const opened = window.open(url + path);
  const has = read => { try { return read(); } catch { return false; } };
  const isBlank = () => has(() => opened.location.href === "about:blank");
  while (isBlank()) await new Promise(resolve => setTimeout(resolve, 20));
  return has(() => opened.document) ? "had" : "nothing";
};
"""


@contextmanager
def serve_elsewhere() -> Iterator[str]:
    """Serve an empty page on another port, which makes another origin."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(b'<!doctype html><title>x</title><link rel=icon href="data:,">')

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    elsewhere = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=elsewhere.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{elsewhere.server_address[1]}/"
    finally:
        elsewhere.shutdown()
        thread.join()
        elsewhere.server_close()


@pytest.fixture(params=[None, TOKEN], ids=["no token", "token"])
def guarded(request, make_server):
    """A server that somebody uses, with a token and without."""
    server = make_server(token=request.param)
    server.submit()
    return server


@pytest.fixture
def foreign(guarded, make_visit):
    """A page of another origin, in a browser where this one may be open too."""
    visit = make_visit(guarded)
    visit.accepted.append("")
    with serve_elsewhere() as address:
        visit.page.goto(address)
        yield visit.page


def test_a_page_of_another_origin_gets_nothing(foreign, guarded):
    """Neither of what the emulator holds nor of the page; the token is no help to it."""
    helpers = HELPERS.replace("SERVER", guarded.url)
    tries = ", ".join(f"[{name!r}, () => {script}]" for name, script in ATTEMPTS.items())
    came = foreign.evaluate(
        f"""async () => {{
          {helpers}
          const came = {{}};
          for (const [name, attempt] of [{tries}]) came[name] = await attempt();
          return came;
        }}"""
    )
    assert came == dict.fromkeys(ATTEMPTS, "nothing")


def test_no_page_can_show_it_in_a_frame(foreign, guarded):
    """Nor have somebody click in it unawares."""
    foreign.evaluate(
        """url => new Promise(resolve => {
          const frame = document.createElement("iframe");
          frame.onload = resolve;
          frame.src = url;
          document.body.append(frame);
        })""",
        f"{guarded.url}/_mock/",
    )
    [_, frame] = foreign.frames
    assert frame.locator("#main").count() == 0
    assert frame.url.startswith("chrome-error:")


def test_a_page_of_another_origin_changes_nothing(foreign, guarded):
    """Though a browser sends what it need not ask for first."""
    foreign.evaluate(
        """url => Promise.all([
          fetch(url + "/_mock/reset", {method: "POST", mode: "no-cors", body: "{}"}),
          fetch(url + "/_mock/faults", {method: "POST", mode: "no-cors",
            body: JSON.stringify({do: {status: 500}})}),
        ])""",
        guarded.url,
    )
    assert [each["route"] for each in guarded.list_exchanges()] == ["submit"]
    assert guarded.steer("GET", "/_mock/faults")["faults"] == []
