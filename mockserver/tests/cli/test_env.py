"""`segmock env` has clients in any shell use a running server."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from mockserver.emulator import Emulator
from mockserver.testing.environment import Environment
from mockserver.tests.cli.results import assert_refused
from mockserver.tests.processes import environment

URL = "http://127.0.0.1:9000"
PROGRAM = """
import os, segmind
client = segmind.SegmindClient(base_url=os.environ["SEGMIND_BASE_URL"])
client.run("ideogram-3", prompt="A paper boat")
"""


def read(run, *flags, **env):
    """Return what is printed as JSON."""
    return json.loads(run("env", *flags, "--shell", "json", env=env).stdout)


def test_it_sets_what_a_test_sets_and_the_address(run):
    """The same names as the fixture's environment, and the variable that segmock reads."""
    found = read(run, "--url", f"{URL}/", "--key", "SG_1")
    assert found == {**Environment("SG_1", URL), "SEGMOCK_URL": URL}


def test_hosts_that_no_proxy_may_see_stay(run):
    """And the server's is added to them."""
    found = read(run, "--url", "http://emulator:8765", NO_PROXY="example.com", no_proxy="")
    assert found["NO_PROXY"].split(",") == [
        "example.com",
        "127.0.0.1",
        "localhost",
        "::1",
        "emulator",
    ]
    assert found["no_proxy"] == found["NO_PROXY"]


def test_the_address_may_stand_in_the_environment(run):
    """So that to ask again changes nothing."""
    first = read(run, SEGMOCK_URL=URL, SEGMIND_API_KEY="SG_real", SEGMIND_BASE_URL="https://x/v1")
    assert first["SEGMOCK_URL"] == URL
    assert first["SEGMIND_API_KEY"] == "SG_0123456789abcdef"
    assert read(run, **first) == first


@pytest.mark.parametrize(
    ("shell", "begins"),
    [("/bin/bash", "export "), ("/usr/bin/fish", "set -gx "), ("/usr/bin/pwsh", "$Env:")],
)
def test_it_speaks_to_the_shell_of_who_asks(run, shell, begins):
    """As the variable SHELL names it."""
    lines = run("env", env={"SHELL": shell}).stdout.splitlines()
    assert len(lines) == 7
    assert all(line.startswith(begins) for line in lines)


@pytest.mark.parametrize("line", ['eval "$(segmock env)"', "eval $(segmock env)"])
def test_the_vendors_sdk_runs_on_the_server_that_is_named(tmp_path, line):
    """The line from the help, with and without its quotes, in a shell that has another key set."""
    emulator = Emulator(clock="auto")
    with emulator.live() as server:
        (tmp_path / "it.py").write_text(PROGRAM)
        path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
        env = environment(SEGMOCK_URL=server.url, SEGMIND_API_KEY="SG_another", PATH=path, SHELL="")
        subprocess.run(["sh", "-euc", f"{line}\npython it.py"], env=env, cwd=tmp_path, check=True)
    assert len(emulator.account("SG_0123456789abcdef").jobs) == 1


@pytest.mark.parametrize("key", ["", " ", "a\nb", "\x00"])
def test_a_key_that_nobody_can_send_is_refused(run, key):
    """Before anything is set."""
    assert_refused(run("env", "--key", key), "cannot be sent as a key")


def test_an_address_that_is_none_is_refused(run):
    """With the one that was meant."""
    assert_refused(run("env", "--url", f"{URL}/v1"), f"like {URL}")
