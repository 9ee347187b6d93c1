"""What is judged of a trace: each of several asks, clients that do nothing, and SHOULD cases."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from client_tests.cases import strategies as some
from client_tests.cases.model import Case, CaseError, Effect, Expect
from client_tests.cases.suites import load_suites
from client_tests.clients.reference import Reference
from client_tests.driver.messages import OUTCOMES, Answer
from client_tests.judging.assertions import (
    MUST_EVERYWHERE,
    Violation,
    find_violations,
    select_failing,
)
from client_tests.judging.expectations import check_submitted
from client_tests.judging.trace import Exchange, Reply, Trace
from client_tests.mutants.in_process_driver import InProcessDriver
from client_tests.running.testbed import TestBed

CASES = load_suites()
RAISED = re.compile(r'Violation\("([a-z-]+)", "MUST"')
ONE = {"sha256": "0" * 64, "bytes": 4, "content_type": "image/png"}
OTHER = {**ONE, "sha256": "1" * 64}
PLAUSIBLE = {
    "run": {
        "status": "COMPLETED",
        "request_id": "0" * 32,
        "output": "https://images.segmind.com/outputs/a.png",
        "metrics": {"cost": 0.075},
    },
    "run_sync": {"created": "2026-11-26T00:00:00Z", "data": []},
    "download": ONE,
    "credits": {"credits": 1.0, "free-credits": 0.5},
}
NOTHING_DONE = [
    *(outcome for outcome in OUTCOMES if outcome not in {"completed", "unsupported"}),
    "completed with null",
    "completed with {}",
    "completed with a plausible result",
]
"""Fourteen clients that ask nothing and report always the same."""


def answer_with(client: str, op: str) -> Answer:
    """Return what a client that does nothing reports of an operation."""
    outcome, _, what = client.partition(" with ")
    results = {"null": None, "{}": {}, "a plausible result": PLAUSIBLE[op]}
    return Answer(outcome=outcome, result=results.get(what), error="It did nothing.")


def do_nothing(case: Case, client: str) -> Trace:
    """Return the trace of a client that asks nothing."""
    replies = tuple(
        Reply(
            answer=answer_with(client, operation.op),
            problem=None,
            elapsed_s=operation.timeout_s if client == "timeout" else 0.01,
            expected=OTHER if operation.op == "download" else None,
            operation=operation,
            url="https://images.segmind.com/outputs/b.png" if operation.op == "download" else None,
        )
        for operation in case.operations
    )
    return Trace(
        replies=replies,
        exchanges=(),
        verdicts=(),
        jobs=(),
        ledger=(),
        concurrent=case.concurrent,
    )


def test_there_are_fourteen_clients_that_do_nothing():
    """One for each outcome that can be reported, and of `completed` three."""
    assert len(NOTHING_DONE) == 14


@pytest.mark.parametrize("client", NOTHING_DONE)
def test_a_client_that_does_nothing_passes_no_case(client):
    """Whatever it reports: there is no case for which it is right to ask nothing."""
    passed = [
        case.id
        for case in CASES
        if not select_failing(case, find_violations(case, do_nothing(case, client)))
    ]
    assert passed == []


def make_exchange(seq: int, route: str = "status", at_s: float = 0.0, **parts) -> Exchange:
    """Return an exchange as the journal has it: a pending status, unless told otherwise."""
    entry = {
        "seq": seq,
        "route": route,
        "path": f"/{route}",
        "request_id": "a",
        "status": 200,
        "delivery": "intact",
        "received_s": at_s,
        "at_utc": "2026-11-26T00:00:00Z",
        "behaviours": [],
        "request": {"headers": {}, "body": {"prompt": some.PROMPT} if route == "submit" else ""},
        "response": {"headers": {}, "body": PENDING},
    }
    if "body" in parts:
        entry["response"] = {"headers": {}, "body": parts.pop("body")}
    return Exchange(entry | parts)


PENDING = {"status": "PROCESSING", "request_id": "a", "metrics": {}}
JOB = {"status": "QUEUED", "request_id": "a", "status_url": "s", "response_url": "r"}
DONE = {"status": "COMPLETED", "request_id": "a", "output": "o", "metrics": {}}


def make_trace(*exchanges: Exchange, outcome: str = "completed", **parts) -> Trace:
    """Return the trace of one call."""
    answer = Answer(
        outcome=outcome, result=parts.pop("result", DONE), error=parts.pop("error", None)
    )
    answer = replace(answer, mistyped=parts.pop("mistyped", ()))
    elapsed_s = parts.pop("elapsed_s", 4.0)
    reply = Reply(answer=answer, problem=None, elapsed_s=elapsed_s, ended_s=elapsed_s)
    usual = {"verdicts": (), "jobs": (), "ledger": ({},)}
    return Trace(replies=(reply,), exchanges=exchanges, **usual | parts)


def run_to_its_end(*between: Exchange) -> tuple[Exchange, ...]:
    """Return the exchanges of a run that ends well."""
    submit = make_exchange(1, "submit", 0.0, body=JOB)
    return (submit, *between, make_exchange(99, "result", 3.0, body=DONE))


MUST = some.case([some.ask()], expect=Expect(outcomes=("completed",), charges=(1,), submits=(1,)))
SHOULD = replace(MUST, level="SHOULD")


def test_an_answer_with_a_field_of_another_type_fails_its_case():
    """As a violation that says which; a driver that is broken would be another matter."""
    said = "`error` is an object, {}; a text or null was expected"
    (found,) = find_violations(MUST, make_trace(*run_to_its_end(), mistyped=(said,)))
    assert (found.assertion, found.level) == ("typed", "MUST")
    assert said in found.message


def make_verdict(id_: str, level: str) -> dict[str, object]:
    """Return a verdict as segmock draws it."""
    return {"id": id_, "level": level, "title": "A rule", "facts": ["S2"], "requests": [1]}


@pytest.mark.parametrize("assertion", ["reported", "result", "unchanged", "paced", "typed", "own"])
def test_nothing_is_more_than_a_should_in_a_case_that_should_hold(assertion):
    """Whatever assertion raises it; it fails the case all the same."""
    polls = (make_exchange(2, at_s=1.0), make_exchange(3, at_s=1.001))
    wrong = {
        "reported": make_trace(*run_to_its_end()[:1], make_exchange(2), outcome="server_error"),
        "result": make_trace(*run_to_its_end(), result={}),
        "unchanged": make_trace(
            make_exchange(1, "submit", body=JOB, request={"headers": {}, "body": {}}),
            *run_to_its_end()[1:],
        ),
        "paced": make_trace(*run_to_its_end(*polls)),
        "typed": make_trace(*run_to_its_end(), mistyped=("`error` is an object",)),
        "own": make_trace(
            *run_to_its_end(),
            jobs=({"request_id": "a", "params": {"prompt": "other"}},),
        ),
    }[assertion]
    other = some.ask(params={"prompt": "other"})
    cases = {"own": [MUST.operations[0], other]}
    for level in ("MUST", "SHOULD"):
        case = replace(MUST, level=level, operations=tuple(cases.get(assertion, MUST.operations)))
        trace = wrong
        if assertion == "own":
            trace = replace(wrong, replies=wrong.replies * 2, concurrent=True)
        found = {each.assertion: each for each in find_violations(case, trace)}
        assert found[assertion].level == level
        assert found[assertion] in select_failing(case, list(found.values()))


@pytest.mark.parametrize("case", [MUST, SHOULD], ids=["MUST", "SHOULD"])
def test_paying_twice_and_losing_the_key_are_musts_in_every_case(case):
    """No case asks so little that it would allow them."""
    twice = (make_exchange(1, "submit", body=JOB), *run_to_its_end())
    verdicts = tuple(make_verdict(id_, "MUST") for id_ in sorted(MUST_EVERYWHERE))
    trace = make_trace(*twice, ledger=({}, {}), verdicts=verdicts)
    found = find_violations(case, trace)
    serious = {each.assertion for each in found if each.level == "MUST"}
    assert serious >= MUST_EVERYWHERE


@pytest.mark.parametrize("case", [MUST, SHOULD], ids=["MUST", "SHOULD"])
def test_a_run_too_few_is_as_serious_as_its_case(case):
    """It is no payment too many, and comes of how the call ended."""
    trace = make_trace(*run_to_its_end()[:1], ledger=(), outcome="unauthorized")
    levels = {each.assertion: each.level for each in find_violations(case, trace)}
    assert levels["charged"] == levels["expected"] == case.level


def test_a_key_may_be_kept_from_another_host_where_urls_should_be_followed_there():
    """Nobody has to believe that both are the same gateway."""
    (asked,) = [each for each in CASES if each.id == "run/spelling/urls-on-another-host"]
    verdict = make_verdict("no-key", "MUST")
    refused = make_exchange(2, status=401, body={"error": "Missing"})
    trace = make_trace(*run_to_its_end()[:1], refused, outcome="unauthorized", verdicts=(verdict,))
    asks = replace(trace, replies=(replace(trace.replies[0], operation=asked.operations[0]),))
    found = find_violations(asked, asks)
    assert "MUST" not in {each.level for each in found if each.assertion != "unchanged"}


def test_what_is_a_must_everywhere_is_an_assertion_or_a_verdict_that_there_is():
    """Names that nothing has would protect nobody."""
    root = Path(__file__).parents[3]
    table = json.loads((root / "contracts" / "verdicts.json").read_text(encoding="utf-8"))
    judging = (root / "client_tests" / "judging").glob("*.py")
    raised = {name for path in judging for name in RAISED.findall(path.read_text(encoding="utf-8"))}
    assert raised | {row["id"] for row in table["verdicts"]} >= MUST_EVERYWHERE


@pytest.mark.parametrize("case", [MUST, SHOULD], ids=["MUST", "SHOULD"])
def test_advice_fails_no_case(case):
    """A client that polls the result alone does what T8 allows, in every case."""
    verdict = make_verdict("fetched-result-early", "SHOULD")
    found = find_violations(case, make_trace(*run_to_its_end(), verdicts=(verdict,)))
    assert [(each.assertion, each.level) for each in found] == [("fetched-result-early", "SHOULD")]
    assert select_failing(case, found) == []


def test_a_must_verdict_fails_a_case_that_should_hold_as_a_should():
    """It is no advice, and the case asks for no more than a SHOULD."""
    verdict = make_verdict("repeated-after-refusal", "MUST")
    found = find_violations(SHOULD, make_trace(*run_to_its_end(), verdicts=(verdict,)))
    assert [each.level for each in select_failing(SHOULD, found)] == ["SHOULD"]


@pytest.mark.parametrize(("outcome", "advised"), [("timeout", False), ("completed", True)])
def test_who_runs_out_of_time_before_the_result_is_not_told_to_fetch_it(outcome, advised):
    """On a busy machine the deadline may pass right after COMPLETED."""
    verdict = make_verdict("never-fetched-result", "SHOULD")
    found = find_violations(
        MUST, make_trace(*run_to_its_end(), outcome=outcome, verdicts=(verdict,))
    )
    assert ("never-fetched-result" in {each.assertion for each in found}) is advised


def play_polls(*deliveries: str, gap_s: float = 0.001) -> list[Violation]:
    """Return what is wrong with the pace of polls that come one right after the other."""
    polls = [
        make_exchange(2 + number, at_s=1 + number * gap_s, delivery=delivery)
        for number, delivery in enumerate(deliveries)
    ]
    found = find_violations(MUST, make_trace(*run_to_its_end(*polls)))
    return [each for each in found if each.assertion == "paced"]


@pytest.mark.parametrize("delivery", ["lost", "damaged"])
def test_a_poll_right_after_one_that_was_not_delivered_is_no_poll_too_early(delivery):
    """HTTP libraries send a GET again by themselves when its connection is lost (RFC 9110)."""
    assert play_polls("intact", gap_s=0) == []
    assert play_polls(delivery, "intact") == []
    assert play_polls(delivery, delivery, "intact") == []
    assert play_polls("intact", "intact") != []
    assert play_polls(delivery, "intact", "intact") != []


def test_no_library_sends_a_get_again_for_ever():
    """A client that hammers at a line that is down is found out."""
    assert play_polls(*["lost"] * 5, "intact") == []
    assert play_polls(*["lost"] * 8, "intact") != []


def play_slowly(
    pause_s: float, timeout_s: float, polls: int, last_s: float = 0.0
) -> list[Violation]:
    """Return what fails a run that was polled so often, so far apart, and then given up."""
    case = replace(MUST, operations=(some.ask(timeout_s=timeout_s, poll_interval_s=0.005),))
    seen = [make_exchange(2 + number, at_s=number * pause_s) for number in range(polls)]
    start = run_to_its_end()[0]
    trace = make_trace(start, *seen, outcome="timeout", elapsed_s=timeout_s + last_s, ledger=())
    return select_failing(case, find_violations(case, trace))


@pytest.mark.parametrize("pause_s", [0.1, 0.5, 1.0])
def test_a_client_that_polls_at_a_slower_pace_of_its_own_may_run_out_of_time(pause_s):
    """How many polls a job takes, it cannot know; its deadline was too short for them."""
    assert play_slowly(pause_s, timeout_s=2 * pause_s, polls=2) == []
    assert play_slowly(pause_s, timeout_s=3 * pause_s, polls=3) == []


def test_a_client_that_stops_polling_or_polls_often_enough_has_no_such_excuse():
    """A pause of seconds that nobody asked for, and polls whose answers are not understood."""
    assert play_slowly(5.0, timeout_s=3.0, polls=1) != []
    assert play_slowly(0.01, timeout_s=3.0, polls=3) != []
    assert play_slowly(0.5, timeout_s=3.0, polls=6) != []


def ask_twice(*prompts: str, expect: Expect, **parts) -> Case:
    """Return a case of several runs."""
    return some.case(
        [some.ask(params={"prompt": each}) for each in prompts], expect=expect, **parts
    )


def test_each_of_several_asks_has_expectations_of_its_own():
    """In their order; what one does not say holds as it is said of all."""
    each = (Expect(outcomes=("failed",), error="No."), Expect())
    case = ask_twice("a", "b", expect=Expect(outcomes=("completed",), each=each))
    assert case.expect.of(0) == each[0]
    assert case.expect.of(1).outcomes == ("completed",)
    assert Case.from_json(case.to_json()) == case
    assert case.to_json()["expect"]["each"] == [{"outcomes": ["failed"], "error": "No."}, {}]


def test_expectations_of_each_ask_are_as_many_as_the_asks():
    """Else one of them is of none."""
    document = ask_twice("a", "b", expect=Expect(outcomes=("completed",))).to_json()
    document["expect"]["each"] = [{"outcomes": ["failed"]}] * 3
    with pytest.raises(CaseError, match=r"expect\.each tells of 3 calls, and asks has 2"):
        Case.from_json(document)


def serve_twice(*bodies: dict[str, object]) -> tuple[Exchange, ...]:
    """Return a balance that was told twice, each in its time."""
    return tuple(
        make_exchange(number, "credits", at_s=float(number), body=body)
        for number, body in enumerate(bodies, 1)
    )


def test_each_of_several_asks_is_judged_by_what_was_shown_to_it():
    """The second may not repeat the first one's result, nor report what it never asked."""
    case = some.case([some.ask("credits"), some.ask("credits")], expect=Expect())
    first, second = {"credits": 1.0}, {"credits": 2.0}

    def judge(exchanges, *results):
        replies = tuple(
            Reply(
                answer=Answer(outcome="completed", result=result),
                problem=None,
                elapsed_s=0.1,
                operation=case.operations[0],
                began_s=number + 0.9,
                ended_s=number + 1.5,
            )
            for number, result in enumerate(results)
        )
        parts = {"verdicts": (), "jobs": (), "ledger": ()}
        trace = Trace(replies=replies, exchanges=exchanges, **parts)
        return [each.message for each in find_violations(case, trace)]

    assert judge(serve_twice(first, second), first, second) == []
    (told,) = judge(serve_twice(first, second), first, first)
    assert told.startswith("Call 2 of 2: The result is not the body that was delivered: ")
    assert "result.credits: given 2.0 (number), arrived 1.0 (number)" in told
    (told,) = judge(serve_twice(first), first, first)
    assert told.startswith("Call 2 of 2: It reported completed; right was to go on, since nothing")


