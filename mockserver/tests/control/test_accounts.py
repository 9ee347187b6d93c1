"""Accounts: what is said of one, and that a wrong word changes nothing."""

from decimal import Decimal

import pytest

from mockserver.base.errors import EmulatorError
from mockserver.base.ids import name_account
from mockserver.control.pages import ListFilter
from mockserver.state.account import AccountSettings
from mockserver.tests.conftest import KEY


def test_an_account_is_made_and_changed_by_what_is_said_of_it(client):
    """PUT makes an account, and merges: what is not said stays."""
    client.account(plan="free", credits=Decimal(5))
    shown = client.account(free_credits=Decimal("0.5"))
    assert shown == {
        "account": name_account(KEY),
        "api_key": "...cdef",
        "plan": "free",
        "requests_per_minute": 5,
        "window_s": 60,
        "credits": Decimal("5.0"),
        "free_credits": Decimal("0.5"),
        "held": Decimal("0.0"),
        "status": "active",
        "denied_models": [],
        "ledger": [],
    }


def test_a_limit_of_ones_own_outranks_the_plans(client):
    """`requests_per_minute` is what counts; null is no limit."""
    assert client.account(plan="free", requests_per_minute=7)["requests_per_minute"] == 7
    assert client.account(requests_per_minute=None)["requests_per_minute"] is None


def test_models_are_denied_by_name_or_all_of_them(client):
    """A slug that there is, or the star, is taken as it is."""
    assert client.account(denied_models=["ideogram-3", "*"])["denied_models"] == ["ideogram-3", "*"]


@pytest.mark.parametrize(
    "fields",
    [
        {"plan": "gold"},
        {"credits": Decimal(-1)},
        {"free_credits": Decimal("1e12")},
        {"credits": Decimal("NaN")},
        {"requests_per_minute": -1},
        *({"window_s": wrong} for wrong in (0, -1, 86_401, float("nan"), float("inf"))),
        {"status": "asleep"},
        {"denied_models": ["no-such-model"]},
    ],
)
def test_an_account_that_cannot_be_is_refused_whole(client, fields):
    """A value that cannot be is refused, and nothing else of the call is done."""
    client.account()
    with pytest.raises(EmulatorError):
        client.control.accounts.put(KEY, AccountSettings(**{"free_credits": Decimal(3), **fields}))
    assert client.account()["free_credits"] == 0


def test_an_account_that_is_not_there_is_404(client):
    """Nothing is made by looking; the hint says how."""
    for call in (client.control.accounts.show, client.control.accounts.delete):
        with pytest.raises(EmulatorError) as refusal:
            call(KEY)
        assert refusal.value.status == 404
        assert KEY not in str(refusal.value)
    with pytest.raises(EmulatorError):
        client.control.jobs.list(ListFilter(api_key=KEY))


def test_a_deleted_account_leaves_nothing(client):
    """Jobs, outputs and journal go with their account."""
    client.submit()
    client.advance(60)
    client.account()
    assert client.store.settlement.outputs
    client.control.accounts.delete(KEY)
    assert not client.store.settlement.outputs
    assert client.control.jobs.list() == {"jobs": [], "next": None}
