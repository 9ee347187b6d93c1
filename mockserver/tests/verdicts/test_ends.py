"""Who knows a job's end, and only who knows it, has no more to ask."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.base.clock import FIXED_START, SECOND
from mockserver.tests.verdicts.stories import (
    OTHER_JOB,
    POLL,
    RESULT,
    STATUS,
    find_offences,
    find_verdicts_on,
    get,
    make_state,
    make_unknown_polls,
)
from mockserver.verdicts.ends import MAX_POLLS_AFTER_404


def make_failed(path=STATUS, **changes):
    """Return a poll that was answered with FAILED."""
    return get(path, "FAILED", status=422, **changes)


def make_unknown(**changes):
    """Return a poll that was answered with 404."""
    return get(status=404, answer=b"{}", **changes)


# After the result


@pytest.mark.fact("T1")
@pytest.mark.parametrize("path", [RESULT, POLL])
def test_polls_after_the_result_are_too_many(path):
    """Once a result arrived, every further poll of the job counts, and is mere advice."""
    done = [get(path, "COMPLETED", at_s=s) for s in (0, 2)]
    story = [get(), done[0], get(at_s=1), done[1]]
    assert find_verdicts_on(*story, get(f"/v2/requests/{OTHER_JOB}/status")) == {
        "polled-after-result": (3, 4)
    }


@pytest.mark.fact("T1", "T3", "T8")
@pytest.mark.parametrize(
    "end",
    [
        get(state="COMPLETED"),
        get(RESULT, "COMPLETED", delivery="damaged"),
        get(RESULT, "FAILED", status=422, delivery="lost"),
        get(RESULT, "THROTTLED"),
        get(RESULT, answer=b"\xff{"),
        get(RESULT, answer=b"["),
        get(RESULT, answer=b""),
        get(RESULT, answer=make_state(["COMPLETED"])),
        get(RESULT, "COMPLETED", status=500),
    ],
)
def test_polls_before_the_end_is_known_are_in_order(end):
    """COMPLETED on the status is no result, and what did not arrive is none either."""
    drawn = find_verdicts_on(end, get(RESULT, at_s=1))
    assert not {"polled-after-result", "polled-after-failure"} & drawn.keys()


# After a failure


@pytest.mark.fact("T4")
@pytest.mark.parametrize("path", [RESULT, POLL, STATUS])
def test_polls_after_a_failure_are_wrong(path):
    """Once FAILED arrived, every further poll of the same address counts."""
    story = [get(), *(make_failed(path, at_s=s) for s in range(1, 4))]
    assert find_verdicts_on(*story) == {"polled-after-failure": (3, 4)}


@pytest.mark.fact("T4")
def test_a_result_may_be_read_for_the_words_of_a_failure():
    """It is needless where the status had them, and whoever goes on after it goes on."""
    story = [
        make_failed(),
        make_failed(RESULT, delivery="lost", at_s=1),
        make_failed(RESULT, at_s=2),
    ]
    assert find_verdicts_on(*story) == {"polled-after-result": (2, 3)}
    offences = find_offences("polled-after-failure", *story, make_failed(at_s=3))
    assert offences == (4,)


@pytest.mark.fact("T4")
@pytest.mark.parametrize("answer", [b"<html>", b"{}", b"[1]", make_state("PROCESSING")])
def test_a_422_that_tells_no_failure_is_none(answer):
    """What a proxy says in the gateway's place is no last state, though a reason to stop."""
    story = [get(status=422, answer=answer), get(at_s=1)]
    assert find_verdicts_on(*story) == {"polled-after-result": (2,)}


@pytest.mark.fact("T4")
@pytest.mark.parametrize("end", [make_failed(), make_failed(RESULT), get(RESULT, "COMPLETED")])
def test_a_poll_that_is_repeated_at_once_is_a_librarys(end):
    """One is left out that a library sent again, or that raced the other; a second is not."""
    assert find_verdicts_on(end, end).keys() == {"polled-too-fast"}
    drawn = find_verdicts_on(end, end, end)
    assert (drawn.get("polled-after-failure") or drawn.get("polled-after-result")) == (3,)


