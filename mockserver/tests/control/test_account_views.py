"""How an account is shown: its window, its jobs and its clock beside what is said of it."""

import pytest

from mockserver.base.clock import FIXED_START, SECOND, render_iso
from mockserver.control.clock import ClockChange
from mockserver.tests.conftest import KEY


def test_a_window_shows_what_is_used_and_when_the_client_may_call_again(client):
    """The instant is the one that the refusal tells; when it has come, there is no window."""
    client.account(plan="free", window_s=30)
    assert client.account()["window"] is None
    for _ in range(6):
        answer = client.post("/v2/ideogram-3")
    assert answer.status == 429
    told = answer.headers["x-rate-limit-reset-at-utc"]
    assert client.account()["window"] == {"used": 5, "limit": 5, "resets_utc": told}
    client.advance(30)
    assert client.account()["window"] is None


def test_a_window_ends_on_the_clock_of_the_client(make_client):
    """Where the client has a clock of its own, moving the account's ends the window earlier."""
    start = FIXED_START + 90 * SECOND
    client = make_client(clock="auto", clock_start="now", monotonic=lambda: 0, utc=lambda: start)
    client.account(plan="free")
    client.submit()
    client.advance(20, key=KEY)
    assert client.account()["window"]["resets_utc"] == render_iso(start + 40 * SECOND)


def test_without_a_limit_there_is_no_window(client):
    """Whatever was called before it was taken away."""
    client.account(plan="free")
    client.submit()
    assert client.account(requests_per_minute=None)["window"] is None


@pytest.mark.parametrize("limit", [1, 0])
def test_a_limit_below_what_is_used_is_shown_as_it_is(client, limit):
    """The next call is refused."""
    client.account(plan="free")
    client.submit()
    client.submit()
    shown = client.account(requests_per_minute=limit)["window"]
    assert (shown["used"], shown["limit"]) == (2, limit)


def test_jobs_that_have_expired_are_not_counted(client):
    """The number is that of the jobs that are listed."""
    for _ in range(3):
        client.submit()
    assert client.account()["jobs"] == 3
    client.advance(3600)
    assert client.account()["jobs"] == 0


def test_an_account_shows_its_own_clock(client):
    """Not the default one."""
    client.account()
    client.control.clock.change(ClockChange(api_key=KEY, mode="x60", advance_s=5))
    clock = client.account()["clock"]
    assert (clock["mode"], clock["rate"]) == ("x60", 60)
    assert clock["now_utc"] >= "2026-01-01T00:00:05"
