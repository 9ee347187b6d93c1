"""Pages in a real browser, the gateway's user and our own: Chromium decides, not we."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

import pytest

from mockserver import Emulator
from mockserver.control.journal import JournalFilter
from mockserver.edges.listeners import listen
from mockserver.edges.serve import serve_in_thread
from mockserver.rules.faults import FaultRequest, On
from mockserver.tests.conftest import KEY, PATIENCE_S
from mockserver.tests.tools import find_tool

BROWSER = [
    "chromium",
    *("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
    *("--disable-dev-shm-usage", "--no-proxy-server", "--dump-dom"),
    "--host-resolver-rules=MAP page.example 127.0.0.1",
]
CONSOLE = re.compile(r"^.*:CONSOLE.*$", re.MULTILINE)
PAGE = """<!doctype html><title>A page</title><pre id="seen"></pre>
<script>
const url = "GATEWAY", key = {"x-api-key": "SG_0123456789abcdef"};
const json = {...key, "content-type": "application/json"};
const body = JSON.stringify({prompt: "A paper boat"});
const seen = {};
const get = async (path, headers = key) => (await fetch(path, {headers})).json();
async function use() {
  const job = await (await fetch(url + "/v2/ideogram-3",
    {method: "POST", headers: json, body})).json();
  seen.states = [];
  do {
    seen.states.push((await get(job.status_url)).status);
  } while (seen.states.at(-1) !== "COMPLETED");
  const result = await get(job.response_url);
  const output = await fetch(result.output, {headers: {range: "bytes=0-99"}});
  seen.output = [output.status, output.headers.get("content-type"),
    output.headers.get("content-range").split("/")[0], (await output.blob()).size];
  seen.picture = await show(result.output);
  const ran = await fetch(url + "/v1/ideogram-3", {method: "POST", headers: json, body});
  seen.cost = ran.headers.get("x-cost");
  const refused = await fetch(url + "/v2/ideogram-3", {method: "POST", body});
  seen.refused = [refused.status, (await refused.json()).error];
  const wrong = await fetch(url + "/v2/ideogram-3", {method: "DELETE", headers: key});
  seen.wrong = [wrong.status, (await wrong.text()).includes("405")];
  const struck = await fetch(url + "/v1/get-user-credits", {headers: key});
  seen.struck = [struck.status, struck.headers.get("x-own")];
  seen.control = await steer();
}
async function show(address) {
  const picture = document.body.appendChild(new Image());
  picture.src = address;
  await picture.decode();
  const again = new Image();
  again.crossOrigin = "anonymous";
  again.src = address;
  await again.decode();
  const canvas = Object.assign(document.createElement("canvas"), {width: 1, height: 1});
  canvas.getContext("2d").drawImage(again, 0, 0);
  const [, , , alpha] = canvas.getContext("2d").getImageData(0, 0, 1, 1).data;
  return [picture.naturalWidth, picture.naturalHeight, alpha];
}
async function steer() {
  const closed = promise => promise.then(() => "read", () => "closed");
  const reset = {method: "POST", body: JSON.stringify({api_key: key["x-api-key"]})};
  const stream = new EventSource(url + "/_mock/events");
  const events = new Promise(resolve => {
    stream.onopen = () => resolve("open");
    stream.onerror = () => resolve(stream.readyState === EventSource.CLOSED ? "closed" : "tries");
  });
  return {
    health: await closed(fetch(url + "/_mock/health")),
    requests: await closed(fetch(url + "/_mock/requests")),
    json: await closed(fetch(url + "/_mock/reset", {...reset, headers: json})),
    patch: await closed(fetch(url + "/_mock/clock", {method: "PATCH", headers: json, body: "{}"})),
    plain: await closed(fetch(url + "/_mock/reset", reset)),
    unread: (await fetch(url + "/_mock/reset", {...reset, mode: "no-cors"})).type,
    events: await events,
  };
}
use().catch(error => { seen.error = String(error); }).then(() => {
  document.getElementById("seen").textContent = JSON.stringify(seen);
  fetch("/done");
});
</script>
<img src="/until-done">"""


CLOSED = {
    **dict.fromkeys(("health", "requests", "json", "patch", "plain", "events"), "closed"),
    "unread": "opaque",
}
"""What a page of another origin finds of the control plane, the answers to what it sends unread."""


@contextmanager
def page_at(gateway: str, host: str) -> Iterator[str]:
    """Serve the page; its load ends, and the browser prints it, when its script is done.

    The browser takes `page.example` for this machine.
    """
    is_done = Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/until-done":
                is_done.wait()
            elif self.path == "/done":
                is_done.set()
            is_page = self.path == "/"
            self.send_response(200 if is_page else 404)
            self.send_header("content-type", "text/html; charset=utf-8")
            self.end_headers()
            if is_page:
                self.wfile.write(PAGE.replace("GATEWAY", gateway).encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://{host}:{server.server_address[1]}/"
    finally:
        is_done.set()
        server.shutdown()
        thread.join()
        server.server_close()


def browse(url: str, folder: Path) -> tuple[str, list[str]]:
    """Visit a page; return its document, and what the browser's console says of it."""
    find_tool(BROWSER[0])
    flags = (f"--user-data-dir={folder}", "--enable-logging=stderr", "--v=0")
    done = subprocess.run(
        [*BROWSER, *flags, url], check=True, capture_output=True, text=True, timeout=PATIENCE_S
    )
    return done.stdout, CONSOLE.findall(done.stderr)


