"""What several processes on one Redis answer in a second, beside one that keeps its own state.

Rates depend on how many processors there are, and clients and Redis take theirs of the same. So
what scales is told by what is spent: processor seconds of workers and of Redis for one request. A
worker waits while Redis works for it, and Redis works for one at a time. So N workers, on N
processors, answer at most N / (a worker's + Redis's) and at most 1 / (Redis's) in a second.
"""

from __future__ import annotations

import argparse
import json
import shutil
import socket
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from itertools import cycle
from pathlib import Path
from statistics import median
from tempfile import gettempdir
from typing import Any, TypeAlias

import load
import traffic
from figures import add_json_flag, end_on_signals, machine, positive, show_progress
from load import Connection, Until, Work
from processes import EMULATOR, HOST, Server, cpu_s, serving

SERVER = (*EMULATOR, "--port", "0", "--speed", "1000000", "--credits", "99999999999")
CONNECTIONS = 16
ON_PAPER = (1, 2, 4, 16)
CROWD = "POST submit, 1 key"

Load: TypeAlias = Callable[[Server], Work]
"""Prepares what clients of a server do over and over, each with a key of its own."""

_WARM_UP_S = 1.0
_EPILOG = """\
What is loaded, by 16 clients, each with an account of its own unless it says `1 key`:
  GET status   of one job that stays PROCESSING
  POST submit  a body of about 370 bytes; the job before it has ended meanwhile
Servers take turns: memory, then as many workers on a Redis as --workers has, each on a Redis of
its own, which is started for this and keeps nothing on a disk.

Examples:
  python benchmarks/scaling.py                   a minute
  python benchmarks/scaling.py --workers 1 4     other numbers of workers
  python benchmarks/scaling.py --json FILE       every round, for machines

It needs redis-server (Debian: apt-get install redis-server) and Linux. All load stays on 127.0.0.1.
"""


@dataclass(frozen=True, slots=True)
class Sample:
    """A round: requests a second, and the CPU microseconds of one, of workers and of Redis."""

    per_second: float
    workers_us: float
    redis_us: float


@dataclass(slots=True)
class Subject:
    """A server that is loaded.

    Attributes:
        name: What it is called in the report.
        server: Its process, which may be the parent of workers.
        redis: The process of its Redis, if it has one.
        rounds: What was measured, by the name of the load.
    """

    name: str
    server: Server
    redis: int | None = None
    rounds: dict[str, list[Sample]] = field(default_factory=dict)

    def measure(self, name: str, work: Work, seconds: float) -> None:
        """Add a round of a load."""
        workers_s, redis_s = self._read()
        sample = load.repeat(work, self.server.port, CONNECTIONS, Until(seconds))
        if sample.failed:
            sys.exit(f"{self.name}: {sample.failed} of {sample.count} answers to {name} failed")
        workers_us, redis_us = (
            (after - before) / sample.count * 1e6
            for before, after in zip((workers_s, redis_s), self._read(), strict=True)
        )
        self.rounds.setdefault(name, []).append(Sample(sample.per_second, workers_us, redis_us))

    def find_median(self, name: str) -> Sample:
        """Return the medians of all rounds of a load."""
        rounds = self.rounds[name]
        return Sample(
            median(each.per_second for each in rounds),
            median(each.workers_us for each in rounds),
            median(each.redis_us for each in rounds),
        )

    def _read(self) -> tuple[float, float]:
        """Return the CPU seconds that its processes, and Redis, have used."""
        pid = self.server.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        ours = sum(cpu_s(process) or 0.0 for process in (pid, *map(int, children)))
        return ours, (cpu_s(self.redis) or 0.0) if self.redis else 0.0


def main() -> None:
    """Measure, print the report, and write it as JSON if wanted."""
    options = _read_options()
    end_on_signals()
    with ExitStack() as stack:
        show_progress("servers start")
        subjects = [
            Subject("memory, 1 process", stack.enter_context(serving(SERVER))),
            *(stack.enter_context(_sharing(workers)) for workers in options.workers),
        ]
        for name, prepare in LOADS.items():
            measure(name, prepare, subjects, options.rounds, options.seconds)
    show_progress("")
    print("\n".join(render(subjects)))
    if options.json:
        options.json.write_text(json.dumps(list_figures(subjects), indent=2) + "\n")


def measure(name: str, prepare: Load, subjects: list[Subject], rounds: int, seconds: float) -> None:
    """Put a load on every server in turns, after warming each up."""
    works = [prepare(subject.server) for subject in subjects]
    for subject, work in zip(subjects, works, strict=True):
        load.repeat(work, subject.server.port, CONNECTIONS, Until(min(seconds, _WARM_UP_S)))
    for number in range(rounds):
        for subject, work in zip(subjects, works, strict=True):
            show_progress(f"{name}, round {number + 1}: {subject.name}")
            subject.measure(name, work, seconds)


@contextmanager
def _sharing(workers: int) -> Iterator[Subject]:
    """Run so many workers on a Redis of their own."""
    with ExitStack() as stack:
        url, pid = stack.enter_context(_serving_redis())
        shared = ("--store", url, "--workers", str(workers))
        server = stack.enter_context(serving((*SERVER, *shared)))
        yield Subject(f"Redis, {workers} worker{'s' if workers > 1 else ''}", server, pid)


