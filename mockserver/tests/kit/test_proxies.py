"""The kit, and the drivers that it starts, speak to this machine whatever the environment says."""

import os
import subprocess
import sys

import pytest

from client_tests.driver.messages import Call
from client_tests.driver.processes import ProcessDriver
from client_tests.driver.proxies import bypass_proxies, compute_bypasses
from client_tests.running.client_under_test import ClientUnderTest
from mockserver.base import proxy_bypasses

NOBODY = "http://127.0.0.1:9"
HOSTILE = {
    **dict.fromkeys(("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"), NOBODY),
    "SSL_CERT_FILE": "/nowhere/at/all.pem",
    "NO_PROXY": "example.org",
}
REFERENCE = "client_tests.clients.reference"

ECHO = """
import json, os, sys
for line in sys.stdin:
    said = {name: os.environ.get(name) for name in ("NO_PROXY", "no_proxy")}
    answer = {"id": json.loads(line)["id"], "outcome": "completed", "result": said}
    print(json.dumps(answer), flush=True)
"""


@pytest.fixture
def hostile(monkeypatch, tmp_path):
    """An environment whose proxy nobody answers at, whose certificates are nowhere."""
    netrc = tmp_path / "netrc"
    netrc.write_text("default login someone password else\n")
    for name, value in {**HOSTILE, "NETRC": str(netrc)}.items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"NO_PROXY": "*"},
        {"no_proxy": "a.org, b.org"},
        {"NO_PROXY": "a.org", "no_proxy": "b.org,localhost"},
    ],
)
def test_the_kit_bypasses_what_the_emulators_environment_does(given):
    """The kit sees the emulator from outside only, so it has a function of its own."""
    assert compute_bypasses(given) == proxy_bypasses.compute_bypasses(given)


@pytest.mark.usefixtures("hostile")
def test_a_driver_is_told_to_reach_this_machine_directly(tmp_path):
    """What the environment bypasses already stays bypassed, in both spellings."""
    script = tmp_path / "echo.py"
    script.write_text(ECHO)
    driver = ProcessDriver(f"{sys.executable} {script}")
    call = Call(
        id=1, op="credits", base_url="", api_key="", timeout_s=30, poll_interval_s=1,
        model=None, params=None, url=None,
    )  # fmt: skip
    told = driver.answer(call).result
    driver.close()
    assert told == compute_bypasses(os.environ)


@pytest.mark.usefixtures("hostile")
def test_a_client_in_this_process_is_told_so_for_as_long_as_it_is_tested():
    """Afterwards the environment is as it was."""
    before = dict(os.environ)
    with ClientUnderTest(f"{REFERENCE}:InProcess", is_python=True).open_testbed(at_once=1):
        assert os.environ["no_proxy"] == "example.org,127.0.0.1,localhost,::1"
    assert dict(os.environ) == before


def test_the_environment_is_as_it_was_after_a_failure_too(monkeypatch):
    """Whatever was raised inside."""
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(KeyError), bypass_proxies():
        raise KeyError
    assert "NO_PROXY" not in os.environ
    assert "no_proxy" not in os.environ


@pytest.mark.usefixtures("hostile")
@pytest.mark.parametrize(
    "client",
    [
        ("--driver", f"{sys.executable} -m {REFERENCE}"),
        ("--python", f"{REFERENCE}:InProcess"),
    ],
    ids=["driver", "python"],
)
def test_the_kits_command_runs_where_there_is_a_proxy(client, tmp_path):
    """A right client passes, in a process of its own and in the kit's."""
    words = ("verify", "client", *client, "--only", "run/submit/reset-after-not-repeated")
    command = [sys.executable, "-m", "mockserver", *words, "--workers", "1"]
    done = subprocess.run(
        [*command, "--folder", tmp_path], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.usefixtures("hostile")
def test_a_driver_is_checked_where_there_is_a_proxy():
    """`segmock driver check` finds nothing wrong with the reference's."""
    words = ("driver", "check", "--json", "--", sys.executable, "-m", REFERENCE)
    done = subprocess.run(
        [sys.executable, "-m", "mockserver", *words],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
