"""Changes of jobs' states: between two instants, and the one that comes next."""

from hypothesis import given
from hypothesis import strategies as st

from mockserver.control.transitions import find_next_transition, find_transitions
from mockserver.tests.rules.test_jobs import instants, jobs


@given(st.lists(jobs, max_size=4), instants)
def test_the_next_transition_is_the_first_that_will_come_to_pass(some, now):
    """Nothing comes to pass before it, and something does at it; none comes where it is None."""
    instant = find_next_transition(some, now)
    if instant is None:
        assert find_transitions(some, now, 2**62 - 1) == []
        return
    assert find_transitions(some, now, instant - 1) == []
    assert find_transitions(some, now, instant)


@given(st.lists(jobs, max_size=4), instants, instants, instants)
def test_transitions_add_up(some, one, other, another):
    """What comes to pass in two spans is what comes to pass in both together, oldest first."""
    before, between, after = sorted((one, other, another))
    parts = find_transitions(some, before, between) + find_transitions(some, between, after)
    assert parts == find_transitions(some, before, after)
