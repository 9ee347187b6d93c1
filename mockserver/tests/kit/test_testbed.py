"""A test bed runs a case on an account of its own, and sees that account's exchanges."""

import socket
from itertools import count
from urllib.parse import urlsplit

import pytest

from client_tests.cases.model import Case, Expect, Operation
from client_tests.cases.suites import load_suites
from client_tests.driver.messages import Answer
from client_tests.driver.python_driver import PythonDriver
from client_tests.judging.assertions import find_violations
from client_tests.running.testbed import TestBed

REVOKED = "SG_0000000000000401"


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
    case = Case(
        id="credits/refused",
        title="Takes a refusal for an answer",
        level="MUST",
        facts=("A3",),
        operations=(Operation(op="credits", timeout_s=600),),
        account={"status": "revoked"},
        expect=Expect(outcomes=("unauthorized",)),
    )
    with TestBed([Hammering(1)]) as testbed:
        assert find_violations(case, testbed.run_case(case)) == []
    with TestBed([Hammering(times)]) as testbed:
        trace = testbed.run_case(case)
    found = {violation.assertion for violation in find_violations(case, trace)}
    assert found == {"repeated-after-refusal"} | ({"kept"} if times > 2000 else set())
    assert len(trace.exchanges) + trace.dropped == times


def test_the_server_of_a_test_bed_is_silent(monkeypatch, capfd):
    """What the kit prints is about the client; no log of exchanges comes between."""
    monkeypatch.delenv("SEGMOCK_LOG", raising=False)
    with TestBed([]) as testbed:
        assert testbed._control.get("/v1/get-user-credits").status_code == 401
    assert capfd.readouterr() == ("", "")
