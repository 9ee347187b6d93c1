"""The folder of a run: its owner's alone, and gone however the run ends."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys

import pytest

from mockserver.programs.temporary_folder import make_temporary_folder
from mockserver.tests.conftest import PATIENCE_S
from mockserver.tests.processes import open_children, wait_for_ends

HOLD = """
import signal, subprocess, sys
signal.signal(signal.SIGHUP, signal.SIG_DFL)  # which `nohup` would have ignored
from mockserver.programs.temporary_folder import make_temporary_folder
with make_temporary_folder() as folder:
    (folder / "below").mkdir()
    (folder / "below" / "file").write_text("something")
    subprocess.Popen([sys.executable, "-c", "input()"])  # outlives this process
    print(folder, flush=True)
    input()
"""


@pytest.fixture
def place(tmp_path, monkeypatch):
    """Let temporary files be made in a folder of the test's, whose name has a blank and a quote."""
    made = tmp_path / "it's here"
    made.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(made))
    return made


def test_a_temporary_folder_is_its_owners_and_goes_with_all_that_is_in_it(place):
    """Nobody else can look inside, and nothing stays beside it either."""
    with make_temporary_folder() as folder:
        (folder / "below").mkdir()
        (folder / "below" / "file").write_text("something")
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert folder.parent == place
    assert list(place.iterdir()) == []


def test_a_temporary_folder_goes_when_the_run_fails(place):
    """An error is passed on."""
    with pytest.raises(RuntimeError, match="of the run"), make_temporary_folder():
        raise RuntimeError("of the run")
    assert list(place.iterdir()) == []


@pytest.mark.parametrize("kill", [os.kill, os.killpg])
@pytest.mark.parametrize("signum", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_temporary_folder_goes_when_its_process_is_killed(tmp_path, signum, kill):
    """Also by `kill -9` of its whole group, and while a program that it has started lives on."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        text=True,
        start_new_session=True,
    )
    with holder:
        assert holder.stdout.readline().startswith(str(tmp_path))
        watcher, program = open_children(holder.pid)
        kill(holder.pid, signum)
        holder.wait(PATIENCE_S)
        wait_for_ends([watcher])
        assert list(tmp_path.iterdir()) == []
    wait_for_ends([program])
