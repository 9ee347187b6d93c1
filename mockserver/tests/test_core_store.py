"""Accounts are worlds of their own, and catch up with their clocks in the order of the ends."""

from decimal import Decimal
from itertools import count

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.contract.catalogue import Catalogue
from mockserver.core.accounts import AccountSettings
from mockserver.core.clock import DAY, FIXED_START, HOUR, MINUTE, NEVER, SECOND, VirtualClock
from mockserver.core.errors import EmulatorError
from mockserver.core.jobs import Job, Plan, stage_times
from mockserver.core.store import SWEEP_EVERY, SWEEP_JOBS, Store

CATALOGUE = Catalogue()
KEY = "SG_0123456789abcdef"
OTHER_KEY = "SG_fedcba9876543210"
WEEK = 7 * DAY

plans = st.builds(
    Plan,
    queue=st.integers(0, HOUR),
    run=st.integers(0, HOUR) | st.just(NEVER),
    ends=st.sampled_from(["COMPLETED", "FAILED"]),
    kept=st.integers(1, HOUR),
)


def store_of(**changes):
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
    return Store(**{**settings, **changes})


def job_of(ordinal=0, plan=None, slug="ideogram-3", price="0.075", submitted_at=FIXED_START):
    """Return a job that an account submits as its `ordinal`-th."""
    plan = plan or Plan(queue=SECOND, run=9 * SECOND)
    started_at, finished_at = stage_times(submitted_at, plan)
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


def world(*jobs, **changes):
    """Return a store and its account that has submitted these jobs."""
    store = store_of(**changes)
    account = store.make(KEY)
    for job in jobs:
        store.add_job(account, job)
    return store, account


def told(account):
    """Return what an account shows of its money, its ledger and its jobs."""
    wallet = account.wallet
    return wallet.credits, wallet.held, list(account.ledger), sorted(account.jobs)


# --- Settling -----------------------------------------------------------------------------


def test_a_price_is_held_until_the_job_has_ended():
    """From its submission to its end a job's price is set aside, and then it is spent."""
    store, account = world(job_of())
    store.settle(account, FIXED_START + 10 * SECOND - 1)
    assert (account.wallet.available, account.wallet.total) == (Decimal("99.925"), Decimal(100))
    store.settle(account, FIXED_START + 10 * SECOND)
    assert (account.wallet.available, account.wallet.total) == (Decimal("99.925"),) * 2
    (entry,) = account.ledger
    assert (entry.request_id, entry.amount) == (f"{0:032x}", Decimal("0.075"))
    assert (entry.at, entry.why) == (FIXED_START + 10 * SECOND, "ideogram-3 completed")


def test_equal_payloads_show_in_the_ledger():
    """Two entries have the same digest exactly if the same body was paid for twice."""
    jobs = [job_of(ordinal) for ordinal in range(3)]
    jobs[1].payload = b'{"prompt":"a cat"}'
    store, account = world(*jobs)
    store.settle(account, FIXED_START + MINUTE)
    boat, cat, again = (entry.payload for entry in account.ledger)
    assert boat == again != cat


@pytest.mark.fact("E7", "T11")
@pytest.mark.parametrize(
    "plan",
    [
        Plan(queue=SECOND, run=SECOND, ends="FAILED"),
        Plan(queue=NEVER, run=SECOND),
        Plan(queue=SECOND, run=NEVER),
        Plan(queue=SECOND, run=HOUR),
    ],
)
def test_a_job_that_did_not_complete_costs_nothing(plan):
    """A job that failed, stalled or ran out its hour gives its price back."""
    store, account = world(job_of(plan=plan))
    store.settle(account, FIXED_START + HOUR)
    assert (account.wallet.available, account.wallet.held) == (Decimal(100), Decimal(0))
    assert not account.ledger
    assert not store.outputs


