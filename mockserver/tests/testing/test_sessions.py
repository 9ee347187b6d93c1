"""An account for any test framework, its environment, and the verdict at the end."""

from __future__ import annotations

import subprocess
import sys
import unittest
from typing import Any

import httpx
import pytest

from mockserver import Emulator
from mockserver.base.errors import EmulatorError
from mockserver.handles.control_client import HttpControlClient
from mockserver.testing import RefusedHostError, sessions
from mockserver.testing.sessions import (
    make_key,
    open_account_in,
    open_account_on,
    segmock,
    start_shared_server,
)
from mockserver.tests.conftest import PATIENCE_S, PROMPT
from mockserver.tests.edges.test_asgi import CREDITS, SUBMIT
from mockserver.tests.processes import environment

VARIABLES = ("SEGMIND_API_KEY", "SEGMIND_BASE_URL", "SEGMIND_API_BASE", "SEGMIND_API_URL")


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch):
    """Whoever runs these tests may have a server of their own; these do not use it."""
    for name in ("SEGMOCK_URL", "SEGMOCK_ADMIN_TOKEN", *VARIABLES):
        monkeypatch.delenv(name, raising=False)


def call(account: Any, method: str, path: str, **options: Any) -> httpx.Response:
    """Ask as the client of an account."""
    headers = {"x-api-key": account.api_key}
    with httpx.Client(base_url=account.url, headers=headers, verify=False) as client:
        return client.request(method, path, **options)


def idle(account: Any, *also: Any) -> None:
    """Arm a fault that will not strike, and raise an error, if one is given."""
    account.faults.add({"status": 503}, "submit")
    call(account, "GET", CREDITS)
    for error in also:
        raise error


def broken(account: Any) -> None:
    """Break a MUST rule: the same refused call twice."""
    for _ in range(2):
        assert call(account, "POST", "/v2/painter", json=PROMPT).status_code == 404


# The context manager


def test_a_test_gets_an_account_of_its_own():
    """Two have different keys on one server; the clock steps on with each poll."""
    with segmock() as one, segmock(credits=1) as other:
        assert one.api_key != other.api_key
        assert (one.url, one.base_url) == (other.url, f"{one.url}/v1")
        assert (one.clock.mode, one.account["credits"], other.account["credits"]) == (
            "auto",
            100,
            1,
        )
        job = call(one, "POST", SUBMIT, json=PROMPT).json()
        states = [call(one, "GET", job["status_url"]).json()["status"] for _ in range(3)]
        call(one, "GET", job["response_url"])
        assert states == ["QUEUED", "PROCESSING", "COMPLETED"]
        assert other.requests == []
    assert one.url == start_shared_server()


def test_a_field_that_an_account_has_not_is_refused():
    """The error comes at once, with what there is."""
    with pytest.raises(EmulatorError, match="colour"), segmock(colour="red"):
        pass


def test_a_broken_must_rule_fails_the_test():
    """The complaint has the rule, its reason and the lines of the journal."""
    with pytest.raises(AssertionError) as caught, segmock() as account:
        broken(account)
    assert "MUST repeated-after-refusal" in str(caught.value)
    assert "POST /v2/painter  → 404" in str(caught.value)


def test_a_fault_that_never_struck_fails_the_test():
    """The complaint has the fault, and what was asked in place of it."""
    with pytest.raises(AssertionError, match="never struck") as caught, segmock() as account:
        idle(account)
    assert "503" in str(caught.value)
    assert f"GET  {CREDITS}  → 200" in str(caught.value)


def test_a_fault_left_to_chance_may_never_strike():
    """One with a probability, one that struck, and one that was removed are no complaints."""
    with segmock() as account:
        account.faults.add({"status": 503}, "submit", probability=0.5)
        account.faults.add({"status": 503}, "credits", times=1)
        account.faults.remove(account.faults.add({"reset": True}, "poll")["id"])
        call(account, "GET", CREDITS)


def test_a_should_is_no_complaint():
    """It is advice: to have polled a result that is not there yet fails nothing."""
    with segmock() as account:
        job = call(account, "POST", SUBMIT, json=PROMPT).json()
        call(account, "GET", job["response_url"])
        assert [verdict["level"] for verdict in account.verdicts] == ["SHOULD"]


def test_a_lenient_test_is_told_nothing():
    """`strict=False` complains of neither; `check` can be called at will."""
    with segmock(strict=False) as account:
        broken(account)
        account.faults.add({"reset": True}, "submit")
        with pytest.raises(AssertionError) as caught:
            account.check()
    assert str(caught.value).count("segmock: ") == 2


def test_the_tests_own_error_comes_through():
    """What failed in the test is what is raised, not a complaint on top of it."""
    with pytest.raises(ZeroDivisionError), segmock() as account:
        idle(account, ZeroDivisionError())


def test_a_running_server_can_be_named(monkeypatch):
    """As an argument, or in SEGMOCK_URL; its own clock does not matter."""
    with Emulator(clock="real").live() as server:
        with segmock(url=f"{server.url}/") as account:
            assert (account.url, account.clock.mode) == (server.url, "auto")
        monkeypatch.setenv("SEGMOCK_URL", server.url)
        with segmock() as account:
            assert account.url == server.url


