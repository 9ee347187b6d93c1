"""Tests of users that play a recording: the marker, the context manager, and what fails them."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
import segmind

from mockserver import Emulator
from mockserver.base.errors import EmulatorError
from mockserver.testing import segmock
from mockserver.testing.replays import find_emulator, find_replay
from mockserver.tests.replay.recording import record, record_picture
from mockserver.tests.testing.test_pytest_plugin import STEER_PYTEST

HELP = """
import httpx
import pytest
import segmind

ASKED = {"prompt": "A lighthouse", "seed": 300}

def submit(world, **changed):
    headers = {"x-api-key": world.api_key}
    with httpx.Client(base_url=world.url, headers=headers, timeout=600) as client:
        return client.post("/v2/ideogram-3", json={**ASKED, **changed})
"""


@contextmanager
def connect(account):
    """Give the vendor's client of an account, and close it."""
    client = segmind.SegmindClient(api_key=account.api_key, base_url=account.base_url)
    yield client
    client._client.close()


@pytest.fixture
def run(pytester, monkeypatch):
    """Run pytest on a test beside a recording; check how many passed, …; return its output."""
    for name in ("SEGMOCK_URL", "SEGMOCK_EXEC", "SEGMIND_API_KEY", *STEER_PYTEST):
        monkeypatch.delenv(name, raising=False)
    folder = pytester.mkpydir("suite")
    with record(folder / "lighthouse") as client:
        record_picture(client)

    def run(code: str, *flags: str, **outcomes: int) -> str:
        (folder / "test_it.py").write_text(HELP + code, encoding="utf-8")
        result = pytester.runpytest_inprocess("-p", "no:cacheprovider", "-W", "error", *flags)
        result.assert_outcomes(**outcomes)
        return result.stdout.str()

    return run


def test_the_marker_plays_a_recording_beside_the_test(run):
    """Each test from its beginning; a test without the marker is emulated."""
    code = """
@pytest.mark.segmock(replay="lighthouse")
@pytest.mark.parametrize("number", [1, 2])
def test_replayed(segmock, number):
    client = segmind.SegmindClient(api_key=segmock.api_key, base_url=segmock.base_url)
    with segmock.sleepless():
        assert "/outputs/" in client.run("ideogram-3", **ASKED)["output"]
    client._client.close()
    assert all(each["behaviours"][0][:9] == "recorded:" for each in segmock.requests)

def test_emulated(segmock):
    assert submit(segmock, prompt="Anything").is_success
    assert submit(segmock).is_success
"""
    run(code, passed=3)


def test_the_vendors_hosts_play_it_too(run):
    """Addresses of files are those of the vendor's host of files."""
    code = """
@pytest.mark.segmock(replay="lighthouse")
def test_replayed(segmock_respx):
    with segmock_respx.sleepless():
        url = segmind.run("ideogram-3", **ASKED)["output"]
    assert url.startswith("https://images.segmind.com/outputs/")
    assert httpx.get(url).content[:4] == b"\\x89PNG"
"""
    run(code, passed=1)


def test_a_call_that_was_not_recorded_fails_the_test_whose_client_swallowed_it(run):
    """With the sentence that the client was told; strict=False forgives it."""
    code = """
@pytest.mark.segmock(replay="lighthouse")
def test_swallowed(segmock):
    submit(segmock, prompt="A boat")

@pytest.mark.segmock(replay="lighthouse", strict=False)
def test_forgiven(segmock):
    submit(segmock, prompt="A boat")

@pytest.mark.segmock(replay="lighthouse", on_miss="emulate")
def test_emulated(segmock):
    assert submit(segmock, prompt="A boat").is_success
"""
    told = run(code, passed=3, errors=1)
    assert "segmock: 1 call was not recorded" in told
    assert 'body.prompt was "A lighthouse", here it is "A boat"' in told


@pytest.mark.parametrize(
    ("marked", "said"),
    [
        ('replay="nowhere"', "nowhere: there is no such folder"),
        ("replay=7", "replay is 7"),
        ('on_miss="emulate"', "it goes with replay='DIR'"),
        ('replay="lighthouse", on_miss="cry"', "on_miss is cry"),
    ],
)
def test_what_cannot_be_played_fails_the_test_in_a_sentence(run, marked, said):
    """Where it is set up."""
    told = run(f"@pytest.mark.segmock({marked})\ndef test_it(segmock):\n    pass\n", errors=1)
    assert said in told.replace("\n", "")


def test_a_recording_goes_with_no_server_that_is_running(run):
    """That one plays what it was started with."""
    code = """
@pytest.mark.segmock(replay="lighthouse")
def test_it(segmock):
    pass
"""
    with Emulator(clock="auto").live() as server:
        told = run(code, "--segmock-url", server.url, errors=1)
    assert "start that one with --replay DIR" in told


def test_a_server_that_plays_a_recording_fails_tests_too(run, tmp_path):
    """It says that it does."""
    with record(tmp_path) as client:
        record_picture(client)
    code = "def test_it(segmock):\n    submit(segmock, prompt='A boat')\n"
    with Emulator(clock="auto", replay=tmp_path).live() as server:
        told = run(code, "--segmock-url", server.url, passed=1, errors=1)
    assert "1 call was not recorded" in told


def test_any_framework_can_play_one(tmp_path, monkeypatch):
    """Relative to the working directory; it fails as a test of pytest does."""
    monkeypatch.delenv("SEGMOCK_URL", raising=False)
    with record(tmp_path / "lighthouse") as client:
        record_picture(client)
    monkeypatch.chdir(tmp_path)
    with segmock(replay="lighthouse") as account, account.sleepless(), connect(account) as client:
        assert client.run("ideogram-3", prompt="A lighthouse", seed=300)["seed"] == 300
    with (
        pytest.raises(AssertionError, match="1 call was not recorded"),
        segmock(replay="lighthouse") as account,
        connect(account) as client,
        pytest.raises(segmind.SegmindError),
    ):
        client.submit_async("ideogram-3", prompt="A boat")
    with (
        pytest.raises(EmulatorError, match="no server that is running"),
        segmock(replay="lighthouse", url="http://127.0.0.1:1"),
    ):
        pass


def test_tests_with_the_same_recording_share_an_emulator(tmp_path):
    """Reading it takes time."""
    with record(tmp_path) as client:
        record_picture(client)
    replays = [find_replay({"replay": folder}, tmp_path) for folder in (".", tmp_path)]
    assert find_emulator(replays[0]) is find_emulator(replays[1])
    assert find_emulator(None) is None