def test_jobs_are_booked_in_the_order_of_their_ends():
    """Each job's remaining balance counts those that ended before it, not those submitted."""
    long = job_of(0, Plan(queue=0, run=9), price="1")
    short = job_of(1, Plan(queue=0, run=5), price="2")
    store, account = world(long, short)
    store.settle(account, FIXED_START + HOUR - 1)
    assert (short.remaining, long.remaining) == (Decimal(98), Decimal(97))
    assert [entry.request_id for entry in account.ledger] == [short.request_id, long.request_id]


def test_jobs_that_end_together_are_booked_in_the_order_of_submission():
    """At the same instant the earlier submission goes first."""
    jobs = [job_of(ordinal, Plan(queue=0, run=9), price="1") for ordinal in range(5)]
    store, account = world(*jobs)
    for job in reversed(jobs):  # more than one note of the same end changes nothing
        store.reschedule(account, job)
    store.settle(account, FIXED_START + 9)
    assert [job.remaining for job in jobs] == [99, 98, 97, 96, 95]


@given(st.lists(plans, max_size=8), st.lists(st.integers(0, 2 * HOUR)))
def test_it_does_not_matter_how_often_an_account_catches_up(plans, moments):
    """However many times an account settles on the way, it is in the same place at the end."""
    jobs = [job_of(ordinal, plan, price="0.1") for ordinal, plan in enumerate(plans)]
    often, watched = world(*map(msgspec.structs.replace, jobs))
    once, unwatched = world(*jobs)
    for moment in sorted(moments):
        often.settle(watched, FIXED_START + moment)
    end = FIXED_START + 2 * HOUR
    often.settle(watched, end)
    once.settle(unwatched, end)
    assert told(watched) == told(unwatched)
    assert list(often.outputs) == list(once.outputs)
    assert watched.wallet.held == 0
    assert not watched.jobs
    assert not watched.retained
    assert not watched.due


@pytest.mark.fact("T7")
def test_a_job_is_there_for_an_hour_and_gone_at_its_end():
    """A job is found until an hour after its submission, to the microsecond."""
    store, account = world(job_of())
    store.settle(account, FIXED_START + HOUR - 1)
    assert list(account.jobs) == [f"{0:032x}"]
    store.settle(account, FIXED_START + HOUR)
    assert not account.jobs
    assert not account.due


@pytest.mark.fact("T7")
def test_a_job_goes_when_its_own_hour_is_over():
    """A job that is kept for less goes before others that were submitted earlier."""
    kept, brief = job_of(0), job_of(1, Plan(queue=0, run=5, kept=5))
    store, account = world(kept, brief)
    store.settle(account, FIXED_START + 5)
    assert list(account.jobs) == [kept.request_id]
    assert brief.remaining == Decimal("99.925")


def test_a_job_that_was_changed_settles_once_at_its_new_end():
    """An end that was brought forward counts, and the one planned before counts no more."""
    store, account = world(job := job_of())
    job.force("COMPLETED", FIXED_START + 2, None)
    store.reschedule(account, job)
    store.settle(account, FIXED_START + 2)
    assert account.wallet.total == Decimal("99.925")
    store.settle(account, FIXED_START + HOUR - 1)
    assert len(account.ledger) == 1
    assert account.wallet.total == Decimal("99.925")


def test_a_job_that_was_put_off_settles_at_its_new_end_alone():
    """A note of an end that is no longer planned does nothing."""
    store, account = world(job := job_of())
    job.finished_at += MINUTE
    store.reschedule(account, job)
    store.settle(account, FIXED_START + MINUTE)
    assert not job.settled
    store.settle(account, FIXED_START + MINUTE + 10 * SECOND)
    assert job.settled


@pytest.mark.parametrize("at", [5 * SECOND, 20 * SECOND])
def test_a_job_that_was_made_to_expire_is_gone_at_once(at):
    """Before its end or after it, a job goes when it is told to."""
    store, account = world(job := job_of())
    now = FIXED_START + at
    store.settle(account, now)
    job.expires_at = now
    store.reschedule(account, job)
    store.settle(account, now)
    assert not account.jobs
    assert account.wallet.held == 0


