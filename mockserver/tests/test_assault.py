"""Hostile clients hold up nobody, take no more memory than there is, and keep nobody from leaving.

A real server with a low ceiling takes each row of the table; a client of its own account asks for
a job's state all the while. In `make test` there are the rows that cost little, in `make storm`
all of them, and the figures are printed.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from mockserver.edges.realtime import read_monotonic_s
from mockserver.tests.assault import bodies, crowds, heads
from mockserver.tests.assault.benches import IS_STORM, Bench, Row, request
from mockserver.tests.assault.watching import Span, Watch, read_usage, watching
from mockserver.tests.processes import Served, serving

ROWS = [row for row in bodies.ROWS + heads.ROWS + crowds.ROWS if IS_STORM or row.is_cheap]
CEILING_MIB = 64
MOST_CPU_S = 1.0
"""How much the server may do between a question of somebody and its answer."""

IN_FLIGHT_MIB = 256
"""What bodies of 32 MiB may take while they are read, two at a time, and what comes after them."""

LEFT_MIB = 128
"""What may stay after a reset: what is cached on purpose, and what the allocator keeps."""

CALM = Row("nothing", lambda _bench: None)
RESET = Row("a reset of everything", lambda bench: bench.ask("POST", "/_mock/reset", {}))


@dataclass
class Observation:
    """A server, its clients, the watch, and the lines of the table of figures so far."""

    served: Served
    bench: Bench
    watch: Watch
    base_mib: float
    lines: list[str]

    def take(self, row: Row, least: int = 2) -> Span:
        """Send a row, note its figures, and return what the watch saw of it.

        Args:
            row: What is sent.
            least: How many answers the watch waits for.
        """
        before, begun_s = read_usage(self.bench.pid).cpu_s, read_monotonic_s()
        self.watch.wait_for_next()
        with self.bench.held:
            row.run(self.bench)
            self.watch.wait_for_next()
        span = self.watch.wait_for_answers(begun_s, least)
        cpu_s = read_usage(self.bench.pid).cpu_s - before
        requests = sum(self.bench.statuses.values())
        self.lines.append(
            f"{row.name:<48}{requests:>9,}{span.worst_wait_s:>10.3f}{span.worst_cpu_s:>10.2f}"
            f"{cpu_s:>9.2f}{span.peak_mib:>8.0f}"
        )
        return span


@contextmanager
def observing(*flags: str, cwd) -> Iterator[Observation]:
    """Serve with a low ceiling, and watch, while the context lasts."""
    with serving("--memory-mib", str(CEILING_MIB), *flags, cwd=cwd) as served:
        bench = Bench(served.url, served.process.pid)
        crowds.run_and_read(bench)
        with watching(served.url, bench.pid) as watch:
            watch.wait_for_next()
            yield Observation(served, bench, watch, read_usage(bench.pid).rss_mib, [])


@pytest.fixture(scope="module")
def observed(tmp_path_factory):
    """One server for the whole table; in the end it has said nothing, and the table is printed."""
    with observing(cwd=tmp_path_factory.mktemp("observed")) as observed:
        observed.take(CALM, least=200 if IS_STORM else 2)
        yield observed
        code, stdout, stderr = observed.served.stop()
    heading = f"{'row':<48}{'requests':>9}{'wait s':>10}{'wait cpu':>10}{'cpu s':>9}{'MiB':>8}"
    print("", heading, *observed.lines, sep="\n")  # noqa: T201
    assert (code, len(stdout.splitlines()), stderr) == (0, 1, "")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_nobody_is_held_up_by_what_others_send(observed, row):
    """The watch has its answers soon, no answer is a failure, and memory stays bounded."""
    observed.bench.take_statuses()
    span = observed.take(row)
    answered = observed.bench.take_statuses()
    assert set(answered) <= row.statuses, answered
    assert span.statuses <= {200, 404}
    assert span.worst_cpu_s < MOST_CPU_S
    assert span.peak_mib < observed.base_mib + CEILING_MIB + IN_FLIGHT_MIB


def test_a_reset_gives_the_memory_back(observed):
    """After all of it the server is not much larger than it was."""
    observed.take(RESET)
    assert read_usage(observed.bench.pid).rss_mib < observed.base_mib + LEFT_MIB


def test_the_server_ends_while_it_is_under_assault(tmp_path):
    """SIGTERM ends it with 0 and without a word, whatever is half sent, waited for or running."""
    with observing("--shutdown-grace", "1", cwd=tmp_path) as observed:
        bench = observed.bench
        with bench.held:
            fault = {"api_key": crowds.OTHER_KEY, "do": {"delay_s": 600}}
            bench.ask("POST", "/_mock/faults", fault)
            whole = request("POST", bodies.RUN, bodies.prompt_of(b"a ", 4 * bodies.MIB)())
            for sent in (
                whole,
                whole[:-1],
                whole[:40],
                request("GET", "/_mock/events"),
                request("GET", "/_mock/requests?wait_s=600&since=999999999"),
                request("GET", crowds.CREDITS, key=crowds.OTHER_KEY),
                request("POST", "/v1/ideogram-3", b'{"prompt": "mock:stall"}'),
            ):
                bench.hold(sent)
            observed.watch.wait_for_next()
            code, stdout, stderr = observed.served.stop(signal.SIGTERM)
    assert (code, len(stdout.splitlines()), stderr) == (0, 1, "")
