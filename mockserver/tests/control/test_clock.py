"""Clocks: what can be said to one, and what comes to pass when it moves."""

from contextlib import suppress
from itertools import count

import pytest

from mockserver.base.clock import FIXED_START, SECOND, parse_iso
from mockserver.base.errors import EmulatorError
from mockserver.control.clock import ClockChange
from mockserver.control.control import ResetScope
from mockserver.control.journal import JournalFilter
from mockserver.tests.conftest import KEY, OTHER_KEY
from mockserver.tests.control.conftest import count_steps

START = "2026-01-01T00:00:00.000000Z"


def change_clock(client, **fields):
    """Change a clock by the fields of the route's body."""
    return client.control.clock.change(ClockChange(**fields))


def test_moving_the_clock_tells_what_came_to_pass(client):
    """`fired` lists each transition in the time that passed, oldest first."""
    first = client.submit()["request_id"]
    client.advance(0.2)
    second = client.submit(key=OTHER_KEY)["request_id"]
    fired = client.advance(0.4)["fired"]
    assert [(event["request_id"], event["state"]) for event in fired] == [
        (second, "PROCESSING"),
        (first, "COMPLETED"),
    ]
    assert fired[1]["at_utc"] == "2026-01-01T00:00:00.514500Z"


def test_an_accounts_clock_moves_alone(client):
    """With a key only that account's time moves, and it keeps its lead over the default."""
    mine, other = client.submit(), client.submit(key=OTHER_KEY)
    client.advance(3600, key=KEY)
    assert client.get(mine["status_url"]).status == 404
    assert client.get(other["status_url"], key=OTHER_KEY).json["status"] == "QUEUED"
    client.advance(60)
    assert client.control.clock.show(KEY)["now_utc"] == "2026-01-01T01:01:00.000000Z"
    assert client.control.clock.show(None)["now_utc"] == "2026-01-01T00:01:00.000000Z"


def test_sleep_adds_up_and_is_journalled(client):
    """Each exchange has how long its client has slept so far; a plain jump is no sleep."""
    client.get("/v1/get-user-credits")
    for fields in ({"slept": True}, {"advance_s": 1.5, "slept": True}, {"advance_s": 60}):
        change_clock(client, api_key=KEY, **fields)
        client.get("/v1/get-user-credits")
    instant = "2026-01-01T00:02:00Z"
    moved = change_clock(client, api_key=KEY, set_utc=instant, slept=True)
    client.get("/v1/get-user-credits")
    exchanges = client.control.journal.show(JournalFilter())["requests"]
    assert [exchange.get("slept_s") for exchange in exchanges] == [None, 0, 1.5, 1.5, 60]
    assert moved["now_utc"] == "2026-01-01T00:02:00.000000Z"


def test_sleep_is_one_accounts_own(client):
    """Another account's client has not slept, and a reset forgets that anybody did."""
    change_clock(client, api_key=KEY, advance_s=1, slept=True)
    client.get("/v1/get-user-credits", key=OTHER_KEY)
    client.control.reset(ResetScope(api_key=KEY))
    client.get("/v1/get-user-credits")
    exchanges = client.control.journal.show(JournalFilter())["requests"]
    assert [exchange.get("slept_s") for exchange in exchanges] == [None, None]


@pytest.mark.parametrize(
    "fields",
    [{"slept": True}, {"slept": True, "advance_s": 1, "api_key": None}, {"awake": True}],
    ids=str,
)
def test_only_a_client_sleeps(client, fields):
    """Sleep on the default clock would be nobody's."""
    with pytest.raises(EmulatorError, match="client sleeps") as caught:
        change_clock(client, **fields)
    assert "api_key" in caught.value.hint
    assert client.control.clock.show(None)["now_utc"] == START


def test_nobody_sleeps_backwards(client):
    """A negative sleep is refused, and leaves the client awake."""
    with pytest.raises(EmulatorError, match="back"):
        change_clock(client, api_key=KEY, advance_s=-1, slept=True)
    client.get("/v1/get-user-credits")
    [exchange] = client.control.journal.show(JournalFilter())["requests"]
    assert "slept_s" not in exchange


