"""Polls may not come sooner than they were asked for, but for what HTTP libraries send again."""

from dataclasses import replace

import pytest

from client_tests.cases.model import Case, Operation
from client_tests.driver.messages import Answer
from client_tests.judging.pace import MOST_RESENDS, check_paced, is_too_slow
from client_tests.judging.trace import Exchange, Reply, Trace

INTERVAL_S = 0.1
CASE = Case(
    id="run/states/one",
    title="Pauses",
    level="MUST",
    facts=("L2",),
    operations=(Operation(op="run", poll_interval_s=INTERVAL_S, timeout_s=3.0),),
)
TIMEOUT_S = CASE.operations[0].timeout_s
WHOLE, LOST, SENT_ON = ("intact", 200), ("lost", None), ("intact", 302)
LIMITED = ("intact", 429, {"x-rate-limit-reset-at-utc": "2020-02-02T02:02:02Z"})
TROUBLED = [("intact", 500), ("intact", 502), ("intact", 503), ("intact", 504)]


def check(*polls, replies=()):
    """Return what is wrong with polls: each with its pause and its answer."""
    at_s, exchanges = 0.0, []
    for seq, (pause_s, (delivery, status, *headers)) in enumerate(polls, 1):
        at_s += pause_s
        told = {"seq": seq, "route": "status", "request_id": "1", "received_s": at_s}
        told["response"] = {"headers": dict(*headers), "body": None}
        exchanges.append(Exchange({**told, "delivery": delivery, "status": status}))
    trace = Trace(replies=replies, exchanges=tuple(exchanges), verdicts=(), jobs=(), ledger=())
    return [each.exchanges for each in check_paced(CASE, trace)]


def test_half_of_the_interval_is_the_least():
    """Timers are coarse."""
    assert check((0, WHOLE), (INTERVAL_S * 0.6, WHOLE)) == []
    assert check((0, WHOLE), (INTERVAL_S, WHOLE), (INTERVAL_S * 0.4, WHOLE)) == [(2, 3)]


@pytest.mark.parametrize("first", [LOST, SENT_ON, LIMITED, *TROUBLED])
def test_what_was_lost_sent_on_or_in_trouble_is_followed_at_once(first):
    """By the HTTP library itself, which the client may not even know of; a 429 says itself when."""
    assert check((0, first), (0, WHOLE), (INTERVAL_S, WHOLE)) == []


@pytest.mark.parametrize("first", [LOST, *TROUBLED])
def test_what_goes_wrong_again_and_again_is_sent_again_each_time(first):
    """However many polls go wrong, if there are pauses between what the client sends itself."""
    assert check(*[(INTERVAL_S, first), (0.01, first)] * 2 * MOST_RESENDS) == []


@pytest.mark.parametrize("first", [LOST, LIMITED, *TROUBLED])
def test_a_client_without_pauses_is_found_out_though_all_its_polls_go_wrong(first):
    """No library sends anything again for ever."""
    assert check(*[(0.01, first)] * (MOST_RESENDS + 2)) == [(MOST_RESENDS + 1, MOST_RESENDS + 2)]


@pytest.mark.parametrize("refusal", [400, 404, 429, 422, 200])
def test_what_no_library_repeats_is_followed_by_a_pause(refusal):
    """A refusal is an answer, and a 429 says when to ask again."""
    assert check((0, ("intact", refusal)), (0.01, WHOLE)) == [(1, 2)]


# --- The last look before the deadline ----------------------------------------------------


def check_at_the_end(*pauses):
    """Return what is wrong with polls of a call whose deadline is that of `CASE`."""
    reply = Reply(answer=None, problem=None, elapsed_s=TIMEOUT_S)
    return check(*[(pause_s, WHOLE) for pause_s in pauses], replies=(reply,))


def test_the_last_pause_may_be_cut_short_by_the_deadline():
    """`sleep(min(interval, left))`, and one more look."""
    assert check_at_the_end(0, TIMEOUT_S - 0.02, 0.01) == []


def test_one_last_look_is_one():
    """Whoever polls without pauses polls so before the end, too."""
    assert check_at_the_end(0, TIMEOUT_S - 0.03, 0.01, 0.01) == [(2, 3)]


