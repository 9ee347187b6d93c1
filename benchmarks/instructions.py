"""What a request costs the server, in instructions, beside the fastest ASGI callable there can be.

Instructions of user mode are the same on a busy machine and on an idle one, so a figure can be
held to. Both servers run under callgrind; one client sends one request at a time from outside,
over one connection, and nothing of the client is counted.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

import exchanges
from costs import GOALS, Costs, Row
from exchanges import Jobs, SocketClient, Work, list_works, prepare_jobs
from figures import add_json_flag, end_on_signals, show_progress
from meters import INSTRUCTIONS, Meter, find_meter
from processes import BARE, EMULATOR, cpu_s, serving

SERVER = (*EMULATOR, "--port", "0", "--speed", "1000000", "--credits", "99999999999")
"""Jobs end at once, so each submit pays for the end of the job before it."""

COUNTS = {"GET status": 400, "POST submit": 400, "GET result": 400, "cycle": 8}
"""What is counted, and how often in a round."""

_KEY = "SG_benchmark_instructions"
_EMULATOR_FIRST, _BARE_FIRST = "/v1/get-user-credits", "/"
_FULL_JOURNAL = 2_100
"""More exchanges than an account's journal keeps: from then on each makes another leave."""

_STARTS, _TIMED_CYCLES = 7, 60
_EPILOG = """\
What is counted, of the server's process alone:
  GET status   of one job that stays PROCESSING
  POST submit  a body of about 370 bytes; the job before it has ended meanwhile
  GET result   of a job that has ended, its picture in the cache
  cycle        submit, three polls, result, and the download of a fresh picture of 1024 x 1024
  start        until the first answer, with every model loaded
The account has a key, a rate limit that is never reached, credits, and a journal that is full.
The bare server is an ASGI callable that answers with constants of the same lengths, under uvicorn
with the same settings; its start is that of Starlette with one route.

Goals are printed beside the figures as met or missed; a missed one is no failure of the run.

Examples:
  python benchmarks/instructions.py                     about a minute
  python benchmarks/instructions.py --quick             two thirds of that
  python benchmarks/instructions.py --row 'GET status'  some ten seconds; --row again for more rows
  python benchmarks/instructions.py --json costs.json   every round, for machines

Counting needs valgrind (Debian: apt-get install valgrind). Without it the figures are CPU seconds
of the processes, in turns, and differ from run to run.
"""


def main() -> None:
    """Count, print the table, and write it as JSON if wanted."""
    options = _read_options()
    end_on_signals()
    meter = find_meter()
    scale = (0.2 if options.quick else 1.0) * meter.scale
    if "start" in options.row:
        _time_start(SERVER, _EMULATOR_FIRST)  # which leaves bytecode of what has none
    costs = Costs(meter.unit, list(count_rows(meter, options.row, scale)))
    if not options.quick:
        _add_seconds(costs, options.row)
    show_progress("")
    print(costs.as_text())
    if options.json:
        options.json.write_text(json.dumps(costs.as_json(), indent=2) + "\n")


def _add_seconds(costs: Costs, names: Sequence[str]) -> None:
    """Measure on servers as they are what is told in seconds as well."""
    if "cycle" in names:
        costs.cycle_cpu_ms = time_cycle()
    if "start" in names:
        costs.starts_s = list(time_starts(_STARTS))


@dataclass(frozen=True, slots=True)
class Subject:
    """A server that is measured by what one client has it do.

    Attributes:
        client: The client.
        meter: What reads the costs of its server.
        start: What the start cost, the first answer included.
    """

    client: SocketClient
    meter: Meter
    start: float

    def measure(self, work: Work, count: int) -> float:
        """Return what one of so many repetitions costs."""
        before = self.meter.read(self.client.server.pid)
        for _ in range(count):
            work()
        return (self.meter.read(self.client.server.pid) - before) / count


