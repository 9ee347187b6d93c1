"""Failures that come of one habit have one cause, and other habits have others."""

from dataclasses import replace

import pytest

from client_tests.cases.model import Expect, Operation
from client_tests.judging.cause import Rank
from client_tests.judging.causes import cause_of, causes_of
from client_tests.judging.violations import Violation
from mockserver.tests.kit.reporting import case, exchange, observation, submit

LOST = {"status": None, "delivery": "lost", "body": ""}
PAGE = {"status": 502, "body": "<html>"}
PENDING = {"body": {"status": "QUEUED"}}
DONE = {"route": "result", "body": {"status": "COMPLETED", "output": "x"}}


def wrong(assertion="reported", *exchanges):
    """A violation."""
    return Violation(assertion, "MUST", "It is wrong.", (), exchanges)


def find(*exchanges, outcome="server_error", assertion="reported", error=None, **given):
    """The id of the cause of one violation."""
    expected = {"expect": Expect(outcomes=("completed",))} | given
    trace = observation(*exchanges, outcome=outcome, error=error)
    return cause_of(case(**expected), trace, [wrong(assertion, 1)]).id


TROUBLE = {
    "503": {"status": 503, "body": {"error": "Busy"}},
    "page": PAGE,
    "lost": LOST,
    "damaged": {"delivery": "damaged", "body": '{"stat'},
    "null": {"body": None},
    "text": {"body": "upstream"},
    "empty object": {"body": {}},
}


@pytest.mark.parametrize("trouble", TROUBLE.values(), ids=TROUBLE)
@pytest.mark.parametrize("route", ["status", "result", "poll"])
@pytest.mark.parametrize("outcome", ["server_error", "transport_error"])
@pytest.mark.parametrize("assertion", ["reported", "expected"])
def test_giving_up_on_a_poll_is_one_cause_whatever_went_wrong(trouble, route, outcome, assertion):
    """One client's 168 complaints were this one."""
    last = exchange(2, **(trouble | {"route": route}))
    assert find(submit(1), last, outcome=outcome, assertion=assertion) == "gives-up-on-a-poll"


def test_too_few_charges_are_no_run_too_many_where_another_play_was_charged():
    """A failure has what was wrong in two of three plays, and the story of one."""
    slow = exchange(2, status=429, body={"error": "Slow"})
    trace = replace(observation(submit(1), slow, outcome="rate_limited"), ledger=({"cost": 1},))
    given = case(expect=Expect(outcomes=("completed",), charges=(1,)))
    assert cause_of(given, trace, [wrong("charged")]).id == "gives-up-on-a-429"


@pytest.mark.parametrize(
    ("operations", "cause"),
    [
        (("credits", "run"), "submits-again:it-was-accepted"),
        (("download", "run", "credits"), "submits-again:it-was-accepted"),
        (("credits",), "submits-again:being-asked-for-none"),
    ],
)
def test_a_run_too_many_is_counted_beside_calls_that_run_nothing(operations, cause):
    """Balances and downloads are asked for as well, and are no runs."""
    asked = tuple(Operation(op=op) for op in operations)
    assert find(submit(1), submit(2), assertion="charged", operations=asked) == cause


def test_the_cause_is_looked_for_in_the_call_that_went_wrong():
    """Of several, each is expected to end in its own way."""
    first, second = (observation(outcome=each).replies[0] for each in ("client_bug", "completed"))
    asks = (Expect(outcomes=("server_error",)), Expect(outcomes=("completed",)))
    run = Operation(op="run", params={"prompt": "A kit"})
    given = case(expect=Expect(each=asks), operations=(run, run))
    trace = replace(observation(submit(1, **LOST)), replies=(first, second))
    assert cause_of(given, trace, [wrong("expected")]).id.startswith("raises:")


def test_too_few_charges_are_the_consequence_of_what_ended_the_call():
    """A job that was given up is not charged yet, which is no second fact."""
    trace = observation(submit(1), exchange(2, **PAGE), outcome="server_error")
    given = case(expect=Expect(outcomes=("completed",), charges=(1,)))
    found = causes_of(given, trace, [wrong("expected"), wrong("charged"), wrong("reported")])
    assert [each.id for each in found] == ["gives-up-on-a-poll"]
    assert found[0].trait == "retries_polls"


