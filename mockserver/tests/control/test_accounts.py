"""Accounts: what is said of one, and that a wrong word changes nothing."""

from decimal import Decimal

import pytest

from mockserver.base.errors import EmulatorError
from mockserver.base.ids import name_account
from mockserver.control.accounts import AccountFilter
from mockserver.control.pages import ListFilter
from mockserver.state.account import AccountSettings
from mockserver.tests.conftest import KEY
from mockserver.tests.control.conftest import KEYS, count_steps


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
        "window": None,
        "credits": Decimal("5.0"),
        "free_credits": Decimal("0.5"),
        "held": Decimal("0.0"),
        "status": "active",
        "denied_models": [],
        "jobs": 0,
        "clock": {"now_utc": "2026-01-01T00:00:00.000000Z", "mode": "frozen", "rate": 0},
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


# --- The list --------------------------------------------------------------------------------


def test_accounts_are_listed_in_the_order_in_which_they_were_made(client):
    """Each as it is shown by itself, but for its ledger."""
    for key in KEYS:
        client.submit(key=key)
        client.advance(60)
    page = client.control.accounts.list()
    whole = [client.control.accounts.show(key) for key in KEYS]
    assert [shown.pop("ledger")[0]["why"] for shown in whole] == ["ideogram-3 completed"] * 3
    assert page == {"accounts": whole, "next": None}


def test_a_page_of_accounts_goes_on_behind_the_name_that_the_last_one_ends_with(client):
    """`next` is a name, as no key is ever shown."""
    for key in KEYS:
        client.submit(key=key)
    names, after = [], ""
    while after is not None:
        page = client.control.accounts.list(AccountFilter(limit=1, after=after))
        names += [shown["account"] for shown in page["accounts"]]
        after = page["next"]
    assert names == [name_account(key) for key in KEYS]


@pytest.mark.parametrize("after", ["7", name_account("nobody")])
def test_what_is_no_account_is_no_place_to_go_on_from(client, after):
    """Whether it looks like a name or not."""
    client.submit()
    with pytest.raises(EmulatorError) as refused:
        client.control.accounts.list(AccountFilter(after=after))
    assert refused.value.status == 404


def test_accounts_that_leave_between_two_steps_are_left_out(client):
    """A page shows those that were there when it came to them, some at a time."""
    keys = [f"SG_{number:016d}" for number in range(40)]
    for key in keys:
        client.account(key)
    gone = iter(keys[::-1])
    steps = client.control.accounts.list_in_steps(AccountFilter())
    count, page = count_steps(steps, between=lambda: client.control.accounts.delete(next(gone)))
    assert count == 1 + 3
    shown = [each["account"] for each in page["accounts"]]
    assert shown == [name_account(key) for key in keys[:37]]