def count_rows(meter: Meter, names: Sequence[str], scale: float) -> Iterator[Row]:
    """Yield the rows of these names, of two servers that run at the same time."""
    with ExitStack() as stack:

        def start(command: Sequence[str], path: str) -> Subject:
            show_progress("servers start")
            wrapper = meter.wrap(is_start_counted="start" in names)
            client = SocketClient(stack.enter_context(serving(command, wrapper)), _KEY)
            client.send(client.get(path))
            spent = meter.read(client.server.pid)
            meter.pause(client.server.pid)
            return Subject(client, meter, spent)

        emulator = start(SERVER, _EMULATOR_FIRST)
        jobs = prepare_jobs(emulator.client)
        bare = start((*BARE, *exchanges.collect_answers(emulator.client, jobs)), _BARE_FIRST)
        if "start" in names:
            yield Row("start", [bare.start], [emulator.start])
        calls = [name for name in COUNTS if name in names]
        if meter.unit != INSTRUCTIONS:  # what a cycle cost before is known in these alone
            calls = [name for name in calls if name != "cycle"]
        if calls:
            _fill_journal(emulator.client, jobs)
        for name in calls:
            if name == "cycle":
                exchanges.poll_by_turns(emulator.client)
            yield _count_row(name, (bare, emulator), jobs, max(1, round(COUNTS[name] * scale)))


def _fill_journal(client: SocketClient, jobs: Jobs) -> None:
    show_progress("the journal is filled")
    status = list_works(client, jobs)["GET status"]
    for _ in range(_FULL_JOURNAL):
        status()


def _count_row(name: str, subjects: Sequence[Subject], jobs: Jobs, count: int) -> Row:
    """Measure both in turns, round by round, after a first one that only warms them up."""
    works = [list_works(subject.client, jobs)[name] for subject in subjects]
    costs: list[list[float]] = []
    for subject in subjects:
        subject.meter.begin(subject.client.server.pid)
    for number in range(1 + subjects[0].meter.rounds):
        show_progress(f"{name}, round {number}")
        pairs = zip(subjects, works, strict=True)
        costs.append([subject.measure(work, count) for subject, work in pairs])
    bare, emulator = zip(*costs[1:], strict=True)
    return Row(name, list(bare), list(emulator))


def time_cycle() -> float | None:
    """Return the CPU milliseconds of a cycle, of a server as it is; None where nobody tells."""
    show_progress("cycles of a server as it is")
    with serving(SERVER) as server:
        client = SocketClient(server, _KEY)
        cycle = list_works(client, prepare_jobs(client))["cycle"]
        exchanges.poll_by_turns(client)
        cycle()
        began = cpu_s(server.pid)
        for _ in range(_TIMED_CYCLES):
            cycle()
        ended = cpu_s(server.pid)
    return None if began is None or ended is None else (ended - began) / _TIMED_CYCLES * 1000


def time_starts(number: int) -> Iterator[tuple[float, float]]:
    """Yield seconds to the first answer, of bare and emulator in turns; a first pair warms up."""
    commands = ((*BARE, "{}", "{}", "{}", "0"), _BARE_FIRST), (SERVER, _EMULATOR_FIRST)
    for turn in range(number + 1):
        show_progress(f"start {turn} of {number}")
        bare, emulator = (_time_start(command, path) for command, path in commands)
        if turn:
            yield bare, emulator


def _time_start(command: Sequence[str], path: str) -> float:
    began = time.perf_counter()
    with serving(command) as server:
        client = SocketClient(server, _KEY)
        client.send(client.get(path))
        return time.perf_counter() - began


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Count what a request costs the emulator over a bare ASGI callable.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--row", action="append", choices=GOALS, help="this row (each of them)")
    parser.add_argument(
        "--quick", action="store_true", help="a fifth of the requests, and no seconds"
    )
    add_json_flag(parser)
    options = parser.parse_args()
    options.row = options.row or list(GOALS)
    return options


if __name__ == "__main__":
    main()
