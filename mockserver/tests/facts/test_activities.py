"""What an account started, and what of it was under way between two instants."""

from math import inf

from hypothesis import given
from hypothesis import strategies as st

from mockserver.facts.activities import Activities, Activity
from mockserver.facts.observed import Observed

INSTANTS = st.integers(0, 20).map(float)


def make(starts_s, ends_s):
    """Return something that was begun and ended."""
    started = Observed(number=1, sent_s=starts_s, method="POST", url="https://host/v1/model")
    return Activity(started=started, ends_s=ends_s, outcome="unknown", cost=None)


SPANS = st.tuples(INSTANTS, st.integers(0, 20).map(float) | st.just(inf)).map(
    lambda pair: make(pair[0], pair[0] + pair[1])
)


@given(st.lists(SPANS), INSTANTS, INSTANTS)
def test_what_was_under_way_is_all_that_overlaps_and_each_once(spans, since_s, until_s):
    """What ends at the first instant or begins at the second one is not."""
    found = list(Activities(spans).find_under_way(since_s, until_s))
    expected = [each for each in spans if each.ends_s > since_s and each.starts_s < until_s]
    assert sorted(map(id, found)) == sorted(map(id, expected))


def test_what_has_been_under_way_for_longest_is_found_first():
    """However much has begun since, nothing of that is looked at."""
    lost = make(0.0, inf)
    later = [make(float(at), at + 0.5) for at in range(1, 1000)]
    assert next(Activities([*later, lost]).find_under_way(500.0, 501.0)) is lost
