"""Between which two amounts a balance is, and what one outside of them means."""

from __future__ import annotations

from decimal import Decimal

import pytest

from mockserver.verifier.expected_balance import ExpectedBalance

PRICE = Decimal("0.008")


def make_expected(booked=PRICE):
    """Return what watches an account of a dollar after a run was booked."""
    expected = ExpectedBalance(Decimal(1))
    expected.book(booked)
    return expected


@pytest.mark.parametrize(
    ("told", "is_behind"),
    [("0.992", False), ("1", True), ("0.996", True), ("1.001", False), ("0.9", False)],
)
def test_a_balance_may_lack_for_a_moment_what_was_booked_and_no_more(told, is_behind):
    """Services keep it in several places; one that is higher still was topped up."""
    expected = make_expected()
    expected.take((Decimal(told), Decimal(0)))
    assert expected.may_be_old(expected.last) is is_behind
    assert expected.is_behind(Decimal(0)) is is_behind


def test_a_balance_is_behind_until_what_is_expected_is_gone():
    """What an answer told as its cost, and no book has yet."""
    expected = make_expected()
    expected.take((Decimal("0.992"), Decimal(0)))
    assert expected.is_behind(PRICE)
    expected.take((Decimal("0.984"), Decimal(0)))
    assert not expected.is_behind(PRICE)


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ("0.5", "less than what was sent can have left, unless somebody else uses the account"),
        ("2", "more than there should be, unless somebody has paid in, or a charge shows late"),
        ("0.992", ""),
    ],
)
def test_an_amount_that_cannot_be_is_told_with_what_it_may_be(told, words):
    """It need not be the service's fault."""
    problem = make_expected().find_problem("the balance", Decimal(told), Decimal(0))
    assert words in problem
    assert bool(problem) is bool(words)
