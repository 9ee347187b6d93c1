"""Accounts catch up with their clocks in the order of the ends, whenever they are looked at."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from mockserver.base.clock import DAY, FIXED_START, HOUR, MINUTE, NEVER, SECOND
from mockserver.base.excerpts import LONGEST_TEXT
from mockserver.rules import outputs
from mockserver.rules.jobs import JobPlan, force
from mockserver.state import job_log, settlement
from mockserver.state.changes import ChangeJob
from mockserver.tests.state.test_memory_store import (
    KEY,
    OTHER_KEY,
    make_account,
    make_job,
    make_store_with_jobs,
)

WEEK = 7 * DAY

plans = st.builds(
    JobPlan,
    queue=st.integers(0, HOUR),
    run=st.integers(0, HOUR) | st.just(NEVER),
    ends=st.sampled_from(["COMPLETED", "FAILED"]),
    kept=st.integers(1, HOUR),
)


def summarize(account):
    """Return what an account shows of its money, its ledger and its jobs."""
    wallet = account.wallet
    return (
        wallet.credits,
        wallet.held,
        list(account.ledger),
        [job.request_id for job in account.jobs],
    )


# --- Settling -----------------------------------------------------------------------------


def test_a_price_is_held_until_the_job_has_ended():
    """From its submission to its end a job's price is set aside, and then it is spent."""
    store, account = make_store_with_jobs(make_job())
    store.settle(account, FIXED_START + 10 * SECOND - 1)
    assert (account.wallet.available, account.wallet.total) == (Decimal("99.925"), Decimal(100))
    store.settle(account, FIXED_START + 10 * SECOND)
    assert (account.wallet.available, account.wallet.total) == (Decimal("99.925"),) * 2
    (entry,) = account.ledger
    assert (entry.request_id, entry.amount) == (f"{0:032x}", Decimal("0.075"))
    assert (entry.at, entry.why) == (FIXED_START + 10 * SECOND, "ideogram-3 completed")


def test_equal_payloads_show_in_the_ledger():
    """Two entries have the same digest exactly if the same body was paid for twice."""
    jobs = [make_job(ordinal) for ordinal in range(3)]
    jobs[1] = replace(jobs[1], payload=b'{"prompt":"a cat"}')
    store, account = make_store_with_jobs(*jobs)
    store.settle(account, FIXED_START + MINUTE)
    boat, cat, again = (entry.payload for entry in account.ledger)
    assert boat == again != cat


@pytest.mark.fact("E7", "T11")
@pytest.mark.parametrize(
    "plan",
    [
        JobPlan(queue=SECOND, run=SECOND, ends="FAILED"),
        JobPlan(queue=NEVER, run=SECOND),
        JobPlan(queue=SECOND, run=NEVER),
        JobPlan(queue=SECOND, run=HOUR),
    ],
)
def test_a_job_that_did_not_complete_costs_nothing(plan):
    """A job that failed, stalled or ran out its hour gives its price back."""
    store, account = make_store_with_jobs(make_job(plan=plan))
    store.settle(account, FIXED_START + HOUR)
    assert (account.wallet.available, account.wallet.held) == (Decimal(100), Decimal(0))
    assert not account.ledger
    assert not store.settlement.outputs


def test_jobs_are_booked_in_the_order_of_their_ends():
    """Each job's remaining balance counts those that ended before it, not those submitted."""
    long = make_job(0, JobPlan(queue=0, run=9), price="1")
    short = make_job(1, JobPlan(queue=0, run=5), price="2")
    store, account = make_store_with_jobs(long, short)
    store.settle(account, FIXED_START + HOUR - 1)
    assert (account.job(1).remaining, account.job(0).remaining) == (Decimal(98), Decimal(97))
    assert [entry.request_id for entry in account.ledger] == [short.request_id, long.request_id]


def test_jobs_that_end_together_are_booked_in_the_order_of_submission():
    """At the same instant the earlier submission goes first."""
    jobs = [make_job(ordinal, JobPlan(queue=0, run=9), price="1") for ordinal in range(5)]
    store, account = make_store_with_jobs(*jobs)
    for job in reversed(jobs):  # more than one note of the same end changes nothing
        store.commit(KEY, (ChangeJob(job),), FIXED_START)
    store.settle(account, FIXED_START + 9)
    assert [account.job(job.ordinal).remaining for job in jobs] == [99, 98, 97, 96, 95]


