"""A client's sleep is virtual while a test wants it so; everybody else's stays real."""

from __future__ import annotations

import asyncio
import calendar
import datetime as dt
import gc
import sys
import threading
import time
from datetime import UTC, date, datetime, timedelta
from threading import Thread
from time import time as taken_time
from types import FunctionType, ModuleType
from unittest.mock import patch

import anyio
import httpx
import pytest
import time_machine
import trio
import trio.testing
from freezegun import freeze_time
from hypothesis import core

from mockserver import Emulator
from mockserver.base.errors import EmulatorError
from mockserver.edges import realtime, threads
from mockserver.handles.virtual_sleep import catch_up, sleepless
from mockserver.tests.conftest import FIXED, PROMPT, UNFROZEN
from mockserver.tests.edges.test_asgi import CREDITS, SUBMIT

HOUR_S = 3600
MINUTE_NS = 60 * 10**9
CLOCKS = ("monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns")


def list_functions():
    """Return every function that is virtual while somebody sleeps."""
    clocks = [getattr(time, name) for name in CLOCKS]
    return [*clocks, time.sleep, asyncio.sleep, anyio.sleep, trio.sleep]


REAL = list_functions()


class Clock:
    """A clock that only notes how long was slept."""

    def __init__(self):
        self.slept = []
        self.times_awake = 0

    def sleep(self, seconds):
        """Note it."""
        self.slept.append(seconds)

    def wake(self):
        """Note that too."""
        self.times_awake += 1


@pytest.fixture
def clock():
    """A clock that notes."""
    return Clock()


@pytest.fixture(autouse=True)
def _everything_is_restored():
    """After each test sleep is real again."""
    yield
    assert list_functions() == REAL
    assert not time_machine.escape_hatch.is_travelling()


def own(target):
    """Run something in a thread of the emulator's own, and return what it returned."""
    returned = []
    thread = Thread(target=lambda: returned.append(target()), name=threads.SERVER)
    thread.start()
    thread.join()
    return returned[0]


def test_a_sleep_takes_no_time_and_moves_the_clock(clock):
    """An hour passes at once, for the clock and for `time.monotonic`."""
    before = time.monotonic()
    with sleepless(clock):
        time.sleep(HOUR_S)
        assert time.monotonic() - before >= HOUR_S
        time.sleep(0)
    assert clock.slept == [0, HOUR_S, 0]
    assert time.monotonic() - before < HOUR_S


LOOPS = [
    ("asyncio", asyncio),
    ("asyncio", anyio),
    ("asyncio", time),
    ("trio", trio),
    ("trio", anyio),
    ("trio", time),
]
every_sleep = pytest.mark.parametrize(("backend", "library"), LOOPS)


async def sleep_by(library, seconds):
    """Sleep as the library does; a careless client blocks the loop for so long."""
    if library is time:
        time.sleep(seconds)
        await anyio.lowlevel.checkpoint()
    else:
        await library.sleep(seconds)


@every_sleep
def test_an_async_sleep_takes_no_time_and_lets_others_go_on(clock, backend, library):
    """It moves the clock, and is a turn for other tasks."""
    turns = []

    async def one():
        turns.append("asleep")
        await sleep_by(library, HOUR_S)
        turns.append("awake")

    async def other():
        turns.append("other")
        await sleep_by(library, 0)

    async def both():
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(one)
            tasks.start_soon(other)

    with sleepless(clock):
        anyio.run(both, backend=backend)
    assert (sorted(turns), turns[-1]) == (["asleep", "awake", "other"], "awake")
    assert sum(clock.slept) == HOUR_S


@every_sleep
def test_a_deadline_of_a_loop_is_reached_by_sleeping(clock, backend, library):
    """A loop's time is ahead by what was slept, so that patience runs out in virtual time."""

    async def impatient():
        with anyio.fail_after(HOUR_S):
            while True:
                await sleep_by(library, 60)

    with sleepless(clock), pytest.raises(TimeoutError):
        anyio.run(impatient, backend=backend)
    assert HOUR_S <= sum(clock.slept) <= HOUR_S + 180


