"""A test bed runs a case on an account of its own, and sees that account's exchanges."""

import socket
from dataclasses import replace
from functools import partial
from itertools import count
from types import SimpleNamespace
from urllib.parse import urlsplit

import httpx
import pytest

from client_tests.cases.model import Case, Expect, Operation
from client_tests.cases.suites import load_suites
from client_tests.driver.messages import Answer
from client_tests.driver.python_driver import PythonDriver
from client_tests.judging.assertions import find_violations
from client_tests.running import testbed as testbed_module
from client_tests.running.testbed import TestBed

REVOKED = "SG_0000000000000401"

REFUSED = Case(
    id="credits/refused",
    title="Takes a refusal for an answer",
    level="MUST",
    facts=("A3",),
    operations=(Operation(op="credits", timeout_s=60),),
    account={"status": "revoked"},
    expect=Expect(outcomes=("unauthorized",)),
)
"""A case in which nothing but the key is looked at."""


def test_a_trigger_key_is_not_taken_for_one_that_was_used_up():
    """After a thousand cases a fresh key ends as a trigger does; its case is still seen."""
    cases = load_suites()
    plain = cases[0]
    trigger = next(case for case in cases if case.api_key == REVOKED)
    with TestBed([PythonDriver("client_tests.clients.reference:InProcess")]) as testbed:
        testbed._keys = count(0x0401)
        assert find_violations(plain, testbed.run_case(plain)) == []
        trace = testbed.run_case(trigger)
    assert find_violations(trigger, trace) == []
    assert trace.exchanges


class Hammering:
    """A client that asks for its balance so many times, whatever the answer is: as one driver."""

    def __init__(self, times):
        self.times = times

    def answer(self, call):
        """Ask, a hundred times at once, and report what the answers were."""
        url = urlsplit(call.base_url)
        asked = f"GET /v1/get-user-credits HTTP/1.1\r\nhost: x\r\nx-api-key: {call.api_key}\r\n\r\n"
        with socket.create_connection((url.hostname, url.port)) as connection:
            for done in range(0, self.times, 100):
                number = min(100, self.times - done)
                connection.sendall(asked.encode() * number)
                answers = b""
                while answers.count(b"HTTP/1.1 401") < number or not answers.endswith(b"}"):
                    answers += connection.recv(1 << 16)
        return Answer(outcome="unauthorized")


@pytest.mark.parametrize("times", [900, 1300, 5000])
def test_a_client_that_hammers_after_a_refusal_is_found_out(times):
    """However many calls it makes: more than a page of the journal, or more than all of it."""
    with TestBed([Hammering(1)]) as testbed:
        assert find_violations(REFUSED, testbed.run_case(REFUSED)) == []
    with TestBed([Hammering(times)]) as testbed:
        trace = testbed.run_case(REFUSED)
    found = {violation.assertion for violation in find_violations(REFUSED, trace)}
    assert found == {"repeated-after-refusal"} | ({"kept"} if times > 2000 else set())
    assert len(trace.exchanges) + trace.dropped == times


class Lingering:
    """A client that asks for its balance again some time after it has answered: as one driver."""

    def answer(self, call):
        """Ask at once, and keep in mind how to ask again."""
        self.ask = partial(
            httpx.get,
            f"{call.base_url}/v1/get-user-credits",
            headers={"x-api-key": call.api_key},
            trust_env=False,
        )
        self.ask()
        return Answer(outcome="unauthorized")


@pytest.mark.parametrize(("listen_s", "seen"), [(0.0, 1), (1.5, 2)])
def test_a_case_that_listens_sees_what_a_client_asks_after_its_answer(monkeypatch, listen_s, seen):
    """Without it only what has been asked by then is in the trace."""
    case = replace(REFUSED, listen_s=listen_s)
    assert Case.from_json(case.to_json()) == case
    client = Lingering()
    with TestBed([client]) as testbed:
        monkeypatch.setattr(testbed_module, "time", SimpleNamespace(**vars(testbed_module.time)))
        monkeypatch.setattr(testbed_module.time, "sleep", lambda for_s: for_s and client.ask())
        assert len(testbed.run_case(case).exchanges) == seen


def test_the_server_of_a_test_bed_is_silent(monkeypatch, capfd):
    """What the kit prints is about the client; no log of exchanges comes between."""
    monkeypatch.delenv("SEGMOCK_LOG", raising=False)
    with TestBed([]) as testbed:
        assert testbed._control.get("/v1/get-user-credits").status_code == 401
    assert capfd.readouterr() == ("", "")