@pytest.mark.fact("T4")
def test_a_client_that_has_slept_repeats_nothing_at_once():
    """A pause may be virtual: then two calls are apart, however quickly they came."""
    story = [
        make_failed(clock="auto", slept=0),
        make_failed(clock="auto", slept=SECOND),
    ]
    assert find_offences("polled-after-failure", *story) == (2,)


@pytest.mark.fact("T4")
def test_a_poll_that_was_under_way_when_the_end_came_is_in_order():
    """The answer took five seconds, and meanwhile others were sent."""
    slow = make_failed(answered_at=FIXED_START + 5 * SECOND)
    story = [slow, *(make_failed(at_s=s) for s in range(1, 5))]
    assert find_offences("polled-after-failure", *story) == ()
    assert find_offences("polled-after-failure", *story, make_failed(at_s=5)) == (6,)


# Jobs that are not there


@pytest.mark.fact("T6", "T7")
def test_an_unknown_job_stays_unknown():
    """Ten polls after the first 404 are prudence, and the eleventh counts."""
    assert find_offences("polled-unknown-job", *make_unknown_polls(12)) == (12, 13)


@pytest.mark.fact("T6", "T7")
def test_ten_more_polls_of_an_unknown_job_pass():
    """Up to ten polls after a 404 pass, and only 404s that arrived begin the count."""
    assert find_offences("polled-unknown-job", *make_unknown_polls(10)) == ()
    unheard = [get(status=404, delivery="lost", at_s=s) for s in range(20)]
    assert find_offences("polled-unknown-job", *unheard, *make_unknown_polls(10)) == ()
    others = [get(f"/v2/requests/{OTHER_JOB}", at_s=s) for s in range(20)]
    assert find_offences("polled-unknown-job", *make_unknown_polls(10), *others) == ()


@pytest.mark.fact("T6")
def test_a_job_that_is_found_again_is_not_unknown():
    """A 404 now and then, from whatever stands in between, is forgiven when the job is there."""
    found = [get(at_s=s) for s in range(20, 40)]
    assert find_offences("polled-unknown-job", *make_unknown_polls(10), *found) == ()
    again = [make_unknown(at_s=s) for s in range(40, 52)]
    offences = find_offences("polled-unknown-job", *make_unknown_polls(10), *found, *again)
    assert offences == (43,)


# Clients that stop, and clients that go on


ENDS = {"failed": make_failed, "unknown": make_unknown}
deliveries = st.sampled_from(["lost", "damaged"])
pauses_s = st.floats(0.25, 9)
before = st.lists(
    st.tuples(pauses_s, st.sampled_from([get, make_failed, make_unknown]), deliveries)
    | st.tuples(pauses_s, st.just(get), st.just("intact")),
    max_size=30,
)


def tell(polls, start_s=0.0):
    """Return the exchanges of polls, each so many seconds after the one before."""
    story, at_s = [], start_s
    for pause_s, make, delivery in polls:
        at_s += pause_s
        story.append(make(at_s=at_s, delivery=delivery))
    return story, at_s


@pytest.mark.fact("T4", "T6")
@given(before, st.sampled_from([make_failed, make_unknown]), st.booleans())
def test_a_client_that_stops_is_never_accused(polls, make, repeats):
    """Whatever was lost on the way to its end, and though a library repeats its last call."""
    story, at_s = tell(polls)
    ending = [make(at_s=at_s + 1)] * (2 if repeats else 1)
    drawn = find_verdicts_on(*story, *ending)
    assert not {"polled-after-failure", "polled-unknown-job"} & drawn.keys()


@pytest.mark.fact("T4", "T6")
@given(
    before, st.sampled_from(sorted(ENDS)), st.lists(pauses_s, min_size=1, max_size=5), deliveries
)
def test_a_client_that_goes_on_is_always_accused(polls, end, pauses, delivery):
    """Of each poll after FAILED, and after a 404 of each from the eleventh on."""
    make = ENDS[end]
    prudence = 0 if end == "failed" else MAX_POLLS_AFTER_404
    story, at_s = tell([*polls, (1.0, make, "intact")])
    later, _ = tell(
        [(1.0, make, "intact")] * prudence + [(s, make, delivery) for s in pauses], at_s
    )
    name = "polled-after-failure" if end == "failed" else "polled-unknown-job"
    first = len(story) + prudence + 1
    assert find_offences(name, *story, *later) == tuple(range(first, first + len(pauses)))
