"""What the emulator's core takes for a request, in instructions: no socket, no ASGI, no server.

A process of its own has emulators and does what it is told; callgrind counts it from outside.
With `--against DIR` the emulator of another checkout does the same, for what a change costs.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import cycle
from pathlib import Path
from statistics import median
from typing import TypeAlias

import httpx
import traffic
from exchanges import Client, R, Work, list_works, poll_by_turns, prepare_jobs
from figures import add_json_flag, end_on_signals, machine, show_progress
from inside import do_as_told, running_inside
from load import Call
from meters import Meter, find_meter

from mockserver.base.wire import Request, Respond
from mockserver.emulator import Emulator

COUNTS = {
    "GET status": 400,
    "POST submit": 400,
    "GET result": 400,
    "cycle": 8,
    "cycle, httpx": 8,
    "httpx alone": 8,
}
"""What is counted, and how often in a round."""

Costs: TypeAlias = dict[str, list[float]]
"""What one of each cost, round by round."""

_ROOT = Path(__file__).parent.parent
_KEY = "SG_benchmark_core"
_HOST = "127.0.0.1:8765"
_MULTIPLE_CHOICES = 300
_FULL_JOURNAL = 2_100
"""More exchanges than an account's journal keeps: from then on each makes another leave."""

_EPILOG = """\
What is counted:
  GET status, POST submit, GET result, cycle
                as in benchmarks/instructions.py, but handed to the gateway itself
  cycle, httpx  the cycle of a client of httpx with the emulator's transport
  httpx alone   the same, where httpx.MockTransport answers with constants

Examples:
  python benchmarks/core.py                      half a minute
  python benchmarks/core.py --row 'POST submit'  one row; --row again for more
  python benchmarks/core.py --against ../before  and the emulator of another checkout

Counting needs valgrind (Debian: apt-get install valgrind); without it these are CPU seconds.
"""


class CoreClient(Client[Request]):
    """A client of the gateway itself, without an edge."""

    def __init__(self, emulator: Emulator) -> None:
        super().__init__(_KEY)
        self._lock, self._gateway = emulator.lock, emulator.gateway
        self._control = emulator.in_process

    def build(self, call: Call) -> Request:
        """Return the request as an edge reads it."""
        headers = {"host": _HOST, **call.headers}
        raw = {name.encode(): value.encode() for name, value in headers.items()}
        return Request(method=call.method, path=call.path, headers=raw, body=call.body)

    def send(self, request: Request) -> bytes:
        """Hand it over."""
        with self._lock:
            outcome = self._gateway.handle(request)
        if not isinstance(outcome, Respond) or outcome.status >= _MULTIPLE_CHOICES:
            sys.exit(f"{request.method} {request.path} came to {outcome}")
        return outcome.body

    def control(self, method: str, path: str, body: object) -> None:
        """Call the control plane, which the gateway does not know."""
        call = Call(method, path, {}, json.dumps(body).encode())
        self._control.call_control(self.build(call))


class Recorder(CoreClient):
    """A client that keeps the answers it gets."""

    def __init__(self, emulator: Emulator) -> None:
        super().__init__(emulator)
        self.answers: list[bytes] = []

    def send(self, request: Request) -> bytes:
        """Hand it over, and keep the answer."""
        self.answers.append(super().send(request))
        return self.answers[-1]


class HttpxClient(Client[httpx.Request]):
    """A client of httpx that is used for everything, as applications have one."""

    def __init__(self, transport: httpx.BaseTransport) -> None:
        super().__init__(_KEY)
        self._client = httpx.Client(transport=transport, base_url=f"http://{_HOST}")

    def build(self, call: Call) -> httpx.Request:
        """Build it as the methods of the client do."""
        return self._client.build_request(
            call.method, call.path, headers=call.headers, content=call.body
        )

    def send(self, request: httpx.Request) -> bytes:
        """Send it."""
        answer = self._client.send(request)
        if not answer.is_success:
            sys.exit(f"{request.method} {request.url} answered {answer.status_code}")
        return answer.content


