"""Clients that call at once see nothing that cannot be, whatever is killed meanwhile."""

from __future__ import annotations

import asyncio

import pytest

from mockserver.emulator import Emulator
from mockserver.gateway.gateway import Gateway
from mockserver.shared.connection import Connection
from mockserver.tests.conftest import FIXED
from mockserver.tests.histories.checker import find_violations
from mockserver.tests.histories.disturbances import Disturbances
from mockserver.tests.histories.generator import write_script
from mockserver.tests.histories.recorder import Recorder
from mockserver.tests.histories.storm import Storm, run_storm, run_whole_storm
from mockserver.tests.kinds import IS_STORM

HISTORIES = 1_000 if IS_STORM else 12
CLIENTS = 8
WORKERS = 4 if IS_STORM else 2
MOST_HISTORIES = 50
"""After so many something must have been lost where something can be."""


def test_histories_of_one_server_have_no_violation(tmp_path):
    """Eight clients call at once."""
    figures = asyncio.run(run_whole_storm(Storm(HISTORIES, CLIENTS, folder=tmp_path)))
    print(f"\none server: {figures}")  # noqa: T201
    assert figures.violations == []
    assert figures.histories == HISTORIES


@pytest.fixture
def share(redis_url):
    """Two servers whose state is in one Redis."""
    emulators = [Emulator(clock="frozen", store=redis_url, **FIXED) for _ in range(2)]
    with emulators[0].live() as first, emulators[1].live() as second:
        yield [first.url, second.url]


def test_histories_of_servers_that_share_a_store_have_no_violation(share, tmp_path):
    """It makes no difference which of them is asked."""
    storm = Storm(HISTORIES, CLIENTS, folder=tmp_path)
    figures = asyncio.run(run_storm(storm, share, Disturbances(None, None)))
    print(f"\ntwo servers: {figures}")  # noqa: T201
    assert figures.violations == []


def test_histories_of_workers_have_no_violation_whatever_is_killed(tmp_path):
    """In each a worker is killed, and in some the Redis: nothing that was acknowledged is lost."""
    killing = {"kill_workers": True, "restart_redis": True}
    storm = Storm(HISTORIES, CLIENTS, WORKERS, **killing, folder=tmp_path)
    figures = asyncio.run(run_whole_storm(storm))
    print(f"\n{WORKERS} workers: {figures}")  # noqa: T201
    assert figures.violations == []
    assert min(figures.killed, figures.restarted) > 0


def test_a_store_that_heeds_nobody_else_is_found_out(share, tmp_path, monkeypatch):
    """Where Redis watches nothing, of what two do at once one is lost, sooner or later."""
    call = Connection.call

    def call_without_watch(connection, commands, **options):
        unwatched = [("EXISTS", *each[1:]) if each[0] == "WATCH" else each for each in commands]
        return call(connection, unwatched, **options)

    monkeypatch.setattr(Connection, "call", call_without_watch)
    monkeypatch.setattr(Gateway, "observers", ())  # answers are as wrong as what is kept
    for seed in range(MOST_HISTORIES):
        storm = Storm(1, CLIENTS, seed=seed, folder=tmp_path)
        if asyncio.run(run_storm(storm, share, Disturbances(None, None))).violations:
            return
    pytest.fail("nothing was lost")


def test_servers_that_share_nothing_are_found_out():
    """What is true of each of two servers is not true of both together."""
    script = write_script(0, "apart", CLIENTS)
    emulators = [Emulator(clock="frozen", **FIXED) for _ in range(2)]
    with emulators[0].live() as first, emulators[1].live() as second:
        recorder = Recorder([first.url, second.url])
        found = find_violations(asyncio.run(recorder.record("apart", script)))
    broken = {sentence.partition(":")[0] for sentence in found}
    assert broken > {"submits_are_found", "entries"}
