"""What the lines of a ledger say, also where the last of them was torn off."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.base.errors import EmulatorError
from mockserver.spending.ledger import (
    VERSION,
    Accepted,
    Balance,
    End,
    Intent,
    Opening,
    Outcome,
    Stop,
    parse_ledger,
    render_line,
)

OPENING = Opening(
    version=VERSION, url="https://api", account="abc", budget_usd=Decimal("0.05"), at_utc_s=1.5
)


def make_intent(number: int, worst: str = "0.05") -> Intent:
    """Return what is written before a call."""
    return Intent(
        number=number, worst_usd=Decimal(worst), call=f"run-{number}", slug="a", at_utc_s=2.5
    )


LINES = (
    OPENING,
    make_intent(1),
    Accepted(number=1, request_id="ab"),
    Outcome(number=1, charged_usd=Decimal("0.04")),
    make_intent(2),
    Accepted(number=2, request_id="cd"),
    make_intent(3),
    Outcome(number=3, charged_usd=None, told="no answer came"),
)
CONTENT = b"".join(map(render_line, LINES))


def test_calls_are_settled_or_open():
    """One without an outcome, or of which nobody knows the charge, may have been paid for."""
    ledger = parse_ledger(CONTENT)
    assert ledger.opening == OPENING
    assert ledger.settled == ((make_intent(1), Decimal("0.04")),)
    assert [(each.intent.number, each.request_id) for each in ledger.open_calls] == [
        (2, "cd"),
        (3, None),
    ]
    assert (ledger.last_number, ledger.made) == (3, {"run-1", "run-2", "run-3"})
    assert (ledger.stopped, ledger.has_ended) == ("", False)


def test_an_empty_ledger_says_nothing():
    """It is that of a first run."""
    ledger = parse_ledger(b"")
    assert (ledger.opening, ledger.settled, ledger.open_calls, ledger.last_number) == (
        None,
        (),
        (),
        0,
    )


def test_a_stop_stays_and_an_end_is_over_when_somebody_goes_on():
    """Who goes on after an end writes an opening."""
    stop, end = render_line(Stop(reason="overcharged")), render_line(End(at_utc_s=3.0))
    assert parse_ledger(CONTENT + stop + end).has_ended
    ledger = parse_ledger(CONTENT + stop + end + render_line(OPENING))
    assert (ledger.stopped, ledger.has_ended) == ("overcharged", False)


@given(st.integers(0, len(CONTENT)))
def test_a_ledger_torn_anywhere_forgets_no_call_that_was_begun(place):
    """What it holds as paid or perhaps paid never gets less by the loss of its end.

    A call is sent once its line is there with its end, so whole lines are what counts.
    """
    whole = CONTENT[:place].splitlines(keepends=True)
    begun = sum(b'"line":"intent"' in line and line.endswith(b"\n") for line in whole)
    for content in (CONTENT[:place], CONTENT[:place] + b"\n" + render_line(OPENING)):
        ledger = parse_ledger(content)
        assert len(ledger.settled) + len(ledger.open_calls) >= begun


def test_a_torn_intent_counts_with_what_can_be_read_of_it():
    """Where not even the amount is there, nothing more may be spent."""
    text = render_line(make_intent(7, "0.031"))
    cut = text.index(b'"slug"')
    (known,) = parse_ledger(text[:cut]).open_calls
    assert (known.intent.number, known.intent.worst_usd) == (7, Decimal("0.031"))
    assert known.intent.call == "run-7"
    assert known.is_worst_known
    (unknown,) = parse_ledger(text[:12]).open_calls
    assert not unknown.is_worst_known


def test_a_stop_that_was_torn_is_a_stop():
    """Its reason is lost, and nothing more may be spent all the same."""
    text = render_line(Stop(reason="overcharged"))
    for cut in range(len(b'{"line":"s'), len(text) - 2):
        ledger = parse_ledger(CONTENT + text[:cut])
        assert "could not write why" in ledger.stopped
        assert all(each.is_worst_known for each in ledger.open_calls)


def test_what_is_no_ledger_is_refused():
    """Somebody named another file."""
    with pytest.raises(EmulatorError, match="line 1 is no line of a ledger"):
        parse_ledger(b"prompt,price\n")


def test_a_version_to_come_is_refused():
    """It may mean something else."""
    text = render_line(OPENING).replace(b'"version":1', b'"version":9')
    with pytest.raises(EmulatorError, match="version 9"):
        parse_ledger(text)


def test_what_should_be_left_is_the_first_balance_less_all_that_was_booked():
    """What a call cost of which nobody knows it is not booked; nothing is known before or after."""
    balance = Balance(usd=Decimal(2))
    lines = [make_intent(1), make_intent(2), balance, *LINES[3:4]]
    lost = Outcome(number=2, charged_usd=None, told="no answer came")

    def read(*written):
        return parse_ledger(b"".join(map(render_line, written))).balance_usd

    assert read(*lines[:2]) is None
    assert read(*lines) == Decimal("1.96")
    assert read(*lines, lost) == Decimal("1.96")
    assert read(*lines, lost, End(at_utc_s=4.0)) is None


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "-0.01", "1e999999"])
@pytest.mark.parametrize(
    "text",
    [
        '{"line":"intent","number":1,"call":"a","worst_usd":"%s","slug":"","at_utc_s":0}',
        '{"line":"outcome","number":1,"charged_usd":"%s"}',
    ],
)
def test_an_amount_that_no_call_can_cost_is_no_ledgers(amount, text):
    """One below zero would make room in the budget."""
    with pytest.raises(EmulatorError, match="which no call can cost"):
        parse_ledger((text % amount).encode() + b"\n")
