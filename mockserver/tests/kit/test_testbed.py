"""A test bed runs a case on an account of its own, and sees that account's exchanges."""

import json
import re
import socket
from dataclasses import replace
from functools import partial
from itertools import count
from types import SimpleNamespace
from urllib.parse import urlsplit

import httpx
import pytest

from client_tests.cases.model import Case, Effect, Expect, Operation
from client_tests.cases.suites import load_suites
from client_tests.driver.environment import make_server_environment
from client_tests.driver.messages import Answer
from client_tests.driver.python_driver import PythonDriver
from client_tests.judging.assertions import find_violations
from client_tests.running import testbed as testbed_module
from client_tests.running.behaviour_rules import make_rules
from client_tests.running.testbed import TestBed

REVOKED = "SG_0000000000000401"

PLAIN = next(case for case in load_suites() if case.id == "run/states/long-queue")

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


def test_a_trigger_key_is_not_taken_for_one_that_was_used_up(url):
    """After a thousand cases a fresh key ends as a trigger does; its case is still seen."""
    cases = load_suites()
    plain = cases[0]
    trigger = next(case for case in cases if case.api_key == REVOKED)
    with TestBed([PythonDriver("client_tests.clients.reference:InProcess")], url) as testbed:
        testbed._keys = count(0x0401)
        assert find_violations(plain, testbed.run_case(plain)) == []
        trace = testbed.run_case(trigger)
    assert find_violations(trigger, trace) == []
    assert trace.exchanges


class Hammering:
    """A client that asks for its balance so many times, whatever the answer is: as one driver."""

    def __init__(self, times):
        self.times = times

    def prepare(self, _hello, _pace):
        """Have nothing to start."""

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
def test_a_client_that_hammers_after_a_refusal_is_found_out(times, url):
    """However many calls it makes: more than a page of the journal, or more than all of it."""
    with TestBed([Hammering(1)], url) as testbed:
        assert find_violations(REFUSED, testbed.run_case(REFUSED)) == []
    with TestBed([Hammering(times)], url) as testbed:
        trace = testbed.run_case(REFUSED)
    found = {violation.assertion for violation in find_violations(REFUSED, trace)}
    assert found == {"repeated-after-refusal"} | ({"kept"} if times > 2000 else set())
    assert len(trace.exchanges) + trace.dropped == times


class Lingering:
    """A client that asks for its balance again some time after it has answered: as one driver."""

    def prepare(self, _hello, _pace):
        """Have nothing to start."""

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
def test_a_case_that_listens_sees_what_a_client_asks_after_its_answer(
    monkeypatch, listen_s, seen, url
):
    """Without it only what has been asked by then is in the trace."""
    case = replace(REFUSED, listen_s=listen_s)
    assert Case.from_json(case.to_json()) == case
    client = Lingering()
    with TestBed([client], url) as testbed:
        monkeypatch.setattr(testbed_module, "time", SimpleNamespace(**vars(testbed_module.time)))
        monkeypatch.setattr(testbed_module.time, "sleep", lambda for_s: for_s and client.ask())
        assert len(testbed.run_case(case).exchanges) == seen


def test_the_server_of_a_test_bed_is_silent(monkeypatch, capfd):
    """What the kit prints is about the client; no log of exchanges comes between."""
    monkeypatch.delenv("SEGMOCK_LOG", raising=False)
    with TestBed([]) as testbed:
        assert testbed._control.http.get("/v1/get-user-credits").status_code == 401
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("setting", ["STORE", "WORKERS", "CONFIG", "AUDIT", "NOBODY_KNOWS_YET"])
def test_no_setting_of_the_users_reaches_the_server_of_a_test_bed(monkeypatch, setting):
    """It is the kit's own, and the same on every machine; all variables of segmock are meant."""
    monkeypatch.setenv(f"SEGMOCK_{setting}", "1")
    assert not [each for each in make_server_environment() if each.startswith("SEGMOCK_")]


def test_a_server_of_a_test_bed_reads_neither_variables_nor_a_settings_file(tmp_path, monkeypatch):
    """Though there are some where it is started."""
    (tmp_path / "segmock.toml").write_text('accept = "declared"\nclock-start = "2020-01-01"\n')
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SEGMOCK_STORE", "redis://127.0.0.1:1/0")
    monkeypatch.setenv("SEGMOCK_WORKERS", "2")
    with TestBed([PythonDriver("client_tests.clients.reference:InProcess")]) as testbed:
        assert find_violations(PLAIN, testbed.run_case(PLAIN)) == []
        health = testbed._control.read("/_mock/health")
    assert not health["clock"]["now_utc"].startswith("2020")


