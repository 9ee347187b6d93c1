"""`segmock ping` tells by its exit code whether a server can serve, and imports little for it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from mockserver import __version__
from mockserver.emulator import Emulator
from mockserver.tests.cli.results import assert_refused
from mockserver.tests.processes import environment

NOWHERE = "http://127.0.0.1:9"


@pytest.fixture(scope="module")
def url():
    """The address of a server."""
    with Emulator().live() as server:
        yield server.url


def test_a_server_that_serves_is_exit_0(run, url):
    """Its version and address are told; the address may stand in the environment."""
    told = f"segmock {__version__} serves at {url}\n"
    for result in (run("ping", "--url", f"{url}/"), run("ping", env={"SEGMOCK_URL": url})):
        assert (result.exit_code, result.stdout, result.stderr) == (0, told, "")


@pytest.mark.parametrize("wait", [(), ("--wait", "0.01")])
def test_nobody_is_exit_1_with_a_sentence(run, wait):
    """Whether it was waited for or not."""
    result = run("ping", "--url", NOWHERE, *wait)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(f"segmock: no segmock answers at {NOWHERE}: ")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("flags", "part"),
    [
        (["--url", "127.0.0.1:8765"], "like http://127.0.0.1:8765"),
        (["--wait", "-1"], "--wait"),
        (["--wait", "inf"], "--wait"),
        (["--ca", "nowhere.pem"], "nowhere.pem"),
    ],
)
def test_what_cannot_be_asked_is_exit_2(run, flags, part):
    """A slip is no server that is down."""
    assert_refused(run("ping", *flags), part)


def test_little_is_imported_for_it(url):
    """It runs every few seconds beside a server: nothing of the emulator, no library of its."""
    code = (
        "import sys\n"
        "from mockserver.cli import main\n"
        "main(['ping'], standalone_mode=False)\n"
        "print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment(SEGMOCK_URL=url),
        capture_output=True,
        text=True,
        check=True,
    )
    names = [name.split(".") for name in done.stderr.split()]
    parts = {name[1] for name in names if name[0] == "mockserver" and len(name) > 1}
    assert parts == {"base", "cli", "contract", "extras", "handles"}
    heavy = {"anyio", "asyncio", "client_tests", "cryptography", "jsonschema", "PIL", "starlette"}
    assert {name[0] for name in names} & heavy == set()
