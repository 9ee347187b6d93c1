"""Functions are replaced wherever a program has taken them to, and put back."""

import sys
import threading
from time import monotonic, sleep
from types import ModuleType

import pytest

from mockserver.handles.taken_functions import replace_taken

CODE = """
import time
from asyncio import sleep as pause
from time import monotonic as now
from time import sleep

async def wait(sleep=pause): ...

def poll(times, sleep=time.sleep, *, clock=time.monotonic, pauses=(1, 2)):
    return times, sleep, clock, pauses

class Poller:
    wait = time.sleep
    wait_well = staticmethod(time.sleep)
    pause_well = staticmethod(pause)
    times = 3

    def poll(self, sleep=time.sleep): ...

    class Inner:
        clock = time.monotonic

class Child(Poller): ...

def make():
    class Local:
        wait = time.sleep
        def poll(self, sleep=sleep): ...
    return Local

Local = make()
"""


def virtual_sleep(_seconds):
    """Stand for a sleep."""
    return "slept"


def virtual_now():
    """Stand for a clock."""


async def virtual_pause(_seconds):
    """Stand for a pause."""


@pytest.fixture
def program():
    """A program that has taken what it needs out of `time` and `asyncio`."""
    made = ModuleType("a_program_of_a_tester")
    sys.modules[made.__name__] = made
    exec(CODE, vars(made))
    yield made
    del sys.modules[made.__name__]


def list_places(program):
    """Return what stands in each place of the program, and what its classes make of that."""
    return {
        "global": program.sleep,
        "global by another name": program.now,
        "global of a library": program.pause,
        "default": program.poll(1)[1:],
        "default of a coroutine": program.wait.__defaults__,
        "default of a method": program.Poller.poll.__defaults__,
        "attribute": (program.Poller.wait, program.Poller().wait, program.Child().wait),
        "staticmethod": (program.Poller().wait_well, program.Poller().pause_well),
        "attribute of an inner class": program.Poller.Inner().clock,
        "attribute of a local class": program.Local().wait,
        "default of a local method": program.Local.poll.__defaults__,
    }


def test_every_place_is_found_and_put_back(program):
    """Globals, attributes and defaults; whatever else stands beside them stays."""
    real = list_places(program)
    pause = program.pause
    replaced = {sleep: virtual_sleep, monotonic: virtual_now, pause: virtual_pause}

    def virtual(value):
        if isinstance(value, tuple):
            return tuple(virtual(each) for each in value)
        return replaced.get(value, value) if callable(value) else value

    with replace_taken(replaced):
        assert list_places(program) == {name: virtual(value) for name, value in real.items()}
        assert program.Poller().wait(1) == "slept"
    assert list_places(program) == real
    assert vars(program.Poller)["wait"] is sleep
    assert isinstance(vars(program.Poller)["wait_well"], staticmethod)


def test_the_standard_library_and_this_project_keep_what_they_have():
    """They wait for other things than the client does."""
    from mockserver.edges import realtime

    kept = realtime._sleep, threading._time
    with replace_taken({sleep: virtual_sleep, monotonic: virtual_now}):
        assert (realtime._sleep, threading._time) == kept == (sleep, monotonic)


def test_what_a_program_was_given_meanwhile_it_keeps(program):
    """A test's own patch outlasts the context."""
    with replace_taken({sleep: virtual_sleep}):
        program.sleep = program.Poller.wait = print
    assert program.sleep is program.Poller.wait is print


def test_all_is_put_back_after_an_error(program):
    """A test that fails inside leaves nothing behind."""
    with pytest.raises(KeyError), replace_taken({sleep: virtual_sleep}):
        raise KeyError
    assert program.sleep is sleep
