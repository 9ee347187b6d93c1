"""Clients that wait by their own wall clock, in Python and in Node, under every clock mode."""

import os
import subprocess
import sys
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from shutil import which

import pytest

from mockserver import Emulator
from mockserver.tests.conftest import PATIENCE_S

CLIENTS = Path(__file__).parent / "clients"
MODES = {"real": 1, "auto": 1, "frozen": 1, "x60": 60}
"""And how many virtual seconds a real one is where a limit is counted."""

NODE = which("node")
COMMANDS = {
    "python": (sys.executable, CLIENTS / "patient.py"),
    "node": (NODE, CLIENTS / "patient.mjs"),
}
WAYS = {"python": ("datetime", "time", "none"), "node": ("date", "none")}
"""Those in which a client waits, and that of one that does not, which is the last."""

REAL_WAIT_S = 0.3

every_mode = pytest.mark.parametrize("mode", MODES)


@cache
def run_client(language, mode):
    """Run a client as a process of its own, with an account for each way in which it waits.

    Returns:
        The statuses that it met, and the rules that it broke, by its ways.
    """
    emulator, ways = Emulator(clock=mode), WAYS[language]
    windows = {way: 3600 if way == "none" else REAL_WAIT_S * MODES[mode] for way in ways}
    accounts = {way: emulator.account(plan="free", window_s=windows[way]) for way in ways}
    with emulator.live() as server:
        pairs = [word for way in ways for word in (accounts[way].api_key, way)]
        lines = run_program(*COMMANDS[language], server.url, *pairs)
    met = [[int(word) for word in line.split()] for line in lines]
    return {
        way: (statuses, find_offences(accounts[way]))
        for way, statuses in zip(ways, met, strict=True)
    }


def run_program(program, *words):
    """Run a program that must succeed; return the lines that it printed."""
    assert program, "node is not installed: these tests need it"
    done = subprocess.run(
        [program, *words],
        env={name: value for name, value in os.environ.items() if "proxy" not in name.lower()},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def find_offences(account):
    """Return the rules that the client broke."""
    return [verdict["id"] for verdict in account.verdicts]


def load_patient():
    """Return the Python client as a module; it takes `sleep` and `time` when it is imported."""
    spec = spec_from_file_location("patient", CLIENTS / "patient.py")
    module = module_from_spec(spec)
    sys.modules["patient"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def patient():
    """The Python client in this process."""
    yield load_patient()
    del sys.modules["patient"]


@pytest.mark.fact("E5")
@every_mode
@pytest.mark.parametrize(
    ("language", "way"), [(each, way) for each, ways in WAYS.items() for way in ways[:-1]]
)
def test_a_client_that_really_waits_goes_on(mode, language, way):
    """A short limit, told in the time that the client reads: one wait is enough."""
    statuses, offences = run_client(language, mode)[way]
    assert statuses[-2:] == [429, 200]
    assert offences == []


@pytest.mark.fact("E5")
@every_mode
@pytest.mark.parametrize("language", COMMANDS)
def test_a_client_that_does_not_wait_is_judged_where_time_is_real(mode, language):
    """In the other modes nobody can tell how long it could have waited."""
    statuses, offences = run_client(language, mode)["none"]
    assert statuses[-2:] == [429, 429]
    assert offences == (["called-before-reset"] if mode == "real" else [])


@pytest.mark.fact("E5")
@every_mode
@pytest.mark.parametrize("is_served", [False, True], ids=["alone", "beside another"])
@pytest.mark.parametrize("way", ["datetime", "time"])
def test_a_client_that_sleeps_in_virtual_time_goes_on(mode, is_served, way, patient):
    """Its wall clock is ahead by what it has slept, and so are the instants that it is told."""
    emulator = Emulator(clock=mode)
    account, other = (emulator.account(plan="free", window_s=3600) for _ in range(2))
    with emulator.live() as server, account.sleepless():
        if is_served:
            with other.sleepless():
                assert patient.call_until_limited(server.url, other.api_key, way)[-1] == 200
        statuses = patient.call_until_limited(server.url, account.api_key, way)
        again = patient.call_until_limited(server.url, account.api_key, way)
    assert statuses[-2:] == again[-2:] == [429, 200]
    assert find_offences(account) == find_offences(other) == []


@pytest.mark.fact("E5")
@every_mode
def test_a_client_that_could_have_slept_and_did_not_is_judged(mode, patient):
    """Virtual sleep costs it nothing, so that not to wait counts in every mode."""
    emulator = Emulator(clock=mode)
    account = emulator.account(plan="free", window_s=3600)
    with emulator.live() as server, account.sleepless():
        statuses = patient.call_until_limited(server.url, account.api_key, "none")
    assert statuses[-2:] == [429, 429]
    assert find_offences(account) == ["called-before-reset"]


@pytest.mark.fact("E5")
def test_a_client_is_told_real_time_again_when_it_is_awake(patient):
    """What it has slept until then stays waited for; a reset within the sleep changes nothing."""
    emulator = Emulator(clock="auto")
    account = emulator.account(plan="free")
    with emulator.live() as server:
        with account.sleepless():
            patient.call_until_limited(server.url, account.api_key, "time")
            account.reset()
            again = patient.call_until_limited(server.url, account.api_key, "time")
        account.configure(window_s=REAL_WAIT_S)
        account.clock.advance(60)
        awake = patient.call_until_limited(server.url, account.api_key, "datetime")
    assert again[-2:] == awake[-2:] == [429, 200]
    assert find_offences(account) == []
