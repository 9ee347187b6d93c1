"""A job's state is arithmetic on the instants that its plan gave it."""

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mockserver.base.clock import HOUR, NEVER
from mockserver.base.errors import EmulatorError
from mockserver.rules.jobs import TRANSITIONS, Job, JobPlan, compute_stage_times, force, stall

ORDER = {"QUEUED": 0, "PROCESSING": 1, "COMPLETED": 2, "FAILED": 2}
SUBMITTED = 1_000

instants = st.integers(SUBMITTED, SUBMITTED + 2 * HOUR)
stages = st.integers(0, HOUR) | st.just(NEVER)
plans = st.builds(JobPlan, queue=stages, run=stages, ends=st.sampled_from(["COMPLETED", "FAILED"]))


def make_job(plan):
    """Return a job that goes as planned."""
    started_at, finished_at = compute_stage_times(SUBMITTED, plan)
    return Job(
        request_id="0" * 32,
        ordinal=0,
        model=None,
        payload=b"{}",
        seed=None,
        price=Decimal(0),
        submitted_at=SUBMITTED,
        started_at=started_at,
        finished_at=finished_at,
        expires_at=SUBMITTED + plan.kept,
        ends=plan.ends,
        error=plan.error,
    )


jobs = plans.map(make_job)


def make_job_in(state, now):
    """Return a job that is in this state at this instant."""
    stage = {"QUEUED": (HOUR, HOUR), "PROCESSING": (0, 2 * HOUR)}.get(state, (0, 0))
    ends = state if state in {"COMPLETED", "FAILED"} else "COMPLETED"
    job = make_job(JobPlan(queue=stage[0], run=stage[1], ends=ends))
    assert job.find_state(now) == state
    return job


@pytest.mark.fact("T1")
def test_each_state_begins_at_its_instant():
    """A job is QUEUED, then PROCESSING, then at its end, to the microsecond."""
    job = make_job(JobPlan(queue=100, run=900, ends="FAILED"))
    seen = [job.find_state(SUBMITTED + after) for after in (0, 99, 100, 999, 1000, HOUR)]
    assert seen == ["QUEUED", "QUEUED", "PROCESSING", "PROCESSING", "FAILED", "FAILED"]


@pytest.mark.fact("T1")
@given(jobs, instants, instants)
def test_no_job_goes_backwards_or_changes_its_end(job, one, other):
    """Of two states of a job, the later one comes later in the order or is the same."""
    earlier, later = (job.find_state(instant) for instant in sorted((one, other)))
    assert earlier == later or ORDER[earlier] < ORDER[later]


@given(jobs, instants)
def test_the_next_transition_is_where_the_state_changes(job, now):
    """Until the next transition the state stays as it is, and there it becomes another."""
    instant = job.find_next_transition(now)
    assert instant > now
    state = job.find_state(now)
    assert job.find_state(instant - 1) == state
    assert instant == NEVER or job.find_state(instant) != state


@pytest.mark.parametrize(
    ("plan", "state"),
    [
        (JobPlan(queue=NEVER, run=10), "QUEUED"),
        (JobPlan(queue=10, run=NEVER), "PROCESSING"),
        (JobPlan(queue=NEVER, run=NEVER), "QUEUED"),
    ],
)
def test_a_stalled_stage_never_ends(plan, state):
    """A job that is planned to stall stays in that stage for good."""
    job = make_job(plan)
    assert job.find_state(NEVER - 1) == state
    assert job.find_next_transition(SUBMITTED + 10) == NEVER
    assert max(job.started_at, job.finished_at) == NEVER


def test_a_job_without_stages_has_ended_when_it_is_submitted():
    """A job that takes no time is at its end from its first instant on."""
    job = make_job(JobPlan(queue=0, run=0))
    assert job.find_state(SUBMITTED) == "COMPLETED"
    assert job.find_next_transition(SUBMITTED) == NEVER


@pytest.mark.fact("T7")
def test_a_request_is_kept_for_an_hour_after_its_submission():
    """Retention counts from the submission, however long the run takes."""
    assert JobPlan(queue=0, run=2 * HOUR).kept == HOUR
    assert make_job(JobPlan(queue=0, run=2 * HOUR)).expires_at == SUBMITTED + HOUR


@given(jobs)
def test_the_timeline_names_every_state_where_it_begins(job):
    """The timeline tells the instants at which `find_state` changes."""
    names, begins = zip(*job.list_states(), strict=True)
    assert names == ("QUEUED", "PROCESSING", job.ends)
    assert list(begins) == sorted(begins)
    assert begins == (SUBMITTED, job.started_at, job.finished_at)


