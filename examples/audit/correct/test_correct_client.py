"""A suite that asks what happens when things go wrong: each test arms the fault that it is about.

`segmock audit -- pytest examples/audit/correct` shows what it is worth.
"""

from __future__ import annotations

import pytest
from correct_client import PictureError, buy_picture


@pytest.fixture
def buy(segmock):
    """Buy pictures for the account of the test, in virtual time."""
    with segmock.env, segmock.sleepless():
        yield lambda: buy_picture(segmock.url, segmock.api_key, "A lighthouse")


def test_a_picture_is_paid_for_once(buy, segmock):
    """The file is a picture, and the ledger has one line."""
    assert buy().startswith(b"\x89PNG")
    assert len(segmock.account["ledger"]) == 1


def test_a_run_whose_answer_was_lost_is_not_sent_again(buy, segmock):
    """It may have been accepted: the caller is told, and decides."""
    segmock.faults.add({"close": True}, on="submit", when="after")
    with pytest.raises(PictureError, match="not known"):
        buy()
    assert len(segmock.jobs) == 1


def test_a_failed_run_is_told_and_costs_nothing(buy, segmock):
    """The gateway's own words reach the caller."""
    segmock.faults.add({"state": "FAILED", "error": "Too ugly."}, on="submit")
    with pytest.raises(PictureError, match="Too ugly"):
        buy()
    assert segmock.account["ledger"] == []


def test_hiccups_while_polling_do_no_harm(buy, segmock):
    """A poll changes nothing, so it is repeated; the run is not."""
    segmock.faults.add([{"reset": True}, {"status": 503, "body": "html"}], on="status")
    segmock.faults.add({"malformed": True}, on="result", times=1)
    buy()
    assert len(segmock.account["ledger"]) == 1


def test_a_run_that_never_ends_is_given_up(buy, segmock):
    """In virtual time."""
    segmock.faults.add({"stall": "PROCESSING"}, on="submit")
    with pytest.raises(PictureError, match="not done after 120 s"):
        buy()


@pytest.mark.segmock(credits=0)
def test_an_empty_wallet_is_told_of(buy):
    """No run is accepted."""
    with pytest.raises(PictureError, match="406"):
        buy()
