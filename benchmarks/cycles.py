"""How many whole cycles a second one client gets out of an emulator in its own process.

A cycle is submit, polls until COMPLETED, result, and the download of a fresh picture. There is no
socket; what an HTTP client costs by itself shows in the same calls of `httpx`, answered by
`httpx.MockTransport` with constants of the same lengths. Rounds alternate, medians count, and
seconds are those of the processor, which a busy machine blurs less.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import chain, repeat
from pathlib import Path
from statistics import median
from typing import Any, TypeAlias

import httpx
import traffic
from figures import machine, positive, ranged

from mockserver.base.wire import Request, Respond
from mockserver.emulator import Emulator
from mockserver.media import Picture, render

AIM_PER_SECOND = 300.0
"""Cycles for each second of one core, however the emulator is spoken to."""

BARE, CORE, TRANSPORT = "httpx, constants", "emulator, core", "emulator, httpx"
PICTURE = "picture alone"

Ask: TypeAlias = Callable[[str, str, bytes], bytes]
"""Sends a method, a URL or path, and a body; returns the body of a successful answer."""

_KEY = "SG_benchmark_cycler"
_HOST = "127.0.0.1:8765"
_ORIGIN = f"http://{_HOST}"
_HEADERS = {"host": _HOST, "x-api-key": _KEY, "content-type": "application/json"}
_RAW_HEADERS = {name.encode(): value.encode() for name, value in _HEADERS.items()}
_SIDE_PX = 1024
_WARM_UP_S = 0.5
_MULTIPLE_CHOICES = 300
_EPILOG = """\
What is measured, in turns:
  httpx, constants   the calls of a cycle through httpx.MockTransport, which knows the answers
  emulator, core     the cycle, its requests handed to the gateway itself
  emulator, httpx    the cycle through httpx and the emulator's own transport, if it has one
  picture alone      a fresh 1024 x 1024 PNG, which each of the emulator's cycles renders

Aim, printed as met or missed; a missed one is no failure of the run:
  at least 300 of the emulator's cycles in a second of one core.

Examples:
  python benchmarks/cycles.py                      about half a minute
  python benchmarks/cycles.py --quick              a few seconds, rougher
  python benchmarks/cycles.py --json cycles.json   every round, for machines
