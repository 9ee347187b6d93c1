"""Accounts are worlds of their own: made, described, swept and forgotten one by one."""

from decimal import Decimal
from itertools import count

import pytest

from mockserver.base.clock import DAY, FIXED_START, HOUR, MINUTE, SECOND, VirtualClock
from mockserver.base.errors import EmulatorError
from mockserver.contract.catalogue import Catalogue
from mockserver.rules.jobs import Job, JobPlan, compute_stage_times
from mockserver.state.account import AccountSettings
from mockserver.state.account_maker import AccountMaker
from mockserver.state.changes import AddJob, Configure, MakeAccount, MoveClock
from mockserver.state.memory_store import SWEEP_EVERY, SWEEP_JOBS, MemoryStore

CATALOGUE = Catalogue()
KEY = "SG_0123456789abcdef"
OTHER_KEY = "SG_fedcba9876543210"
WEEK = 7 * DAY


def make_store(**changes):
    """Return a store on a frozen clock, which has no accounts but those configured."""
    settings = {
        "clock": lambda: VirtualClock("frozen", lambda: 0, FIXED_START),
        "plans": CATALOGUE.plans,
        "plan": "unlimited",
        "credits": Decimal(100),
        "configured": {},
        "seed": 0,
        "use_triggers": True,
    }
    given = {**settings, **changes}
    names = ("plans", "plan", "credits", "configured")
    maker = AccountMaker(
        *(given.pop(name) for name in names), use_triggers=given.pop("use_triggers")
    )
    return MemoryStore(maker=maker, **given)


def make_job(ordinal=0, plan=None, slug="ideogram-3", price="0.075", submitted_at=FIXED_START):
    """Return a job that an account submits as its `ordinal`-th."""
    plan = plan or JobPlan(queue=SECOND, run=9 * SECOND)
    started_at, finished_at = compute_stage_times(submitted_at, plan)
    return Job(
        request_id=f"{ordinal:032x}",
        ordinal=ordinal,
        model=CATALOGUE.models[slug],
        payload=b'{"prompt":"a boat"}',
        seed=7,
        price=Decimal(price),
        submitted_at=submitted_at,
        started_at=started_at,
        finished_at=finished_at,
        expires_at=submitted_at + plan.kept,
        ends=plan.ends,
    )


class Held:
    """An account with all that is kept of it, as it is whenever it is asked."""

    def __init__(self, store, api_key=KEY):
        self._store, self._api_key = store, api_key

    def __getattr__(self, name):
        record = self._store.records[self._api_key]
        return getattr(record, name) if hasattr(record, name) else getattr(record.account, name)

    def job(self, ordinal=0):
        """Return one of its jobs as it is now."""
        return self.jobs[ordinal]

    def add(self, *jobs):
        """Have it submit these jobs."""
        self._store.commit(self._api_key, tuple(map(AddJob, jobs)), FIXED_START - 1)

    def configure(self, **settings):
        """Say something else of it."""
        wanted = AccountSettings(**settings)
        self._store.check(wanted)
        self._store.commit(self._api_key, (Configure(wanted),), FIXED_START)


def make_account(store, api_key=KEY):
    """Make an account, and return it with all that is kept of it."""
    store.commit(api_key, (MakeAccount(),), FIXED_START)
    return Held(store, api_key)


def make_store_with_jobs(*jobs, **changes):
    """Return a store and its account that has submitted these jobs."""
    store = make_store(**changes)
    account = make_account(store)
    account.add(*jobs)
    return store, account


# --- Accounts -----------------------------------------------------------------------------


def test_what_is_left_out_stays_as_it_is():
    """Settings are merged, field by field."""
    _, account = make_store_with_jobs()
    account.configure(status="revoked", credits=Decimal(5))
    account.configure(free_credits=Decimal(2), denied_models=["ideogram-3"])
    wallet = account.wallet
    assert (account.status, wallet.credits, wallet.free_credits) == ("revoked", 5, 2)
    assert account.denied_models == ("ideogram-3",)


def test_an_account_can_be_revoked_and_taken_back():
    """Both states of an account can be set, one after the other."""
    _, account = make_store_with_jobs()
    for status in ("revoked", "active"):
        account.configure(status=status)
        assert account.status == status


def test_each_job_of_an_account_has_the_next_ordinal():
    """An account counts its jobs from zero, and no other account's."""
    store, account = make_store_with_jobs(make_job(0), make_job(1))
    other = make_account(store, OTHER_KEY)
    assert (account.jobs_made, other.jobs_made) == (2, 0)


@pytest.mark.fact("R6")
def test_an_account_can_be_without_a_balance_record():
    """Credits of null take the record away, and a number brings it back."""
    _, account = make_store_with_jobs()
    account.configure(credits=None)
    assert (account.wallet.record, account.wallet.credits) == (False, Decimal(0))
    account.configure(credits=Decimal(1))
    assert (account.wallet.record, account.wallet.credits) == (True, Decimal(1))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("plan", "gold"),
        ("status", "asleep"),
        ("requests_per_minute", -1),
        ("requests_per_minute", 10**12),
        ("credits", Decimal(-1)),
        ("credits", Decimal(10) ** 12),
        ("credits", Decimal("NaN")),
        ("credits", Decimal("sNaN")),
        ("credits", Decimal("Infinity")),
        ("free_credits", Decimal("-0.1")),
        ("free_credits", Decimal("-Infinity")),
    ],
)
def test_a_setting_that_cannot_be_changes_nothing(name, value):
    """A wrong value is refused by its name, and the right ones beside it are not taken either."""
    _, account = make_store_with_jobs()
    right = {"plan": "free", "credits": Decimal(3), "status": "revoked"}
    with pytest.raises(EmulatorError) as refusal:
        account.configure(**{**right, name: value})
    assert name in str(refusal.value)
    assert str(value) in str(refusal.value)
    assert (account.plan, account.wallet.credits, account.status) == ("unlimited", 100, "active")


