"""The image: its Dockerfile is sound, and what it runs serves as the first process of a container.

No container is run here: there may be nobody who can. The Dockerfile is read by Docker's own
parser, what it starts is started as it is written, in namespaces of its own, and the project is
built of the files that Docker would be sent.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import dockerfile
import httpx
import pytest
from docker.utils.build import exclude_paths

from mockserver.base.errors import EmulatorError
from mockserver.edges.listeners import listen
from mockserver.handles.control_client import HttpControlClient
from mockserver.handles.health import read_health
from mockserver.tests.conftest import PATIENCE_S
from mockserver.tests.pages import ROOT
from mockserver.tests.processes import environment
from mockserver.tests.tools import find_tool

COMMANDS = dockerfile.parse_file(str(ROOT / "Dockerfile"))
PORT = 8765
READ_ONLY = 'mount -o remount,bind,ro / || exit 99; exec "$@"'
NAMESPACES = ["unshare", "--mount", "--pid", "--fork", "--kill-child"]
TOKEN = re.compile(r"^segmock: the admin token is (\S+)$", re.MULTILINE)


def find_stages() -> list[list[Any]]:
    """Return the commands of each stage."""
    starts = [n for n, command in enumerate(COMMANDS) if command.cmd == "FROM"]
    ends = [*starts[1:], len(COMMANDS)]
    return [list(COMMANDS[begin:end]) for begin, end in zip(starts, ends, strict=True)]


LAST = {command.cmd: command for command in find_stages()[-1]}
"""What the image says of itself."""

ENV = dict(zip(LAST["ENV"].value[::2], LAST["ENV"].value[1::2], strict=True))


def words_of(name: str) -> list[str]:
    """Return a command line in the form of a list, which needs no shell."""
    assert LAST[name].json, f"{name} is carried out by a shell, which keeps signals to itself"
    return list(LAST[name].value)


@dataclass
class Container:
    """What the image starts, running: `process` is its parent."""

    process: subprocess.Popen[str]
    env: dict[str, str]
    ready: str

    def check_health(self) -> int:
        """Carry the health check out; return its exit code."""
        return subprocess.run(health_command(), env=self.env, cwd="/", check=False).returncode

    def stop(self) -> tuple[int, str]:
        """Stop it as Docker does; return its exit code, and what it has logged."""
        parent = self.process.pid
        [pid] = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        os.kill(int(pid), signal.SIGTERM)
        _, log = self.process.communicate(timeout=PATIENCE_S)
        return self.process.returncode, log


def health_command() -> list[str]:
    """Return what Docker runs for the health check, which is written for a shell."""
    kind, text = LAST["HEALTHCHECK"].value
    assert kind == "CMD"
    return ["/bin/sh", "-c", text]


@pytest.fixture
def env() -> dict[str, str]:
    """The environment of the image, at a free port of this machine alone."""
    [listener] = listen("127.0.0.1", 0)
    with listener.socket as sock:
        port = str(sock.getsockname()[1])
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    image = ENV | {"SEGMOCK_HOST": "127.0.0.1", "SEGMOCK_PORT": port, "PATH": path}
    return environment(**image)


@contextmanager
def running(env: dict[str, str]) -> Iterator[Container]:
    """Run what the image runs: as the first of its processes, where nothing can be written."""
    find_tool("unshare")
    as_root = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    own = [NAMESPACES[0], *as_root, *NAMESPACES[1:], "/bin/sh", "-c", READ_ONLY, "sh"]
    with subprocess.Popen(
        [*own, *words_of("ENTRYPOINT"), *words_of("CMD")],
        cwd="/",
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield Container(process, env, process.stdout.readline())
        finally:
            process.kill()


def test_what_the_image_runs_serves_is_healthy_and_ends_with_0(env):
    """As process 1, of which SIGTERM is kept unless it asks for it, on a file system of others."""
    with running(env) as container:
        url = f"http://127.0.0.1:{env['SEGMOCK_PORT']}"
        assert container.ready == f"segmock ready on {url}\n"
        assert container.check_health() == 0
        assert read_health(HttpControlClient(url))["status"] == "ok"
        with pytest.raises(EmulatorError, match="admin token"):
            HttpControlClient(url).call("GET", "/_mock/clock")
        code, log = container.stop()
    assert code == 0
    assert len(TOKEN.findall(log)) == 1


def test_the_token_that_is_told_is_the_one_that_is_needed(env):
    """It is told before anybody can be served."""
    with running(env) as container:
        url = container.ready.split()[-1]
        told = TOKEN.match(container.process.stderr.readline())[1]
        assert HttpControlClient(url, told).call("GET", "/_mock/clock")["mode"] == "real"
        assert container.stop()[0] == 0


def test_a_token_of_ones_own_is_told_nobody(env):
    """It comes by the variable."""
    with running(env | {"SEGMOCK_ADMIN_TOKEN": "sesame"}) as container:
        url = container.ready.split()[-1]
        assert HttpControlClient(url, "sesame").call("GET", "/_mock/clock")["mode"] == "real"
        assert httpx.get(f"{url}/_mock/clock", trust_env=False).status_code == 401
        _, log = container.stop()
    assert "sesame" not in log
    assert TOKEN.search(log) is None


@pytest.mark.parametrize("elsewhere", [{}, {"SEGMOCK_URL": "https://127.0.0.1:9"}], ids=str)
def test_a_container_in_which_nobody_serves_is_unhealthy(env, elsewhere):
    """So the health check can fail; where it serves https a variable says so."""
    done = subprocess.run(
        health_command(), env=env | elsewhere, capture_output=True, text=True, check=False
    )
    url = elsewhere.get("SEGMOCK_URL", f"http://127.0.0.1:{env['SEGMOCK_PORT']}")
    assert done.returncode == 1
    assert f"no segmock answers at {url}" in done.stderr


def test_nothing_can_be_written_where_the_image_is_run(env):
    """So the tests above can fail."""
    command = [*NAMESPACES, "/bin/sh", "-c", READ_ONLY, "sh", "touch", "/segmock-was-here"]
    if os.geteuid():
        command[1:1] = ["--user", "--map-root-user"]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "Read-only file system" in done.stderr


def test_the_last_word_of_the_image_is_a_user_without_rights():
    """By number, which Kubernetes wants to see; the port can be had without rights as well."""
    user, group = LAST["USER"].value[0].split(":")
    assert int(user) >= 1000
    assert int(group) >= 1000
    assert LAST["EXPOSE"].value == (str(PORT),)
    assert ENV["SEGMOCK_PORT"] == str(PORT)
    assert ENV["SEGMOCK_HOST"] == "0.0.0.0"


def test_nothing_is_installed_that_no_lock_has():
    """Each pip checks hashes, or takes nothing along; each base has a tag."""
    bases = [command.value[0] for command in COMMANDS if command.cmd == "FROM"]
    assert len(bases) == 2
    assert all(re.fullmatch(r"[\w/]+:(?!latest)[\w.${}-]+", base) for base in bases)
    lines = [line for command in COMMANDS if command.cmd == "RUN" for line in command.value]
    pips = [each for line in lines for each in line.split("&&") if re.match(r"\s*pip\b", each)]
    assert len(pips) == 4
    for each in pips:
        assert re.search(r"--require-hashes|--no-deps", each), each
    assert {command.cmd for command in COMMANDS} & {"ADD", "SHELL", "VOLUME"} == set()


# --- What is sent to be built ---------------------------------------------------------------


@pytest.fixture(scope="module")
def context(tmp_path_factory) -> Path:
    """A folder with the files that Docker would be sent, by the rules of its own library."""
    folder = tmp_path_factory.mktemp("context")
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    rules = [line for line in ignored if line and not line.startswith("#")]
    for name in exclude_paths(str(ROOT), rules):
        target = folder / name
        if (ROOT / name).is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, target)
    return folder


def test_what_is_copied_first_is_there(context):
    """The locks come before the rest, so that a change of the code installs no packages anew."""
    copied = [
        source
        for command in find_stages()[0]
        if command.cmd == "COPY"
        for source in command.value[:-1]
    ]
    assert "." in copied
    assert [source for source in copied if not (context / source).exists()] == []


def test_the_context_has_no_tests_and_nothing_that_was_made(context):
    """It is small, and the same on every machine."""
    found = [path.relative_to(context) for path in context.rglob("*") if path.is_file()]
    assert [path for path in found if {"tests", "__pycache__"} & set(path.parts)] == []
    top = {path.parts[0] for path in found}
    assert {"mockserver", "contracts", "pyproject.toml"} < top
    assert not {"examples", "docs", "sources", ".git", ".venv"} & top


def test_the_wheel_of_the_image_is_whole(context, tmp_path):
    """By the line of the Dockerfile: code, contracts and fixtures are in it."""
    [line] = [
        part
        for command in COMMANDS
        if command.cmd == "RUN" and "pip wheel" in command.value[0]
        for part in command.value[0].split("&&")
        if "pip wheel" in part
    ]
    command = line.replace("pip wheel", f"{sys.executable} -m pip wheel").replace(
        "/wheel", str(tmp_path)
    )
    subprocess.run(["/bin/sh", "-euc", command], cwd=context, check=True, timeout=PATIENCE_S)
    [wheel] = tmp_path.glob("*.whl")
    with ZipFile(wheel) as archive:
        names = set(archive.namelist())
    for folder, inside in (
        *((name, name) for name in ("mockserver", "client_tests")),
        *((name, f"mockserver/_data/{name}") for name in ("contracts", "fixtures")),
    ):
        listed = subprocess.run(
            ["git", "ls-files", folder], cwd=ROOT, capture_output=True, text=True, check=True
        )
        wanted = {each for each in listed.stdout.split() if "mockserver/tests/" not in each}
        there = {f"{inside}{each.removeprefix(folder)}" for each in wanted}
        assert there
        assert there - names == set()