def test_an_async_sleep_returns_what_it_was_given(clock):
    """`asyncio.sleep` has a result, and both its parameters have names."""

    async def results():
        return await asyncio.sleep(1, "one"), await asyncio.sleep(result="two", delay=2)

    with sleepless(clock):
        assert asyncio.run(results()) == ("one", "two")
    assert clock.slept == [0, 1, 2]


def test_a_clock_of_trios_that_a_test_steers_stays_where_it_is(clock):
    """`trio.testing.MockClock` moves when its owner says so."""
    steered = trio.testing.MockClock()

    async def slept():
        before = trio.current_time()
        await trio.sleep(HOUR_S)
        return trio.current_time() - before

    with sleepless(clock):
        assert trio.run(slept, clock=steered) == 0
    assert clock.slept == [0, HOUR_S]


@pytest.mark.parametrize(
    ("backend", "library"), [("asyncio", asyncio), ("asyncio", anyio), ("trio", trio)]
)
def test_what_was_taken_out_of_its_module_meanwhile_is_real_afterwards(clock, backend, library):
    """A module that a test imports inside the context keeps no virtual sleep."""
    with sleepless(clock):
        taken, blocking, monotonic = library.sleep, time.sleep, time.monotonic
        time.sleep(HOUR_S)
    anyio.run(taken, 0.001, backend=backend)
    blocking(0.001)
    assert monotonic() - time.monotonic() < HOUR_S / 2
    assert clock.slept == [0, HOUR_S]


def test_nobody_is_sought_who_has_none_where_a_test_has_taken_the_sleep_away(clock, monkeypatch):
    """By `monkeypatch.setattr(time, "sleep", None)`; of None whole programs are full."""
    program = ModuleType("program")
    program.default = None
    monkeypatch.setitem(sys.modules, "program", program)
    monkeypatch.setattr(time, "sleep", None)
    with patch.object(gc, "get_referrers", wraps=gc.get_referrers) as find, sleepless(clock):
        time.sleep(HOUR_S)
        assert program.default is None
    assert [each for call in find.call_args_list for each in call.args if each is None] == []
    assert time.sleep is None
    assert clock.slept == [0, HOUR_S]


@pytest.mark.parametrize("seconds", [-1, "1", None])
@pytest.mark.parametrize(("backend", "library"), [("asyncio", asyncio), ("trio", trio)])
def test_an_async_sleep_that_is_none_ends_as_ever(clock, backend, library, seconds):
    """The error, if there is one, is that of the real function."""

    def outcome():
        try:
            return anyio.run(library.sleep, seconds, backend=backend)
        except (ValueError, TypeError) as error:
            return type(error)

    real = outcome()
    with sleepless(clock):
        assert outcome() == real
    assert clock.slept == [0]


@pytest.mark.parametrize("seconds", [-1, "1", None])
def test_what_is_no_sleep_is_refused_as_ever(clock, seconds):
    """The error is that of the real function."""
    with pytest.raises((ValueError, TypeError)) as real:
        time.sleep(seconds)
    with sleepless(clock), pytest.raises((ValueError, TypeError)) as virtual:
        time.sleep(seconds)
    assert virtual.type is real.type
    assert clock.slept == [0]


def test_the_emulators_own_threads_live_in_real_time(clock):
    """A server in this process neither skips its sleep nor sees what a client has slept."""
    with sleepless(clock):
        time.sleep(HOUR_S)
        here, there = time.monotonic(), own(time.monotonic)
        own(lambda: time.sleep(0))
        own(lambda: asyncio.run(asyncio.sleep(0)))
    assert here - there > HOUR_S / 2
    assert clock.slept == [0, HOUR_S]


def test_a_thread_is_the_emulators_own_by_its_name():
    """Every other thread is the client's."""
    assert own(threads.is_own)
    assert not threads.is_own()
    with Emulator(clock="auto").live():
        assert threads.SERVER in {thread.name for thread in threading.enumerate()}


def test_it_ends_with_an_exception_too(clock):
    """A test that fails inside leaves sleep real."""
    with pytest.raises(KeyError), sleepless(clock):
        raise KeyError