def main() -> None:
    """Count, print the table, and write it as JSON if wanted."""
    options = _read_options()
    if options.inside:
        do_as_told({name: partial(_repeat, work) for name, work in _list_works().items()})
        return
    end_on_signals()
    meter = find_meter()
    scale = (0.5 if options.quick else 1.0) * meter.scale
    trees = {"here": _ROOT} | ({"there": options.against} if options.against else {})
    costs = {name: count_rows(meter, tree, options.row, scale) for name, tree in trees.items()}
    show_progress("")
    print("\n".join(_render(meter.unit, costs)))
    if options.json:
        written = {"machine": machine(), "unit": meter.unit, **costs}
        options.json.write_text(json.dumps(written, indent=2) + "\n")


def count_rows(meter: Meter, tree: Path, names: Sequence[str], scale: float) -> Costs:
    """Return what each row costs the emulator of a checkout."""
    with running_inside(meter, __file__, "--inside", tree=tree) as inside:
        inside.repeat("GET status", _FULL_JOURNAL)
        return {name: inside.measure(name, max(1, round(COUNTS[name] * scale))) for name in names}


def _repeat(work: Work, count: int) -> None:
    for _ in range(count):
        work()


def _list_works() -> dict[str, Work]:
    """Return what can be counted; each kind of cycle has an emulator of its own."""
    calls = CoreClient(_make_emulator())
    return {
        **list_works(calls, prepare_jobs(calls)),
        "cycle": _prepare_cycle(CoreClient(_make_emulator())),
        "cycle, httpx": _prepare_cycle(HttpxClient(_make_emulator().transport)),
        "httpx alone": _make_constants(),
    }


def _prepare_cycle(client: Client[R]) -> Work:
    poll_by_turns(client)
    return list_works(client, prepare_jobs(client))["cycle"]


def _make_constants() -> Work:
    """Return the cycle of a client of httpx whose answers are those of one cycle, ever again."""
    recorder = Recorder(_make_emulator())
    poll_by_turns(recorder)
    recorder.run_cycle(traffic.body())
    answers = cycle(recorder.answers)
    client = HttpxClient(httpx.MockTransport(lambda _: httpx.Response(200, content=next(answers))))
    return lambda: client.run_cycle(traffic.body())


def _make_emulator() -> Emulator:
    """Return an emulator whose jobs end at once, with money for all of them."""
    return Emulator(speed=1_000_000, credits=99_999_999_999)


def _render(unit: str, costs: dict[str, Costs]) -> Iterator[str]:
    """Yield the lines of the report."""
    about = machine()
    yield f"{about['python']}, {about['cpus']} CPUs, {about['system']}"
    yield f"{unit} of the process for one, medians of rounds"
    yield ""
    heads = "".join(f"{name:>15}" for name in costs)
    yield f"{'':14}{heads}{'here / there' if len(costs) > 1 else '':>15}"
    for name in next(iter(costs.values())):
        figures = [median(each[name]) for each in costs.values()]
        ratio = f"{figures[0] / figures[1]:15.3f}" if len(figures) > 1 else ""
        yield f"{name:14}{''.join(f'{figure:15,.0f}' for figure in figures)}{ratio}"


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Count what a request costs the emulator's core.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--row", action="append", choices=COUNTS, help="this row (each of them)")
    parser.add_argument("--against", type=Path, metavar="DIR", help="another checkout, beside this")
    parser.add_argument("--quick", action="store_true", help="half of the requests")
    add_json_flag(parser)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.against and not (options.against / "mockserver").is_dir():
        parser.error(f"{options.against} is no checkout of segmock: there is no mockserver in it")
    options.row = options.row or list(COUNTS)
    return options


if __name__ == "__main__":
    main()