@given(st.lists(plans, max_size=8), st.lists(st.integers(0, 2 * HOUR)))
def test_it_does_not_matter_how_often_an_account_catches_up(plans, moments):
    """However many times an account settles on the way, it is in the same place at the end."""
    jobs = [make_job(ordinal, plan, price="0.1") for ordinal, plan in enumerate(plans)]
    often, watched = make_store_with_jobs(*jobs)
    once, unwatched = make_store_with_jobs(*jobs)
    for moment in sorted(moments):
        often.settle(watched, FIXED_START + moment)
    end = FIXED_START + 2 * HOUR
    often.settle(watched, end)
    once.settle(unwatched, end)
    assert summarize(watched) == summarize(unwatched)
    assert list(often.settlement.outputs) == list(once.settlement.outputs)
    assert watched.wallet.held == 0
    assert not list(watched.jobs)
    assert not list(watched.jobs.list_retained())
    assert not watched.due


@pytest.mark.fact("T7")
def test_a_job_is_there_for_an_hour_and_gone_at_its_end():
    """A job is found until an hour after its submission, to the microsecond."""
    store, account = make_store_with_jobs(make_job())
    store.settle(account, FIXED_START + HOUR - 1)
    assert [job.key for job in account.jobs] == [f"{0:032x}"]
    store.settle(account, FIXED_START + HOUR)
    assert not list(account.jobs)
    assert not account.due


@pytest.mark.fact("T7")
def test_a_job_goes_when_its_own_hour_is_over():
    """A job that is kept for less goes before others that were submitted earlier."""
    kept, brief = make_job(0), make_job(1, JobPlan(queue=0, run=5, kept=5))
    store, account = make_store_with_jobs(kept, brief)
    store.settle(account, FIXED_START + 5)
    assert [job.key for job in account.jobs] == [kept.request_id]
    assert account.job(1).remaining == Decimal("99.925")


def test_a_job_that_was_changed_settles_once_at_its_new_end():
    """An end that was brought forward counts, and the one planned before counts no more."""
    store, account = make_store_with_jobs(job := make_job())
    changed = force(job, "COMPLETED", FIXED_START + 2, None)
    store.commit(account.api_key, (ChangeJob(changed),), FIXED_START + 2)
    assert account.wallet.total == Decimal("99.925")
    store.settle(account, FIXED_START + HOUR - 1)
    assert len(account.ledger) == 1
    assert account.wallet.total == Decimal("99.925")


def test_a_job_that_was_put_off_settles_at_its_new_end_alone():
    """A note of an end that is no longer planned does nothing."""
    store, account = make_store_with_jobs(job := make_job())
    put_off = replace(job, finished_at=job.finished_at + MINUTE)
    store.commit(KEY, (ChangeJob(put_off),), FIXED_START)
    store.settle(account, FIXED_START + MINUTE)
    assert not account.job().settled
    store.settle(account, FIXED_START + MINUTE + 10 * SECOND)
    assert account.job().settled


@pytest.mark.parametrize("at", [5 * SECOND, 20 * SECOND])
def test_a_job_that_was_made_to_expire_is_gone_at_once(at):
    """Before its end or after it, a job goes when it is told to."""
    store, account = make_store_with_jobs(job := make_job())
    now = FIXED_START + at
    store.settle(account, now)
    store.commit(KEY, (ChangeJob(replace(job, expires_at=now)),), now)
    assert not list(account.jobs)
    assert account.wallet.held == 0


def test_what_has_expired_cannot_be_changed_any_more():
    """A change that comes too late brings nothing back."""
    store, account = make_store_with_jobs(job := make_job())
    store.settle(account, FIXED_START + HOUR)
    before = summarize(account)
    _, kept = store.commit(KEY, (ChangeJob(job),), FIXED_START + HOUR)
    assert kept.settled
    assert summarize(account) == before


