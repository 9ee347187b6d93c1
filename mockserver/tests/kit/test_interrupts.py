"""A run that is interrupted ends at once, with all that it has started, and tells what it found."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from threading import Event

import pytest

from mockserver.tests.conftest import PATIENCE_S

MARK = "KIT_INTERRUPT_TEST"
"""A variable that every process has which the run starts, and whatever those start."""

STUBBORN = """
import json, os, signal, subprocess, sys, threading
for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
    signal.signal(number, signal.SIG_IGN)
subprocess.Popen(["sleep", "600"])
if os.fork() == 0:
    threading.Event().wait()
for line in sys.stdin:
    call = json.loads(line)
    if call["op"] == "run":
        open(sys.argv[1], "w").close()
        threading.Event().wait()
    print(json.dumps({"id": call["id"], "outcome": "unsupported"}), flush=True)
threading.Event().wait()
"""
"""A driver that heeds no signal, has children that do not either, and hangs in its first run."""


def list_marked(mark):
    """Return the command lines of all processes that have the mark and are still running."""
    found = []
    for process in Path("/proc").iterdir():
        if not process.name.isdigit():
            continue
        try:
            state = (process / "stat").read_text().rpartition(")")[2].split()[0]
            is_marked = f"{MARK}={mark}\0".encode() in (process / "environ").read_bytes()
            words = (process / "cmdline").read_text().replace("\0", " ")
        except OSError:  # it has ended meanwhile
            continue
        if is_marked and state != "Z":
            found.append(words)
    return found


@pytest.mark.parametrize(("number", "exit_code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_run_leaves_no_process_behind_and_tells_what_it_found(
    tmp_path, number, exit_code
):
    """Neither workers nor servers nor drivers that heed no signal, with their children."""
    mark, hanging = str(tmp_path), tmp_path / "hanging"
    (tmp_path / "driver.py").write_text(STUBBORN)
    driver = f"{sys.executable} {tmp_path / 'driver.py'} {hanging}"
    command = [sys.executable, "-m", "mockserver", "verify", "client", "--driver", driver]
    only = ["--only", "credits/*", "--only", "run/states/*", "--workers", "2"]
    run = subprocess.Popen(
        [*command, *only, "--folder", str(tmp_path / "found"), "--json", "report.json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=tmp_path,
        env={**os.environ, MARK: mark, "PYTHONPATH": str(Path.cwd())},
    )
    while not hanging.exists():
        assert run.poll() is None, run.communicate()[0]
        Event().wait(0.02)
    assert len(list_marked(mark)) > 4, "the run, its workers, servers, drivers and their children"
    run.send_signal(number)
    said, _ = run.communicate(timeout=PATIENCE_S)
    assert run.returncode == exit_code, said
    assert list_marked(mark) == []
    assert "interrupted" in said.lower()
    assert (tmp_path / "report.json").exists()
