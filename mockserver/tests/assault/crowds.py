"""Rows that are harmless one by one, and come by the thousand."""

from __future__ import annotations

import json
import socket
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

from mockserver.tests.assault.benches import IS_STORM, KEY, Bench, Row, keys, many, request
from mockserver.tests.assault.watching import read_usage

MIB = 1024 * 1024
RUN, CREDITS, FLOW = "/v2/ideogram-3", "/v1/get-user-credits", "/workflows/w"
UNKNOWN = "/v2/requests/0123456789abcdef0123456789abcdef/status"
PROMPT = b'{"prompt": "A kite"}'
OTHER_KEY = "SG_cccc0123456789ab"
MOST_THREADS = 40
"""More than the server has by itself: its own, those that read bodies, and those of webhooks."""


def call_with_many_keys(bench: Bench) -> None:
    """Make very many accounts, and ask for what once looked at each of them."""
    bench.send_all(request("GET", CREDITS, key=key) for key in keys("c0de", many(200_000)))
    for path in ("/_mock/health", "/_mock/requests?limit=1", "/_mock/verdicts?limit=1", UNKNOWN):
        bench.send_all(request("GET", path) for _ in range(20))


def submit_many(bench: Bench) -> None:
    """Submit very many jobs, and go through the list of them page by page."""
    bench.send_all(request("POST", RUN, PROMPT) for _ in range(many(100_000)))
    after = ""
    while after is not None:
        page = bench.ask("GET", f"/_mock/jobs?limit=1000&after={after}")
        after = page.get("next")
    bench.ask("GET", "/_mock/jobs")


def upload_much(bench: Bench) -> None:
    """Upload ten times as much as all accounts together may keep."""
    url = "data:image/png;base64," + "A" * (many(15) * MIB)
    body = json.dumps({"data_urls": [url]}).encode()
    for key in keys("f11e", many(10)):
        for _ in range(many(4)):
            bench.send(request("POST", "/upload-asset", body, key=key))


def submit_much(bench: Bench) -> None:
    """Submit runs of 4 MiB of parameters each, and runs of a language model, which hears it all."""
    body = json.dumps({"prompt": "a " * (2 * MIB)}).encode()
    for path in (RUN, "/v2/gpt-5.5"):
        for key in keys("b0d1", many(40)):
            bench.send(request("POST", path, body, key=key))


def arm_faults_of_others(bench: Bench) -> None:
    """Arm very many rules for other accounts, and call."""
    rules = (
        json.dumps({"api_key": key, "do": {"status": 503}}).encode()
        for key in keys("fa17", many(10_000))
    )
    bench.send_all(request("POST", "/_mock/faults", rule) for rule in rules)
    bench.send_all(request("GET", CREDITS) for _ in range(many(2_000)))
    bench.send_all(request("DELETE", f"/_mock/faults?api_key={key}") for key in keys("fa17", 20))
    bench.ask("DELETE", "/_mock/faults")


def read_escapes(bench: Bench) -> None:
    """Fill a journal with bodies of very many words with escapes, and read it in each way."""
    words = {
        "in JSON": json.dumps({"prompt": r"\a " * 15_000}).encode(),
        "beside a letter that is not ASCII": json.dumps({"prompt": r"\a " * 15_000 + "é"}).encode(),
        "in text": rb"\u0061 " * 8_000,
        "in a form": b"%61 " * 15_000,
    }
    for body in words.values():
        bench.send_all(request("POST", RUN, body) for _ in range(many(300)))
    for path in ("/_mock/requests", "/_mock/verdicts", "/_mock/jobs"):
        bench.send(request("GET", path))
    events = bench.hold(request("GET", "/_mock/events?since=0"))
    with events.makefile("rb") as stream:
        for _ in range(many(100)):
            while not stream.readline().startswith(b"id: "):
                pass


def read_nothing(bench: Bench) -> None:
    """Ask for pictures on very many connections, and read none of what comes."""
    url = json.loads(bench.send(request("POST", "/v1/ideogram-3", PROMPT))[1])["data"][0]["url"]
    asked = request("GET", urlsplit(url).path)
    for _ in range(many(500)):
        bench.hold(asked * 50)
    bench.send_all(request("GET", CREDITS) for _ in range(100))


def watch_and_call(bench: Bench) -> None:
    """Call while very many wait for news of somebody else."""
    listen = request("GET", f"/_mock/events?api_key={OTHER_KEY}")
    wait = request("GET", f"/_mock/requests?api_key={OTHER_KEY}&wait_s=600&since=999999999")
    for _ in range(many(1_000)):
        bench.hold(listen)
        bench.hold(wait)
    bench.send_all(request("GET", CREDITS) for _ in range(many(2_000)))
    bench.send_all(request("GET", CREDITS, key=OTHER_KEY) for _ in range(many(20)))


def let_receivers_hang(bench: Bench) -> None:
    """Have workflows end whose webhooks go to what never answers."""
    hanging = bench.held.enter_context(socket.create_server(("127.0.0.1", 0), backlog=512))
    url = f"http://127.0.0.1:{hanging.getsockname()[1]}/hook"
    for key in keys("400c", many(300)):
        run_flow(bench, key, url)
    assert read_usage(bench.pid).threads < MOST_THREADS


def run_flow(bench: Bench, key: str, url: str) -> None:
    """Register a webhook, and have a workflow of this account end."""
    hook = {"webhook_url": url, "event": {"types": ["GRAPH_RUN"]}}
    bench.ask("POST", "/webhook/add", hook, key=key)
    bench.ask("POST", FLOW, PROMPT, key=key)
    bench.ask("PATCH", "/_mock/clock", {"advance_s": 600, "api_key": key})


def reset_what_runs(bench: Bench) -> None:
    """Reset and delete accounts, and all of them, while their runs are waited for."""
    endings = [
        ("POST", "/_mock/reset", json.dumps({"api_key": KEY}).encode()),
        ("DELETE", f"/_mock/accounts/{KEY}", b""),
        ("POST", "/_mock/reset", b"{}"),
    ]
    for method, path, body in endings * (10 if IS_STORM else 2):
        with ThreadPoolExecutor(4) as pool:
            runs = [pool.submit(run_and_read, bench) for _ in range(4)]
            bench.send(request(method, path, body))
            for each in runs:
                each.result()


def run_and_read(bench: Bench) -> None:
    """Have a model answer, and get the file, if it says that there is one."""
    _, body = bench.send(request("POST", "/v1/ideogram-3", PROMPT))
    if body.startswith(b"{") and b'"url"' in body:
        url = json.loads(body)["data"][0]["url"]
        bench.send(request("GET", url.removeprefix(bench.url)))


ROWS = [
    Row("200,000 keys", call_with_many_keys),
    Row("100,000 jobs, and lists of them", submit_many),
    Row("10 accounts with 60 MiB of uploads", upload_much, is_cheap=False),
    Row("80 runs with 4 MiB of parameters", submit_much, is_cheap=False),
    Row("10,000 faults of others", arm_faults_of_others),
    Row("journals of many escaped words", read_escapes, is_cheap=False),
    Row("500 clients that read nothing", read_nothing),
    Row("1,000 watchers of events", watch_and_call),
    Row("300 webhooks whose receiver hangs", let_receivers_hang),
    Row("resets while runs are waited for", reset_what_runs),
]