# --- Outputs and the ledger ---------------------------------------------------------------


@pytest.mark.fact("R7")
def test_an_output_is_kept_for_seven_days_after_the_end():
    """An output outlives its job and is gone a week after the run ended, to the microsecond."""
    store, account = world(job_of())
    ended = FIXED_START + 10 * SECOND
    store.settle(account, ended)
    (output,) = store.outputs.values()
    assert (output.owner, output.created_at, output.seed) == (KEY, ended, 7)
    store.settle(account, ended + WEEK - 1)
    assert list(store.outputs) == [output.output_id]
    assert len(account.ledger) == 1
    store.settle(account, ended + WEEK)
    assert not store.outputs
    assert not account.outputs
    assert not account.ledger


def test_a_text_model_leaves_no_output():
    """Only a picture is kept under a URL of its own."""
    store, account = world(job_of(slug="mock-inference"))
    store.settle(account, FIXED_START + MINUTE)
    assert len(account.ledger) == 1
    assert not store.outputs


@pytest.mark.fact("R7")
def test_the_id_of_an_output_depends_on_seed_key_and_ordinal():
    """An output's id repeats with the seed, and without seed and key nobody can tell it."""
    store, account = world()
    other = store.make(OTHER_KEY)
    ids = {
        store.output_id(account, job_of(0)),
        store.output_id(account, job_of(1)),
        store.output_id(other, job_of(0)),
        store_of(seed=1).output_id(account, job_of(0)),
    }
    assert len(ids) == 4
    assert store_of().output_id(account, job_of(0)) in ids
    assert job_of(0).request_id not in ids


def test_an_output_without_a_seed_is_rendered_with_zero():
    """A model that has no seed yields an output with the seed 0."""
    job = job_of()
    job.seed = None
    store, account = world(job)
    store.settle(account, FIXED_START + MINUTE)
    assert account.outputs[0].seed == 0


# --- Accounts -----------------------------------------------------------------------------


def test_a_new_account_has_the_default_plan_and_credits():
    """Who was never described has what the emulator was started with."""
    store = store_of(plan="free", credits=Decimal("0.5"))
    account = store.make(KEY)
    assert (account.plan, account.requests_per_minute) == ("free", 5)
    assert (account.wallet.credits, account.wallet.free_credits) == (Decimal("0.5"), Decimal(0))
    assert (account.status, account.denied_models, account.post_error) == ("active", [], None)
    assert store.accounts == {KEY: account}


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("SG_0000aaaa0401", {"status": "revoked"}),
        ("SG_0000aaaa0403", {"denied_models": ["*"]}),
        ("SG_0000aaaa0429", {"requests_per_minute": 1}),
        ("SG_0000aaaa0502", {"post_error": "bad_gateway"}),
    ],
)
def test_a_key_can_describe_its_account_unless_triggers_are_off(key, said):
    """A trigger key makes the account that it asks for; without triggers it is like any other."""
    account, plain = store_of().make(key), store_of(use_triggers=False).make(key)
    ordinary = store_of().make(KEY)
    for name, value in said.items():
        assert getattr(account, name) == value
        assert getattr(plain, name) == getattr(ordinary, name) != value


def test_a_key_can_ask_for_an_empty_wallet():
    """A trigger key for 406 has neither credits nor free credits."""
    assert store_of().make("SG_0000aaaa0406").wallet.total == 0


def test_configuration_outweighs_a_trigger():
    """What the configuration says of an account counts more than what its key says."""
    key = "SG_0000aaaa0406"
    store = store_of(configured={key: AccountSettings(credits=Decimal(3))})
    assert store.accounts[key].wallet.total == Decimal(3)