def test_asks_at_the_same_time_are_told_apart_by_what_they_send():
    """By parameters, and the jobs that come of them; twins cannot be told apart."""
    case = ask_twice("a", "b", "b", concurrent=True, expect=Expect())
    replies = tuple(
        Reply(answer=None, problem=None, elapsed_s=0, operation=each) for each in case.operations
    )
    exchanges = tuple(
        make_exchange(
            number, "submit", request_id=id_, request={"headers": {}, "body": {"prompt": prompt}}
        )
        for number, (id_, prompt) in enumerate([("x", "a"), ("y", "b"), ("z", "b")])
    )
    polls = (make_exchange(5, request_id="x"), make_exchange(6, request_id="y"))
    parts = {"verdicts": (), "jobs": (), "ledger": (), "concurrent": True}
    trace = Trace(replies=replies, exchanges=(*exchanges, *polls), **parts)
    assert [each.seq for each in trace.exchanges_of(0)] == [0, 5]
    assert trace.exchanges_of(1) is None
    assert replace(trace, exchanges=exchanges[:1]).exchanges_of(1) == []


def serve_file(content: dict[str, object], kind: str = "image/png") -> Exchange:
    """Return a blocking run that got media."""
    response = {"headers": {"Content-Type": kind, "content-length": "4"}, "body": content}
    return make_exchange(1, "sync", response=response, request=REQUEST)


