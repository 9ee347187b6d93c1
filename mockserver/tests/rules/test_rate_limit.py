"""Requests are counted in windows of a minute that begin with the first of them."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.base.clock import DAY, LATEST, MINUTE, SECOND, parse_iso
from mockserver.rules import rate_limit
from mockserver.rules.rate_limit import CLOSED, Window

gaps = st.lists(st.integers(0, 40 * SECOND), max_size=40)


def count_if_room(window, now, limit):
    """Return the window after a call at this instant, and whether the call fitted."""
    fits = rate_limit.has_room(window, now, limit)
    return (rate_limit.count_request(window, now, MINUTE) if fits else window), fits


def compute_instants(gaps):
    """Return the instants of calls that lie these gaps apart."""
    return [sum(gaps[: index + 1]) for index in range(len(gaps))]


@pytest.mark.fact("L2")
def test_a_window_is_the_minute_after_its_first_request():
    """A full window opens again 60 seconds after its first request, not a microsecond before."""
    window, _ = count_if_room(CLOSED, 7 * SECOND, 1)
    assert window == Window(7 * SECOND, 67 * SECOND, 1)
    assert not rate_limit.has_room(window, 67 * SECOND - 1, 1)
    assert count_if_room(window, 67 * SECOND, 1) == (Window(67 * SECOND, 127 * SECOND, 1), True)


@pytest.mark.fact("L1", "L2")
@given(st.integers(1, 10))
def test_a_window_has_room_for_as_many_as_the_limit_says(limit):
    """Within one window, the limit's number of requests fit and no more."""
    window, fitted = CLOSED, []
    for now in range(limit + 3):
        window, fits = count_if_room(window, now, limit)
        fitted.append(fits)
    assert fitted == [True] * limit + [False] * 3


@pytest.mark.fact("L2")
@given(st.integers(1, 5), gaps)
def test_no_window_ever_counts_more_than_the_limit(limit, gaps):
    """However calls are spaced, those that fitted fall into windows that keep to the limit."""
    window, windows = CLOSED, {}
    for now in compute_instants(gaps):
        window, fits = count_if_room(window, now, limit)
        if fits:
            windows.setdefault(window.start, []).append(now)
    starts = sorted(windows)
    assert all(len(calls) <= limit for calls in windows.values())
    assert all(start <= now < start + MINUTE for start, calls in windows.items() for now in calls)
    assert all(later - start >= MINUTE for start, later in pairwise(starts))


@given(gaps)
def test_a_call_that_fits_is_refused_to_nobody(gaps):
    """With room for all of them, every call fits and every call is counted."""
    window, counted = CLOSED, 0
    for now in compute_instants(gaps):
        opened = not window.is_open(now)
        window, fits = count_if_room(window, now, len(gaps))
        counted = 1 if opened else counted + 1
        assert fits
        assert window.count == counted


def test_a_limit_of_none_at_all_lets_nothing_through():
    """An account that may make 0 requests a minute may make none."""
    assert not rate_limit.has_room(CLOSED, 0, 0)


@given(st.integers(0, 3 * MINUTE))
def test_the_end_that_is_told_is_the_end_of_the_window_that_counts(now):
    """Between windows, the end told is that of the window which a request would begin."""
    window, length = Window(0, MINUTE, 1), 2 * MINUTE
    told = rate_limit.find_reset(window, now, length)
    assert told == rate_limit.count_request(window, now, length).reset_at
    assert now < told <= now + length


def test_a_window_that_began_later_than_it_is_counts_nothing():
    """A real clock can be set back; a window of the future holds nobody up."""
    window = Window(MINUTE, 2 * MINUTE, 9)
    assert rate_limit.has_room(window, MINUTE - 1, 1)
    assert rate_limit.count_request(window, 0, MINUTE) == Window(0, MINUTE, 1)


@pytest.mark.fact("E5")
@given(st.integers(0, LATEST), st.integers(0, DAY))
def test_the_end_is_told_in_whole_milliseconds_and_never_too_early(reset_at, skipped):
    """A client whose clock counts milliseconds waits long enough, by less than one too long."""
    name, told = rate_limit.render_reset(reset_at, skipped)
    late = parse_iso(told.decode()) - (reset_at - skipped)
    assert name == b"x-rate-limit-reset-at-utc"
    assert 0 <= late < 1000
    assert told.endswith(b"000Z")