def test_the_server_is_told_no_instant_that_the_kit_has_computed(url):
    """Such a one is late when it arrives on a busy machine; the server reads its own clock."""
    limited = [
        case
        for case in load_suites()
        if case.clock == "real" and {each.reset_form for each in case.behaviour} == {"milliseconds"}
    ]
    said = []
    with TestBed([PythonDriver("client_tests.clients.reference:InProcess")], url) as testbed:
        tell = testbed._control.call
        testbed._control.call = lambda *parts: (said.append(json.dumps(parts[2:])), tell(*parts))
        for case in limited:
            testbed._arm(case, f"SG_{len(said):016x}f")
    told = [each for each in said if re.search(r"20\d\d-\d\d-\d\d", each)]
    assert len(limited) > 10
    assert all("2020-02-02" in each for each in told), "that one is in a case"
    assert sum("reset_in_s" in each for each in said) > 10


def test_a_case_may_have_something_played_before_it_by_the_same_process(url):
    """Which is new then: what it fails with after that, it fails with when it is played again."""
    before = replace(REFUSED, id="credits/first")
    case = replace(REFUSED, after=(before,))
    assert Case.from_json(case.to_json()) == case
    client = Counting()
    with TestBed([client], url) as testbed:
        for _ in range(2):
            testbed.run_case(case)
            assert client.told == ["new", "answer", "answer"]
            assert testbed.last_case == case
            client.told.clear()
        testbed.renew_drivers()
        assert testbed.last_case is None


def test_a_rule_whose_instant_the_kit_computes_is_armed_last():
    """And those of one route stay in their order, by which they count calls."""
    limited = {"do": {"status": 429}, "reset_in_s": 0.5}
    behaviour = (
        Effect(route="status", ordinal=0, **limited, reset_form="seconds"),
        Effect(route="status", ordinal=1, do={"linger": True}),
        Effect(route="result", ordinal=0, **limited),
    )
    rules = make_rules(behaviour)
    assert [(rule["on"]["route"], rule.get("skip")) for rule in rules] == [
        ("result", None),
        ("status", None),
        ("status", None),
    ]
    assert "headers" in rules[1]["do"]
    assert rules[0]["do"] == {"status": 429, "reset_in_s": 0.5}


class Counting:
    """A client that notes what it is told, and asks nothing."""

    def __init__(self):
        self.told = []

    def prepare(self, _hello, _pace):
        """Have nothing to start."""

    def answer(self, _call):
        """Answer."""
        self.told.append("answer")
        return Answer(outcome="unauthorized")

    def close(self):
        """Begin anew."""
        self.told.append("new")


# --- After the end ----------------------------------------------------------------------


def move_ends(testbed, by_s):
    """Let all cases that were played have ended so much earlier."""
    for key, ended in testbed._watch._ended.items():
        replies = tuple(replace(each, ended_s=each.ended_s - by_s) for each in ended.trace.replies)
        trace = replace(ended.trace, replies=replies)
        moved = replace(ended, trace=trace, settled_s=ended.settled_s - by_s)
        testbed._watch._ended[key] = moved
    testbed._watch.last_end_s -= by_s


def test_what_comes_with_the_key_of_an_earlier_case_is_charged_to_that_one(url):
    """And not to the one that is being played."""
    client = Lingering()
    with TestBed([client], url) as testbed:
        testbed.run_case(replace(REFUSED, id="credits/earlier"))
        move_ends(testbed, 100)
        client.ask()
        trace = testbed.run_case(replace(REFUSED, id="credits/later"))
        assert [each.case.id for each in testbed.take_strays()] == ["credits/earlier"]
    assert len(trace.exchanges) == 1


def test_a_test_bed_listens_once_more_after_its_last_case(url):
    """What comes then is seen as well; where nothing was played, there is nothing to hear."""
    client = Lingering()
    with TestBed([client], url) as testbed:
        testbed.listen(60)
        testbed.run_case(REFUSED)
        move_ends(testbed, 100)
        client.ask()
        testbed.listen(1)
        assert [each.case.id for each in testbed.take_strays()] == [REFUSED.id]


def test_exchanges_come_between_the_begin_and_the_end_of_their_ask(url):
    """On one clock, so that those of one ask after the other can be told apart."""
    case = replace(REFUSED, operations=REFUSED.operations * 2)
    with TestBed([Hammering(2)], url) as testbed:
        trace = testbed.run_case(case)
    for index, reply in enumerate(trace.replies):
        own = trace.exchanges_of(index)
        assert len(own) == 2
        assert all(reply.began_s <= each.received_s <= reply.ended_s for each in own)
