"""Polls go where they were sent, with pauses, and no longer than they need to."""

import pytest

from mockserver.base.clock import SECOND
from mockserver.tests.verdicts.stories import (
    HOST,
    JOB,
    OPAQUE,
    OTHER_JOB,
    POLL,
    RESULT,
    STATUS,
    ask,
    find_offences,
    get,
    make_opaque_submit,
    make_state,
)


@pytest.mark.fact("S1", "S1b")
def test_a_client_that_builds_its_own_urls_is_found_out():
    """After a submit with opaque URLs each path made of the id counts, however it is spelled."""
    dashed = f"{JOB[:8]}-{JOB[8:12]}-{JOB[12:16]}-{JOB[16:20]}-{JOB[20:]}"
    story = [make_opaque_submit(), get(), get(RESULT), get(POLL), get(f"/v2/requests/{dashed}")]
    assert find_offences("built-own-url", *story) == (2, 3, 4, 5)


@pytest.mark.fact("S1", "S1b")
def test_a_token_may_stand_in_the_query():
    """A URL that was handed out is followed, whatever it is made of."""
    token = make_state("QUEUED", request_id=JOB, status_url=f"{HOST}{STATUS}?t=1")
    story = [make_opaque_submit(answer=token), get(f"{STATUS}?t=1"), get(STATUS)]
    assert find_offences("built-own-url", *story) == (3,)


@pytest.mark.fact("S1", "S1b")
@pytest.mark.parametrize(
    "story",
    [
        [make_opaque_submit(), get(f"{OPAQUE}/status"), get(OPAQUE)],
        [
            make_opaque_submit(
                answer=make_state("QUEUED", request_id=JOB, status_url=HOST + STATUS)
            ),
            get(),
        ],
        [make_opaque_submit(answer=make_state("QUEUED", request_id=JOB)), get()],
        [make_opaque_submit(answer=make_state("QUEUED", request_id=[], status_url="a")), get()],
        [make_opaque_submit(delivery="damaged"), get()],
        [make_opaque_submit(), get(f"/v2/requests/{OTHER_JOB}")],
        [get(), make_opaque_submit()],
    ],
    ids=["opaque", "usual", "no URL", "no id", "lost", "other job", "before"],
)
def test_following_what_was_handed_out_is_right(story):
    """Opaque URLs are followed; where the usual ones were handed out they may be built."""
    assert find_offences("built-own-url", *story) == ()


@pytest.mark.fact("R3")
def test_polls_without_a_pause_are_too_fast():
    """The second of two polls of a job counts, if the first was less than 0.2 s ago."""
    story = [get(), get(at_s=0.1), get(at_s=0.25), get(at_s=0.5), get(at_s=0.5, delivery="lost")]
    assert find_offences("polled-too-fast", *story) == (2, 3, 5)


@pytest.mark.fact("R3")
@pytest.mark.parametrize(
    "story",
    [
        [get(), get(at_s=0.25)],
        [get(), get(RESULT), get(POLL)],
        [get(), get(f"/v2/requests/{OTHER_JOB}/status")],
        [get(clock="auto"), get(clock="auto")],
        [get(), get(clock="x60"), get(at_s=0.25)],
        [ask("HEAD", STATUS), ask("HEAD", STATUS)],
        [ask("GET", "/v1/get-user-credits")] * 2,
    ],
    ids=["pause", "routes", "jobs", "auto", "mixed", "HEAD", "credits"],
)
def test_polls_with_a_pause_or_of_different_things_are_not(story):
    """Pauses of 0.2 s, other routes and jobs, and clocks that are not real pass."""
    assert find_offences("polled-too-fast", *story) == ()


def make_slept_poll(seconds, **changes):
    """Return a poll by a client that has slept so many virtual seconds; its clock is `auto`."""
    return get(**{"clock": "auto", "slept": round(seconds * SECOND), **changes})


@pytest.mark.fact("R3")
def test_a_client_without_sleep_is_judged_by_its_virtual_one():
    """However fast the calls come: what counts is how long it has slept between two polls."""
    story = [
        make_slept_poll(0),
        make_slept_poll(0.1),
        make_slept_poll(0.1),
        make_slept_poll(1),
        make_slept_poll(1.3, at_s=9),
        make_slept_poll(1.4, at_s=99),
    ]
    assert find_offences("polled-too-fast", *story) == (2, 3, 6)


@pytest.mark.fact("R3")
@pytest.mark.parametrize("pause_s", [0.2, 0.3, 1])
def test_a_pause_of_just_enough_is_enough(pause_s):
    """A client that sleeps 0.2 s between any two polls is never too fast."""
    assert (
        find_offences("polled-too-fast", *(make_slept_poll(n * pause_s) for n in range(100))) == ()
    )


@pytest.mark.fact("R3")
def test_real_and_virtual_sleep_have_different_origins():
    """The first poll of a client that has begun to sleep virtually is not held to a real one."""
    story = [get(), get(at_s=1), make_slept_poll(0, clock="real"), make_slept_poll(1, clock="real")]
    assert find_offences("polled-too-fast", *story) == ()


@pytest.mark.fact("R3", "R4", "R5", "T8")
def test_a_result_read_before_its_time_is_heavier_than_a_status():
    """Pending states on the result routes count, and on the status route not."""
    story = [get(RESULT, "QUEUED"), get(), get(POLL, "PROCESSING"), get(RESULT, "COMPLETED")]
    assert find_offences("fetched-result-early", *story) == (1, 3)
    odd = [
        get(RESULT, "THROTTLED"),
        get(RESULT, status=503),
        get(RESULT, answer=make_state(["QUEUED"])),
    ]
    assert find_offences("fetched-result-early", *odd) == ()


@pytest.mark.fact("R3", "R4", "T3")
def test_a_result_that_nobody_reads_was_paid_in_vain():
    """The first COMPLETED of each job counts whose result was not asked for afterwards."""
    other = f"/v2/requests/{OTHER_JOB}"
    story = [
        get(RESULT),
        get(state="COMPLETED"),
        get(state="COMPLETED", at_s=1),
        get(f"{other}/status", "COMPLETED"),
        get(other, status=503),
    ]
    assert find_offences("never-fetched-result", *story) == (2,)


@pytest.mark.fact("R4", "R5", "T3")
@pytest.mark.parametrize(
    "story",
    [
        [get(state="COMPLETED"), get(RESULT, "COMPLETED")],
        [get(state="COMPLETED"), get(POLL, "COMPLETED")],
        [get(RESULT, "COMPLETED"), get(state="COMPLETED")],
        [get(state="COMPLETED", delivery="lost")],
        [get()],
    ],
    ids=["result", "poll", "before", "lost", "pending"],
)
def test_a_result_that_was_read_or_not_announced_is_none_in_vain(story):
    """It may be read on either route, before or after; an unheard COMPLETED obliges nobody."""
    assert find_offences("never-fetched-result", *story) == ()
