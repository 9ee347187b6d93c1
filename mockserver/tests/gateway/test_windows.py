"""What a client is told of its window, it can compare with its own clock, in every mode."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.base.clock import MINUTE, SECOND, parse_iso
from mockserver.control.clock import ClockChange
from mockserver.control.verdicts import VerdictFilter
from mockserver.rules.faults import FaultRequest
from mockserver.tests.conftest import KEY, PROMPT, Client

RESET = "x-rate-limit-reset-at-utc"
SUBMIT = "/v2/ideogram-3"
START = parse_iso("2026-11-26T10:00:00.25Z")
LENGTHS = {"real": 60, "auto": 60, "frozen": 60, "x60": 1, "x0.5": 120}
"""How many real seconds a minute's window lasts in each mode."""


class Client429(Client):
    """A client of an account that may make one request a minute, in time turned by hand."""

    def __init__(self, mode, **settings):
        self.us = 0
        super().__init__(
            clock=mode,
            clock_start="now",
            monotonic=lambda: self.us,
            utc=lambda: START + self.us,
            **settings,
        )
        self.account(requests_per_minute=1)

    @property
    def now(self):
        """What the client's own wall clock says."""
        return START + self.us

    def wait(self, seconds):
        """Let real time pass."""
        self.us += round(seconds * SECOND)

    def call(self):
        """Submit a run; return the status, and the reset where there is one."""
        answer = self.post(SUBMIT, PROMPT)
        return answer.status, answer.headers.get(RESET) and parse_iso(answer.headers[RESET])

    def change(self, **fields):
        """Change the account's clock."""
        self.control.clock.change(ClockChange(api_key=KEY, **fields))


every_mode = pytest.mark.parametrize(("mode", "length"), LENGTHS.items())


@pytest.mark.fact("E5", "L2")
@every_mode
def test_a_client_that_waits_by_its_own_clock_is_let_through_in_every_mode(mode, length):
    """And not a moment before: a window is a minute of the account's time."""
    client = Client429(mode)
    assert client.call() == (200, None)
    client.wait(0.4)
    status, reset = client.call()
    assert (status, reset - client.now) == (429, (length - 0.4) * SECOND)
    client.us += reset - client.now - 1
    assert client.call() == (429, reset)
    client.us += 1
    assert client.call() == (200, None)


@pytest.mark.fact("E5", "L2")
@every_mode
def test_a_window_ends_when_the_clock_is_moved_on_by_a_minute(mode, length):
    """In steps too, and what is told between them is as much earlier."""
    client = Client429(mode)
    client.call()
    client.change(advance_s=20)
    status, reset = client.call()
    assert (status, reset - client.now) == (429, round(length * 2 / 3 * SECOND, -3))
    client.change(advance_s=40)
    assert client.call() == (200, None)


@pytest.mark.fact("E5", "L2")
@every_mode
def test_a_client_that_sleeps_by_its_own_clock_is_let_through(mode, length):
    """Its sleep moves its clock; when it wakes, what it has slept stays waited for."""
    client = Client429(mode)
    client.change(slept=True)
    client.call()
    _, reset = client.call()
    client.change(slept=True, advance_s=length / 2)
    assert client.call() == (429, reset)
    client.change(awake=True)
    assert client.call() == (429, client.now + length * SECOND // 2)
    client.change(slept=True, advance_s=length / 2)
    assert client.call() == (200, None)


@pytest.mark.fact("L2")
@pytest.mark.parametrize("length_s", [0.05, 1, 86_400])
@every_mode
def test_a_window_is_as_long_as_the_account_says_from_the_next_one_on(mode, length, length_s):
    """The one in force ends when it would have."""
    client = Client429(mode)
    client.call()
    assert client.account(window_s=length_s)["window_s"] == length_s
    assert client.call() == (429, client.now + length * SECOND)
    client.wait(length)
    assert client.call() == (200, None)
    _, reset = client.call()
    assert 0 <= reset - client.now - length_s * length / 60 * SECOND < 1000


@pytest.mark.fact("E5")
@every_mode
def test_a_fault_and_a_trigger_tell_the_same_end(mode, length):
    """Also where there is no account, and so no window."""
    client = Client429(mode)
    client.control.clock.change(ClockChange(advance_s=30))
    client.account(requests_per_minute=None)
    client.wait(5)
    triggered = client.post(SUBMIT, {"prompt": "mock:status=429"}).headers[RESET]
    assert parse_iso(triggered) == client.now + length * SECOND
    client.control.faults.add(FaultRequest(does={"status": 429}))
    client.wait(0.25)
    for key, left in ((KEY, length - 0.25), (None, length)):
        struck = client.get("/v1/get-user-credits", key=key).headers[RESET]
        assert parse_iso(struck) == client.now + left * SECOND


@given(
    st.sampled_from(sorted(LENGTHS)),
    st.lists(
        st.tuples(st.just("wait"), st.integers(0, 30))
        | st.tuples(st.just("advance_s"), st.integers(0, 30))
        | st.tuples(st.just("sleep"), st.integers(0, 30))
        | st.tuples(st.just("mode"), st.sampled_from(sorted(LENGTHS)))
        | st.tuples(st.just("awake"), st.sampled_from([True])),
        max_size=8,
    ),
)
def test_no_patient_client_is_refused_or_judged(mode, story):
    """Whatever is done to the clock, whoever waits by its own goes on, and broke no rule."""
    client, ahead_s = Client429(mode), 0
    client.change(slept=True)
    client.call()
    for what, value in story:
        if what == "wait":
            client.wait(value)
        elif what == "sleep":
            client.change(slept=True, advance_s=value)
            ahead_s += value
        else:
            client.change(**{what: value})
            ahead_s = 0 if what == "awake" else ahead_s
        status, reset = client.call()
        if status == 429:
            left = reset - client.now - ahead_s * SECOND
            assert 0 < left <= 2 * MINUTE + 1000
            client.change(slept=True, advance_s=left / SECOND)
            ahead_s += left / SECOND
            assert client.call()[0] == 200
    assert "called-before-reset" not in find_offences(client)


def find_offences(client):
    """Return the rules that the client broke."""
    return {
        each["id"] for each in client.control.verdicts.show(VerdictFilter(api_key=KEY))["verdicts"]
    }


@pytest.mark.parametrize("mode", ["real", "auto", "x60", "frozen"])
@pytest.mark.parametrize("moves", [{"advance_s": 61}, {"slept": True, "advance_s": 0.1}], ids=str)
def test_only_a_client_that_could_have_waited_and_did_not_is_judged(mode, moves):
    """A test that moved the clock on spared it the wait."""
    client = Client429(mode)
    if mode != "real":
        client.change(slept=True)
    client.call()
    client.call()
    client.change(**moves)
    client.wait(0.1)
    client.call()
    assert ("called-before-reset" in find_offences(client)) == ("slept" in moves)