@contextmanager
def _serving_redis() -> Iterator[tuple[str, int]]:
    """Run a Redis that keeps nothing on a disk; yield its URL and its process."""
    program = shutil.which("redis-server")
    if program is None:
        sys.exit("redis-server is not here (Debian: apt-get install redis-server)")
    with socket.create_server((HOST, 0)) as free:
        port = str(free.getsockname()[1])
    command = (program, "--bind", HOST, "--port", port, "--save", "", "--appendonly", "no")
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=gettempdir()) as process:
        try:
            lines = iter(process.stdout or ())
            if not any("ready to accept connections" in line.lower() for line in lines):
                sys.exit(f"{' '.join(command)} ended")
            yield f"redis://{HOST}:{port}/0", process.pid
        finally:
            process.kill()


def prepare_polls(server: Server) -> Work:
    """Have each client poll a job of its own."""
    keys = [f"SG_benchmark_poller_{number}" for number in range(CONNECTIONS)]
    jobs = [(key, traffic.pending_job(server, key)) for key in keys]
    return _take_turns([traffic.status_call(*job).raw(server.port) for job in jobs])


def prepare_submits(server: Server) -> Work:
    """Have each client submit jobs with a key of its own."""
    keys = [f"SG_benchmark_submitter_{number}" for number in range(CONNECTIONS)]
    return _take_turns([traffic.submit_call(key).raw(server.port) for key in keys])


def prepare_crowd(server: Server) -> Work:
    """Have all clients submit jobs with one key: what one writes, the others must not overwrite."""
    return _take_turns([traffic.submit_call("SG_benchmark_crowd").raw(server.port)])


def _take_turns(requests: list[bytes]) -> Work:
    """Return what a client does: the same request over and over, each client another one."""
    others, chosen = cycle(requests), dict[Connection, bytes]()

    def work(connection: Connection) -> Awaitable[bytes]:
        if connection not in chosen:
            chosen[connection] = next(others)
        return connection.ask(chosen[connection])

    return work


LOADS: dict[str, Load] = {
    "GET status": prepare_polls,
    "POST submit": prepare_submits,
    CROWD: prepare_crowd,
}


def render(subjects: list[Subject]) -> Iterator[str]:
    """Yield the lines of the report."""
    about = machine()
    yield f"{about['python']}, {about['cpus']} CPUs, {about['system']}"
    yield f"{CONNECTIONS} clients in Python on the same processors; medians of rounds in turns"
    for name in LOADS:
        yield ""
        yield f"{name:20}{'a second':>10}{'ratio':>8}{'CPU us: workers':>18}{'Redis':>8}"
        first = subjects[0].find_median(name)
        for subject in subjects:
            found = subject.find_median(name)
            yield (
                f"{subject.name:20}{found.per_second:10,.0f}"
                f"{found.per_second / first.per_second:8.2f}"
                f"{found.workers_us:18,.0f}{found.redis_us:8,.0f}"
            )
        yield from (_render_crowd if name == CROWD else _render_paper)(name, subjects[1:])


def _render_crowd(name: str, shared: list[Subject]) -> Iterator[str]:
    """Yield what it costs that one account is written by all workers."""
    first, *others = (subject.find_median(name).workers_us for subject in shared)
    for subject, cost in zip(shared[1:], others, strict=True):
        yield (
            f"  {subject.name}: {cost / first:.1f} times the CPU of {shared[0].name}, since what "
            "another worker has changed meanwhile is decided again"
        )


def _render_paper(name: str, shared: list[Subject]) -> Iterator[str]:
    """Yield what a request's costs come to with processors enough, and what bounds it."""
    found = shared[0].find_median(name)
    rates = ", ".join(f"{number}: {find_most(found, number):,.0f}" for number in ON_PAPER)
    yield f"  on paper, a second by workers, each on a processor of its own: {rates}"
    most = 1 + found.workers_us / found.redis_us
    yield (
        f"  bound by the workers' processors up to {most:.0f} of them, then by the one of Redis, "
        f"at {1e6 / found.redis_us:,.0f} a second"
    )


def find_most(found: Sample, workers: int) -> float:
    """Return how many requests a second so many workers answer at most."""
    of_workers = workers / (found.workers_us + found.redis_us)
    return 1e6 * min(of_workers, 1 / found.redis_us)


def list_figures(subjects: list[Subject]) -> dict[str, Any]:
    """Return all of it for machines."""
    servers = [
        {
            "name": subject.name,
            "rounds": {name: list(map(asdict, rounds)) for name, rounds in subject.rounds.items()},
        }
        for subject in subjects
    ]
    paper = {
        name: {number: find_most(subjects[1].find_median(name), number) for number in ON_PAPER}
        for name in LOADS
        if name != CROWD
    }
    return {"machine": machine(), "servers": servers, "on_paper": paper}


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Measure what several processes on one Redis answer.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--workers", type=positive, nargs="+", default=[1, 2], help="numbers of workers (1 2)"
    )
    parser.add_argument("--rounds", type=positive, help="rounds of each load (5)")
    parser.add_argument("--seconds", type=float, default=2.0, help="of a round (2)")
    parser.add_argument("--quick", action="store_true", help="2 rounds")
    add_json_flag(parser)
    options = parser.parse_args()
    options.rounds = options.rounds or (2 if options.quick else 5)
    return options


if __name__ == "__main__":
    main()
