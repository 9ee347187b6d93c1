"""Several processes that serve one port: each gets its share, none is missed, none is left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from mockserver.tests.edges.serving_workers import WHO
from mockserver.tests.edges.test_asgi import CREDITS, blocking_run, client_of
from mockserver.tests.patience import PATIENCE_S
from mockserver.tests.processes import (
    READY,
    Served,
    environment,
    open_children,
    wait_for_ends,
)

SERVE = [sys.executable, "-m", "mockserver.tests.edges.serving_workers"]
MANY = 2000
"""Connections that do not all go to one of two workers."""


def start(*arguments: str, stdin: int = subprocess.PIPE) -> subprocess.Popen[str]:
    """Start workers in a process group of their own, as a shell does."""
    pipe = subprocess.PIPE
    return subprocess.Popen(
        [*SERVE, *arguments],
        stdin=stdin,
        stdout=pipe,
        stderr=pipe,
        text=True,
        env=environment(),
        start_new_session=True,
    )


@contextmanager
def serving(*arguments: str) -> Iterator[Served]:
    """Serve by workers while the context lasts."""
    with start(*arguments) as process:
        try:
            served = Served(process, process.stdout.readline())
            assert READY.fullmatch(served.stdout), process.communicate(timeout=PATIENCE_S)
            yield served
        finally:
            process.kill()


def ask(url: str) -> str:
    """Ask on a connection of its own; return who answered: the number and the process."""
    return httpx.get(url + CREDITS, headers={"x-api-key": "SG_any"}).headers[WHO]


def find_workers(url: str, count: int, *but: str) -> set[str]:
    """Ask until so many workers have answered, beside some that may."""
    found: set[str] = set()
    for _ in range(MANY):
        found |= {ask(url)} - {*but}
        if len(found) == count:
            return found
    raise AssertionError(f"only {found} answered")


def find_process(name: str) -> int:
    """Return the process of a worker that has answered."""
    return int(name.split()[1])


def list_children(process: subprocess.Popen[str]) -> list[int]:
    """Return descriptors of the workers."""
    return open_children(process.pid)


def test_every_worker_gets_connections_once_all_are_ready():
    """Nobody who read the ready line finds one of them missing, and stdout gets no other line."""
    with serving("2") as served:
        names = find_workers(served.url, 2)
        assert sorted(name.split()[0] for name in names) == ["1", "2"]
        assert len(list_children(served.process)) == 2
        code, stdout, stderr = served.stop()
    assert (code, len(stdout.splitlines()), stderr) == (0, 1, "")


@pytest.mark.parametrize("signum", [signal.SIGKILL, signal.SIGTERM])
def test_a_worker_that_ends_is_followed_by_another(signum):
    """However it ends; its successor is on the same port, and its log says what happened."""
    with serving("2", "line") as served:
        fallen, other = find_workers(served.url, 2)
        ending = os.pidfd_open(find_process(fallen))
        os.kill(find_process(fallen), signum)
        wait_for_ends([ending])
        [successor] = find_workers(served.url, 1, fallen, other)
        code, _, stderr = served.stop()
    number, process = fallen.split()
    assert successor.split()[0] == number
    how = "was ended by SIGKILL" if signum == signal.SIGKILL else "ended with status 0"
    line = f"segmock worker {number} (process {process}) {how}; process {find_process(successor)}"
    assert code == 0
    assert f"{line} takes its place" in stderr


def test_connections_wait_for_the_successor():
    """The port is never closed: with the only worker gone, whoever asks is answered by the next."""
    with serving("1") as served:
        for _ in range(3):
            fallen = ask(served.url)
            ending = os.pidfd_open(find_process(fallen))
            os.kill(find_process(fallen), signal.SIGKILL)
            wait_for_ends([ending])
            assert ask(served.url) != fallen


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_to_all_of_a_group_is_one(signum):
    """As Ctrl-C in a terminal, and `timeout`, send it: the exchange in flight is finished."""
    with (
        serving("1") as served,
        client_of(served.url) as client,
        blocking_run(client, {"sleep": 0.8}) as run,
    ):
        os.killpg(served.process.pid, signum)
        assert run.result().status_code == 200
        code, _, stderr = served.wait()
    assert (code, stderr) == (0, "")


def test_a_second_signal_does_not_wait():
    """Who asks twice does not wait for the exchange in flight."""
    with (
        serving("1") as served,
        client_of(served.url) as client,
        blocking_run(client, {"prompt": "mock:stall"}) as run,
    ):
        served.process.send_signal(signal.SIGTERM)
        code, _, stderr = served.stop(signal.SIGINT)
        assert isinstance(run.exception(), httpx.TransportError)
    assert (code, stderr) == (0, "")


def test_a_signal_does_not_wait_for_ever():
    """After the grace all end."""
    with (
        serving("1", "off", "0.1") as served,
        client_of(served.url) as client,
        blocking_run(client, {"prompt": "mock:stall"}) as run,
    ):
        code, _, stderr = served.stop()
        assert isinstance(run.exception(), httpx.TransportError)
    assert (code, stderr) == (0, "")


def test_no_worker_outlives_a_parent_that_is_killed():
    """It can say nothing then; the workers see it all the same, and finish what is in flight."""
    with serving("2") as served, client_of(served.url) as client:
        client.get(CREDITS)
        children = list_children(served.process)
        served.process.kill()
        wait_for_ends(children)
        with pytest.raises(httpx.ConnectError):
            ask(served.url)


def test_the_end_of_stdin_is_theirs():
    """What comes before it means nothing."""
    with serving("2") as served:
        served.process.stdin.write("stop\n")
        served.process.stdin.flush()
        assert ask(served.url)
        assert served.wait()[0] == 0


def test_a_file_as_stdin_has_an_end_too(tmp_path):
    """It is at its end before anybody can serve: nothing is announced, and nothing left."""
    (tmp_path / "empty").touch()
    with (tmp_path / "empty").open() as empty, start("2", stdin=empty.fileno()) as process:
        stdout, stderr = process.communicate(timeout=PATIENCE_S)
    assert (process.returncode, stdout, stderr) == (0, "", "")


def test_a_worker_that_cannot_begin_ends_all():
    """Nothing is announced; its own words come first, then a sentence that says which it was."""
    with start("3", "off", "5", "2") as process:
        first, second = process.stderr.read().splitlines()
        assert (process.wait(PATIENCE_S), process.stdout.read()) == (1, "")
    assert first == "segmock: this worker cannot (let it be)"
    assert second.startswith("worker 2 (process ")
    assert second.endswith(" ended with status 1 before it could serve (stderr may say why)")


def test_lines_of_several_workers_do_not_run_into_each_other():
    """Each line of the log is whole, however long it is, whoever writes beside it."""
    path = f"/{'x' * 9000}"
    with serving("2", "json") as served:
        names = set()
        while len(names) < 2:
            names |= {
                httpx.get(f"{served.url}{path}", headers={"x-api-key": "SG_any"}).headers[WHO]
                for _ in range(20)
            }
        _, _, stderr = served.stop()
    lines = stderr.splitlines()
    assert len(lines) >= 20
    assert all(line.startswith('{"event"') and line.endswith("}") for line in lines)