@pytest.mark.parametrize(("mode", "step"), [("x60", 90), ("frozen", 1.5), ("x0.5", 0.75)])
def test_a_client_that_sleeps_lets_as_much_time_pass_as_the_mode_says(make_client, mode, step):
    """It sleeps on its own clock; the account's goes on as it would meanwhile."""
    client = make_client(clock=mode, monotonic=lambda: 0)
    change_clock(client, api_key=KEY, advance_s=1.5, slept=True)
    moved = change_clock(client, api_key=KEY)["now_utc"]
    assert parse_iso(moved) - FIXED_START == step * SECOND
    client.get("/v1/get-user-credits")
    [exchange] = client.control.journal.show(JournalFilter())["requests"]
    assert exchange["slept_s"] == 1.5


@pytest.mark.parametrize("mode", ["auto", "x60"])
def test_the_clients_clock_is_ahead_by_what_was_slept_until_it_wakes(make_client, mode):
    """That is the one that answers tell; the account's own stays where it is."""
    client = make_client(clock=mode, clock_start="now", monotonic=lambda: 0, utc=lambda: 0)

    def read_times():
        date = client.get("/v1/get-user-credits").headers["date"]
        return date[17:25], change_clock(client, api_key=KEY)["now_utc"][11:19]

    virtual = "00:00:02" if mode == "auto" else "00:02:00"
    change_clock(client, api_key=KEY, advance_s=2, slept=True)
    assert read_times() == ("00:00:02", virtual)
    change_clock(client, api_key=KEY, awake=True)
    assert read_times() == ("00:00:00", virtual)


def test_waking_makes_no_account(client):
    """An account that was deleted while its client slept does not come back."""
    change_clock(client, api_key=KEY, advance_s=2, slept=True)
    client.control.accounts.delete(KEY)
    assert change_clock(client, api_key=KEY, awake=True)["fired"] == []
    assert not client.store.accounts


@pytest.mark.parametrize("mode", ["auto", "frozen", "real"])
def test_an_instant_is_reached_exactly_by_an_account_that_nobody_used_yet(make_client, mode):
    """It begins at the real second, and goes to the instant from there, whatever time passes."""
    seconds = count(start=parse_iso("2026-11-26T10:00:00.9Z"), step=SECOND)
    client = make_client(
        clock=mode, clock_start="now", monotonic=lambda: 0, utc=lambda: next(seconds)
    )
    instant = "2026-11-26T12:00:00.000000Z"
    assert client.control.clock.show(KEY)["now_utc"][:18] == "2026-11-26T10:00:0"
    assert change_clock(client, api_key=KEY, set_utc=instant)["now_utc"] == instant


def test_an_account_with_a_mode_of_its_own_leaves_the_default(client):
    """Once a mode was set with a key, the default clock no longer moves that account."""
    change_clock(client, api_key=KEY, mode="auto")
    client.advance(60)
    assert client.control.clock.show(KEY) == {
        "now_utc": START,
        "mode": "auto",
        "rate": 0.0,
        "fired": [],
    }


def test_time_can_be_set_ahead(client):
    """`set_utc` moves to an instant; one without an offset is UTC."""
    assert change_clock(client, set_utc="2026-01-02")["now_utc"] == "2026-01-02T00:00:00.000000Z"
    shown = change_clock(client, set_utc="2026-01-02T02:00:00+01:00", advance_s=1)
    assert shown["now_utc"] == "2026-01-02T01:00:01.000000Z"


@pytest.mark.parametrize("mode", ["x60", "real", "auto", "frozen"])
def test_a_clock_is_set_to_the_instant_at_which_the_change_is_made(make_client, mode):
    """`now` is read by the server, so it is right however long the request was under way."""
    begin = parse_iso("2026-11-26T10:00:00.9Z")
    instants = count(start=begin, step=SECOND)
    latest = begin

    def read_utc():
        """Let a second pass with each look."""
        nonlocal latest
        latest = next(instants)
        return latest

    client = make_client(clock="auto", clock_start="now", monotonic=lambda: 0, utc=read_utc)
    shown = change_clock(client, api_key=KEY, mode=mode, set_utc="now")
    assert shown["mode"] == mode
    assert begin <= parse_iso(shown["now_utc"]) <= latest
    assert parse_iso(shown["now_utc"]) % SECOND == begin % SECOND  # no second that was floored