def test_a_store_does_not_start_with_a_plan_that_is_none():
    """A default plan that does not exist is refused, with the plans that do."""
    with pytest.raises(EmulatorError, match="there is no plan 'gold'") as refusal:
        store_of(plan="gold", configured={KEY: AccountSettings()})
    assert all(name in refusal.value.hint for name in CATALOGUE.plans)


def test_a_store_does_not_start_with_credits_that_cannot_be():
    """Default credits are held to the same bounds as an account's."""
    with pytest.raises(EmulatorError, match="credits is -1"):
        store_of(credits=Decimal(-1))


@pytest.mark.fact("L1")
@pytest.mark.parametrize("plan", CATALOGUE.plans.values(), ids=lambda plan: plan.name)
def test_a_plan_brings_its_limit_and_a_number_outweighs_it(plan):
    """An account on a plan has the plan's limit, unless it was given one of its own."""
    store, account = world()
    store.configure(account, AccountSettings(plan=plan.name))
    assert (account.plan, account.requests_per_minute) == (plan.name, plan.requests_per_minute)
    store.configure(account, AccountSettings(plan=plan.name, requests_per_minute=3))
    assert (account.plan, account.requests_per_minute) == (plan.name, 3)
    store.configure(account, AccountSettings(requests_per_minute=None))
    assert (account.plan, account.requests_per_minute) == (plan.name, None)


def test_what_is_left_out_stays_as_it_is():
    """Settings are merged, field by field."""
    store, account = world()
    store.configure(account, AccountSettings(status="revoked", credits=Decimal(5)))
    store.configure(account, AccountSettings(free_credits=Decimal(2), denied_models=["ideogram-3"]))
    wallet = account.wallet
    assert (account.status, wallet.credits, wallet.free_credits) == ("revoked", 5, 2)
    assert account.denied_models == ["ideogram-3"]


def test_an_account_can_be_revoked_and_taken_back():
    """Both states of an account can be set, one after the other."""
    store, account = world()
    for status in ("revoked", "active"):
        store.configure(account, AccountSettings(status=status))
        assert account.status == status


def test_each_job_of_an_account_has_the_next_ordinal():
    """An account counts its jobs from zero, and no other account's."""
    store, account = world(job_of(0), job_of(1))
    other = store.make(OTHER_KEY)
    assert (account.ordinal, other.ordinal) == (2, 0)


@pytest.mark.fact("R6")
def test_an_account_can_be_without_a_balance_record():
    """Credits of null take the record away, and a number brings it back."""
    store, account = world()
    store.configure(account, AccountSettings(credits=None))
    assert (account.wallet.record, account.wallet.credits) == (False, Decimal(0))
    store.configure(account, AccountSettings(credits=Decimal(1)))
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
    store, account = world()
    right = {"plan": "free", "credits": Decimal(3), "status": "revoked"}
    with pytest.raises(EmulatorError) as refusal:
        store.configure(account, AccountSettings(**{**right, name: value}))
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
    _, account = world()
    account.denied_models = denied
    assert account.denies("ideogram-3") is refused


def test_a_forgotten_account_takes_all_it_has_with_it():
    """Forgetting an account drops its jobs and outputs, and nothing of any other."""
    store, account = world(job_of())
    other = store.make(OTHER_KEY)
    store.add_job(other, job_of())
    for each in (account, other):
        store.settle(each, FIXED_START + MINUTE)
    assert store.forget(KEY)
    assert store.accounts == {OTHER_KEY: other}
    assert [output.owner for output in store.outputs.values()] == [OTHER_KEY]
    assert not store.forget(KEY)


def test_a_configured_account_that_is_forgotten_begins_anew():
    """An account of the configuration is there again, as it was at the start."""
    store = store_of(configured={KEY: AccountSettings(credits=Decimal(3))})
    store.configure(store.accounts[KEY], AccountSettings(credits=Decimal(9)))
    assert store.forget(KEY)
    assert store.accounts[KEY].wallet.credits == Decimal(3)