def test_a_server_that_is_not_there_is_named():
    """The error says where nobody answered, and what to do."""
    with (
        pytest.raises(EmulatorError, match="no segmock answers") as caught,
        segmock(url="http://127.0.0.1:9"),
    ):
        pass
    assert "http://127.0.0.1:9" in str(caught.value)
    assert "segmock serve" in caught.value.hint


def test_a_reset_in_mid_test_keeps_what_was_said():
    """The account has its credits and its clock again, and nothing else."""
    with Emulator(clock="real").live() as server, segmock(url=server.url, credits=3) as account:
        broken(account)
        account.reset()
        assert (account.account["credits"], account.clock.mode, account.requests) == (3, "auto", [])


def test_unittest_has_it_too():
    """A plain TestCase enters it, and its complaint is a failure that shows no frame of ours."""
    urls = []

    class Case(unittest.TestCase):
        def setUp(self):
            self.world = self.enterContext(segmock(credits=2))
            urls.append(self.world.url)

        def test_good(self):
            assert call(self.world, "GET", CREDITS).json()["credits"] == 2

        def test_bad(self):
            broken(self.world)

    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromTestCase(Case).run(result)
    told = [text for _, text in result.failures + result.errors]
    assert result.testsRun == 2
    assert len(told) == 1
    assert told[0].startswith("AssertionError: segmock: MUST repeated-after-refusal: ")
    assert len(set(urls)) == 1


def test_the_shared_server_ends_with_the_process():
    """A script that used it exits by itself, with 0 and without a word."""
    code = (
        "from mockserver.testing import segmock\n"
        "with segmock() as world:\n"
        "    print(world.account['credits'])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment(),
        capture_output=True,
        check=False,
        text=True,
        timeout=PATIENCE_S,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "100.0\n", "")


# The guard


def swallow() -> str:
    """Call the vendor as a client does that takes no notice of errors."""
    try:
        sys.audit("socket.getaddrinfo", "api.segmind.com", 443, 0, 0, 0)
    except EmulatorError:
        return "refused"
    return "let out"


def swallow_and_idle(account: Any, *also: Any) -> None:
    """Swallow a refusal, and arm a fault that will not strike."""
    assert swallow() == "refused"
    idle(account, *also)


def test_a_session_is_guarded_until_it_is_left(monkeypatch):
    """It complains of what was swallowed, together with what else there is."""
    monkeypatch.delenv("SEGMOCK_GUARD", raising=False)
    with pytest.raises(AssertionError) as caught, segmock() as account:
        swallow_and_idle(account)
    assert swallow() == "let out"
    told = str(caught.value)
    assert "segmock: the client tried to reach the vendor, and went on when the guard " in told
    assert f"{__file__.rpartition('/')[2]}:" in told
    assert "never struck" in told


def test_a_session_may_expect_a_refusal():
    """By `assertRaises`, or by being lenient; one that failed is told of what it failed."""
    expect = unittest.TestCase().assertRaises
    with segmock(), expect(RefusedHostError):
        httpx.get("https://api.segmind.com")
    with segmock(strict=False):
        swallow()
    with pytest.raises(ZeroDivisionError), segmock() as account:
        swallow_and_idle(account, ZeroDivisionError())
    assert swallow() == "let out"


def test_a_session_need_not_be_guarded(monkeypatch):
    """Without it, or by the environment, calls to the vendor are let out."""
    with segmock(guard=False):
        assert swallow() == "let out"
    monkeypatch.setenv("SEGMOCK_GUARD", "off")
    with segmock():
        assert swallow() == "let out"


# The pieces


def test_a_key_belongs_to_its_names():
    """Always the same for the same names, and another for any others; it looks like a key."""
    assert make_key("a", "b") == make_key("a", "b")
    assert (
        len(
            {
                make_key("a", "b"),
                make_key("b", "a"),
                make_key("ab"),
                make_key("a\0b", ""),
                make_key(),
            }
        )
        == 5
    )
    assert len(make_key("test_ü[🦊]\ud800")) == len("SG_0123456789abcdef")


def test_a_world_is_fresh_each_time():
    """What an earlier test with the same key has left is gone."""
    with Emulator(clock="auto").live() as server:
        with open_account_on(server.url, "SG_same", credits=1) as account:
            broken(account)
        with open_account_on(server.url, "SG_same") as account:
            assert (account.requests, account.account["credits"]) == ([], 100)


def test_a_world_may_be_in_process():
    """Without a server it is reached through a transport or respx."""
    emulator = Emulator(clock="frozen")
    with open_account_in(emulator, "SG_inside", sessions.VENDOR_URL) as account, emulator.respx():
        assert call(account, "GET", CREDITS).json()["credits"] == 100
        assert (account.clock.mode, account.base_url) == ("auto", "https://api.segmind.com/v1")
        assert len(account.requests) == 1


def test_an_admin_token_comes_from_the_environment(monkeypatch):
    """Every control call of the test bears it."""
    monkeypatch.setenv("SEGMOCK_ADMIN_TOKEN", "sesame")
    borne = []

    class Plane(HttpControlClient):
        def __init__(self, url, token=None):
            borne.append(token)
            super().__init__(url, token)

    monkeypatch.setattr(sessions, "HttpControlClient", Plane)
    with segmock():
        pass
    assert borne == ["sesame"]
