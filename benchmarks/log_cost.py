"""What `--log` costs a request: processor instructions, counted by callgrind.

Instructions are the same on a busy machine and on an idle one. A program under callgrind asks an
emulator as a server does, through ASGI but without a socket, so the share of the log is a little
larger than in life. It writes the log to a file every 64 exchanges, where a server has a thread
that does so twenty times a second. The same with fewer requests is subtracted, which leaves what
requests cost and nothing of the start. Judging clients is left out: it takes a share of the time,
three percent at the most (`edges/exchange_judge`), and not a number of instructions a request.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import traffic

from mockserver.control.log_writers import JsonWriter, LineWriter
from mockserver.edges.exchange_log import ExchangeLog
from mockserver.edges.log_output import LogOutput
from mockserver.emulator import Emulator

AIM = 0.10
"""The share of instructions that `--log line` may add."""

_FORMS, _CALLS = ("off", "line", "json"), ("poll", "submit")
_WRITERS = {"line": LineWriter, "json": JsonWriter}
_KEY = b"SG_0123456789abcdef"
_HEADERS = [
    (b"host", b"127.0.0.1:8765"),
    (b"user-agent", b"python-httpx/0.28.1"),
    (b"accept", b"*/*"),
    (b"accept-encoding", b"gzip, deflate"),
    (b"connection", b"keep-alive"),
    (b"content-type", b"application/json"),
    (b"x-api-key", _KEY),
]
_FEW, _TOGETHER = 128, 64
_COUNTED = re.compile(r"Collected : (\d+)")


def main() -> None:
    """Count, and print a table."""
    options = _read_options()
    if options.inside:
        form, call = options.inside
        asyncio.run(_ask(form, call, options.requests))
        return
    if shutil.which("valgrind") is None:
        sys.exit("valgrind is not installed; it counts the instructions")
    for call in _CALLS:
        counts = {form: _count(form, call, options.requests) for form in _FORMS}
        for form, count in counts.items():
            ratio = count / counts["off"]
            aim = f"   aim <= {1 + AIM:.2f} {'met' if ratio <= 1 + AIM else 'missed'}"
            print(f"{call:8}--log {form:6}{count:12,.0f} instructions   x {ratio:.3f}", end="")
            print(aim if form == "line" else "")


def _count(form: str, call: str, requests: int) -> float:
    """Return how many instructions one call takes."""
    few, many = (_run(form, call, number) for number in (_FEW, _FEW + requests))
    return (many - few) / requests


def _run(form: str, call: str, requests: int) -> int:
    """Return how many instructions a program takes that makes so many calls."""
    tool = ("valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null")
    inside = (sys.executable, __file__, "--inside", form, call, "--requests", str(requests))
    env = os.environ | {"PYTHONHASHSEED": "0"}
    done = subprocess.run([*tool, *inside], capture_output=True, text=True, env=env, check=False)
    found = _COUNTED.search(done.stderr)
    if done.returncode or found is None:
        sys.exit(f"callgrind counted nothing: {done.stderr[-500:]}")
    return int(found[1])


async def _ask(form: str, call: str, requests: int) -> None:
    """Make calls: polls of a job that stalls, or submits that all differ."""
    emulator = Emulator(clock="frozen", credits=99_999_999_999)
    with _logging(emulator, form) as write:
        stalled = traffic.body(prompt="mock:stall while the load lasts")
        job = await _send(emulator, "POST", traffic.SUBMIT, stalled)
        status = f"/v2/requests/{json.loads(job)['request_id']}/status"
        seeds = traffic.fresh_seeds()
        gc.disable()
        for number in range(requests):
            if call == "poll":
                await _send(emulator, "GET", status, b"")
            else:
                await _send(emulator, "POST", traffic.SUBMIT, traffic.body(next(seeds)))
            if not number % _TOGETHER:
                write()


@contextmanager
def _logging(emulator: Emulator, form: str) -> Iterator[Callable[[], None]]:
    """Give a function that writes what has happened, to a file."""
    if form == "off":
        yield lambda: None
        return
    with tempfile.TemporaryFile() as file:
        output = LogOutput(file.fileno())
        log = ExchangeLog(emulator.control, emulator.transactions, _WRITERS[form](), output)
        log.begin(judge=False)
        yield log.write_news


async def _send(emulator: Emulator, method: str, path: str, body: bytes) -> bytes:
    length = [(b"content-length", str(len(body)).encode())] if body else []
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": b"",
        "scheme": "http",
        "headers": [*_HEADERS, *length],
    }
    parts: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        parts.append(message)

    await emulator.asgi(scope, receive, send)
    if parts[0]["status"] != 200:  # noqa: PLR2004
        sys.exit(f"{method} {path} answered {parts}")
    return b"".join(part.get("body", b"") for part in parts)


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Count the instructions of a request with and without a log; needs valgrind."
    )
    parser.add_argument("--requests", type=int, default=640, help="calls that are counted (640)")
    parser.add_argument("--inside", nargs=2, help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
