"""`segmock exec`, for real: a program is what it would be without us, but for where it calls."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from mockserver.tests.conftest import PATIENCE_S
from mockserver.tests.processes import assert_one_line, open_children, wait_for_ends
from mockserver.tests.programs.runs import MODULE, USERS, execute, make_environment
from mockserver.tests.tools import find_tool

CREDITS = "https://api.segmind.com/v1/get-user-credits"
WITH_KEY = f"curl -sS {CREDITS} -H 'x-api-key: SG_1'"
QUIET = ("--report", "none")
FORBIDDEN = 'echo 0 > /proc/sys/user/max_net_namespaces && exec "$@"'
SDK = """
import io, segmind
from PIL import Image
picture = segmind.SegmindClient().run("ideogram-3", prompt="a boat")
print(type(picture).__name__)
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """Return a folder that everybody may write to and reach, empty at the end."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o777)
        yield Path(name)


@pytest.fixture(params=USERS.values(), ids=list(USERS))
def user(request) -> list[str]:
    """Return what makes a command be run by each kind of user."""
    return request.param


@pytest.mark.parametrize(
    ("command", "status"),
    [
        (["sh", "-c", "exit 0"], 0),
        (["sh", "-c", "exit 3"], 3),
        (["sh", "-c", "kill -9 $$"], 137),
        (["nobody-has-this"], 127),
        (["/etc/passwd"], 126),
    ],
    ids=str,
)
def test_the_exit_status_is_that_of_the_program(folder, user, command, status):
    """Or the one by which shells tell that there is no such program, with a line that says so."""
    finished = execute(*QUIET, "--mode", "namespace", "--", *command, folder=folder, user=user)
    assert finished.returncode == status, finished.stderr
    if status in {126, 127}:
        assert re.fullmatch(rf"segmock exec: {command[0]}: .+\n", finished.stderr)
    else:
        assert finished.stderr == ""
    assert list(folder.iterdir()) == []


def test_a_program_calls_the_vendor_and_gets_the_emulator(folder, user):
    """With the certificates of the run, as who the caller is; stdin is the caller's."""
    script = f"{WITH_KEY}; id -u; id -g; cat"
    finished = execute(
        "--credits", "5", "--", "sh", "-c", script, folder=folder, user=user, stdin="from outside\n"
    )
    assert finished.returncode == 0, finished.stderr
    expected = subprocess.check_output([*user, "sh", "-c", "id -u; id -g"], text=True)
    assert finished.stdout == f'{{"credits":5.0,"free-credits":0.0}}{expected}from outside\n'
    assert finished.stderr.splitlines() == [
        "segmock exec: namespace mode: the program has a network of its own",
        "segmock exec: 1 call, 0 jobs, $0.00 spent; no rule broken",
    ]


def test_other_hosts_are_refused_and_named_once_each(folder, user):
    """By name and by address; the report at the end has them all."""
    hosts = "https://example.com https://example.com http://1.1.1.1 --connect-to ::127.0.0.1: https://example.net"
    script = f"{find_tool('curl')} -sS {hosts}; exit 0"
    finished = execute("--report", "json", "--", "sh", "-c", script, folder=folder, user=user)
    lines = [
        line for line in finished.stderr.splitlines() if line.startswith("segmock exec: refused")
    ]
    assert len(lines) == 3
    report = json.loads(finished.stderr.splitlines()[-1])
    assert {each["host"] for each in report["refused"]} == {line.split()[3] for line in lines}
    assert finished.returncode == 0


def test_the_real_sdk_works_with_no_key_and_no_change(folder):
    """Its outputs are at the vendor's hosts, and are fetched from there."""
    (folder / "program.py").write_text(SDK)
    finished = execute("--", sys.executable, "program.py", folder=folder)
    assert finished.returncode == 0, finished.stderr
    assert "1 job (1 COMPLETED), $0.0" in finished.stderr


