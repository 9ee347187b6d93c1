"""Prism, a proxy that holds every request and answer against the document, in front of a server."""

import json
import subprocess
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from mockserver import Emulator, fixtures
from mockserver.contract.catalogue import Catalogue
from mockserver.contract.openapi import render_openapi
from mockserver.tests.conftest import FIXED
from mockserver.tests.openapi.tools import NODE_TOOLS
from mockserver.tests.processes import environment
from mockserver.tests.test_sdk import driven

FOUND = "sl-violations"
"""The header in which Prism says what breaks the document."""

MOVED = {"200": {"description": "The clock is moved"}}
CONTROL = {"patch": {"security": [], "responses": MOVED}}
PATHS = render_openapi(Catalogue())["paths"] | {"/_mock/clock": CONTROL}
"""The driver of the SDK moves the clock, which is no part of the gateway."""


@contextmanager
def serving(answer):
    """Serve what `answer` returns for method, path, headers and body."""

    class Handler(BaseHTTPRequestHandler):
        def handle_one(self):
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            status, headers, content = answer(self.command, self.path, self.headers, body)
            self.send_response(status)
            for name, value in headers.items():
                if name not in {"content-length", "date", "connection"}:
                    self.send_header(name, value)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_PATCH = handle_one  # noqa: N815 the names that http.server looks for

        def log_message(self, *_):
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def proxying(folder, upstream, *options):
    """Let Prism stand in front of a server; yield its address."""
    document = folder / "openapi.json"
    document.write_text(json.dumps(render_openapi(Catalogue()) | {"paths": PATHS}))
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as free:
        port = free.server_port
    command = [NODE_TOOLS / "prism", "proxy", document, upstream, "--port", str(port), *options]
    with subprocess.Popen(
        list(map(str, command)), env=environment(), stdout=subprocess.PIPE, text=True
    ) as prism:
        try:
            said = next((line for line in prism.stdout if "listening" in line), "")
            assert f":{port}" in said
            threading.Thread(target=prism.stdout.read, daemon=True).start()
            yield f"http://127.0.0.1:{port}"
        finally:
            prism.kill()


@pytest.fixture
def replayed(tmp_path):
    """A function that lets Prism see an exchange; it returns what Prism finds in the answer."""
    current = {}

    def answer(*_):
        response = current["response"]
        body, headers = response["body"], response["headers"]
        if isinstance(body, dict) and "media" in body:
            return response["status"], headers, fixtures.media("input.png")
        content = body if isinstance(body, str) else json.dumps(body)
        return response["status"], headers, content.encode()

    def replay(exchange):
        current.update(exchange)
        request = exchange["request"]
        body = request["body"]
        content = None if body is None else body if isinstance(body, str) else json.dumps(body)
        headers = {n: v for n, v in request["headers"].items() if n != "content-length"}
        sent = client.request(request["method"], request["path"], headers=headers, content=content)
        found = json.loads(sent.headers.get(FOUND, "[]"))
        return [each for each in found if each["location"][0] == "response"]

    with (
        serving(answer) as upstream,
        proxying(tmp_path, upstream) as proxy,
        httpx.Client(base_url=proxy) as client,
    ):
        yield replay


def golden():
    """List the golden exchanges whose path the document has."""
    paths = render_openapi(Catalogue())["paths"]
    known = {path.partition("{")[0] for path in paths}
    exchanges = map(fixtures.load, fixtures.names())
    return [
        each
        for each in exchanges
        if each["response"]["status"] != 405
        and any(each["request"]["path"].startswith(path) for path in known)
    ]


def test_prism_finds_nothing_wrong_with_the_golden_answers(replayed):
    """Every golden answer is one that the document has."""
    exchanges = golden()
    found = {each["name"]: replayed(each) for each in exchanges}
    assert {name: violations for name, violations in found.items() if violations} == {}
    assert len(exchanges) > 300


def test_prism_finds_an_answer_that_is_wrong(replayed):
    """A balance in words, a state that there is not, and a status that no route has are found."""
    for name, wrong in (
        ("account/credits", {"body": {"credits": "many", "free-credits": 0}}),
        ("ideogram-3/queued", {"body": {"status": "WAITING"}}),
        ("ideogram-3/submit", {"status": 418}),
    ):
        exchange = fixtures.load(name)
        assert replayed(exchange) == []
        assert replayed({**exchange, "response": exchange["response"] | wrong}) != []


def test_the_sdk_sees_the_same_through_prism(tmp_path):
    """An answer that breaks the document would be an error for the SDK: it meets none."""
    with Emulator(clock="auto", **FIXED).live() as server:
        direct = without_places(driven("1.3.0", server.url), server.url)
    place = {}

    def answer(method, path, headers, body):
        sent = {**headers, "Host": place["proxy"].removeprefix("http://")}
        got = httpx.request(method, place["server"] + path, headers=sent, content=body)
        return got.status_code, dict(got.headers), got.content

    options = ("--errors", "--validate-request", "false")
    with (
        Emulator(clock="auto", **FIXED).live() as server,
        serving(answer) as upstream,
        proxying(tmp_path, upstream, *options) as proxy,
    ):
        place.update(server=server.url, proxy=proxy)
        through = without_places(driven("1.3.0", proxy), proxy)
    assert through.keys() == direct.keys()
    assert comparable(through) == comparable(direct)


PRISMS_OWN = {"headers", "bytes", "start", "elapsed_s"}
"""Prism adds headers and reads every body as text, also those of pictures; and it takes time."""


def comparable(report):
    """Return the scenarios whose paths the document has, without what Prism changes."""
    played = {name: each for name, each in report["scenarios"].items() if name != "unknown_model"}
    return {
        name: {key: value for key, value in each.items() if key not in PRISMS_OWN}
        for name, each in played.items()
    }


def without_places(report, url):
    """Return what the driver reports, the address of the server left out."""
    return json.loads(json.dumps(report).replace(url, "GATEWAY"))