"""


@dataclass(slots=True)
class Course:
    """Something done over and over, and how often a second of the processor had it done."""

    name: str
    run: Callable[[int], object]
    rates: list[float] = field(default_factory=list)

    def measure(self, seeds: Iterator[int], seconds: float) -> float:
        """Repeat it for so many seconds, each time with the next seed; return the rate."""
        done, began = 0, time.process_time()
        until, now = began + seconds, began
        while now < until:
            self.run(next(seeds))
            done, now = done + 1, time.process_time()
        return done / (now - began)


@dataclass(frozen=True, slots=True)
class Cycles:
    """Everything that one run measured; the first course is what the others are compared with."""

    courses: list[Course]

    def ratios(self, course: Course) -> list[float]:
        """Return the rate over that of constants, for each round."""
        pairs = zip(course.rates, self.courses[0].rates, strict=True)
        return [rate / bare for rate, bare in pairs]

    def aims(self) -> Iterator[tuple[str, float, str, bool]]:
        """Yield each aim: of what, the figure, what was aimed at, whether it is met."""
        for course in self.courses:
            if course.name in {CORE, TRANSPORT}:
                rate = median(course.rates)
                yield course.name, rate, f">= {AIM_PER_SECOND:g}", rate >= AIM_PER_SECOND

    def as_json(self) -> dict[str, Any]:
        """Return all of it, every round included, for machines."""
        courses = [
            {"name": course.name, "per_cpu_second": course.rates, "ratios": self.ratios(course)}
            for course in self.courses
        ]
        aims = [dict(zip(("of", "figure", "aim", "met"), aim, strict=True)) for aim in self.aims()]
        return {"machine": machine(), "courses": courses, "aims": aims}

    def as_text(self) -> str:
        """Return the report for people."""
        return "\n".join([*self._rates(), "", *self._aims()])

    def _rates(self) -> Iterator[str]:
        about = machine()
        yield f"{about['python']}, {about['cpus']} CPUs, {about['system']}"
        yield f"cycle: submit, {traffic.POLLS} polls, result, download; one client, one thread"
        yield "medians of interleaved rounds; seconds are the processor's;"
        yield f"ratio = to {BARE!r} in the same round, and its range"
        yield ""
        yield f"{'':18}{'a second':>10}{'ms':>8}{'ratio':>8}{'(min-max)':>13}"
        for course in self.courses:
            rate, ratio = median(course.rates), ranged(self.ratios(course))
            middle, _, extent = ratio.partition(" ")
            yield f"{course.name:18}{rate:10,.0f}{1000 / rate:8.2f}{middle:>8}{extent:>13}"

    def _aims(self) -> Iterator[str]:
        for of, figure, aim, is_met in self.aims():
            yield f"{of:18}{figure:10,.0f}   aim {aim:8} {'met' if is_met else 'missed'}"


def main() -> None:
    """Measure, print the report, and write it as JSON if wanted."""
    options = _options()
    cycles = measure(options.rounds, options.seconds)
    print(cycles.as_text())
    if options.json:
        options.json.write_text(json.dumps(cycles.as_json(), indent=2) + "\n")


def measure(rounds: int, seconds: float) -> Cycles:
    """Run every course in turns, after warming each up; every picture is a fresh one."""
    seeds = traffic.fresh_seeds()
    courses = [_constants(next(seeds)), *_emulators(), Course(PICTURE, _render)]
    for course in courses:
        course.measure(seeds, _WARM_UP_S)
    for number in range(rounds):
        for course in courses if number % 2 else reversed(courses):
            course.rates.append(course.measure(seeds, seconds))
    return Cycles(courses)


def _emulators() -> Iterator[Course]:
    """Yield the cycle of a new emulator for each way to speak to one."""
    emulator = _emulator()
    yield Course(CORE, lambda seed: _cycle(_through_core(emulator), seed))
    transport = getattr(_emulator(), "transport", None)
    if transport is not None:
        ask = _through_httpx(transport)
        yield Course(TRANSPORT, lambda seed: _cycle(ask, seed))


def _constants(seed: int) -> Course:
    """Return the cycle whose answers are those of one cycle of an emulator, again and again."""
    kept: list[bytes] = []
    ask = _through_core(_emulator())

    def remembering(method: str, url: str, body: bytes) -> bytes:
        kept.append(ask(method, url, body))
        return kept[-1]

    _cycle(remembering, seed)
    answers = chain.from_iterable(repeat(kept))
    transport = httpx.MockTransport(lambda _: httpx.Response(200, content=next(answers)))
    constant = _through_httpx(transport)
    return Course(BARE, lambda seed: _cycle(constant, seed))


def _cycle(ask: Ask, seed: int) -> None:
    """Go through one cycle.

    Raises:
        SystemExit: it did not end with a picture of the size asked for.
    """
    submitted = json.loads(ask("POST", traffic.SUBMIT, traffic.body(seed)))
    path, status = f"/v2/requests/{submitted['request_id']}", ""
    for _ in range(traffic.POLLS):
        status = json.loads(ask("GET", f"{path}/status", b""))["status"]
    result = json.loads(ask("GET", path, b""))
    image = ask("GET", result["output"], b"")
    sides = (int.from_bytes(image[16:20]), int.from_bytes(image[20:24]))
    if status != "COMPLETED" or sides != (_SIDE_PX, _SIDE_PX):
        sys.exit(f"a cycle ended {status}, with {image[:24]!r}")


def _emulator() -> Emulator:
    return Emulator(clock="auto", credits=Decimal(99_999_999_999))


def _through_core(emulator: Emulator) -> Ask:
    """Return a client of the gateway itself."""

    def ask(method: str, url: str, body: bytes) -> bytes:
        path = url.removeprefix(_ORIGIN)
        request = Request(method=method, path=path, headers=_RAW_HEADERS, body=body)
        with emulator.lock:
            outcome = emulator.gateway.handle(request)
        if not isinstance(outcome, Respond) or outcome.status >= _MULTIPLE_CHOICES:
            sys.exit(f"{method} {path} came to {outcome}")
        return outcome.body

    return ask


def _through_httpx(transport: httpx.BaseTransport) -> Ask:
    """Return a client that is used for everything, as applications have one."""
    client = httpx.Client(transport=transport, base_url=_ORIGIN, headers=_HEADERS)

    def ask(method: str, url: str, body: bytes) -> bytes:
        answer = client.request(method, url, content=body)
        if not answer.is_success:
            sys.exit(f"{method} {url} answered {answer.status_code}: {answer.text[:200]}")
        return answer.content

    return ask


def _render(seed: int) -> None:
    """Render the picture that a cycle with this seed ends with."""
    render(
        Picture(
            model=traffic.SUBMIT.rpartition("/")[2],
            params=traffic.body(seed),
            seed=seed,
            width_px=_SIDE_PX,
            height_px=_SIDE_PX,
            format="png",
        )
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Measure whole cycles of one client and an emulator in the same process.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--rounds", type=positive, help="rounds of each course (7)")
    parser.add_argument("--quick", action="store_true", help="3 rounds of 0.4 s instead of 1 s")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every figure here too")
    options = parser.parse_args()
    if options.json and not options.json.resolve().parent.is_dir():
        parser.error(f"there is no folder {options.json.parent}")
    options.rounds = options.rounds or (3 if options.quick else 7)
    options.seconds = 0.4 if options.quick else 1.0
    return options


if __name__ == "__main__":
    main()
