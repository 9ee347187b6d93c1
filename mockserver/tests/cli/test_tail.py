"""`segmock tail` as a process: how it begins and ends."""

import json
import signal
import subprocess
import sys

import httpx
import pytest

from mockserver.emulator import Emulator
from mockserver.tests.cli.results import assert_refused
from mockserver.tests.conftest import KEY, PATIENCE_S
from mockserver.tests.processes import MODULE, environment


@pytest.fixture(scope="module")
def server():
    """A server that was asked twice."""
    with Emulator(clock="frozen").live() as server:
        for number in range(2):
            httpx.get(f"{server.url}/{number}", headers={"x-api-key": KEY})
        yield server


def start_tail(url, *flags, stdout=subprocess.PIPE):
    """Follow a server; its address comes by the variable."""
    return subprocess.Popen(
        [*MODULE, "tail", *flags],
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(SEGMOCK_URL=url),
    )


def test_it_follows_until_it_is_interrupted(server):
    """Ctrl-C ends it with 130, as shells expect it."""
    with start_tail(server.url, "--last", "1", "--json") as process:
        told = json.loads(process.stdout.readline())
        process.send_signal(signal.SIGINT)
        _, stderr = process.communicate(timeout=PATIENCE_S)
    assert (told["path"], told["api_key"]) == ("/1", "...cdef")
    assert (process.returncode, stderr) == (130, "segmock: interrupted\n")


def test_a_reader_who_has_enough_ends_it_without_a_word(server):
    """`segmock tail | head -1` leaves no traceback."""
    code = "import sys; sys.stdout.write(sys.stdin.readline())"
    with (
        start_tail(server.url, "--last", "2") as process,
        subprocess.Popen([sys.executable, "-c", code], stdin=process.stdout) as head,
    ):
        process.stdout.close()
        assert head.wait(PATIENCE_S) == 0
        httpx.get(f"{server.url}/more")
        assert process.wait(PATIENCE_S) == 1
        assert process.stderr.read() == ""


def test_nobody_to_follow_is_refused_with_what_to_do(run):
    """Exit 2, in one line."""
    assert_refused(run("tail", "--url", "http://127.0.0.1:9"), "127.0.0.1:9", "segmock serve")
