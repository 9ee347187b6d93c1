"""Unmodified programs of many languages, in both modes: what they get, and where they call.

Each submits, polls, downloads the picture from the URL that it is handed, and calls v1 once. All
that work in a mode are played one after the other in one run of `segmock exec`.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any, NamedTuple

import httpx
import pytest

from mockserver import Emulator
from mockserver.programs.variables import ANY_KEY
from mockserver.tests.conftest import PROMPT
from mockserver.tests.pages import row_of
from mockserver.tests.programs import count_packets
from mockserver.tests.programs.client_table import CLIENTS, WORKS, build
from mockserver.tests.programs.runs import USERS, execute

API = "https://api.segmind.com"
MODES = ("namespace", "env")
CELLS = [
    (name, mode)
    for name, client in CLIENTS.items()
    for mode in MODES
    if mode == "namespace" or client.env == WORKS
]
ONE_A_LANGUAGE = [
    "curl",
    "Node's fetch",
    "Java's HttpClient",
    "Go's net/http",
    "Ruby's Net::HTTP",
    "Perl's LWP",
    "PHP's curl",
]
"""Those that nobody needs this checkout for, which may be out of reach of other users."""
UNPRIVILEGED = list(USERS.values())[-1]
"""What makes a command be run by a user without privileges, unless that is who runs the tests."""
IS_ROOT = os.getuid() == 0
FLAGS = ("--clock", "auto", "--report", "json", "--")
IN_VAIN = {"Tcp.AttemptFails": 2, "Udp.NoPorts": 1, "Udp6NoPorts": 1}
ELSEWHERE = {"192.0.2.9", "2001:db8::9"}
TRIED = {f"{host}:{port}" for host in ("192.0.2.9", "[2001:db8::9]") for port in (7, 443)}
VIOLATE = f"""
for address in {" ".join(sorted(ELSEWHERE))}; do
  echo > /dev/udp/$address/7
  echo > /dev/tcp/$address/443
done
"""
COUNT_AS_ANYBODY = """
out=$1; shift
"$@"; status=$?
for name in snmp snmp6 dev; do cat /proc/net/$name > "$out/$name"; done
exit $status
"""
"""What Python does not run, which may be out of reach of a user without privileges."""
PLAY_EACH = """
for folder in "$@"; do
  sh "$folder/command" > "$folder/stdout" 2> "$folder/stderr"
  echo $? > "$folder/status"
done
"""


class Run(NamedTuple):
    """What became of a program: what it printed, segmock's report, and where its packets went."""

    status: int
    stdout: str
    stderr: str
    report: dict[str, Any]
    packets: dict[str, Any]


class Played(NamedTuple):
    """What came of a program, one of those that were played in a run."""

    name: str
    status: int
    stdout: str
    stderr: str


class Play(NamedTuple):
    """A run in which programs were played one after the other, and what came of each."""

    ran: Run
    played: list[Played]


class Expected(NamedTuple):
    """What a program prints, and how many US dollars it spends."""

    stdout: str
    spent: float


@pytest.fixture(scope="module")
def programs() -> Iterator[Path]:
    """Return a folder with all programs, which everybody may run and write to."""
    with tempfile.TemporaryDirectory() as name:
        build(Path(name))
        Path(name).chmod(0o777)
        yield Path(name)


@pytest.fixture(scope="module")
def expectations() -> list[Expected]:
    """Do in process what the programs do, once for each of them."""
    emulator, headers = Emulator(clock="auto"), {"x-api-key": ANY_KEY}
    with httpx.Client(transport=emulator.transport, base_url=API, headers=headers) as client:
        return [have_pictures(client) for _ in CLIENTS]


