"""A process may fork while its threads use an emulator, and the child can use it too."""

from __future__ import annotations

import gc
import os
import signal
import threading
import warnings
import weakref

import pytest

from mockserver.base.wire import Request
from mockserver.edges import forks
from mockserver.emulator import Emulator
from mockserver.tests.conftest import KEY, PATIENCE_S

HEADERS = {b"host": b"h", b"x-api-key": KEY.encode(), b"content-type": b"application/json"}
SUBMIT = Request(method="POST", path="/v2/ideogram-3", headers=HEADERS, body=b'{"prompt":"x"}')
FORKS = 20


@pytest.fixture
def busy():
    """An emulator that three threads use as fast as they can, and emulators beside it."""
    emulator = Emulator(clock="frozen", credits=10**9)
    others = [Emulator(clock="frozen") for _ in range(2)]
    is_over = threading.Event()

    def hammer():
        while not is_over.is_set():
            emulator.in_process.handle(SUBMIT)

    threads = [threading.Thread(target=hammer) for _ in range(3)]
    for thread in threads:
        thread.start()
    yield emulator
    is_over.set()
    for thread in threads:
        thread.join()
    assert len(others) == 2


def use_in_child(emulator):
    """Make calls in a child, end it, and never come back."""
    signal.alarm(round(PATIENCE_S))
    answers = [emulator.in_process.handle(SUBMIT).status for _ in range(5)]
    store = emulator.services.store
    is_whole = len(store.jobs_of(KEY)) == store.accounts[KEY].jobs_made == store.job_count
    os._exit(0 if answers == [200] * 5 and is_whole else 1)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_child_forked_in_the_middle_of_calls_can_use_the_emulator(busy):
    """Whatever the other threads were doing, the child is answered, and finds nothing half done."""
    for _ in range(FORKS):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # newer Pythons warn of threads
            child = os.fork()
        if child == 0:
            use_in_child(busy)
        _, status = os.waitpid(child, 0)
        assert os.waitstatus_to_exitcode(status) == 0
    assert busy.in_process.handle(SUBMIT).status == 200


def test_an_emulator_that_nobody_has_is_not_kept():
    """What keeps emulators fit for forks does not keep them alive."""
    emulator = Emulator(clock="frozen")
    gone, known = weakref.ref(emulator), len(forks._emulators)
    del emulator
    gc.collect()
    assert gone() is None
    assert len(forks._emulators) < known
