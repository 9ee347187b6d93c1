"""The kit sees a key wherever a client puts it that is not its place, and nothing else."""

import logging

import pytest

from client_tests.cases.model import Case, Effect, Operation
from client_tests.cases.suites import load_suites
from client_tests.driver.base import read_logs
from client_tests.driver.messages import Answer, Call
from client_tests.driver.python_driver import PythonDriver
from client_tests.judging.key_paths import check_key_hosts, check_key_places, check_key_words
from client_tests.judging.trace import Exchange, Reply, Trace
from client_tests.mutants.harness import Harness
from client_tests.mutants.sending.key_paths import Follows
from client_tests.running.addresses import fill_addresses, find_other_origin

KEY = "SG_1234567890abcdef"
HOST = "127.0.0.1:8765"
CASE = Case(
    id="run/keys/one",
    title="Keeps its key",
    level="MUST",
    facts=("A1",),
    operations=(Operation(op="run", params={"prompt": "A door"}),),
)
REDIRECTS = [case for case in load_suites() if "/redirects/" in case.id]


def exchange(number=1, path="/v1/get-user-credits", body="", answer=None, location="", **headers):
    """One request as the journal shows it, with the key in its place."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = {"host": HOST, "x-api-key": "...cdef", "user-agent": "studio/2.1", **named}
    response = {"headers": {"Location": location} if location else {}, "body": answer}
    route = "submit" if path == "/v2/ideogram-3" else "credits"
    return Exchange(
        {
            "seq": number,
            "path": path,
            "route": route,
            "status": 200,
            "delivery": "intact",
            "request": {"headers": request, "body": body},
            "response": response,
        }
    )


def trace(*exchanges, verdicts=(), error=None, log=""):
    """What happened."""
    reply = Reply(answer=Answer(outcome="unauthorized", error=error), problem=None, elapsed_s=0)
    return Trace(
        replies=(reply,),
        exchanges=exchanges,
        verdicts=verdicts,
        jobs=(),
        ledger=(),
        api_key=KEY,
        origin=f"http://{HOST}",
        log=log,
    )


@pytest.mark.fact("A1")
@pytest.mark.parametrize(
    ("sent", "place"),
    [
        ({"user_agent": "studio/2.1 (...cdef)"}, "the header user-agent"),
        ({"referer": "https://studio.example/?key=...cdef"}, "the header referer"),
        ({"cookie": "...cdef"}, "the header cookie"),
        ({"authorization": "Bearer ...cdef"}, "the header authorization"),
        ({"authorization": "Basic ...ZWY6"}, "the header authorization"),
        ({"x_auth_token": "...cdef"}, "the header x-auth-token"),
        ({"path": "/v1/...cdef/get-user-credits"}, "a URL's path"),
        ({"path": "/v1/get-user-credits?who=...cdef"}, "the query of a URL"),
        ({"body": {"prompt": "A door", "api_key": "...cdef"}}, "a body"),
        ({"body": "api_key=...cdef"}, "a body"),
    ],
)
def test_a_key_in_any_place_but_its_own_is_seen(sent, place):
    """And is told of once, with every exchange that shows it."""
    seen = list(
        check_key_places(CASE, trace(exchange(1, **sent), exchange(2, **sent), exchange(3)))
    )
    assert [(each.assertion, each.level, each.exchanges) for each in seen] == [
        ("key-elsewhere", "MUST", (1, 2))
    ]
    assert f"in {place}:" in seen[0].message
    assert KEY not in seen[0].message


def test_what_is_no_key_is_not_taken_for_one():
    """Other credentials are somebody else's, and a prompt may say anything."""
    other = exchange(authorization="Basic ...abcd", cookie="...sion", user_agent="studio ...")
    assert list(check_key_places(CASE, trace(other))) == []
    said = {"prompt": "...cdef"}
    asked = Case(
        id="run/keys/two",
        title="T",
        level="MUST",
        facts=("A1",),
        operations=(Operation(op="run", params=said),),
    )
    assert list(check_key_places(asked, trace(exchange(body=said)))) == []


def test_what_a_verdict_says_already_is_not_said_again():
    """Segmock itself sees keys in queries, as Bearer tokens and on downloads."""
    sent = exchange(path="/v1/get-user-credits?api_key=...cdef")
    told = {"id": "key-in-query", "requests": [1]}
    assert list(check_key_places(CASE, trace(sent, verdicts=(told,)))) == []