def have_pictures(client: httpx.Client) -> Expected:
    """Do what a program does."""
    job = client.post("/v2/ideogram-3", json=PROMPT).json()
    while client.get(job["status_url"]).json()["status"] != "COMPLETED":
        pass
    result = client.get(job["response_url"]).json()
    size = len(client.get(result["output"]).content)
    answer = client.post("/v1/flux-2-pro", json=PROMPT)
    cost, v1_cost = result["metrics"]["cost"], answer.headers["x-cost"]
    assert result["output"].startswith("https://images.segmind.com/")
    lines = f"{result['output']} {size} {cost}\n{v1_cost} {len(answer.content)}\n"
    return Expected(lines, round(cost + float(v1_cost), 9))


@pytest.fixture(scope="module")
def play(programs) -> Callable[[str], Play]:
    """Play all programs that work in a mode, once."""

    @cache
    def play_all(mode: str) -> Play:
        return play_each(programs, [name for name, each in CELLS if each == mode], run, mode)

    return play_all


@pytest.fixture(scope="module")
def play_without_privileges(programs) -> Play:
    """Play those of other languages as such a user."""
    return play_each(programs, ONE_A_LANGUAGE, run_without_privileges)


def play_each(
    programs: Path, names: Sequence[str], run_command: Callable[..., Run], *where: str
) -> Play:
    """Play programs one after the other in one run, each with streams of its own."""
    folders = {name: make_folder(programs) for name in names}
    for name, folder in folders.items():
        (folder / "command").write_text(f"exec {shlex.join(CLIENTS[name].command)}\n")
    words = ("sh", "-c", PLAY_EACH, "sh", *map(str, folders.values()))
    ran = run_command(programs, *where, *words)
    return Play(ran, [read_played(name, folder) for name, folder in folders.items()])


def read_played(name: str, folder: Path) -> Played:
    """Return what a program left in its folder."""
    status, *texts = ((folder / each).read_text() for each in ("status", "stdout", "stderr"))
    return Played(name, int(status), *texts)


def run(programs: Path, mode: str, *command: str) -> Run:
    """Run a command in a mode, and count its packets.

    In env mode segmock itself runs in the network where they are counted.
    """
    out = make_folder(programs) / "packets.json"
    counter = [sys.executable, count_packets.__file__, str(out)]
    flags = ["--mode", mode, *FLAGS]
    if mode == "namespace":
        done = execute(*flags, *counter, "here", *command, folder=programs)
    else:
        done = execute(*flags, *command, folder=programs, user=[*counter, "apart"])
    assert out.exists(), done.stderr
    return make_run(done, json.loads(out.read_text()))


def run_without_privileges(programs: Path, *command: str) -> Run:
    """Run a command in namespace mode as such a user; the kernel's numbers can be had there."""
    out = make_folder(programs)
    flags = ["--mode", "namespace", *FLAGS, "sh", "-c", COUNT_AS_ANYBODY, "sh", str(out)]
    done = execute(*flags, *command, folder=programs, user=UNPRIVILEGED)
    texts = [(out / name).read_text() for name in count_packets.FILES]
    return make_run(done, {"in_vain": dict(+count_packets.parse_numbers(*texts))})


def make_folder(programs: Path) -> Path:
    """Make a folder that everybody may write to."""
    made = Path(tempfile.mkdtemp(dir=programs))
    made.chmod(0o777)
    return made


def make_run(done: CompletedProcess[str], packets: dict[str, Any]) -> Run:
    """Take the report, which is the last line, from what was printed on stderr."""
    *others, report = done.stderr.splitlines(keepends=True)
    return Run(done.returncode, done.stdout, "".join(others), json.loads(report), packets)


def assert_done(played: Played, expected: Expected) -> None:
    """See that a program got all that it asked for, and said nothing else."""
    assert (played.status, played.stdout) == (0, expected.stdout), played.stderr
    assert re.fullmatch(CLIENTS[played.name].noise, played.stderr)


