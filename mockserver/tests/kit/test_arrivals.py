"""What arrives of a run is what was given for it: its model and its parameters."""

import pytest

from client_tests.cases.model import Case, Operation
from client_tests.judging.arrivals import check_arrivals
from client_tests.judging.trace import Exchange, Reply, Trace

ONE, TWO = {"prompt": "one"}, {"prompt": "two"}
A, B = "ideogram-3", "ideogram-2a-txt-2-img"


def check(asked, arrived, *, concurrent=False):
    """Return what is wrong with runs: each a model and its parameters, a second after the other."""
    operations = tuple(
        Operation(op="credits")
        if each is None
        else Operation(op="run", model=each[0], params=each[1])
        for each in asked
    )
    header = {"id": "run/models/any", "title": "-", "level": "MUST", "facts": ("S1",)}
    case = Case(**header, operations=operations, concurrent=concurrent)
    exchanges = tuple(
        Exchange(
            {
                "seq": seq,
                "route": "submit",
                "request_id": str(seq),
                "received_s": at_s,
                "model": model,
                "request": {"headers": {}, "body": params},
            }
        )
        for seq, (at_s, model, params) in enumerate(arrived)
    )
    replies = tuple(
        Reply(answer=None, problem=None, elapsed_s=1, operation=operation, began_s=float(index))
        for index, operation in enumerate(operations)
    )
    trace = Trace(
        replies=replies, exchanges=exchanges, verdicts=(), jobs=(), ledger=(), concurrent=concurrent
    )
    return [(each.assertion, *each.exchanges) for each in check_arrivals(case, trace)]


@pytest.mark.parametrize("concurrent", [False, True])
def test_runs_as_they_were_asked_for_are_right(concurrent):
    """One after the other, and at the same time."""
    arrived = [(0.5, A, ONE), (1.5, B, TWO)]
    assert check([(A, ONE), (B, TWO)], arrived, concurrent=concurrent) == []


def test_a_run_that_nobody_asked_for_is_one_too_many():
    """Whatever it is of."""
    assert check([None], [(0.5, A, ONE)]) == [("submitted", 0)]


def test_parameters_that_nobody_gave_are_changed():
    """The message says how."""
    assert check([(A, ONE)], [(0.5, A, {"prompt": "three"})]) == [("unchanged", 0)]


def test_parameters_of_another_call_are_not_ones_own():
    """Though somebody gave them."""
    assert check([(A, ONE), (A, TWO)], [(0.5, A, ONE), (1.5, A, ONE)]) == [("own", 1)]


@pytest.mark.parametrize("concurrent", [False, True])
def test_a_model_that_was_not_asked_for_with_these_parameters_is_another(concurrent):
    """Also where another call asked for it."""
    arrived = [(0.5, A, ONE), (1.5, A, TWO)]
    assert check([(A, ONE), (B, TWO)], arrived, concurrent=concurrent) == [("model", 1)]


def test_a_model_that_the_journal_does_not_name_is_not_judged():
    """It was no model of the gateway's."""
    assert check([("no-such-model", ONE)], [(0.5, None, ONE)]) == []


def test_what_comes_while_a_balance_is_asked_for_may_be_of_any_run():
    """A submit that was under way."""
    assert check([(A, ONE), None], [(0.5, A, ONE), (1.5, A, ONE)]) == []