@pytest.mark.fact("C1")
@pytest.mark.parametrize("host", ["page.example", "127.0.0.1"])
def test_a_page_of_another_origin_uses_the_gateway(tmp_path, host):
    """It runs models, shows a picture and reads its pixels, and cannot steer the emulator.

    Status, result, a part of the output, refusals and a fault can be read. What a browser sends
    without asking before, as a POST whose answer stays unread, changes nothing either.
    """
    emulator = Emulator(clock="auto")
    fault = {"status": 503, "headers": {"X-Own": "a fault's"}}
    emulator.control.faults.add(FaultRequest(does=fault, on=On(route="credits")))
    with emulator.live() as server, page_at(server.url, host) as page:
        dump, _ = browse(page, tmp_path)
    seen = json.loads(re.search(r'<pre id="seen">(.*?)</pre>', dump)[1])
    assert seen == {
        "states": ["QUEUED", "PROCESSING", "COMPLETED"],
        "output": [206, "image/png", "bytes 0-99", 100],
        "cost": "0.075",
        "refused": [401, "Missing Authorization or x-api-key in header"],
        "wrong": [405, True],
        "struck": [503, "a fault's"],
        "picture": [1024, 1024, 255],
        "control": CLOSED,
    }
    assert emulator.account(KEY).jobs != []
    shown = emulator.control.journal.show(JournalFilter(route="preflight"))["requests"]
    assert {exchange["status"] for exchange in shown} == {204}


@pytest.mark.parametrize("path", ["/", "/docs"])
def test_a_visitor_sees_the_first_page_and_leaves_no_trace(tmp_path, path):
    """The browser has nothing to complain of, and the visit is in no journal."""
    emulator = Emulator()
    with emulator.live() as server:
        document, console = browse(server.url + path, tmp_path)
    assert "<h1>segmock</h1>" in document
    assert server.url in document
    assert console == []
    assert emulator.control.journal.show(JournalFilter())["requests"] == []


def test_a_visitor_without_the_token_sees_how_to_give_it(tmp_path):
    """The browser shows the page of the refusal, and has only its status to complain of."""
    app = Emulator().protect_asgi("127.0.0.1", "sesame")
    with serve_in_thread(app, listen("127.0.0.1", 0)) as server:
        document, console = browse(server.url, tmp_path)
    assert "SEGMOCK_ADMIN_TOKEN" in document
    assert [line for line in console if "401" not in line] == []


def test_what_a_policy_forbids_would_be_seen(tmp_path):
    """A page whose policy does not allow its style has the browser complain."""
    page = tmp_path / "page.html"
    policy = '<meta http-equiv="content-security-policy" content="default-src \'none\'">'
    page.write_text(f"{policy}<style></style>")
    _, console = browse(page.as_uri(), tmp_path / "profile")
    assert "Content Security Policy" in "".join(console)
