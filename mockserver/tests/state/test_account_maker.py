"""How an account begins: as the configuration, its key and the emulator's defaults describe it."""

from decimal import Decimal

import pytest

from mockserver.base.errors import EmulatorError
from mockserver.state.account import AccountSettings
from mockserver.tests.state.test_memory_store import (
    CATALOGUE,
    KEY,
    make_account,
    make_store,
    make_store_with_jobs,
)


def test_a_new_account_has_the_default_plan_and_credits():
    """Who was never described has what the emulator was started with."""
    store = make_store(plan="free", credits=Decimal("0.5"))
    account = make_account(store)
    assert (account.plan, account.requests_per_minute) == ("free", 5)
    assert (account.wallet.credits, account.wallet.free_credits) == (Decimal("0.5"), Decimal(0))
    assert (account.status, account.denied_models, account.post_error) == ("active", (), None)
    assert dict(store.accounts) == {KEY: account.account}


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("SG_0000aaaa0401", {"status": "revoked"}),
        ("SG_0000aaaa0403", {"denied_models": ("*",)}),
        ("SG_0000aaaa0429", {"requests_per_minute": 1}),
        ("SG_0000aaaa0502", {"post_error": "bad_gateway"}),
    ],
)
def test_a_key_can_describe_its_account_unless_triggers_are_off(key, said):
    """A trigger key makes the account that it asks for; without triggers it is like any other."""
    account, plain = (
        make_account(make_store(), key),
        make_account(make_store(use_triggers=False), key),
    )
    ordinary = make_account(make_store())
    for name, value in said.items():
        assert getattr(account, name) == value
        assert getattr(plain, name) == getattr(ordinary, name) != value


def test_a_key_can_ask_for_an_empty_wallet():
    """A trigger key for 406 has neither credits nor free credits."""
    assert make_account(make_store(), "SG_0000aaaa0406").wallet.total == 0


def test_configuration_outweighs_a_trigger():
    """What the configuration says of an account counts more than what its key says."""
    key = "SG_0000aaaa0406"
    store = make_store(configured={key: AccountSettings(credits=Decimal(3))})
    assert store.accounts[key].wallet.total == Decimal(3)


def test_a_store_does_not_start_with_a_plan_that_is_none():
    """A default plan that does not exist is refused, with the plans that do."""
    with pytest.raises(EmulatorError, match="there is no plan 'gold'") as refusal:
        make_store(plan="gold", configured={KEY: AccountSettings()})
    assert all(name in refusal.value.hint for name in CATALOGUE.plans)


def test_a_store_does_not_start_with_credits_that_cannot_be():
    """Default credits are held to the same bounds as an account's."""
    with pytest.raises(EmulatorError, match="credits is -1"):
        make_store(credits=Decimal(-1))


@pytest.mark.fact("L1")
@pytest.mark.parametrize("plan", CATALOGUE.plans.values(), ids=lambda plan: plan.name)
def test_a_plan_brings_its_limit_and_a_number_outweighs_it(plan):
    """An account on a plan has the plan's limit, unless it was given one of its own."""
    _, account = make_store_with_jobs()
    account.configure(plan=plan.name)
    assert (account.plan, account.requests_per_minute) == (plan.name, plan.requests_per_minute)
    account.configure(plan=plan.name, requests_per_minute=3)
    assert (account.plan, account.requests_per_minute) == (plan.name, 3)
    account.configure(requests_per_minute=None)
    assert (account.plan, account.requests_per_minute) == (plan.name, None)