@pytest.mark.parametrize("mode", ["x60", "real", "auto", "frozen"])
def test_the_mode_can_change_at_any_time(client, mode):
    """A clock goes on from where it was in its new mode."""
    assert change_clock(client, mode=mode)["mode"] == mode


def test_a_rate_is_a_mode(client):
    """`{"mode": "rate", "rate": 2.5}` is x2.5."""
    shown = change_clock(client, mode="rate", rate=2.5)
    assert (shown["mode"], shown["rate"]) == ("x2.5", 2.5)


@pytest.mark.parametrize(
    "fields",
    [
        {"advance_s": -1},
        {"advance_s": float("nan")},
        {"advance_s": 1e300},
        {"set_utc": "2025-12-31T23:59:59Z"},
        {"set_utc": "tomorrow"},
        {"mode": "fast"},
        {"mode": "x0"},
        {"mode": "x-1"},
        {"mode": "xnan"},
        {"mode": "rate"},
        {"rate": 2},
        {"set_utc": "9999-12-31T23:59:59Z", "advance_s": 1},
    ],
)
def test_a_change_that_cannot_be_leaves_the_clock_as_it_was(client, fields):
    """Going back, going nowhere, or asking nonsense is refused with a hint."""
    with pytest.raises(EmulatorError) as refusal:
        change_clock(client, **fields)
    assert refusal.value.hint
    assert client.control.clock.show(None)["now_utc"] == START
    assert client.control.clock.show(None)["mode"] == "frozen"


@pytest.mark.parametrize("fields", [{"mode": "fast"}, {"advance_s": -1}, {"rate": 2}], ids=str)
def test_a_change_that_is_refused_makes_no_account(client, fields):
    """What cannot be is refused before anything is written."""
    with pytest.raises(EmulatorError):
        change_clock(client, api_key=KEY, **fields)
    assert not client.store.accounts


def test_a_key_that_no_account_can_have_has_no_clock_to_change(client):
    """A change makes an account as a first call does, which takes no endless key."""
    with pytest.raises(EmulatorError, match="characters"):
        change_clock(client, api_key="k" * 2000, advance_s=1)
    assert not client.store.accounts


def test_a_key_that_is_not_listed_has_no_clock(make_client):
    """Where only listed accounts are accepted, neither looking nor changing makes one."""
    client = make_client(accept="listed")
    for ask in (client.control.clock.show, lambda key: change_clock(client, api_key=key)):
        with pytest.raises(EmulatorError) as refusal:
            ask(KEY)
        assert refusal.value.status == 404
    assert not client.store.accounts


def test_many_accounts_catch_up_with_the_default_clock_in_steps(client):
    """In order, and nothing of an account that has ended meanwhile, or has a clock of its own."""
    keys = [f"SG_{number:016d}" for number in range(20)]
    for key in keys:
        client.submit(key=key)
    client.control.clock.change(ClockChange(api_key=keys[0], mode="frozen"))
    steps = client.control.clock.change_in_steps(ClockChange(advance_s=60))
    moved = next(steps)()
    client.control.accounts.delete(keys[1])
    told, step = None, steps.send(moved)
    with suppress(StopIteration):
        while True:
            told = step()
            step = steps.send(told)
    instants = [each["at_utc"] for each in told["fired"]]
    assert instants == sorted(instants)
    assert len(instants) == 2 * (len(keys) - 2)


# --- To what comes next ----------------------------------------------------------------------


def list_fired(shown):
    """Return the changes that a move has brought about, in short."""
    return [(each["request_id"], each["state"]) for each in shown["fired"]]


