"""Clients that call at once see nothing that cannot be, whatever is killed meanwhile."""

from __future__ import annotations

import asyncio
import os

from mockserver.emulator import Emulator
from mockserver.tests.conftest import FIXED
from mockserver.tests.histories.checker import find_violations
from mockserver.tests.histories.generator import write_script
from mockserver.tests.histories.recorder import Recorder
from mockserver.tests.histories.storm import Storm, run_whole_storm

IS_STORM = bool(os.environ.get("SEGMOCK_STORM"))
HISTORIES = 1_000 if IS_STORM else 12
CLIENTS = 8


def test_histories_of_one_server_have_no_violation(tmp_path):
    """Eight clients call at once."""
    figures = asyncio.run(run_whole_storm(Storm(HISTORIES, CLIENTS, folder=tmp_path)))
    print(f"\none server: {figures}")  # noqa: T201
    assert figures.violations == []
    assert figures.histories == HISTORIES


def test_servers_that_share_nothing_are_found_out():
    """What is true of each of two servers is not true of both together."""
    script = write_script(0, "apart", CLIENTS)
    emulators = [Emulator(clock="frozen", **FIXED) for _ in range(2)]
    with emulators[0].live() as first, emulators[1].live() as second:
        recorder = Recorder([first.url, second.url])
        found = find_violations(asyncio.run(recorder.record("apart", script)))
    broken = {sentence.partition(":")[0] for sentence in found}
    assert broken > {"submits_are_found", "entries"}
