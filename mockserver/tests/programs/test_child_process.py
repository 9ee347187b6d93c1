"""The program that is run has our streams, and gets the signals that come to us, each once."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from mockserver.programs import child_process
from mockserver.programs.child_process import hold_signals, start_process, wait_for_exit
from mockserver.tests.conftest import PATIENCE_S

RUN = """
import sys
from mockserver.programs.child_process import hold_signals, start_process, wait_for_exit
with hold_signals():
    sys.exit(wait_for_exit(start_process(sys.argv[1:])))
"""
COUNT = """
import signal, sys
counts = dict.fromkeys(("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1"), 0)
def count(number, _):
    name = signal.Signals(number).name
    counts[name] += 1
    print("got", name, flush=True)
for name in counts:
    signal.signal(getattr(signal, name), count)
def end(*_):
    print(counts, flush=True)
    sys.exit(7)
signal.signal(signal.SIGUSR2, end)
print("ready", flush=True)
while True:
    signal.pause()
"""
PASSED = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1"]


def make_command(*command: str) -> list[str]:
    """Return what runs a command as a child that gets signals."""
    return [sys.executable, "-c", RUN, *command]


@pytest.mark.parametrize(
    ("script", "status"),
    [("exit 0", 0), ("exit 3", 3), ("kill -9 $$", 137), ("kill -TERM $$", 143), ("exit 255", 255)],
)
def test_the_exit_status_is_that_of_the_program(script, status):
    """128 and the number of the signal that ended it, as shells have it."""
    with hold_signals():
        assert wait_for_exit(start_process(["/bin/sh", "-c", script])) == status


def test_a_program_whose_end_another_thread_was_told_of_has_ended(monkeypatch):
    """As where something began threads before signals were held."""
    monkeypatch.setattr(child_process, "_LOOK_AGAIN_S", 0.01)
    with hold_signals():
        process = start_process(["/bin/sh", "-c", "exit 3"])
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        signal.sigtimedwait({signal.SIGCHLD}, 0)
        looks, poll = [None], process.poll
        monkeypatch.setattr(process, "poll", lambda: looks.pop() if looks else poll())
        assert wait_for_exit(process) == 3


@pytest.mark.parametrize(
    ("name", "error"), [("nobody-has-this", FileNotFoundError), ("/etc/passwd", PermissionError)]
)
def test_what_cannot_be_started_raises(name, error):
    """And signals are held as before."""
    with hold_signals():
        held = signal.pthread_sigmask(signal.SIG_BLOCK, ())
        with pytest.raises(error):
            start_process([name])
        assert signal.pthread_sigmask(signal.SIG_BLOCK, ()) == held
    assert signal.SIGTERM not in signal.pthread_sigmask(signal.SIG_BLOCK, ())


def test_no_signal_is_blocked_in_the_program():
    """It begins as if we were not there."""
    status = Path("/proc/self/status").read_text()
    with hold_signals():
        process = start_process(
            [
                "/bin/sh",
                "-c",
                'test "$(grep SigBlk /proc/self/status)" = "$1"',
                "sh",
                next(x for x in status.splitlines() if "SigBlk" in x),
            ]
        )
        assert wait_for_exit(process) == 0


def test_descriptors_that_we_were_given_are_passed_on():
    """As with `cmd <(…)` of a shell; those of our own are not."""
    reading, writing = os.pipe()
    os.set_inheritable(reading, bool(reading))
    os.write(writing, b"from outside\n" * 2)
    os.close(writing)
    script = ["/bin/sh", "-c", f"head -c 13 /dev/fd/{reading}; ls /proc/self/fd"]
    with os.fdopen(reading):
        bare, through = (
            subprocess.run(each, close_fds=False, stdout=subprocess.PIPE, check=True).stdout
            for each in (script, make_command(*script))
        )
    assert bare.startswith(b"from outside\n")
    assert through == bare


@pytest.mark.parametrize("name", PASSED)
def test_a_signal_that_somebody_sends_is_passed_on(name):
    """Once."""
    process = subprocess.Popen(
        make_command(sys.executable, "-c", COUNT), stdout=subprocess.PIPE, text=True
    )
    with process:
        assert process.stdout.readline() == "ready\n"
        process.send_signal(getattr(signal, name))
        assert process.stdout.readline() == f"got {name}\n"
        process.send_signal(signal.SIGUSR2)
        assert process.stdout.read() == f"{dict.fromkeys(PASSED, 0) | {name: 1}}\n"
        assert process.wait(PATIENCE_S) == 7


@pytest.mark.parametrize(("key", "name"), [(b"\x03", "SIGINT"), (b"\x1c", "SIGQUIT")])
def test_a_key_that_ends_programs_counts_once(key, name):
    """The terminal signals both; had it been passed on, it would have come before SIGUSR2."""
    child, terminal = pty.fork()
    if child == 0:
        os.execv(sys.executable, make_command(sys.executable, "-c", COUNT))
    with os.fdopen(terminal, "r+b", buffering=0) as tty:
        read_until(tty, b"ready")
        tty.write(key)
        read_until(tty, f"got {name}".encode())
        os.kill(child, signal.SIGUSR2)
        said = read_until(tty, b"}")
        assert f"'{name}': 1" in said.decode()
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7


def read_until(tty, wanted: bytes) -> bytes:
    """Read from a terminal until something stands there."""
    said = b""
    while wanted not in said:
        piece = tty.read(1)
        assert piece, said
        said += piece
    return said


def test_a_signal_that_comes_as_the_program_starts_is_passed_on():
    """What a child does first is to send us one, before we wait: it is not our own end."""
    started = f"import os, subprocess\nreal = subprocess.Popen\n{RUN}".replace(
        "with hold_signals():",
        "import mockserver.programs.child_process as module\n"
        "def start(*words, **named):\n"
        "    process = real(*words, **named)\n"
        "    os.kill(os.getpid(), 15)\n"
        "    return process\n"
        "module.Popen = start\n"
        "with hold_signals():",
    )
    finished = subprocess.run(
        [sys.executable, "-c", started, "tail", "-f", "/dev/null"], check=False
    )
    assert finished.returncode == 143


def test_where_signals_tell_nothing_of_their_sender_they_are_passed_on_without_a_terminal():
    """Python has no `sigwaitinfo` on macOS."""
    without = f"import signal\ndel signal.sigwaitinfo\n{RUN}"
    script = "kill -TERM $PPID; exec tail -f /dev/null"
    finished = subprocess.run(
        [sys.executable, "-c", without, "/bin/sh", "-c", script],
        start_new_session=True,
        check=False,
    )
    assert finished.returncode == 143
