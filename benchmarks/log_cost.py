"""What `--log` costs a request, in instructions.

Instructions are the same on a busy machine and on an idle one. A process under callgrind asks an
emulator as a server does, through ASGI but without a socket, so the share of the log is a little
larger than in life. It writes the log to a file every 64 exchanges, where a server has a thread
that does so twenty times a second. Judging clients is left out: it takes a share of the time,
three percent at the most (`edges/exchange_judge`), and not a number of instructions a request.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import islice, repeat
from statistics import median
from typing import Any

import traffic
from figures import end_on_signals, positive, show_progress
from inside import do_as_told, running_inside
from meters import Meter, find_meter

from mockserver.control.log_writers import JsonWriter, LineWriter
from mockserver.edges.exchange_log import ExchangeLog
from mockserver.edges.log_output import LogOutput
from mockserver.edges.log_thread import make_queue
from mockserver.emulator import Emulator

AIM = 0.10
"""The share that `--log line` may add."""

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
_TOGETHER = 64


def main() -> None:
    """Count, and print a table."""
    options = _read_options()
    if options.inside:
        _ask_as_told(options.inside)
        return
    end_on_signals()
    meter = find_meter()
    costs = {form: count_calls(meter, form, options.requests) for form in _FORMS}
    show_progress("")
    for call in _CALLS:
        for form in _FORMS:
            ratio = costs[form][call] / costs["off"][call]
            aim = f"   aim <= {1 + AIM:.2f} {'met' if ratio <= 1 + AIM else 'missed'}"
            print(f"{call:8}--log {form:6}{costs[form][call]:12,.0f} {meter.unit}", end="")
            print(f"   x {ratio:.3f}{aim if form == 'line' else ''}")


def count_calls(meter: Meter, form: str, requests: int) -> dict[str, float]:
    """Return what each call costs where exchanges are logged in this form."""
    with running_inside(meter, __file__, "--inside", form) as inside:
        return {call: median(inside.measure(call, requests)) for call in _CALLS}


def _ask_as_told(form: str) -> None:
    """Make calls when told: polls of a job that stalls, or submits that all differ."""
    emulator = Emulator(clock="frozen", credits=99_999_999_999)
    with asyncio.Runner() as runner, _logging(emulator, form) as write:
        stalled = traffic.body(prompt="mock:stall while the load lasts")
        job = runner.run(_send(emulator, "POST", traffic.SUBMIT, stalled))
        status = f"/v2/requests/{json.loads(job)['request_id']}/status"
        polls = repeat(("GET", status, b""))
        submits = (("POST", traffic.SUBMIT, traffic.body(seed)) for seed in traffic.fresh_seeds())

        def ask(calls: Iterator[tuple[str, str, bytes]], count: int) -> None:
            runner.run(_ask(emulator, islice(calls, count), write))

        do_as_told({"poll": partial(ask, polls), "submit": partial(ask, submits)})


async def _ask(
    emulator: Emulator, calls: Iterator[tuple[str, str, bytes]], write: Callable[[], None]
) -> None:
    for number, call in enumerate(calls):
        await _send(emulator, *call)
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
        queue = make_queue(emulator.control)
        log = ExchangeLog(
            emulator.control,
            emulator.transactions,
            queue,
            _WRITERS[form](),
            output,
            judges=False,
        )
        emulator.services.store.journals.add_listener(queue.put_exchange, everywhere=False)
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
        description="Count the instructions of a request with and without a log."
    )
    parser.add_argument("--requests", type=positive, default=640, help="of a round (640)")
    parser.add_argument("--inside", metavar="FORM", choices=_FORMS, help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
