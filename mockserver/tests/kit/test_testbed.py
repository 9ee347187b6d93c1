"""A bench plays a case on an account of its own, and sees that account's exchanges."""

import socket
from itertools import count
from urllib.parse import urlsplit

import pytest

from client_tests.cases.model import Ask, Case, Expect
from client_tests.cases.suites import scenarios
from client_tests.driver.messages import Answer
from client_tests.driver.processes import PythonDriver
from client_tests.judging.assertions import complaints
from client_tests.running.testbed import Bench

REVOKED = "SG_0000000000000401"


def test_a_trigger_key_is_not_taken_for_one_that_was_used_up():
    """After a thousand cases a fresh key ends as a trigger does; its case is still seen."""
    cases = scenarios()
    plain = cases[0]
    trigger = next(case for case in cases if case.api_key == REVOKED)
    with Bench([PythonDriver("client_tests.clients.reference:InProcess")]) as bench:
        bench._keys = count(0x0401)
        assert complaints(plain, bench.play(plain)) == []
        seen = bench.play(trigger)
    assert complaints(trigger, seen) == []
    assert seen.exchanges


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
        asks=(Ask(op="credits", timeout_s=600),),
        account={"status": "revoked"},
        expect=Expect(outcomes=("unauthorized",)),
    )
    with Bench([Hammering(1)]) as bench:
        assert complaints(case, bench.play(case)) == []
    with Bench([Hammering(times)]) as bench:
        seen = bench.play(case)
    found = {complaint.judge for complaint in complaints(case, seen)}
    assert found == {"repeated-after-refusal"} | ({"kept"} if times > 2000 else set())
    assert len(seen.exchanges) + seen.dropped == times