REQUEST = {"headers": {}, "body": {"prompt": some.PROMPT}}
BINARY = {"binary": True, "bytes": 4, "sha256": "0" * 64}


@pytest.mark.parametrize(
    ("result", "told"),
    [
        (ONE, None),
        ({**ONE, "content_type": "image/png; charset=binary"}, None),
        ({**ONE, "content_type": "IMAGE/PNG"}, None),
        ({**ONE, "sha256": "1" * 64}, "result.sha256"),
        ({**ONE, "bytes": 5}, "result.bytes: given 4 (integer), arrived 5 (integer)"),
        ({**ONE, "content_type": "image/jpeg"}, "result.content_type"),
        ({"bytes": 4}, "did not arrive"),
        (None, "arrived null"),
        ({}, "did not arrive"),
    ],
)
def test_media_of_a_blocking_run_are_compared_by_digest_and_type(result, told):
    """As many bytes are not yet the same ones."""
    case = some.case([some.ask("run_sync")], expect=Expect())
    found = find_violations(case, make_trace(serve_file(BINARY), result=result))
    assert [each.assertion for each in found] == (["result"] if told else [])
    assert all(told in each.message for each in found)


def test_media_that_the_journal_has_cut_are_compared_by_their_digest():
    """It keeps that of all of them."""
    case = some.case([some.ask("run_sync")], expect=Expect())
    cut = serve_file({"truncated": True, **BINARY})
    for result, fails in ((ONE, False), (OTHER, True), (None, True), ({**ONE, "bytes": 5}, True)):
        assert bool(find_violations(case, make_trace(cut, result=result))) is fails


