"""`segmock serve --until-eof` ends with what started it, however that ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from mockserver.tests.conftest import PATIENCE_S
from mockserver.tests.processes import MODULE, READY, credits_at, environment

SERVE = [*MODULE, "serve", "--port", "0", "--until-eof"]

STARTER = """
import subprocess, sys
server = subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE, stderr=subprocess.PIPE)
sys.stdin.read()
"""
"""A program that starts a server, and never thinks of stopping it."""


def start(command, cwd):
    """Start a program with pipes."""
    pipe = subprocess.PIPE
    return subprocess.Popen(
        command, cwd=cwd, env=environment(), stdin=pipe, stdout=pipe, stderr=pipe, text=True
    )


def test_the_end_of_stdin_is_a_servers_own(tmp_path):
    """What comes before it means nothing; the server ends as by SIGTERM."""
    with start(SERVE, tmp_path) as server:
        url = READY.fullmatch(server.stdout.readline())[1]
        server.stdin.write("stop\n")
        server.stdin.flush()
        assert credits_at(url) == 100
        _, errors = server.communicate(timeout=PATIENCE_S)
        assert (server.returncode, errors) == (0, "")


@pytest.mark.parametrize("signum", [signal.SIGKILL, signal.SIGTERM])
def test_a_server_ends_with_what_started_it(tmp_path, signum):
    """Also where that is killed, and can say nothing: its stdout is at its end when both are."""
    with start([sys.executable, "-c", STARTER, *SERVE], tmp_path) as starter:
        assert READY.fullmatch(starter.stdout.readline())
        os.kill(starter.pid, signum)
        rest, _ = starter.communicate(timeout=PATIENCE_S)
        assert (starter.returncode, rest) == (-signum, "")


def test_a_server_without_the_flag_reads_no_stdin(tmp_path):
    """One that is started with nothing there goes on."""
    with start(SERVE[:-1], tmp_path) as server:
        try:
            url = READY.fullmatch(server.stdout.readline())[1]
            server.stdin.close()
            assert credits_at(url) == 100
        finally:
            server.kill()


def test_a_closed_stdin_is_refused(tmp_path):
    """There is no end to wait for."""
    code = "import os, sys; os.close(0); os.execv(sys.argv[1], sys.argv[1:])"
    with start([sys.executable, "-c", code, *SERVE], tmp_path) as server:
        _, errors = server.communicate(timeout=PATIENCE_S)
        assert server.returncode == 2
        assert errors.startswith("segmock: stdin is closed, and --until-eof waits for its end")