@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal_ends_the_program_and_then_us(folder, user, number, status):
    """With the status that shells have for it; nothing stays."""
    with subprocess.Popen(
        [*user, *MODULE, "exec", *QUIET, "--", "sh", "-c", "echo ready; exec tail -f /dev/null"],
        env=make_environment(folder),
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout.readline() == b"ready\n"
        process.send_signal(number)
        assert process.wait(PATIENCE_S) == status
    assert list(folder.iterdir()) == []


def test_when_we_are_killed_the_program_is_too_and_nothing_stays(folder, user):
    """No process, no file."""
    with subprocess.Popen(
        [*user, *MODULE, "exec", *QUIET, "--", "sh", "-c", "echo $$; exec tail -f /dev/null"],
        env=make_environment(folder),
        stdout=subprocess.PIPE,
    ) as process:
        program = os.pidfd_open(int(process.stdout.readline()))
        others = open_children(process.pid)
        assert list(folder.iterdir()) != []
        process.kill()
        wait_for_ends([program, *others])
    assert list(folder.iterdir()) == []


def test_a_program_has_the_terminal(folder):
    """It sees one, and what is typed reaches it; Ctrl-C ends it as it would without us."""
    script = "test -t 0 -a -t 1 -a -t 2 && read -r line && echo got $line && exec tail -f /dev/null"
    child, terminal = pty.fork()
    if child == 0:
        command = [*MODULE, "exec", *QUIET, "--", "sh", "-c", script]
        os.execve(command[0], command, make_environment(folder))
    with os.fdopen(terminal, "r+b", buffering=0) as tty:
        tty.write(b"typed\n")
        said = b""
        while b"got typed" not in said:
            said += tty.read(1)
        tty.write(b"\x03")
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 130


@pytest.mark.parametrize(
    ("script", "flags", "status"),
    [
        (f"curl -sS {CREDITS}", ["--strict"], 1),
        (f"curl -sS {CREDITS}", [], 0),
        (f"curl -sS {CREDITS}; exit 3", ["--strict"], 3),
        (WITH_KEY, ["--strict"], 0),
        (f"curl -sS {CREDITS}", ["--strict", "--report", "none"], 1),
    ],
)
def test_a_broken_rule_counts_only_if_it_is_to(folder, script, flags, status):
    """And never hides the program's own status."""
    finished = execute(*flags, "--", "sh", "-c", script, folder=folder)
    assert finished.returncode == status, finished.stderr
    assert ("MUST no-key" in finished.stderr) == (
        CREDITS in script and "none" not in flags and "SG_1" not in script
    )


def test_the_report_can_be_one_json_object(folder):
    """The last line of stderr."""
    finished = execute("--report", "json", "--", "sh", "-c", f"{WITH_KEY}; exit 3", folder=folder)
    assert json.loads(finished.stderr.splitlines()[-1]) == {
        "mode": "namespace",
        "exit_status": 3,
        "calls": 1,
        "dropped": 0,
        "jobs": {},
        "spent": 0.0,
        "verdicts": [],
        "refused": [],
    }


def test_the_program_is_told_where_it_runs(folder):
    """A key that it has stays its own; the control plane answers at a URL of its own."""
    script = "echo $SEGMOCK_EXEC $SEGMIND_API_KEY $HTTPS_PROXY; curl -sS $SEGMOCK_URL/_mock/health"
    proxies = {"HTTPS_PROXY": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9"}
    finished = execute(
        *QUIET, "--", "sh", "-c", script, folder=folder, SEGMIND_API_KEY="mine", **proxies
    )
    first, health = finished.stdout.splitlines()
    assert first == "namespace mine"
    assert json.loads(health)["status"] == "ok"


@pytest.mark.parametrize("mode", ["namespace", "env"])
def test_the_control_plane_does_not_answer_at_the_vendors_names(folder, mode):
    """There is none of it there: a program must not come to rely on it."""
    urls = " ".join(f"{scheme}://api.segmind.com/_mock/clock" for scheme in ("http", "https"))
    curl = "curl -sS -o /dev/null -o /dev/null -o /dev/null -w '%{http_code} '"
    script = f"{curl} {urls} $SEGMOCK_URL/_mock/clock"
    finished = execute(*QUIET, "--mode", mode, "--", "sh", "-c", script, folder=folder)
    assert finished.stdout.split() == ["403", "403", "200"]


def test_settings_of_a_server_that_a_program_needs_not_are_no_mistake(folder):
    """One file, and one environment, are for all commands."""
    (folder / "segmock.toml").write_text("port = 1234\ncredits = 7\n")
    finished = execute(*QUIET, "--", "sh", "-c", WITH_KEY, folder=folder, SEGMOCK_HOST="0.0.0.0")
    assert '"credits":7.0' in finished.stdout
    assert "SEGMOCK_HOST" not in finished.stderr


def test_where_namespaces_are_forbidden_that_mode_is_refused(folder):
    """In one line, which says why, and what to do."""
    forbidden = ["unshare", "-Ur", "sh", "-c", FORBIDDEN, "sh"]
    finished = execute("--mode", "namespace", "--", "true", folder=folder, user=forbidden)
    assert finished.returncode == 2
    assert_one_line(
        finished.stderr, "may not make a network", "sysctl user.max_net_namespaces", "env"
    )
    assert list(folder.iterdir()) == []


def test_where_namespaces_are_forbidden_auto_takes_the_other_mode_and_says_why(folder):
    """In one line, before the program starts."""
    forbidden = ["unshare", "-Ur", "sh", "-c", FORBIDDEN, "sh"]
    finished = execute("--", "sh", "-c", WITH_KEY, folder=folder, user=forbidden)
    assert finished.returncode == 0, finished.stderr
    first, last = finished.stderr.splitlines()
    assert re.match(r"segmock exec: env mode, since .*may not make a network of its own", first)
    assert last == "segmock exec: 1 call, 0 jobs, $0.00 spent; no rule broken"


@pytest.mark.parametrize(
    "flags", [[], ["--"], ["--mode", "vm", "--", "true"], ["--credits", "x", "--", "true"]]
)
def test_a_command_line_that_cannot_be_is_refused(folder, flags):
    """In one line, and nothing is run."""
    finished = execute(*flags, folder=folder)
    assert (finished.returncode, finished.stdout) == (2, "")
    assert_one_line(finished.stderr)