def test_an_answer_that_lacks_fields_is_handed_on_as_it_came():
    """Or refused: but nothing may be made up in their place."""
    case = some.case(
        [some.ask("run_sync")],
        (Effect(route="sync", ordinal=0, do={"drop_fields": ["data"]}),),
        expect=Expect(outcomes=("completed", "server_error")),
    )
    came = make_exchange(1, "sync", delivery="damaged", body={"created": "now"}, request=REQUEST)
    assert find_violations(case, make_trace(came, result={"created": "now"})) == []
    assert find_violations(case, make_trace(came, result={"created": "now", "data": []})) != []
    assert find_violations(case, make_trace(came, result=None)) != []


def test_no_two_calls_report_the_result_of_one_job():
    """Nor where they asked for the same: each has paid for a run of its own."""
    case = ask_twice("a", "a", concurrent=True, expect=Expect())
    jobs = tuple({"request_id": id_, "params": {"prompt": "a"}} for id_ in "xy")
    bodies = [{**DONE, "request_id": id_} for id_ in "xy"]
    submits = [make_exchange(n, "submit", request_id=id_) for n, id_ in enumerate("xy")]
    results = [
        make_exchange(2 + n, "result", request_id=body["request_id"], body=body)
        for n, body in enumerate(bodies)
    ]
    exchanges = tuple(
        replace(each, entry=each.entry | {"request": {"headers": {}, "body": {"prompt": "a"}}})
        for each in submits
    )

    def judge(*reported):
        replies = tuple(
            Reply(
                answer=Answer(outcome="completed", result=body),
                problem=None,
                elapsed_s=0.1,
                operation=case.operations[0],
            )
            for body in reported
        )
        trace = Trace(
            replies=replies,
            exchanges=(*exchanges, *results),
            verdicts=(),
            jobs=jobs,
            ledger=(),
            concurrent=True,
        )
        return [each.message for each in find_violations(case, trace)]

    assert judge(*bodies) == judge(*reversed(bodies)) == []
    assert judge(bodies[0], bodies[0]) == [
        "Call 2 of 2: It reported the result of job x, and so did call 1."
    ]


