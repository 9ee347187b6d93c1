"""Whatever a service does, no more is spent than the budget, or the first sign of it ends all."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.tests.kinds import IS_STORM
from mockserver.tests.verifier.service import TOLERANCE, Vices, VirtualClock
from mockserver.tests.verifier.verifications import make_context, verify_until_done
from mockserver.verifier.probes import ask_probes
from mockserver.verifier.spending_control import SpendingStoppedError

RUNS = 10_000 if IS_STORM else 150

USD = st.sampled_from([Decimal(0), Decimal("0.001"), Decimal("0.02"), Decimal(3)])
FACTORS = st.sampled_from([Decimal(each) for each in ("0", "0.5", "1", "1.01", "2", "3", "1000")])
TOLD = st.one_of(st.none(), FACTORS)
CHANCES = st.sampled_from([0, 0, 0, 3, 15, 60])
VICES = st.builds(
    Vices,
    factor=FACTORS,
    told_factor=TOLD,
    header_factor=TOLD,
    remaining_lie=st.sampled_from([Decimal(0), Decimal(0), Decimal("0.004"), Decimal(-7)]),
    charge_failed=USD,
    charge_refused=USD,
    charge_probe=USD,
    balance_moves=USD,
    is_balance_stuck=st.booleans(),
    drops_before=CHANCES,
    drops_after=CHANCES,
    garbage=CHANCES,
    hangs=CHANCES,
    books_late_s=st.sampled_from([0.0, 0.0, 4.0, 600.0]),
    chance_of_vice=st.sampled_from([0, 20, 100]),
)
KILLS = st.lists(st.integers(1, 120), max_size=5)


@settings(max_examples=RUNS, deadline=None)
@given(VICES, st.integers(0, 2**32), KILLS)
def test_no_service_gets_more_than_the_budget_unless_nothing_showed_it(vices, seed, kills):
    """It may overcharge, lie, hang, lose answers and kill the verifier at any step.

    Nothing is sent without its line in the ledger, past the budget by what is known, after an
    answer that showed something wrong, or after a balance that shows the budget to be passed.
    """
    service, watcher, stopped = verify_until_done(vices, seed, kills=kills)
    assert watcher.broken == []
    if vices.charges_fairly:
        assert service.charged <= watcher.budget + TOLERANCE
    is_told = not vices.is_balance_stuck and not vices.books_late_s
    is_whole = not (vices.drops_after or vices.garbage or kills)
    if service.charged > watcher.budget + TOLERANCE and is_told and is_whole:
        assert watcher.shown or stopped


SOUND = Vices()


def test_a_sound_service_is_asked_all_and_gets_its_price():
    """Four runs of the cheapest model fit into the usual budget, and what is refused is free."""
    service, watcher, stopped = verify_until_done(SOUND, 1)
    assert (stopped, watcher.broken, watcher.shown) == ("", [], "")
    assert service.charged == Decimal("0.032")
    assert watcher.sent == 20


@pytest.mark.parametrize(
    ("vices", "told"),
    [
        (replace(SOUND, factor=Decimal(2), told_factor=Decimal(2)), "metrics.cost is $0.016"),
        (replace(SOUND, factor=Decimal(2)), "less than what was sent"),
        (replace(SOUND, told_factor=Decimal("0.5")), "cost $0.004, and after it the balance"),
        (replace(SOUND, header_factor=Decimal("0.5")), "v1, a run of sdxl1.0-txt2img cost $0.004"),
        (replace(SOUND, factor=Decimal(0)), "more than there should be"),
        (replace(SOUND, charge_failed=Decimal("0.002")), "of what should cost nothing (E7)"),
        (
            replace(SOUND, charge_failed=Decimal("0.002"), told_factor=None),
            "cost $0.002, and should cost nothing (E7)",
        ),
        (replace(SOUND, charge_refused=Decimal("0.002")), "should cost nothing (E7)"),
        (replace(SOUND, charge_refused=Decimal(2)), "less than what was sent can have left"),
        (replace(SOUND, charge_probe=Decimal("0.002")), "unless somebody else uses the account"),
        (replace(SOUND, balance_moves=Decimal("0.002")), "unless somebody else uses the account"),
        (replace(SOUND, is_balance_stuck=True), "more than there should be"),
        (replace(SOUND, remaining_lie=Decimal("0.004")), "is told to remain"),
        (replace(SOUND, remaining_lie=Decimal(-7)), "metrics.remaining_credits is $92.992"),
        (replace(SOUND, books_late_s=600.0), "more than there should be"),
    ],
)
def test_the_first_amount_that_is_not_as_expected_ends_all_spending(vices, told):
    """It says which, and what was expected."""
    _, watcher, stopped = verify_until_done(vices, 1)
    assert told in stopped
    assert watcher.broken == []
    assert watcher.sent < 20


def test_a_charge_that_shows_a_moment_later_is_waited_for():
    """Four seconds are no sign of anything."""
    service, _, stopped = verify_until_done(replace(SOUND, books_late_s=4.0), 1)
    assert (stopped, service.charged) == ("", Decimal("0.032"))


def test_a_run_without_a_told_cost_is_booked_by_the_balance():
    """One of the four places is enough to know it, if it fits."""
    service, _, stopped = verify_until_done(replace(SOUND, told_factor=None, header_factor=None), 1)
    assert (stopped, service.charged) == ("", Decimal("0.032"))


@pytest.mark.parametrize("step", range(1, 400, 7))
def test_a_process_that_dies_at_any_step_leaves_no_call_to_be_made_twice(step):
    """The next one goes on with the ledger, and never spends more."""
    service, watcher, stopped = verify_until_done(SOUND, step, kills=[step])
    assert (stopped, watcher.broken) == ("", [])
    assert service.charged <= Decimal("0.032")


class Mute:
    """A transport that gets no answer, and counts what it sent."""

    def __init__(self):
        self.sent = 0

    def send(self, _request):
        """Send a request into nothing."""
        self.sent += 1


def test_a_service_that_answers_nothing_any_more_is_left_alone():
    """Each question would wait for half a minute, three times."""
    mute = Mute()
    context = make_context(mute, VirtualClock(), Decimal("0.05"), [].append)
    with pytest.raises(SpendingStoppedError, match="12 requests in a row got no answer"):
        ask_probes(context, "model-1", is_read_only=False)
    assert mute.sent == 12
    assert context.spending.stopped == ""


def test_a_cost_below_zero_leaves_the_call_reserved():
    """Nobody knows what it was charged."""
    service, _, stopped = verify_until_done(replace(SOUND, told_factor=Decimal(-1)), 1)
    assert "metrics.cost is $-0.008" in stopped
    assert service.charged == Decimal("0.008")