@pytest.mark.fact("A1", "R7")
def test_a_key_goes_to_no_host_that_the_gateway_has_not_handed_out():
    """A redirect hands out nothing; the URLs in the answer to a submit do (S1)."""
    sent, away = (
        exchange(1, location="http://localhost:8765/else"),
        exchange(2, host="localhost:8765"),
    )
    (seen,) = check_key_hosts(CASE, trace(sent, away))
    assert (seen.assertion, seen.exchanges) == ("key-to-other-host", (2,))
    assert "localhost:8765" in seen.message
    urls = {"status_url": "http://localhost:8765/v2/requests/1/status"}
    submit = exchange(1, path="/v2/ideogram-3", answer=urls)
    assert list(check_key_hosts(CASE, trace(submit, sent, away))) == []
    strange = exchange(2, path="/v2/ideogram-3", answer=urls, host="localhost:8765")
    assert [each.exchanges for each in check_key_hosts(CASE, trace(sent, strange))] == [(2,)]


def test_a_host_that_a_client_has_a_name_of_its_own_for_is_the_gateway():
    """Containers and proxies rename hosts; only a redirect leads away."""
    assert list(check_key_hosts(CASE, trace(exchange(host="gateway.internal")))) == []


@pytest.mark.parametrize("place", ["error", "log"])
def test_a_key_in_what_a_client_says_is_seen_and_not_repeated(place):
    """A report is read by more people than a log is."""
    said = {place: f"first line\ncalling with {KEY} now"}
    (seen,) = check_key_words(CASE, trace(**said))
    assert seen.assertion == "key-in-log"
    assert "...cdef now" in seen.message
    assert KEY not in seen.message
    assert list(check_key_words(CASE, trace(**{place: "calling with ...cdef now"}))) == []


class FollowsRightly(Follows):
    """Follows every redirected GET, and leaves its key at home where the host is another."""

    def may_follow(self, method, url, target):
        """Follow what changes nothing."""
        del url, target
        return method == "GET"

    def request_again(self, url, target, parts):
        """Strip the key on the way out."""
        kept = parts if self.is_same_origin(url, target) else {}
        return super().request_again(url, target, kept)


@pytest.fixture(scope="module")
def harness():
    """Serve whatever client is tried."""
    with Harness() as harness:
        yield harness


@pytest.mark.parametrize("case", REDIRECTS, ids=lambda case: case.id)
def test_to_follow_a_redirect_without_the_key_is_as_right_as_to_refuse_it(harness, case):
    """The wire says nothing of redirects: only where the key goes, and what is paid, is judged."""
    result = harness.run_test_case(FollowsRightly, case, examples=1)
    assert result.status == "passed", result.failure.violations


def test_what_a_client_in_this_process_logs_is_heard():
    """By a handler, as whoever runs the client would have it."""
    driver = PythonDriver("mockserver.tests.kit.test_key_paths:answer_and_log")
    call = Call(
        id=1,
        op="credits",
        base_url="http://127.0.0.1:9",
        api_key=KEY,
        timeout_s=1,
        poll_interval_s=1,
    )
    assert driver.answer(call).outcome == "completed"
    assert read_logs([driver]) == f"called with {KEY}"
    assert read_logs([driver]) == ""


def answer_and_log(call):
    """Be a client that logs."""
    logging.getLogger("studio").warning("called with %s", call["api_key"])
    return {"id": call["id"], "outcome": "completed", "result": {}}


def test_redirects_lead_to_the_same_server_under_another_name():
    """So that its journal shows what comes there."""
    assert find_other_origin("http://127.0.0.1:1") == "http://localhost:1"
    assert find_other_origin("http://localhost:1") == "http://127.0.0.1:1"
    do = {"status": 302, "headers": {"location": "{other_origin}{output}", "x-plain": "1"}}
    effect = Effect(route="output", ordinal=0, do=do)
    plain = Effect(route="status", ordinal=0, do={"reset": True})
    filled = fill_addresses([effect, plain], "http://127.0.0.1:1", "http://127.0.0.1:1/o/1.png")
    location = "http://localhost:1/o/1.png"
    assert filled[0].do == {"status": 302, "headers": {"location": location, "x-plain": "1"}}
    assert filled[1] == plain