@pytest.mark.parametrize(("here", "states"), TRANSITIONS.items())
def test_a_job_can_be_forced_ahead_and_nowhere_else(here, states):
    """A job can be brought into any state that lies ahead, through the states between."""
    now = SUBMITTED + 5
    ahead = {*states, *(later for state in states for later in TRANSITIONS[state])}
    for wanted in ("PROCESSING", "COMPLETED", "FAILED"):
        job = make_job_in(here, now)
        if wanted in ahead:
            assert force(job, wanted, now, None).find_state(now) == wanted
        else:
            with pytest.raises(EmulatorError, match=f"is {here} and cannot become {wanted}"):
                force(job, wanted, now, None)


@pytest.mark.fact("T1")
@given(jobs, st.lists(instants, min_size=3, max_size=3), st.sampled_from(["COMPLETED", "FAILED"]))
def test_forcing_a_job_rewrites_nothing_that_was_seen(job, moments, state):
    """What a job was before it was forced stays true, and it goes on in the same order."""
    before, now, after = sorted(moments)
    assume(before < now)
    seen = job.find_state(before)
    with suppress(EmulatorError):
        job = force(job, state, now, "why")
    assert job.find_state(before) == seen
    assert ORDER[job.find_state(now)] == ORDER[job.find_state(after)] == ORDER[state]
    assert job.submitted_at <= job.started_at <= job.finished_at


@given(jobs, instants, instants)
def test_a_job_that_was_stalled_stays_in_its_state(job, now, later):
    """Whatever was seen before stays true; by hand it can still be brought to its end."""
    assume(now <= later)
    here = job.find_state(now)
    assume(TRANSITIONS[here])
    stalled = stall(job, now)
    assert stalled.is_stalled(now)
    assert stalled.is_stalled(later)
    assert stalled.list_planned(now) == []
    assert stalled.find_state(later) == here
    assert stalled.find_state(SUBMITTED) == job.find_state(SUBMITTED)
    for state in ("COMPLETED", "FAILED"):
        ended = force(stalled, state, later, None)
        assert (ended.find_state(later), ended.is_stalled(later)) == (state, False)


@pytest.mark.parametrize("here", ["COMPLETED", "FAILED"])
def test_a_job_that_has_ended_cannot_be_stalled(here):
    """What is final stays."""
    with pytest.raises(EmulatorError, match=f"the job is {here} and cannot be stalled") as refused:
        stall(make_job_in(here, SUBMITTED), SUBMITTED)
    assert "stays as it is" in refused.value.hint


@given(jobs, instants)
def test_what_is_planned_is_what_will_be_seen(job, now):
    """Each state that is to come begins at its instant, unless the job has expired by then."""
    planned = job.list_planned(now)
    seen = [(state, instant) for state, instant in job.list_states() if instant <= now]
    rest = job.list_states()[len(seen) :]
    assert planned == [each for each in rest if each[1] <= job.expires_at]
    assert not (planned and job.is_stalled(now))


def test_a_job_that_expires_before_its_end_is_not_stalled():
    """It would go on, if there were time."""
    job = make_job(JobPlan(queue=0, run=2 * HOUR))
    assert (job.list_planned(SUBMITTED), job.is_stalled(SUBMITTED)) == ([], False)


def test_a_job_that_is_forced_to_queue_is_refused():
    """Nothing leads to QUEUED, not even from QUEUED."""
    with pytest.raises(EmulatorError, match="cannot become QUEUED"):
        force(make_job_in("QUEUED", SUBMITTED), "QUEUED", SUBMITTED, None)


def test_a_job_forced_to_start_ends_when_it_was_planned_to():
    """Bringing the start forward leaves the end where it was."""
    job = force(make_job(JobPlan(queue=100, run=900)), "PROCESSING", SUBMITTED + 5, None)
    assert job.list_states()[1:] == [("PROCESSING", SUBMITTED + 5), ("COMPLETED", SUBMITTED + 1000)]


def test_a_stalled_job_that_is_forced_to_start_stays_stalled():
    """A job without an end has none after it was started by hand either."""
    job = force(make_job(JobPlan(queue=NEVER, run=10)), "PROCESSING", SUBMITTED, None)
    assert job.find_next_transition(SUBMITTED) == NEVER


def test_a_forced_end_replaces_the_planned_one():
    """A job that was to complete fails with the error given, and the reverse."""
    job = force(make_job(JobPlan(queue=100, run=900)), "FAILED", SUBMITTED + 5, "out of ink")
    assert (job.ends, job.error, job.finished_at) == ("FAILED", "out of ink", SUBMITTED + 5)
    failing = make_job(JobPlan(queue=100, run=900, ends="FAILED", error="out of ink"))
    job = force(failing, "COMPLETED", SUBMITTED + 5, None)
    assert (job.ends, job.error) == ("COMPLETED", None)
