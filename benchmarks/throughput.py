"""How many requests a second the emulator answers, beside the fastest ASGI callable there can be.

A rate says more about the machine than about the code, so each figure is a ratio to a bare ASGI
application that runs under the same uvicorn settings at the same time and answers with constants
of the same lengths. Rounds alternate between the two, and the median is what counts.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from itertools import count, repeat
from typing import TypeAlias

import load
import traffic
from figures import Case, Figures, Memory, add_json_flag, end_on_signals, positive, show_progress
from load import Call, Generator, Sample, Until
from processes import BARE, EMULATOR, Server, cpu_s, resident_bytes, serving

CONNECTIONS = (1, 16, 64)
CYCLE_CONNECTIONS = 16
PRICELESS = ("--credits", "99999999999")
"""Enough money for every job that a run can submit."""

Load: TypeAlias = Callable[[Server, int, float], Sample]
"""Loads a server over so many connections, for so many seconds."""

_POLLER = "SG_benchmark_poller"
_WARM_UP_S = 1.0
_EPILOG = """\
What is loaded, in turns with the bare server:
  GET status      the status of one job that stays PROCESSING
  POST submit     a body of about 370 bytes; each round has an account of its own
  cycle           submit, three polls, result, under --clock auto; the image is rendered
                  once (one seed) or every time (fresh seeds)
Then the memory of jobs that are kept. What a request and a start cost, exactly, is for
benchmarks/instructions.py to say.

Aim, printed beside the figures as met or missed; a missed one is no failure of the run:
  at 16 connections p99 < 5 ms, for GET status and POST submit.

Examples:
  python benchmarks/throughput.py                      about three minutes
  python benchmarks/throughput.py --quick              under a minute, rougher
  python benchmarks/throughput.py --json figures.json  every round, for machines

All load stays on 127.0.0.1. The single calls are sent by wrk if it is installed; without it
clients in Python send them, which cannot saturate the bare server and so flatter the ratio.
"""


def main() -> None:
    """Measure, print the report, and write it as JSON if wanted."""
    options = _options()
    end_on_signals()
    name, generator = load.generator()
    cases = measure_calls(generator, options) + measure_cycles(options)
    figures = Figures(name, cases, measure_memory(options))
    show_progress("")
    print(figures.as_text())
    if options.json:
        options.json.write_text(json.dumps(figures.as_json(), indent=2) + "\n")


def measure_calls(generator: Generator, options: argparse.Namespace) -> list[Case]:
    """Measure single calls, at each number of connections."""
    command = (*EMULATOR, "--port", "0", "--clock", "real", "--speed", "1", *PRICELESS)
    with ExitStack() as stack:
        emulator = stack.enter_context(serving(command))
        request_id = traffic.pending_job(emulator, _POLLER)
        status = traffic.status_call(_POLLER, request_id)
        bodies = (
            emulator.ask("POST", traffic.SUBMIT, _POLLER, traffic.body()),
            emulator.ask("GET", status.path, _POLLER),
        )
        bare = stack.enter_context(serving((*BARE, *map(bytes.decode, bodies), "{}", "0")))
        loads = {"GET status": _same(generator, status), "POST submit": _submits(generator)}
        return _rounds(emulator, bare, loads, CONNECTIONS, options)


def _same(generator: Generator, call: Call) -> Load:
    """Return the load of one call."""

    def apply(server: Server, connections: int, seconds: float) -> Sample:
        return _weighed(server, lambda: generator(call, server.port, connections, seconds))

    return apply


def _submits(generator: Generator) -> Load:
    """Return the load of submits: each time under a new key, which is then deleted."""
    numbers = count()

    def apply(server: Server, connections: int, seconds: float) -> Sample:
        api_key = f"SG_benchmark_submitter_{next(numbers)}"
        call = traffic.submit_call(api_key)
        sample = _weighed(server, lambda: generator(call, server.port, connections, seconds))
        if server.is_emulator:
            server.ask("DELETE", f"/_mock/accounts/{api_key}", api_key)
        return sample

    return apply


def measure_cycles(options: argparse.Namespace) -> list[Case]:
    """Measure the whole cycle, with images that are rendered once and every time."""
    command = (*EMULATOR, "--port", "0", "--clock", "auto", *PRICELESS)
    with ExitStack() as stack:
        emulator = stack.enter_context(serving(command))
        bodies = traffic.one_cycle(emulator, _POLLER)
        bare = stack.enter_context(serving((*BARE, *bodies, "0")))
        loads = {
            "cycle, one seed": _cycles(repeat(traffic.FIXED_SEED)),
            "cycle, fresh seeds": _cycles(traffic.fresh_seeds()),
        }
        return _rounds(emulator, bare, loads, (CYCLE_CONNECTIONS,), options)


def _cycles(seeds: Iterator[int]) -> Load:
    """Return the load of whole cycles, each with the next of these seeds."""

    def apply(server: Server, connections: int, seconds: float) -> Sample:
        work = traffic.cycle(server, _POLLER, seeds)
        until = Until(seconds)
        return _weighed(server, lambda: load.repeat(work, server.port, connections, until))

    return apply


def _weighed(server: Server, apply: Callable[[], Sample]) -> Sample:
    """Add to a sample what the server's process spent on it."""
    began_s = cpu_s(server.pid)
    sample = apply()
    ended_s = cpu_s(server.pid)
    if began_s is None or ended_s is None:
        return sample
    return replace(sample, cpu_us=(ended_s - began_s) / sample.count * 1e6)


