"""What becomes of jobs is taken in the order of time, and of submission within an instant."""

from hypothesis import given
from hypothesis import strategies as st

from mockserver.state.due_times import DueTimes


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=20), st.integers(0, 6))
def test_what_is_due_is_taken_in_order(puts, now):
    """All that is due by an instant is taken, the first first; the rest stays."""
    times = DueTimes()
    for instant, ordinal in puts:
        times.put(instant, ordinal)
    wanted = sorted(puts)
    assert times.first == (wanted[0][0] if wanted else None)
    taken = list(iter(lambda: times.take(now), None))
    assert taken == [ordinal for instant, ordinal in wanted if instant <= now]
    assert len(times) == len(puts) - len(taken)
