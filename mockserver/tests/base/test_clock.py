"""Virtual time runs at its rate, jumps when told and never goes back."""

from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mockserver.base.account_clock import AccountClock
from mockserver.base.clock import (
    DAY,
    FIXED_START,
    HOUR,
    LATEST,
    MINUTE,
    NEVER,
    SECOND,
    VirtualClock,
    parse_iso,
    parse_rate,
    parse_start,
    render_http_date,
    render_iso,
    to_microseconds,
)
from mockserver.base.errors import EmulatorError

RATES = {"real": 1, "frozen": 0, "auto": 0, "x60": 60, "x0.5": 0.5}

modes = st.sampled_from(sorted(RATES))
durations = st.integers(0, 10 * DAY)
changes = st.lists(
    st.tuples(st.just("tick"), durations)
    | st.tuples(st.just("advance"), durations)
    | st.tuples(st.just("set_mode"), modes)
    | st.tuples(st.just("advance default"), durations)
    | st.tuples(st.just("set_mode default"), modes)
)


class Real:
    """Real time that passes when a test says so, from an origin of no meaning."""

    def __init__(self):
        self.instant = 123_456_789

    def __call__(self):
        """Return this instant, as an edge's monotonic source does."""
        return self.instant


def clock_of(mode, start=0):
    """Return a clock and the real time that it runs through."""
    real = Real()
    return VirtualClock(mode, real, start), real


def change(default, account, real, change):
    """Carry out one change, on the default clock or on the account's."""
    what, value = change
    verb, _, which = what.partition(" ")
    if verb == "tick":
        real.instant += value
    else:
        getattr(default if which else account, verb)(value)


@pytest.mark.parametrize(("mode", "rate"), RATES.items())
def test_a_clock_moves_at_the_rate_of_its_mode(mode, rate):
    """In ten real seconds a clock moves ten times its rate, and by nothing else."""
    clock, real = clock_of(mode, start=FIXED_START)
    assert clock.now() == FIXED_START
    real.instant += 10 * SECOND
    assert clock.now() == FIXED_START + 10 * SECOND * rate
    assert (clock.mode, clock.rate) == (mode, rate)


@pytest.mark.parametrize("mode", RATES)
def test_advancing_moves_a_clock_at_once(mode):
    """An advance moves a clock by exactly what was asked, whatever its mode."""
    clock, _ = clock_of(mode, start=5)
    clock.advance(HOUR)
    assert clock.now() == 5 + HOUR


@given(before=modes, after=modes, run=durations)
def test_a_change_of_mode_does_not_jump(before, after, run):
    """A clock goes on in its new mode from the very instant that it had reached."""
    clock, real = clock_of(before)
    real.instant += run
    reached = clock.now()
    clock.set_mode(after)
    assert clock.now() == reached
    real.instant += MINUTE
    assert clock.now() == reached + MINUTE * RATES[after]


@given(first=modes, steps=changes)
def test_no_clock_ever_goes_back(first, steps):
    """Neither the default clock nor an account's goes back, whatever is done to both."""
    default, real = clock_of(first)
    account = AccountClock(default)
    seen = default.now(), account.now()
    for step in steps:
        change(default, account, real, step)
        now = default.now(), account.now()
        assert now[0] >= seen[0]
        assert now[1] >= seen[1]
        seen = now


@given(mode=modes, offset=durations, run=durations)
def test_a_copy_starts_from_its_offset_and_runs_alike(mode, offset, run):
    """A copied clock keeps its distance from the original while both run."""
    clock, real = clock_of(mode)
    copy = clock.copy(offset)
    real.instant += run
    assert copy.now() == clock.now() + offset
    clock.advance(1)
    assert copy.now() == clock.now() + offset - 1


def test_an_account_follows_the_default_clock_at_its_own_distance():
    """Moving the default moves every account; moving an account moves it alone."""
    default, _ = clock_of("frozen")
    account, other = AccountClock(default), AccountClock(default)
    account.advance(HOUR)
    default.advance(MINUTE)
    assert (account.now(), other.now(), default.now()) == (HOUR + MINUTE, MINUTE, MINUTE)


def test_an_account_takes_over_a_new_mode_of_the_default_clock():
    """Without a mode of its own, an account's mode is the default clock's."""
    default, _ = clock_of("frozen")
    account = AccountClock(default)
    default.set_mode("x60")
    assert (account.mode, account.rate) == ("x60", 60)