def test_an_account_goes_to_the_next_change_of_a_job_of_its_own(client):
    """No further, and nobody else with it."""
    mine, other = client.submit()["request_id"], client.submit(key=OTHER_KEY)["request_id"]
    for state, now_utc in (("PROCESSING", "00.051450Z"), ("COMPLETED", "00.514500Z")):
        shown = change_clock(client, api_key=KEY, to_next=True)
        assert list_fired(shown) == [(mine, state)]
        assert shown["now_utc"] == shown["fired"][0]["at_utc"] == f"2026-01-01T00:00:{now_utc}"
        assert client.control.jobs.show(mine)["state"] == state
    assert client.control.jobs.show(other)["state"] == "QUEUED"
    assert client.control.clock.show(None)["now_utc"] == START


def test_the_default_clock_goes_to_the_next_change_of_any_job_that_goes_by_it(client):
    """Whatever lead its account has; accounts with clocks of their own stay where they are."""
    first = client.submit()["request_id"]
    client.account(OTHER_KEY)
    client.advance(0.5, key=OTHER_KEY)
    second = client.submit(key=OTHER_KEY)["request_id"]
    client.advance(0.01)
    own = "SG_aaaabbbbccccdddd"
    change_clock(client, api_key=own, mode="frozen")
    client.submit(key=own)
    fired = [list_fired(change_clock(client, to_next=True)) for _ in range(2)]
    assert fired == [
        [(first, "PROCESSING"), (second, "PROCESSING")],
        [(first, "COMPLETED"), (second, "COMPLETED")],
    ]
    assert client.control.clock.show(None)["now_utc"] == "2026-01-01T00:00:00.514500Z"
    with pytest.raises(EmulatorError, match="no job will change"):
        change_clock(client, to_next=True)


@pytest.mark.parametrize("api_key", [KEY, None, "SG_of_nobody"])
def test_where_nothing_comes_next_the_clock_stays(client, api_key):
    """Without jobs, with jobs that have ended, and with stalled ones; the mode stays too."""
    client.submit()
    client.submit(body={"prompt": "mock:stall"})
    client.advance(60)
    before = client.control.clock.show(api_key)
    with pytest.raises(EmulatorError, match="no job will change") as refused:
        change_clock(client, api_key=api_key, to_next=True, mode="auto")
    assert refused.value.status == 400
    assert "PATCH /_mock/jobs" in refused.value.hint
    assert client.control.clock.show(api_key) == before
    assert "SG_of_nobody" not in client.store.accounts


@pytest.mark.parametrize("api_key", [KEY, None])
@pytest.mark.parametrize(
    "fields", [{"advance_s": 0}, {"set_utc": "now"}, {"slept": True}, {"awake": True}], ids=str
)
def test_a_clock_goes_to_one_place(client, api_key, fields):
    """What comes next, or what is said."""
    client.submit()
    with pytest.raises(EmulatorError):
        change_clock(client, api_key=api_key, to_next=True, **fields)
    assert client.control.clock.show(KEY)["now_utc"] == START


@pytest.mark.parametrize("api_key", [KEY, None])
def test_a_clock_that_runs_is_at_the_change_or_just_past_it(make_client, api_key):
    """What comes to pass by itself while the clock is moved is told as well."""
    moments = count()
    client = make_client(clock="x60", monotonic=lambda: next(moments))
    job = client.submit()["request_id"]
    fired = []
    while len(fired) < 2:
        fired += list_fired(change_clock(client, api_key=api_key, to_next=True))
    assert fired == [(job, "PROCESSING"), (job, "COMPLETED")]


def test_a_mode_can_be_set_on_the_way_to_the_next_change(client):
    """First the mode, then the jump."""
    client.submit()
    shown = change_clock(client, api_key=KEY, mode="auto", to_next=True)
    assert (shown["mode"], shown["now_utc"]) == ("auto", "2026-01-01T00:00:00.051450Z")


def test_accounts_that_leave_while_the_next_change_is_looked_for_are_passed_over(client):
    """The clock goes to that of another."""
    keys = [f"SG_{number:016d}" for number in range(20)]
    for key in keys:
        client.submit(key=key)
    gone = iter(keys[:1] + keys[16:17])

    def leave():
        for key in gone:
            client.control.accounts.delete(key)
            break

    _, shown = count_steps(client.control.clock.change_in_steps(ClockChange(to_next=True)), leave)
    assert len(shown["fired"]) == 18