def test_a_note_of_a_job_that_is_forgotten_is_passed_over(monkeypatch):
    """A job that was made to expire may be gone when its planned end comes."""
    monkeypatch.setattr(job_log, "MAX_REMEMBERED", 1)
    store, account = make_store_with_jobs(job := make_job(0), make_job(1))
    store.commit(KEY, (ChangeJob(replace(job, expires_at=FIXED_START)),), FIXED_START)
    assert account.jobs.get(0) is None
    store.settle(account, FIXED_START + MINUTE)
    assert [entry.request_id for entry in account.ledger] == [f"{1:032x}"]


# --- Outputs and the ledger ---------------------------------------------------------------


@pytest.mark.fact("R7")
def test_an_output_is_kept_for_seven_days_after_the_end():
    """An output outlives its job and is gone a week after the run ended, to the microsecond."""
    store, account = make_store_with_jobs(make_job())
    ended = FIXED_START + 10 * SECOND
    store.settle(account, ended)
    (output,) = store.settlement.outputs.values()
    assert (output.owner, output.created_at, output.seed) == (KEY, ended, 7)
    store.settle(account, ended + WEEK - 1)
    assert list(store.settlement.outputs) == [output.output_id]
    assert len(account.ledger) == 1
    store.settle(account, ended + WEEK)
    assert not store.settlement.outputs
    assert not account.outputs
    assert not account.ledger


def test_a_text_model_leaves_no_output():
    """Only a picture is kept under a URL of its own."""
    store, account = make_store_with_jobs(make_job(slug="mock-inference"))
    store.settle(account, FIXED_START + MINUTE)
    assert len(account.ledger) == 1
    assert not store.settlement.outputs


def test_an_output_without_a_seed_is_rendered_with_zero():
    """A model that has no seed yields an output with the seed 0."""
    store, account = make_store_with_jobs(replace(make_job(), seed=None))
    store.settle(account, FIXED_START + MINUTE)
    assert account.outputs[0].seed == 0


def test_an_output_is_made_when_somebody_looks_for_it(monkeypatch):
    """Up to a number of them for all accounts: whoever looks for what is not there waits for these.

    Those that the number does not allow are made as their jobs end.
    """
    monkeypatch.setattr(settlement, "MOST_UNMADE", 2)
    made = []
    make = outputs.make_output
    monkeypatch.setattr(outputs, "make_output", lambda *args: made.append(args[2]) or make(*args))
    jobs = [make_job(ordinal) for ordinal in range(5)]
    store, account = make_store_with_jobs(*jobs)
    store.settle(account, FIXED_START + MINUTE)
    assert [job.ordinal for job in made] == [0, 1, 2]
    last = store.find_output(outputs.make_output_id(0, KEY, 4))
    assert last.request_id == jobs[4].request_id
    assert [job.ordinal for job in made] == [0, 1, 2, 3, 4]
    assert store.find_output("0" * 32) is None
    assert len(made) == len(account.outputs) == 5


def test_what_is_made_of_a_job_is_made_before_it_leaves():
    """No line of the ledger and no output keeps a job that has expired."""
    jobs = [make_job(ordinal) for ordinal in range(3)]
    store, account = make_store_with_jobs(*jobs)
    store.settle(account, FIXED_START + HOUR)
    assert not account.outputs.make_next()
    assert not account.ledger.make_next()
    assert len(account.outputs) == len(account.ledger) == 3


def test_nothing_is_found_of_an_account_that_has_left_before_anybody_looked():
    """Neither one that was deleted nor one of before a reset has outputs that turn up later."""
    for leave in (lambda store: store.forget(KEY), lambda store: store.reset()):
        store, account = make_store_with_jobs(make_job())
        store.settle(account, FIXED_START + MINUTE)
        leave(store)
        assert store.find_output(outputs.make_output_id(0, KEY, 0)) is None
        assert not store.settlement.outputs


# --- What is kept -------------------------------------------------------------------------


LONG = b'{"prompt":"%b","image":"%b"}' % (b"a" * 2 * LONGEST_TEXT, b"b" * 2 * LONGEST_TEXT)


