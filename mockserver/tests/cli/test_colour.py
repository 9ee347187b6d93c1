"""Colour: what the environment says of it holds for every command."""

from __future__ import annotations

import os
import pty
import subprocess

import pytest

from mockserver.cli.colour import find_colour
from mockserver.tests.conftest import PATIENCE_S
from mockserver.tests.processes import MODULE, environment

DRIVER = 'def act(call):\n    return {"id": call["id"], "outcome": "unsupported"}\n'
REPORT = ("verify", "client", "--python", "driver:act", "--only", "credits/credits/503-before")
"""A run in which nothing is covered: its report is there at once, and is red."""


@pytest.fixture(autouse=True)
def _driver(tmp_path):
    """Write the driver into the folder in which the command is run."""
    (tmp_path / "driver.py").write_text(DRIVER)


@pytest.mark.parametrize(
    ("environment", "wanted"),
    [
        ({}, None),
        ({"TERM": "xterm"}, None),
        ({"NO_COLOR": ""}, None),
        ({"NO_COLOR": "1"}, False),
        ({"NO_COLOR": "0"}, False),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
        ({"FORCE_COLOR": "1"}, True),
        ({"FORCE_COLOR": "3", "TERM": "dumb"}, True),
        ({"FORCE_COLOR": "0"}, False),
        ({"FORCE_COLOR": ""}, None),
        ({"CLICOLOR_FORCE": "1"}, True),
        ({"CLICOLOR_FORCE": "0"}, None),
        ({"CLICOLOR": "0"}, False),
        ({"CLICOLOR": "1"}, None),
        ({"TERM": "dumb"}, False),
    ],
    ids=str,
)
def test_the_environment_decides_on_colour(environment, wanted):
    """Where it says nothing, it is for the stream to decide: a terminal or none."""
    assert find_colour(environment) is wanted


def run_in_terminal(cwd, **variables):
    """Run the report on a terminal of its own; return what was written to it."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*MODULE, *REPORT],
        cwd=cwd,
        env=environment(**{"TERM": "xterm", **variables}),
        stdout=theirs,
        stderr=subprocess.DEVNULL,
    )
    os.close(theirs)
    written = b""
    try:
        while chunk := os.read(ours, 65536):
            written += chunk
    except OSError:  # how Linux says that nobody holds the other end any more
        pass
    os.close(ours)
    process.wait(PATIENCE_S)
    return written


def test_a_terminal_gets_colour_unless_it_is_not_wanted(tmp_path):
    """The kit's report obeys as every other command does."""
    assert b"\x1b[1;31m" in run_in_terminal(tmp_path)
    plain = run_in_terminal(tmp_path, NO_COLOR="1")
    assert b"Summary" in plain
    assert b"\x1b" not in plain


@pytest.mark.parametrize(("variables", "is_coloured"), [({}, False), ({"FORCE_COLOR": "1"}, True)])
def test_a_pipe_gets_none_unless_it_is_forced(tmp_path, variables, is_coloured):
    """So that a report in a file can be read."""
    done = subprocess.run(
        [*MODULE, *REPORT],
        cwd=tmp_path,
        env=environment(**variables),
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert "Summary" in done.stdout
    assert ("\x1b[" in done.stdout) is is_coloured