def test_an_account_with_a_mode_of_its_own_leaves_the_default_clock():
    """Once a mode was set for an account, the default clock moves it no more."""
    default, real = clock_of("frozen")
    account = AccountClock(default)
    account.advance(HOUR)
    account.set_mode("x60")
    default.advance(DAY)
    real.instant += SECOND
    assert account.now() == HOUR + MINUTE
    assert (account.mode, account.rate) == ("x60", 60)
    account.advance(HOUR)
    account.set_mode("frozen")
    real.instant += DAY
    assert account.now() == 2 * HOUR + MINUTE


# --- The client's time, and elapsed time -------------------------------------------------------

UTC_START = FIXED_START + 300 * DAY + 123_456

client_changes = st.lists(
    st.tuples(st.just("tick"), durations)
    | st.tuples(st.just("advance"), durations)
    | st.tuples(st.just("sleep"), durations)
    | st.tuples(st.just("wake"), st.just(None))
    | st.tuples(st.just("set_mode"), modes)
    | st.tuples(st.just("advance default"), durations)
    | st.tuples(st.just("set_mode default"), modes)
)


def make_clocks(mode):
    """Return a default clock, an account's, and the real time that a client can see."""
    real = Real()
    origin = real()
    start = UTC_START // SECOND * SECOND
    default = VirtualClock(mode, real, start, lambda: UTC_START + real() - origin)
    return default, AccountClock(default, default.find_start()), real


def change_client(default, account, real, step):
    """Carry out one change, or one sleep of the client."""
    what, value = step
    if what == "sleep":
        account.advance(round(value * (account.rate or 1)), value)
    elif what == "wake":
        account.wake()
    else:
        change(default, account, real, step)


def read_elapsed(clock):
    """Return elapsed time."""
    return clock.client_now() + clock.skipped


@given(first=modes, steps=client_changes)
def test_elapsed_time_is_never_behind_the_clients_and_never_goes_back(first, steps):
    """Whatever happens; the client's time is real time and what it has slept since it woke."""
    default, account, real = make_clocks(first)
    origin, slept, elapsed = real(), 0, read_elapsed(account)
    for step in steps:
        change_client(default, account, real, step)
        slept = 0 if step[0] == "wake" else slept + (step[1] if step[0] == "sleep" else 0)
        assert account.client_now() == UTC_START + real() - origin + slept
        assert account.skipped >= 0
        assert read_elapsed(account) >= elapsed
        elapsed = read_elapsed(account)


@given(first=modes, before=client_changes, during=client_changes, wait=durations)
def test_a_client_that_waits_as_long_as_it_is_told_has_waited_long_enough(
    first, before, during, wait
):
    """However the clock is moved on meanwhile, no end is ever later than it was told, only earlier.

    A client that wakes has waited as well: what it was told, it was told in time that had passed.
    """
    default, account, real = make_clocks(first)
    for step in before:
        change_client(default, account, real, step)
    end = read_elapsed(account) + account.scale(wait)
    told = [end - account.skipped]
    left = told[0] - account.client_now()
    for step in during:
        change_client(default, account, real, step)
        told.append(end - account.skipped)
        left -= step[1] if step[0] in {"tick", "sleep"} else 0
    assert told == sorted(told, reverse=True)
    real.instant += max(left, 0)
    assert read_elapsed(account) >= end


