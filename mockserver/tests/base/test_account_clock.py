"""An account's clock can be kept and gone on with, beside the default clock that was kept."""

from hypothesis import given
from hypothesis import strategies as st

from mockserver.base.account_clock import AccountClock
from mockserver.base.clock import FIXED_START, HOUR, SECOND, VirtualClock

moves = st.one_of(
    st.tuples(st.just("tick"), st.integers(0, HOUR)),
    st.tuples(st.just("default"), st.sampled_from(["real", "frozen", "auto", "x60"])),
    st.tuples(st.just("own"), st.sampled_from(["real", "frozen", "auto", "x60"])),
    st.tuples(st.just("advance"), st.integers(0, HOUR)),
    st.tuples(st.just("sleep"), st.integers(0, HOUR)),
    st.tuples(st.just("wake"), st.none()),
)


class Pair:
    """A default clock and an account's, by one source of time."""

    def __init__(self, utc):
        self.real = 0
        told = (lambda: FIXED_START + self.real) if utc else None
        self.default = VirtualClock("real", lambda: self.real, FIXED_START, told)
        self.account = AccountClock(self.default, FIXED_START + SECOND)

    def go_on(self, what, value):
        """Do one thing with them."""
        if what == "tick":
            self.real += value
        elif what == "default":
            self.default.set_mode(value)
        elif what == "own":
            self.account.set_mode(value)
        elif what == "wake":
            self.account.wake()
        else:
            self.account.advance(value, value if what == "sleep" else 0)

    def read(self):
        """Return all that the account's clock tells."""
        clock = self.account
        return clock.mode, clock.now(), clock.client_now(), clock.read_client(), clock.skipped


@given(st.booleans(), st.lists(moves, max_size=8), st.lists(moves, max_size=8))
def test_a_clock_that_was_kept_goes_on_as_it_would_have(utc, before, after):
    """Whatever was done before and is done after, nobody can tell that it was kept between."""
    whole, first = Pair(utc), Pair(utc)
    for move in before:
        whole.go_on(*move)
        first.go_on(*move)
    second = Pair(utc)
    second.real = first.real
    second.default.restore(first.default.save())
    second.account.restore(first.account.save())
    assert second.read() == whole.read()
    for move in after:
        whole.go_on(*move)
        second.go_on(*move)
        assert second.read() == whole.read()


def test_an_accounts_clock_goes_with_the_default_until_it_has_a_mode_of_its_own():
    """The default clock itself always does."""
    pair = Pair(utc=True)
    assert (pair.default.is_own, pair.account.is_own) == (False, False)
    pair.go_on("own", "real")
    assert (pair.default.is_own, pair.account.is_own) == (False, True)