def test_a_reset_goes_back_to_the_start():
    """After a reset nothing is left but what the configuration says."""
    starts = count()
    store, account = world(
        job_of(),
        clock=lambda: VirtualClock("frozen", lambda: 0, FIXED_START + next(starts)),
        configured={OTHER_KEY: AccountSettings(credits=Decimal(3))},
    )
    store.settle(account, FIXED_START + MINUTE)
    store.clock.advance(HOUR)
    assert store.journals.next_number() == 1
    store.reset()
    assert list(store.accounts) == [OTHER_KEY]
    assert store.accounts[OTHER_KEY].wallet.credits == Decimal(3)
    assert store.clock.now() == FIXED_START + 1
    assert (store.outputs, len(store.anonymous)) == ({}, 0)
    assert store.journals.next_number() == 2


def sweep_once(store):
    """Make as many calls as it takes for one account to be swept."""
    for _ in range(SWEEP_EVERY):
        store.sweep()


def test_accounts_that_nobody_asks_for_catch_up_in_turn():
    """One call in so many settles one account, until all had their turn."""
    store, _ = world(job := job_of())
    store.add_job(store.make(OTHER_KEY), other := job_of())
    store.clock.advance(MINUTE)
    for _ in range(SWEEP_EVERY - 1):
        store.sweep()
    assert not job.settled
    assert not other.settled
    store.sweep()
    assert job.settled != other.settled
    sweep_once(store)
    assert job.settled
    assert other.settled


def test_a_sweep_is_bounded():
    """However much has ended, a call pays for so many jobs at the most."""
    store, account = world(*(job_of(ordinal) for ordinal in range(SWEEP_JOBS + 1)))
    store.clock.advance(MINUTE)
    sweep_once(store)
    assert sum(job.settled for job in account.jobs.values()) == SWEEP_JOBS


def test_a_sweep_reads_each_account_on_its_own_clock():
    """An account that was moved ahead is swept at its own instant."""
    store, account = world(job_of())
    account.clock.advance(HOUR)
    sweep_once(store)
    assert not account.jobs


def test_a_sweep_passes_over_accounts_that_are_gone():
    """An account that was forgotten since the turns were made is no trouble."""
    store, _ = world()
    store.make(OTHER_KEY)
    sweep_once(store)
    store.forget(KEY)
    store.forget(OTHER_KEY)
    sweep_once(store)
    sweep_once(store)
    assert not store.accounts


def test_a_jobs_owner_is_found_among_all_accounts():
    """An id leads to the account that submitted it, and an unknown one to nobody."""
    store, account = world(job_of(3))
    store.make(OTHER_KEY)
    assert store.owner_of(f"{3:032x}") is account
    assert store.owner_of(f"{4:032x}") is None


def test_a_job_with_a_handle_is_kept_under_it():
    """A job whose URLs are opaque is found by its handle, and its owner by either name."""
    job = job_of(3)
    job.handle = f"{job.request_id}-Token"
    store, account = world(job)
    assert list(account.jobs) == [f"{job.request_id}token"]
    assert store.owner_of(job.request_id) is store.owner_of(f"{job.request_id}token") is account
    store.settle(account, FIXED_START + HOUR)
    assert not account.jobs
    assert store.owner_of(job.request_id) is None


def test_what_was_there_before_a_reset_is_let_go_in_steps(monkeypatch):
    """A reset forgets all accounts at once, and lets go of them a few at a time."""
    monkeypatch.setattr("mockserver.core.store.RELEASED_AT_ONCE", 2)
    store = store_of()
    accounts = [store.make(f"key {ordinal}") for ordinal in range(5)]
    store.reset()
    assert not store.accounts
    assert all(account.has_ended for account in accounts)
    assert [store.release() for _ in range(3)] == [True, True, False]
    assert not store.release()