def test_one_inside_another_moves_both_clocks(clock):
    """A process has one time: what one sleeps passes for the other, and both wake in the end."""
    inner = Clock()
    with sleepless(clock):
        with sleepless(inner):
            time.sleep(2)
            asyncio.run(asyncio.sleep(4))
        time.sleep(3)
        asyncio.run(asyncio.sleep(5))
        assert (clock.times_awake, inner.times_awake) == (0, 0)
    assert (clock.slept, inner.slept) == ([0, 2, 4, 3, 5], [0, 2, 4, 3, 5])
    assert (clock.times_awake, inner.times_awake) == (1, 1)


def test_one_that_begins_while_another_lasts_catches_up(clock):
    """So it is as far as the clocks that its client reads; and so it is once it begins anew."""
    inner = Clock()
    with sleepless(clock):
        time.sleep(2)
        with sleepless(inner), sleepless(inner):
            catch_up(inner)
            time.sleep(1)
        catch_up(Clock())
    assert (clock.slept, inner.slept) == ([0, 2, 1], [2, 2, 1])
    catch_up(inner)
    assert inner.slept == [2, 2, 1]


def test_one_that_is_done_holds_nobody_up_when_its_server_is_gone(clock):
    """What cannot be told any more, to whoever is done, is nobody's loss."""

    class Mortal(Clock):
        is_dead = False

        def sleep(self, seconds):
            if self.is_dead:
                raise EmulatorError("no segmock answers", hint="start one")
            super().sleep(seconds)

        def wake(self):
            self.sleep(0)

    inner = Mortal()
    with sleepless(clock):
        with sleepless(inner):
            time.sleep(1)
            inner.is_dead = True
            with pytest.raises(EmulatorError):
                time.sleep(1)
        time.sleep(1)
    assert clock.slept[-1] == 1