@pytest.mark.parametrize(
    ("exchanges", "given", "cause"),
    [
        ([submit(1, **LOST), submit(2)], {"assertion": "submitted"}, "submits-again:an-answer-was"),
        ([submit(1, status=503), submit(2)], {"assertion": "charged"}, "submits-again:a-503"),
        ([submit(1), submit(2)], {"assertion": "submitted"}, "submits-again:it-was-accepted"),
        (
            [submit(1), exchange(2, **PAGE), submit(3)],
            {"assertion": "submitted"},
            "submits-again:a-poll-went-wrong",
        ),
        ([submit(1)], {"assertion": "key-in-query"}, "key-leaves-the-api:key-in-query"),
        ([submit(1)], {"assertion": "key-in-log"}, "key-leaves-the-api:key-in-log"),
        ([submit(1)], {"assertion": "no-key"}, "no-key"),
        ([submit(1)], {"assertion": "overran"}, "outlasts-deadline"),
        ([submit(1)], {"assertion": "hammered"}, "repeats-without-a-pause"),
        ([submit(1)], {"assertion": "after-the-end"}, "goes-on-after-the-end"),
        ([submit(1)], {"assertion": "called-before-reset"}, "ignores-429-window"),
        ([submit(1)], {"assertion": "paced"}, "polls-too-fast"),
        ([submit(1)], {"assertion": "own"}, "mixes-up-jobs"),
        ([submit(1)], {"assertion": "model"}, "runs-another-model"),
        (
            [submit(1), exchange(2, status=429, body={"error": "Slow"})],
            {"outcome": "rate_limited"},
            "gives-up-on-a-429",
        ),
        (
            [submit(1), exchange(2, **{**PAGE, "status": 200, "route": "result"})],
            {"outcome": "completed"},
            "passes-garbled-result:result",
        ),
        (
            [submit(1), exchange(2, route="result", body={"status": "PROCESSING"})],
            {"outcome": "completed"},
            "passes-unfinished-result",
        ),
        (
            [submit(1), exchange(2, **DONE)],
            {"outcome": "completed", "assertion": "result"},
            "chang",
        ),
        (
            [submit(1), exchange(2, body={"status": "WARMING"})],
            {"outcome": "server_error"},
            "gives-up-on-an-unknown-state",
        ),
        (
            [submit(1), exchange(2, status=422, body={"status": "FAILED", "error": "No."})],
            {"outcome": "invalid"},
            "misreads-failed-job:invalid",
        ),
        (
            [submit(1), exchange(2, status=422, body={"status": "FAILED", "error": "No."})],
            {"outcome": "failed", "expect": Expect(outcomes=("failed",))},
            "keeps-failure-to-itself",
        ),
        ([submit(1), exchange(2, **PENDING)], {"outcome": "timeout"}, "gives-up-early"),
        (
            [submit(1), exchange(2, **PENDING), exchange(3, at_s=2, **PENDING)],
            {"outcome": "timeout"},
            "pauses-too-long",
        ),
        (
            [],
            {"outcome": "client_bug", "error": "TypeError: two values", "assertion": "answered"},
            "raises:TypeError-before-it-asks-anything",
        ),
        (
            [submit(1, body="<html>")],
            {"outcome": "client_bug", "error": "JSONDecodeError: no", "assertion": "answered"},
            "raises:JSONDecodeError-at-the-answer-to-a-submit",
        ),
        (
            [submit(1, status=404, body={"error": "No model"})],
            {"outcome": "invalid"},
            "reports-invalid:a-404-on-a-submit",
        ),
    ],
)
def test_each_habit_has_a_name(exchanges, given, cause):
    """Made of the assertion, what the client was shown last, and what it reported."""
    assert find(*exchanges, **given).startswith(cause)


def sent(given, arrived):
    """The causes of a run whose parameters arrived otherwise."""
    operations = (Operation(op="run", params=given),)
    request = {"request": {"headers": {}, "body": arrived}}
    trace = observation(submit(1, **request), outcome="completed")
    found = causes_of(case(operations=operations), trace, [wrong("unchanged", 1)])
    assert {each.rank for each in found} <= {Rank.UNCHANGED}
    return [each.id for each in found]


@pytest.mark.parametrize(
    ("given", "arrived", "causes"),
    [
        ({"a": 1}, {"a": 1, "credits": 2}, ["adds-parameter:credits"]),
        ({"a": 1}, {"a": 1, "c": 2, "b": 3}, ["adds-parameter:b,c"]),
        ({"a": 1, "timeout": 3}, {"a": 1}, ["drops-parameter:timeout"]),
        ({"a": 1, "n": None}, {"a": 1}, ["drops-nulls"]),
        ({"a": 1, "n": 0, "m": ""}, {"a": 1}, ["drops-empty-values"]),
        ({"a": 1}, {"input": {"a": 1}}, ["wraps-parameters:input"]),
        ({"a": 1}, {"a": "1"}, ["retypes-number"]),
        ({"a": 1}, {"a": 1.0}, ["retypes-number"]),
        ({"a": 1}, {"a": 2}, ["changes-number"]),
        ({"a": True}, {"a": 1}, ["retypes-boolean"]),
        ({"a": True}, {"a": "true"}, ["retypes-boolean"]),
        ({"a": " x"}, {"a": "x"}, ["changes-text"]),
        ({"a": [1, 2]}, {"a": [2, 1]}, ["changes-nested-value"]),
        ({"a": [1]}, {"a": "[1]"}, ["retypes-value"]),
        ({"a": 1, "b": "x"}, {"c": 1, "b": "y"}, ["adds-", "drops-", "changes-text"]),
        ({"a": 1}, [1], ["sends-no-object"]),
        ({"a": 1}, "a=1", ["sends-no-object"]),
    ],
)
def test_each_way_to_change_parameters_has_a_name(given, arrived, causes):
    """With the names of those that come on top or are missing, so that a trait may list them."""
    found = sent(given, arrived)
    assert len(found) == len(causes)
    assert all(one.startswith(other) for one, other in zip(found, causes, strict=True))


def test_what_costs_most_is_told_first():
    """Paid twice, the key, what was sent, rules, pace, then outcomes."""
    names = ["kept", "reported", "paced", "wrong-content-type", "key-in-query", "submitted"]
    verdicts = ({"id": "wrong-content-type", "explanation": ""},)
    trace = observation(submit(1), submit(2), exchange(3, **PAGE), outcome="server_error")
    told = observation(*trace.exchanges, outcome="server_error", verdicts=verdicts)
    found = causes_of(case(), told, [wrong(name) for name in names])
    ranks = [each.rank for each in found]
    assert ranks == sorted(ranks)
    assert (found[0].id, found[0].is_grave) == ("submits-again:it-was-accepted", True)
    assert "wrong-content-type" in [each.id for each in found if each.rank == Rank.RULES]


def test_a_violation_that_no_rule_knows_is_its_own_cause():
    """It is grouped by the assertion that saw it."""
    found = cause_of(case(), observation(submit(1)), [wrong("brand-new")])
    assert (found.id, found.title) == ("brand-new", "It is wrong")
    assert cause_of(case(), observation(), []).id == "unseen"