class Unhurried(Reference):
    """A right client that pauses for two fifths of a second at the least, whatever it is told."""

    def pause(self, seconds):
        """Pause for longer than it was told."""
        super().pause(max(seconds, 0.4))


@pytest.mark.parametrize("timeout_s", [0.6, 3.0])
def test_a_right_client_that_polls_slowly_is_not_accused(timeout_s, url):
    """Whether its deadline is long enough for its polls or not."""
    case = next(each for each in CASES if each.id == "run/states/three-troubles-in-a-row")
    operations = tuple(replace(each, timeout_s=timeout_s) for each in case.operations)
    case = replace(case, operations=operations)
    with TestBed([InProcessDriver(Unhurried)], url) as testbed:
        trace = testbed.run_case(case)
    assert select_failing(case, find_violations(case, trace)) == []
    assert timeout_s > 1 or trace.replies[0].answer.outcome == "timeout"


def test_a_get_at_the_address_of_a_model_is_no_run():
    """As of a client that looks for its credits in the wrong place; it starts nothing."""
    asked = Case(
        id="x", title="X", level="MUST", facts=(), operations=(), expect=Expect(submits=(0,))
    )
    for method, runs in (("GET", 0), ("POST", 1)):
        trace = make_trace(make_exchange(1, "sync", method=method, path="/v1/credits"))
        assert len(trace.runs) == runs
        assert len([*check_submitted(asked, trace)]) == runs


def test_a_result_is_ones_own_though_its_job_has_expired_since():
    """The submit tells its parameters, where the list of jobs has it no more."""
    runs = [
        (
            make_exchange(seq, "submit", at_s, body={**JOB, "request_id": id_}, request_id=id_),
            make_exchange(
                seq + 1, "result", at_s + 0.5, body=DONE | {"output": id_}, request_id=id_
            ),
        )
        for seq, at_s, id_ in ((1, 0.0, "a"), (3, 2.0, "b"))
    ]
    replies = tuple(
        Reply(
            answer=Answer(outcome="completed", result=DONE | {"output": id_}),
            problem=None,
            elapsed_s=1.0,
            began_s=began_s,
            ended_s=began_s + 1,
        )
        for began_s, id_ in ((-0.1, "a"), (1.9, "b"))
    )
    case = some.case([some.ask(), some.ask()])
    trace = replace(make_trace(*runs[0], *runs[1]), replies=replies)
    assert [each for each in find_violations(case, trace) if each.assertion == "own"] == []