def test_a_pause_that_had_its_time_is_not_cut_short():
    """Only the deadline may end one."""
    assert check_at_the_end(0, TIMEOUT_S - 1.5 * INTERVAL_S, 0.01) == [(2, 3)]


# --- Polls at a pace of the client's own --------------------------------------------------


def find_too_slow(outcome, *pauses, elapsed_s=TIMEOUT_S, pace=1.0, answer=WHOLE):
    """Tell whether the deadline of `CASE` was too short for polls with these pauses."""
    told = {"route": "status", "request_id": "1", "delivery": answer[0], "status": answer[1]}
    told["response"] = {"headers": {}, "body": None}
    instants = [sum(pauses[: end + 1]) for end in range(len(pauses))]
    exchanges = [
        Exchange(told | {"seq": seq, "received_s": at_s}) for seq, at_s in enumerate(instants, 1)
    ]
    reply = Reply(
        answer=Answer(outcome=outcome), problem=None, elapsed_s=elapsed_s, ended_s=elapsed_s
    )
    parts = {"verdicts": (), "jobs": (), "ledger": (), "pace": pace}
    return is_too_slow(CASE, Trace(replies=(reply,), exchanges=tuple(exchanges), **parts), 0)


def test_polls_a_second_apart_may_come_to_no_end():
    """Four are needed for a run, and of a deadline of three seconds there is time for three."""
    assert find_too_slow("timeout", 0, 1, 1)
    assert not find_too_slow("timeout", 0, 1.4, 1.4)
    assert not find_too_slow("timeout", 0, 0.5, 0.5, 0.5, 0.5)


def test_an_answer_that_comes_when_time_is_up_may_not_have_been_read():
    """A busy machine takes as long as is left to hand it over."""
    assert find_too_slow("timeout", 0, 0.85, 0.85, 0.85)
    assert not find_too_slow("timeout", 0, 0.7, 0.7, 0.7)


def test_pauses_grow_with_what_everything_takes_on_a_busy_machine():
    """The client that pauses for a second and waits for its turn is the same."""
    assert not find_too_slow("timeout", 0, 1.5, 1.4)
    assert find_too_slow("timeout", 0, 1.5, 1.4, pace=2.0)


@pytest.mark.parametrize("outcome", ["server_error", "transport_error"])
def test_what_went_wrong_last_may_be_reported_when_no_pause_fits_any_more(outcome):
    """In place of a timeout."""
    assert find_too_slow(outcome, 0, 1, 1, elapsed_s=2.1, answer=LOST)
    assert not find_too_slow(outcome, 0, 1, elapsed_s=1.1, answer=LOST)
    assert not find_too_slow(outcome, 0, 1, 1, elapsed_s=2.1, answer=WHOLE)


@pytest.mark.parametrize("outcome", ["failed", "not_found", "completed"])
def test_any_other_outcome_is_no_matter_of_time(outcome):
    """It is right or wrong."""
    assert not find_too_slow(outcome, 0, 1, 1)


# --- Several calls ------------------------------------------------------------------------


@pytest.mark.parametrize(("pause_s", "wrong"), [(0.1, [(3, 4)]), (0.9, [])])
def test_each_of_several_calls_is_held_to_its_own_interval(pause_s, wrong):
    """The first was told to poll ten times as quickly."""
    operations = (replace(CASE.operations[0]), Operation(op="run", poll_interval_s=1.0))
    case = replace(CASE, operations=operations)
    replies = tuple(
        Reply(answer=None, problem=None, elapsed_s=1, began_s=began_s) for began_s in (0, 10)
    )
    told = {"route": "status", "delivery": "intact", "status": 200}
    instants = [("1", 1.0), ("1", 1.1), ("2", 11.0), ("2", 11.0 + pause_s)]
    exchanges = tuple(
        Exchange({**told, "seq": seq, "request_id": id_, "received_s": at_s})
        for seq, (id_, at_s) in enumerate(instants, 1)
    )
    trace = Trace(replies=replies, exchanges=exchanges, verdicts=(), jobs=(), ledger=())
    assert [each.exchanges for each in check_paced(case, trace)] == wrong