def assert_reported(mode: str, ran: Run, expected: Sequence[Expected]) -> None:
    """See that programs broke no rule and were refused nothing, seven calls each."""
    assert (ran.status, ran.stdout, ran.stderr) == (0, "", "")
    assert ran.report == {
        "mode": mode,
        "exit_status": 0,
        "calls": 7 * len(expected),
        "dropped": 0,
        "jobs": {"COMPLETED": 2 * len(expected)},
        "spent": pytest.approx(sum(each.spent for each in expected)),
        "verdicts": [],
        "refused": [],
    }


@pytest.mark.parametrize(("name", "mode"), CELLS)
def test_a_program_gets_all_that_it_asks_for(play, expectations, name, mode):
    """A picture of v2, from where the result says that it is, and one of v1."""
    names = [played.name for played in play(mode).played]
    number = names.index(name)
    assert_done(play(mode).played[number], expectations[number])


@pytest.mark.parametrize("mode", MODES)
def test_no_program_calls_anybody_else(play, expectations, mode):
    """Seven calls each: a submit, three polls, the result, the picture, and a call of v1."""
    ran, played = play(mode)
    assert_reported(mode, ran, expectations[: len(played)])
    assert ran.packets["in_vain"] == {}
    if mode == "env" or IS_ROOT:
        assert ran.packets["packets"] > 0
        assert (ran.packets["missed"], ran.packets["elsewhere"]) == (0, {})


@pytest.mark.parametrize("name", ONE_A_LANGUAGE)
def test_a_user_without_privileges_gets_the_same(play_without_privileges, expectations, name):
    """Whatever the language."""
    number = ONE_A_LANGUAGE.index(name)
    assert_done(play_without_privileges.played[number], expectations[number])


def test_no_program_of_a_user_without_privileges_calls_anybody_else(
    play_without_privileges, expectations
):
    """Only root may copy packets there, but the kernel counts."""
    ran = play_without_privileges.ran
    assert_reported("namespace", ran, expectations[: len(ONE_A_LANGUAGE)])
    assert ran.packets["in_vain"] == {}


@pytest.mark.parametrize("mode", MODES)
def test_each_packet_that_goes_elsewhere_is_counted(programs, mode):
    """What finds none above finds those: a copy of each packet, and the kernel's numbers."""
    ran = run(programs, mode, "bash", "-c", VIOLATE)
    assert ran.packets["in_vain"] == IN_VAIN
    if mode == "env" or IS_ROOT:
        assert ran.packets["elsewhere"].keys() >= ELSEWHERE
    seen = {each["host"] for each in ran.report["refused"]}
    assert seen == (TRIED if mode == "namespace" else set())


def test_each_packet_of_a_user_without_privileges_is_counted(programs):
    """By the kernel, and by segmock."""
    ran = run_without_privileges(programs, "bash", "-c", VIOLATE)
    assert ran.packets["in_vain"] == IN_VAIN
    assert {each["host"] for each in ran.report["refused"]} == TRIED


def test_what_looks_names_up_before_it_asks_the_proxy_calls_the_emulator_alone(
    programs, expectations
):
    """Ruby's: datagrams go to name servers from env mode, and no connection to anywhere else."""
    ran, [played] = play_each(programs, ["Ruby's Net::HTTP"], run, "env")
    assert_done(played, expectations[0])
    assert_reported("env", ran, expectations[:1])
    assert ran.packets["in_vain"].keys() <= {"Udp.NoPorts", "Udp6NoPorts"}


def test_what_heeds_no_proxy_goes_past_env_mode(programs):
    """PHP's streams: a name server is asked for the vendor's own address, and nobody stops it."""
    ran = run(programs, "env", *CLIENTS["PHP's streams"].command)
    assert (ran.status, ran.stdout, ran.report["calls"]) == (1, "", 0)
    assert ran.packets["in_vain"] != {}
    assert ran.report["refused"] == []


@pytest.mark.parametrize("name", CLIENTS)
def test_the_docs_have_each_program(name):
    """And what becomes of it in each mode."""
    client = CLIENTS[name]
    assert row_of("docs/exec.md", f"{name} |")[1:3] == [WORKS, client.env]