@pytest.mark.fact("A6")
@pytest.mark.parametrize(
    ("denied", "refused"),
    [([], False), (["*"], True), (["ideogram-3"], True), (["ideogram-2a-txt-2-img"], False)],
)
def test_an_account_can_be_denied_a_model_or_all(denied, refused):
    """A model is denied by its slug, or together with all others by a star."""
    _, account = make_store_with_jobs()
    account.configure(denied_models=denied)
    assert account.denies("ideogram-3") is refused


def test_a_forgotten_account_takes_all_it_has_with_it():
    """Forgetting an account drops its jobs and outputs, and nothing of any other."""
    store, account = make_store_with_jobs(make_job())
    other = make_account(store, OTHER_KEY)
    other.add(make_job())
    for each in (account, other):
        store.settle(each.account, FIXED_START + MINUTE)
    assert store.forget(KEY)
    assert dict(store.accounts) == {OTHER_KEY: other.account}
    assert [output.owner for output in store.settlement.outputs.values()] == [OTHER_KEY]
    assert not store.forget(KEY)


def test_a_configured_account_that_is_forgotten_begins_anew():
    """An account of the configuration is there again, as it was at the start."""
    store = make_store(configured={KEY: AccountSettings(credits=Decimal(3))})
    Held(store).configure(credits=Decimal(9))
    assert store.forget(KEY)
    assert store.accounts[KEY].wallet.credits == Decimal(3)


def test_a_reset_goes_back_to_the_start():
    """After a reset nothing is left but what the configuration says."""
    starts = count()
    store, account = make_store_with_jobs(
        make_job(),
        clock=lambda: VirtualClock("frozen", lambda: 0, FIXED_START + next(starts)),
        configured={OTHER_KEY: AccountSettings(credits=Decimal(3))},
    )
    store.settle(account.account, FIXED_START + MINUTE)
    store.clock.advance(HOUR)
    assert store.journals.assign_number() == 1
    store.reset()
    assert list(store.accounts) == [OTHER_KEY]
    assert store.accounts[OTHER_KEY].wallet.credits == Decimal(3)
    assert store.clock.now() == FIXED_START + 1
    assert (store.settlement.outputs, len(store.journals.exchanges_of(None))) == ({}, 0)
    assert store.journals.assign_number() == 2


def sweep_once(store):
    """Make as many calls as it takes for one account to be swept."""
    for _ in range(SWEEP_EVERY):
        store.visit(None)


def test_accounts_that_nobody_asks_for_catch_up_in_turn():
    """One call in so many settles one account, until all had their turn."""
    store, account = make_store_with_jobs(make_job())
    other = make_account(store, OTHER_KEY)
    other.add(make_job())
    store.clock.advance(MINUTE)
    for _ in range(SWEEP_EVERY - 1):
        store.visit(None)
    assert not account.job().settled
    assert not other.job().settled
    store.visit(None)
    assert account.job().settled != other.job().settled
    sweep_once(store)
    assert account.job().settled
    assert other.job().settled


def test_a_sweep_is_bounded():
    """However much has ended, a call pays for so many jobs at the most."""
    store, account = make_store_with_jobs(*(make_job(ordinal) for ordinal in range(SWEEP_JOBS + 1)))
    store.clock.advance(MINUTE)
    sweep_once(store)
    assert sum(job.settled for job in account.jobs) == SWEEP_JOBS


def test_a_sweep_reads_each_account_on_its_own_clock():
    """An account that was moved ahead is swept at its own instant."""
    store, account = make_store_with_jobs(make_job())
    store.commit(KEY, (MoveClock(HOUR),), FIXED_START)
    sweep_once(store)
    assert not account.jobs


def test_a_sweep_passes_over_accounts_that_are_gone():
    """An account that was forgotten since the turns were made is no trouble."""
    store, _ = make_store_with_jobs()
    make_account(store, OTHER_KEY)
    sweep_once(store)
    store.forget(KEY)
    store.forget(OTHER_KEY)
    sweep_once(store)
    sweep_once(store)
    assert not store.accounts


def test_what_was_there_before_a_reset_is_let_go_in_steps(monkeypatch):
    """A reset forgets all accounts at once, and lets go of them a few at a time."""
    monkeypatch.setattr("mockserver.state.memory_store.RELEASED_AT_ONCE", 2)
    store = make_store()
    accounts = [make_account(store, f"key {ordinal}").account for ordinal in range(5)]
    store.reset()
    assert not store.accounts
    assert not any(store.is_current(account) for account in accounts)
    assert [store.release() for _ in range(3)] == [True, True, False]
    assert not store.release()


def test_of_a_small_world_nothing_is_left_after_a_reset(monkeypatch):
    """Resets without a call between them let nothing pile up."""
    monkeypatch.setattr("mockserver.state.memory_store.RELEASED_AT_ONCE", 2)
    store = make_store()
    for accounts in (5, 2, 0, 2, 0):
        for ordinal in range(accounts):
            make_account(store, f"key {ordinal}")
        store.reset()
    assert not store.release()