def test_threads_that_sleep_at_once_each_let_their_time_pass(clock):
    """None of it is lost."""
    with sleepless(clock):
        before, wall = time.monotonic(), time.time()
        threads = [Thread(target=time.sleep, args=(HOUR_S,)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert time.monotonic() - before >= 8 * HOUR_S
        assert time.time() - wall >= 8 * HOUR_S
    assert sum(clock.slept) == 8 * HOUR_S


READERS = {
    "time": time.time,
    "time_ns": lambda: time.time_ns() / 1e9,
    "clock_gettime": lambda: time.clock_gettime(time.CLOCK_REALTIME),
    "gmtime": lambda: calendar.timegm(time.gmtime()),
    "localtime": lambda: time.mktime(time.localtime()),
    "strftime": lambda: float(time.strftime("%s")),
    "datetime.now": lambda: datetime.now(UTC).timestamp(),
    "naive datetime.now": lambda: datetime.now().timestamp(),
    "datetime.today": lambda: datetime.today().timestamp(),
    "datetime.utcnow": lambda: datetime.utcnow().replace(tzinfo=UTC).timestamp(),
    "date.today": lambda: time.mktime(date.today().timetuple()),
    "time taken earlier": taken_time,
    "monotonic": time.monotonic,
    "monotonic_ns": lambda: time.monotonic_ns() / 1e9,
    "perf_counter": lambda: 0 + time.perf_counter(),
    "perf_counter_ns": lambda: time.perf_counter_ns() / 1e9,
    "monotonic of asyncio": lambda: asyncio.run(read_loop_time()),
}


async def read_loop_time():
    """Return what a loop of asyncio's says."""
    return asyncio.get_running_loop().time()


@pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning")
@pytest.mark.parametrize("name", sorted({*READERS} - {"monotonic"}))
def test_all_that_tells_time_is_ahead_by_what_was_slept(clock, name):
    """Until it is over."""
    read, day_s = READERS[name], 86_400
    before = read()
    with sleepless(clock):
        time.sleep(3 * day_s)
        assert 3 * day_s <= read() - before + 1 < 4 * day_s
    assert read() - before < day_s


def test_a_clock_that_a_test_has_set_goes_on_from_there(clock):
    """By time-machine: running or stopped, it is ahead by what was slept until that is over."""
    start = datetime(2030, 1, 1, tzinfo=UTC)
    for tick in (True, False):
        with time_machine.travel(start, tick=tick):
            with sleepless(clock):
                time.sleep(HOUR_S)
                first, second = (datetime.now(UTC) for _ in range(2))
                assert timedelta(0) <= first - start - timedelta(hours=1) < timedelta(minutes=1)
                assert (first < second) is tick
            assert datetime.now(UTC) - start < timedelta(minutes=1)


def test_a_clock_that_freezegun_has_stopped_goes_on_by_what_was_slept(clock):
    """The monotonic one goes with it, as freezegun has it."""
    with freeze_time("2030-01-01", ignore=UNFROZEN):
        before = time.monotonic()
        with sleepless(clock):
            time.sleep(HOUR_S)
            assert dt.datetime.now().isoformat() == "2030-01-01T01:00:00"
            assert time.monotonic() - before == HOUR_S
        assert dt.datetime.now().isoformat() == "2030-01-01T00:00:00"
    assert clock.slept == [0, HOUR_S]


def test_what_runs_tests_keeps_real_time(clock):
    """A property's deadline is not used up by the sleep of the client under test."""
    read = FunctionType((lambda: (time.perf_counter(), time.monotonic())).__code__, vars(core))
    before = read()
    with sleepless(clock):
        time.sleep(HOUR_S)
        assert read()[0] - before[0] < HOUR_S / 2
        assert read()[1] - before[1] < HOUR_S / 2


def test_the_emulator_reads_real_time_beside_a_client_that_sleeps(clock):
    """Its own wall clock does not see what the client has slept."""
    with sleepless(clock):
        before = realtime.read_utc_us(), realtime.read_monotonic_us()
        time.sleep(HOUR_S)
        assert realtime.read_utc_us() - before[0] < HOUR_S / 2 * 1_000_000
        assert realtime.read_monotonic_us() - before[1] < HOUR_S / 2 * 1_000_000
        assert (
            abs(realtime.read_utc_us() * 1000 - time_machine.escape_hatch.time.time_ns())
            < MINUTE_NS
        )


def test_a_clock_that_cannot_go_on_leaves_sleep_real():
    """Where nobody answers for the clock, nothing is patched."""

    class Dead:
        def sleep(self, _seconds):
            raise EmulatorError("no segmock answers", hint="start one")

    with pytest.raises(EmulatorError), sleepless(Dead()):
        pass


# With an emulator


@pytest.mark.parametrize("is_served", [False, True], ids=["in process", "served"])
def test_a_job_is_waited_for_in_no_time(is_served):
    """A client that polls every second sees each state, and its pace is no offence."""
    emulator = Emulator(clock="frozen", speed=1, **FIXED)
    account = emulator.account()
    headers = {"x-api-key": account.api_key}

    def wait_with(client):
        job = client.post(SUBMIT, json=PROMPT).json()
        states = [job["status"]]
        while states[-1] in {"QUEUED", "PROCESSING"}:
            time.sleep(1)
            states.append(client.get(job["status_url"]).json()["status"])
        client.get(job["response_url"])
        return states

    if is_served:
        with (
            emulator.live() as server,
            httpx.Client(base_url=server.url, headers=headers, verify=False) as client,
            account.sleepless(),
        ):
            states = wait_with(client)
    else:
        root, transport = "http://127.0.0.1", emulator.transport
        with (
            httpx.Client(base_url=root, headers=headers, transport=transport) as client,
            account.sleepless(),
        ):
            states = wait_with(client)
    assert states == ["QUEUED"] * 2 + ["PROCESSING"] * 9 + ["COMPLETED"]
    assert account.verdicts == []
    assert account.requests[-1]["slept_s"] == 11


def test_a_delay_by_a_fault_stays_real():
    """It is there to trip the client's timeout, which is real too."""
    emulator = Emulator(clock="auto", **FIXED)
    account = emulator.account()
    account.faults.add({"delay_s": 60}, "credits")
    headers, transport = {"x-api-key": account.api_key}, emulator.transport
    with (
        httpx.Client(headers=headers, transport=transport, timeout=0.02) as client,
        account.sleepless(),
        pytest.raises(httpx.ReadTimeout),
    ):
        client.get(f"http://127.0.0.1{CREDITS}")
    assert account.clock.now_utc == "2026-01-01T00:00:00.000000Z"
