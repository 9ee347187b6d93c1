"""Ctrl-C and SIGTERM: every command ends in one line, with the exit code that shells expect."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import sys
from contextlib import contextmanager
from selectors import EVENT_READ, DefaultSelector
from xml.etree import ElementTree as ET

import pytest

from mockserver import selfcheck
from mockserver.selfcheck.cells import Cell
from mockserver.tests.cli.commands import get_command, list_commands
from mockserver.tests.conftest import PATIENCE_S
from mockserver.tests.processes import MODULE, environment

SIGNALS = [(signal.SIGINT, 130, "interrupted"), (signal.SIGTERM, 143, "terminated")]

DRIVER = """
import json, signal, sys
for number, line in enumerate(sys.stdin):
    if number > 1:
        fifo = open(sys.argv[1], "w")
        print("stuck", file=fifo, flush=True)
        signal.pause()
    print(json.dumps({"id": json.loads(line)["id"], "outcome": "unsupported"}), flush=True)
"""
"""A driver that answers two calls, and is stuck at the next: it says so in a pipe that it holds."""


@pytest.mark.parametrize("words", list_commands(), ids=" ".join)
@pytest.mark.parametrize(
    ("arguments", "code", "word"), [((), 130, "interrupted"), ((15,), 143, "terminated")]
)
def test_every_command_ends_in_a_line(run, monkeypatch, words, arguments, code, word):
    """Whatever it was doing: no traceback, and not the exit code of a finding."""

    def interrupt(*_, **__):
        """Be interrupted."""
        raise KeyboardInterrupt(*arguments)

    command = get_command(words)
    monkeypatch.setattr(command, "callback", interrupt)
    monkeypatch.setattr(command, "params", [])
    result = run(*words)
    assert (result.exit_code, result.stdout, result.stderr) == (code, "", f"segmock: {word}\n")


def test_sigterm_is_as_it_was_after_a_command(run):
    """A program that calls the command in process keeps its own way to end."""
    before = signal.getsignal(signal.SIGTERM)
    run("models", "list")
    assert signal.getsignal(signal.SIGTERM) is before


@contextmanager
def stuck(tmp_path, *words):
    """Run a command of the kit until its driver is stuck; yield the process and the pipe."""
    (tmp_path / "driver.py").write_text(DRIVER)
    os.mkfifo(tmp_path / "fifo")
    process = subprocess.Popen(
        [*MODULE, *words],
        cwd=tmp_path,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        with (tmp_path / "fifo").open() as fifo:
            assert fifo.readline() == "stuck\n"
            yield process, fifo
    finally:
        process.kill()
        process.communicate()


def assert_driver_has_ended(fifo):
    """See that nobody holds the other end of the pipe."""
    with DefaultSelector() as selector:
        selector.register(fifo, EVENT_READ)
        assert selector.select(PATIENCE_S)
    assert fifo.read() == ""


@pytest.mark.parametrize(("signum", "code", "word"), SIGNALS)
def test_an_interrupted_run_leaves_what_it_found(tmp_path, signum, code, word):
    """`verify client` writes each report about what had been run, and ends its drivers."""
    driver = shlex.join([sys.executable, "driver.py", "fifo"])
    reports = ("--json", "r.json", "--junit", "r.xml", "--html", "r.html")
    words = ("verify", "client", "--driver", driver, "--workers", "1", *reports)
    with stuck(tmp_path, *words, "--only", "credits/credits/*") as (process, fifo):
        os.killpg(process.pid, signum)  # as a terminal does
        stdout, stderr = process.communicate(timeout=PATIENCE_S)
        assert_driver_has_ended(fifo)
    assert process.returncode == code
    sentence = re.search(r"the run was interrupted when 1 of \d+ checks had been run", stdout)[0]
    assert stderr.splitlines()[-1] == f"segmock: {word}"
    assert not re.search("Traceback|Aborted", stderr)
    report = json.loads((tmp_path / "r.json").read_text())
    assert (report["exit_code"], report["interrupted_by"]) == (code, signum)
    assert sentence in report["verdict"]
    assert sentence in (tmp_path / "r.html").read_text()
    errors = ET.parse(tmp_path / "r.xml").getroot().findall(".//error[@type='not run']")
    assert {each.get("message") for each in errors} == {"not run: the run was interrupted"}


@pytest.mark.parametrize(("signum", "code", "word"), SIGNALS)
def test_an_interrupted_check_of_a_driver_leaves_what_it_found(tmp_path, signum, code, word):
    """`driver check` says how much of the protocol had been looked at."""
    words = ("driver", "check", "--", sys.executable, "driver.py", "fifo")
    with stuck(tmp_path, *words) as (process, fifo):
        os.killpg(process.pid, signum)
        stdout, stderr = process.communicate(timeout=PATIENCE_S)
        assert_driver_has_ended(fifo)
    assert (process.returncode, stderr) == (code, f"segmock: {word}\n")
    assert "✓ The command starts" not in stdout.splitlines()
    assert re.search(r"\nInterrupted when \d+ of 16 things had been looked at\.\n$", stdout)


def test_an_interrupted_selfcheck_leaves_what_it_found(run, monkeypatch):
    """It shows the cells that had been tried, and says how many those are."""

    def run_each():
        """Try one cell."""
        yield Cell("status", "submit", "before", told_apart=True, clean=True, note="")
        raise KeyboardInterrupt

    monkeypatch.setattr(selfcheck, "run_each", run_each)
    result = run("selfcheck")
    assert result.exit_code == 130
    assert "b✓" in result.stdout
    interrupted, last = result.stderr.splitlines()
    assert re.fullmatch(r"interrupted when 1 of \d{3} cells had been tried", interrupted)
    assert last == "segmock: interrupted"