def _rounds(
    emulator: Server,
    bare: Server,
    loads: dict[str, Load],
    connections: tuple[int, ...],
    options: argparse.Namespace,
) -> list[Case]:
    """Put every load on both servers in turns, round by round, after warming them up."""
    cases = [Case(name, number) for name in loads for number in connections]
    for server in (emulator, bare):
        for apply in loads.values():
            apply(server, CYCLE_CONNECTIONS, _WARM_UP_S)
    for number in range(options.rounds):
        for case in cases:
            show_progress(
                f"round {number + 1} of {options.rounds}: {case.name}, {case.connections}"
            )
            turns = [(emulator, case.emulator), (bare, case.bare)]
            for server, samples in turns if number % 2 else reversed(turns):
                samples.append(loads[case.name](server, case.connections, options.seconds))
    return cases


def measure_memory(options: argparse.Namespace) -> Memory:
    """Weigh a fresh emulator before, amid and after submitting jobs that stay pending."""
    show_progress(f"{options.jobs} jobs")
    command = (*EMULATOR, "--port", "0", "--clock", "real", "--speed", "0.01", *PRICELESS)
    half = options.jobs // 2
    with serving(command) as server:
        weights = [resident_bytes(server.pid)]
        request = traffic.submit_call(_POLLER).raw(server.port)
        for number in (half, options.jobs - half):
            until = Until(count=number)
            load.repeat(lambda client: client.ask(request), server.port, 1, until)
            weights.append(resident_bytes(server.pid))
    return Memory(options.jobs, *weights)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Measure what the emulator costs over a bare ASGI application.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--rounds", type=positive, help="rounds of each load (5)")
    parser.add_argument("--seconds", type=positive, help="whole seconds of a round (2)")
    parser.add_argument("--jobs", type=positive, help="jobs submitted to weigh them (20000)")
    parser.add_argument("--quick", action="store_true", help="2 rounds of 1 s, 4000 jobs")
    add_json_flag(parser)
    options = parser.parse_args()
    short, full = (2, 1, 4_000), (5, 2, 20_000)
    names = ("rounds", "seconds", "jobs")
    for name, default in zip(names, short if options.quick else full, strict=True):
        setattr(options, name, getattr(options, name) or default)
    return options


if __name__ == "__main__":
    main()
