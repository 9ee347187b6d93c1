"""Money is decimal: held at the submit, booked or given back, and never below zero."""

from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mockserver.rules.wallet import Wallet, render_money

ZERO = Decimal(0)

amounts = st.decimals(0, 1000, places=10)
prices = st.decimals(0, 5, places=4)
runs = st.lists(st.tuples(prices, st.booleans(), st.booleans()), max_size=20)


def spend(wallet, price):
    """Return the wallet after a price was held and booked."""
    return wallet.hold(price).book(price)


@pytest.mark.fact("L3")
@given(amounts, amounts, runs)
def test_no_cent_is_lost_and_none_is_owed(credits_given, free_given, runs):
    """What was booked and what is left add up exactly, and nothing falls below zero."""
    wallet, booked, pending = Wallet(credits_given, free_given), ZERO, []
    for price, succeeds, waits in runs:
        if wallet.available < price:
            continue
        wallet = wallet.hold(price)
        pending.append((price, succeeds))
        while pending and not waits:
            held, completed = pending.pop()
            booked += held if completed else ZERO
            wallet = (wallet.book if completed else wallet.release)(held)
        assert wallet.held == sum((held for held, _ in pending), ZERO)
        assert wallet.available == wallet.total - wallet.held
        assert min(wallet.credits, wallet.free_credits, wallet.available) >= ZERO
        assert wallet.total + booked == credits_given + free_given


@given(amounts, amounts, prices)
def test_free_credits_are_spent_first(credits_given, free_given, price):
    """Paid credits are touched only for what free credits do not cover."""
    assume(price <= credits_given + free_given)
    wallet = spend(Wallet(credits_given, free_given), price)
    assert wallet.free_credits == max(ZERO, free_given - price)
    assert wallet.credits == credits_given - max(ZERO, price - free_given)
    assert wallet.total == credits_given + free_given - price


def test_a_thousand_runs_cost_exactly_a_thousand_times_the_price():
    """Prices that no binary fraction can hold add up without a rounding error."""
    wallet = Wallet(Decimal(100))
    for _ in range(1000):
        wallet = spend(wallet, Decimal("0.063"))
    assert wallet.credits == Decimal(37)


@pytest.mark.fact("L3")
def test_a_held_price_is_not_available_to_another_run():
    """A hold lowers what a new run may claim, and not what the gateway shows."""
    wallet = Wallet(Decimal(1), Decimal("0.5")).hold(Decimal("1.2"))
    assert (wallet.total, wallet.available) == (Decimal("1.5"), Decimal("0.3"))
    wallet = wallet.release(Decimal("1.2"))
    assert (wallet.total, wallet.available) == (Decimal("1.5"), Decimal("1.5"))


@given(amounts, amounts, prices)
def test_a_balance_that_was_lowered_meanwhile_is_spent_to_zero(lowered, free_lowered, price):
    """Booking more than is there empties the wallet and owes nothing."""
    assume(lowered + free_lowered < price)
    held = Wallet(Decimal(1000)).hold(price).held
    wallet = Wallet(lowered, free_lowered, held).book(price)
    assert wallet.total == ZERO
    assert (wallet.credits, wallet.free_credits, wallet.held) == (ZERO, ZERO, ZERO)


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("0", "0.0"),
        ("0.000", "0.0"),
        ("100", "100.0"),
        ("1E+2", "100.0"),
        ("99.9370", "99.937"),
        ("0.0184921035", "0.0184921035"),
        ("999999999999", "999999999999.0"),
    ],
)
def test_an_amount_is_shown_without_idle_zeros(amount, text):
    """An amount has no zeros at its end, but one decimal at least."""
    assert str(render_money(Decimal(amount))) == text


@given(st.decimals(0, 10**12, places=10))
def test_an_amount_is_shown_as_it_is(amount):
    """However an amount is shown, it is the same number."""
    text = f"{render_money(amount):f}"
    assert Decimal(text) == amount
    assert "." in text
    assert not text.endswith("0") or text.endswith(".0")