@given(mode=modes, duration=durations)
def test_moving_a_clock_on_spares_the_client_as_long_a_wait(mode, duration):
    """A minute's wait is over when the clock was moved on by a minute, at once or in steps."""
    _, account, _ = make_clocks(mode)
    end = read_elapsed(account) + account.scale(duration)
    account.advance(duration // 3)
    account.advance(duration - duration // 3)
    assert read_elapsed(account) >= end
    assert account.client_now() == UTC_START


@given(mode=modes, step=client_changes)
def test_a_clock_with_a_start_of_its_own_tells_virtual_time_alone(mode, step):
    """Then clients are told nothing else, so that runs repeat."""
    default, real = clock_of(mode, FIXED_START)
    account = AccountClock(default, default.find_start())
    for each in step:
        change_client(default, account, real, each)
        assert account.client_now() == account.now() == read_elapsed(account)
        assert default.client_now() == default.now()


@pytest.mark.parametrize(("mode", "begins"), [("real", 90), ("x60", 5400), ("auto", 90)])
def test_an_account_begins_at_the_real_second_where_its_clock_stands_still(mode, begins):
    """Elsewhere it begins with the default clock, and nowhere before that."""
    default, _, real = make_clocks(mode)
    real.instant += 90 * SECOND
    first = UTC_START // SECOND * SECOND
    assert default.find_start() == first + begins * SECOND
    default.advance(DAY)
    assert default.find_start() == first + DAY + (0 if mode == "auto" else begins * SECOND)
    assert AccountClock(default, default.find_start()).now() == default.find_start()


def test_a_mode_that_is_none_leaves_an_account_as_it_was():
    """An account that was given a wrong mode goes on following the default clock."""
    default, _ = clock_of("frozen")
    account = AccountClock(default)
    with pytest.raises(EmulatorError):
        account.set_mode("fast")
    default.advance(HOUR)
    assert account.now() == HOUR


def test_a_mode_that_is_none_leaves_a_clock_as_it_was():
    """A clock that was given a wrong mode goes on as before."""
    clock, real = clock_of("x60")
    with pytest.raises(EmulatorError):
        clock.set_mode("x0")
    real.instant += SECOND
    assert (clock.mode, clock.now()) == ("x60", MINUTE)


@pytest.mark.parametrize(
    "mode",
    ["", "x", "x0", "x-1", "xnan", "xinf", "x1000001", "xsixty", "60", "REAL", "rate", "xN"],
)
def test_a_word_that_is_no_mode_is_refused(mode):
    """A wrong mode is refused with what came and with what there is."""
    with pytest.raises(EmulatorError) as refusal:
        parse_rate(mode)
    assert repr(mode) in str(refusal.value)
    assert all(word in refusal.value.hint for word in ("real", "frozen", "auto", "xN"))


@given(st.floats(0, 1_000_000, exclude_min=True))
@example(1_000_000.0)
def test_every_rate_in_range_is_a_mode(rate):
    """`x` and any number above 0, up to a million, is a mode of that rate."""
    assert parse_rate(f"x{rate!r}") == rate


@given(st.integers(0, LATEST))
def test_an_instant_survives_its_spelling(instant):
    """ISO 8601 to the microsecond and back is the same instant, and ends in Z."""
    text = render_iso(instant)
    assert parse_iso(text) == instant
    assert text.endswith("Z")
    assert len(text) == len("2026-01-01T00:00:00.000000Z")


def test_the_fixed_start_and_the_last_instant_are_what_they_say():
    """Fixtures begin with the year 2026, and no instant is after the year 9999."""
    assert render_iso(FIXED_START) == "2026-01-01T00:00:00.000000Z"
    assert render_iso(LATEST) == "9000-01-01T00:00:00.000000Z"
    assert NEVER > LATEST


@given(st.integers(DAY // SECOND, (LATEST - DAY) // SECOND), st.integers(-14 * 60, 14 * 60))
def test_an_instant_may_be_written_in_any_time_zone(epoch_s, offset_minutes):
    """An offset is counted in, and an instant without one is UTC."""
    zone = timezone(timedelta(minutes=offset_minutes))
    local = datetime.fromtimestamp(epoch_s, zone).isoformat()
    assert parse_iso(local) == epoch_s * SECOND
    assert parse_iso(render_iso(epoch_s * SECOND).removesuffix("Z")) == epoch_s * SECOND


@pytest.mark.parametrize("text", ["", "now", "2026-13-01", "1767225600", "2026-01-01T25:00:00Z"])
def test_what_is_no_instant_is_refused(text):
    """Text that is no instant is refused with an example of one."""
    with pytest.raises(EmulatorError, match="is not an instant") as refusal:
        parse_iso(text)
    assert parse_iso(refusal.value.hint.rpartition(" ")[2])


def test_a_clock_starts_between_1970_and_9000():
    """Any other start, and what is no instant, is refused with an example of one."""
    assert parse_start("1970-01-01") == 0
    for text in ("1969-12-31T23:59:59Z", "9001-01-01", "soon"):
        with pytest.raises(EmulatorError, match=text) as refusal:
            parse_start(text)
        assert parse_start(refusal.value.hint.rpartition(" ")[2]) == FIXED_START


@given(st.integers(0, LATEST // SECOND))
def test_an_http_date_names_its_second(epoch_s):
    """The Date header spells the second in GMT, as HTTP wants it."""
    text = render_http_date(epoch_s).decode()
    assert parsedate_to_datetime(text).timestamp() == epoch_s
    assert text.endswith(" GMT")


@given(st.integers(-(2**50), 2**50))
def test_seconds_become_whole_microseconds(instant):
    """Seconds with a fraction come back as the microseconds that they were made from."""
    assert to_microseconds(instant / SECOND) == instant