@pytest.mark.parametrize(
    ("ends", "slug", "whole"),
    [
        ("COMPLETED", "ideogram-3", ["prompt"]),
        ("FAILED", "ideogram-3", []),
        ("COMPLETED", "mock-inference", ["image", "prompt"]),
        ("FAILED", "mock-inference", []),
    ],
)
def test_of_a_run_that_has_ended_is_kept_what_can_still_be_asked_for(
    monkeypatch, ends, slug, whole
):
    """A picture's prompt is told again, a text model's words all are; a failed run's are not."""
    monkeypatch.setattr(settlement, "MAX_WHOLE_BYTES", 0)
    job = make_job(plan=JobPlan(queue=0, run=SECOND, ends=ends), slug=slug)
    store, account = make_store_with_jobs(replace(job, payload=LONG))
    assert account.jobs.retained_bytes == account.jobs.remembered_bytes == len(LONG)
    store.settle(account, FIXED_START + MINUTE)
    sent, kept = json.loads(LONG), json.loads(account.job().payload)
    assert sorted(name for name in sent if kept[name] == sent[name]) == whole
    assert all(len(output.payload) < LONGEST_TEXT for output in account.outputs)
    store.settle(account, FIXED_START + WEEK + HOUR)
    assert account.jobs.retained_bytes == account.output_bytes == 0


def test_the_parameters_of_the_newest_runs_stay_whole(monkeypatch):
    """What a test has just sent can be looked at after the run; older runs make room for it."""
    monkeypatch.setattr(settlement, "MAX_WHOLE_BYTES", 2 * len(LONG))
    plan = JobPlan(queue=0, run=SECOND)
    jobs = [replace(make_job(ordinal, plan), payload=LONG) for ordinal in range(4)]
    store, account = make_store_with_jobs(*jobs)
    store.settle(account, FIXED_START + MINUTE)
    assert [account.job(job.ordinal).payload == LONG for job in jobs] == [False, False, True, True]
    store.settle(account, FIXED_START + HOUR + MINUTE)
    assert LONG not in [job.payload for job in account.jobs.list_remembered()]
    assert account.whole_bytes == 0


def test_a_run_that_is_settled_after_it_was_let_go_is_counted_right(monkeypatch):
    """What a bounded settling has left over no longer holds what it was sent with."""
    monkeypatch.setattr(job_log, "MAX_REMEMBERED", 1)
    plan = JobPlan(queue=0, run=5, kept=6)
    store, account = make_store_with_jobs(
        *(replace(make_job(ordinal, plan), payload=LONG) for ordinal in range(3))
    )
    store.settlement.settle(store.records[KEY], FIXED_START + 10, most=1)
    assert account.pending == 2
    store.settle(account, FIXED_START + 10)
    assert (account.pending, account.wallet.held) == (0, 0)
    assert (account.jobs.kept, account.jobs.retained_bytes) == (1, 0)
    assert account.output_bytes == sum(len(output.payload) for output in account.outputs)
    remembered = [len(job.payload) for job in account.jobs.list_remembered()]
    assert account.jobs.remembered_bytes == sum(remembered)


# --- Whose a job is -----------------------------------------------------------------------


def test_a_jobs_owner_is_found_among_all_accounts():
    """An id leads to the account that submitted it, and an unknown one to nobody."""
    store, _ = make_store_with_jobs(*map(make_job, range(4)))
    make_account(store, OTHER_KEY)
    assert store.owner_of(f"{3:032x}") == KEY
    assert store.owner_of(f"{4:032x}") is None


def test_a_job_with_a_handle_is_kept_under_it():
    """A job whose URLs are opaque is found by its handle, and its owner by either name."""
    job = make_job()
    store, account = make_store_with_jobs(replace(job, handle=f"{job.request_id}-Token"))
    assert [job.key for job in account.jobs] == [f"{job.request_id}token"]
    assert store.owner_of(job.request_id) == store.owner_of(f"{job.request_id}token") == KEY
    store.settle(account, FIXED_START + HOUR)
    assert not list(account.jobs)
    assert store.owner_of(job.request_id) is None
