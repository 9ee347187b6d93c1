"""A client with a key of its own that asks for a job's state every 50 ms, whatever others do.

How long it waits depends on all that this machine has to do, so what counts is the processor time
that the server spends between a question of the watch and its answer: nobody else has a share in
that. It is a process of its own, since the clients of an assault keep theirs busy.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from threading import Condition, Thread
from typing import NamedTuple, TypeAlias

from mockserver.edges.realtime import pause_s, read_monotonic_s
from mockserver.tests.conftest import PATIENCE_S

KEY = "SG_aaaa0123456789ab"
SUBMIT = "/v2/ideogram-3"
EVERY_S = 0.05
MIB = 1024 * 1024
_TICKS_PER_S = os.sysconf("SC_CLK_TCK")
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")

Statuses: TypeAlias = dict[int, int]


class Usage(NamedTuple):
    """What a process has used up to now, and what it holds."""

    cpu_s: float
    rss_mib: float
    threads: int


def read_usage(pid: int) -> Usage:
    """Read what the system knows of a process.

    Raises:
        FileNotFoundError: there is no such process.
    """
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    ticks = int(fields[11]) + int(fields[12])
    rss_mib = int(fields[21]) * _PAGE_BYTES / MIB
    return Usage(ticks / _TICKS_PER_S, rss_mib, int(fields[17]))


class Answer(NamedTuple):
    """One answer that the watch got: when, after how long, and what the server did meanwhile."""

    at_s: float
    status: int
    waited_s: float
    cpu_s: float
    rss_mib: float


@dataclass(frozen=True)
class Span:
    """What the watch saw while something went on."""

    answers: tuple[Answer, ...]

    @property
    def worst_wait_s(self) -> float:
        """The longest that it waited, on this machine with all that it had to do."""
        return max(answer.waited_s for answer in self.answers)

    @property
    def worst_cpu_s(self) -> float:
        """The most processor time that the server spent between a question and its answer."""
        return max(answer.cpu_s for answer in self.answers)

    @property
    def peak_mib(self) -> float:
        """The most memory that the server was seen to hold."""
        return max(answer.rss_mib for answer in self.answers)

    @property
    def statuses(self) -> set[int]:
        """What it was answered."""
        return {answer.status for answer in self.answers}


class Watch:
    """The answers that the watching process has told of so far."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._answers: list[Answer] = []
        self._news = Condition()
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()

    def wait_for_answers(self, asked_after_s: float, least: int = 2) -> Span:
        """Return the answers to all that was asked since, as soon as there are so many."""

        def asked_since() -> list[Answer]:
            return [each for each in self._answers if each.at_s >= asked_after_s]

        with self._news:
            is_there = self._news.wait_for(lambda: len(asked_since()) >= least, PATIENCE_S)
            assert is_there, "the watch gets no answer"
            return Span(tuple(asked_since()))

    def wait_for_next(self) -> None:
        """Wait until something that is asked from now on has been answered."""
        now_s = read_monotonic_s()
        with self._news:
            found = self._news.wait_for(
                lambda: any(each.at_s - each.waited_s >= now_s for each in self._answers[-9:]),
                PATIENCE_S,
            )
        assert found, "the watch gets no answer"

    def _read(self) -> None:
        for line in self._process.stdout:
            with self._news:
                self._answers.append(Answer(*json.loads(line)))
                self._news.notify_all()


@contextmanager
def watching(url: str, pid: int) -> Iterator[Watch]:
    """Watch a server while the context lasts."""
    command = [sys.executable, "-m", __name__, url, str(pid)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Watch(process)
        finally:
            process.kill()


def watch(url: str, pid: int) -> None:
    """Print one line for each answer, until killed or until the server is gone."""
    connection = HTTPConnection(url.removeprefix("http://"), timeout=PATIENCE_S)
    path = ""
    while True:
        before, began_s = read_usage(pid), read_monotonic_s()
        if path:
            connection.request("GET", path, headers={"x-api-key": KEY})
        else:
            headers = {"x-api-key": KEY, "content-type": "application/json"}
            connection.request("POST", SUBMIT, b'{"prompt": "mock:stall"}', headers)
        answer = connection.getresponse()
        body = answer.read()
        now_s, after = read_monotonic_s(), read_usage(pid)
        told = (now_s, answer.status, now_s - began_s, after.cpu_s - before.cpu_s, after.rss_mib)
        print(json.dumps(told), flush=True)  # noqa: T201 (this is what the process is for)
        if not path and answer.status == 200:
            path = f"/v2/requests/{json.loads(body)['request_id']}/status"
        elif answer.status == 404:  # an assault may reset everything, the watch's job as well
            path = ""
        pause_s(EVERY_S)


if __name__ == "__main__":
    with suppress(ConnectionError, HTTPException, FileNotFoundError):  # the server has ended
        watch(sys.argv[1], int(sys.argv[2]))
