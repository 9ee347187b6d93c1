"""Clients that call at once see nothing that cannot be, whatever is killed meanwhile."""

from __future__ import annotations

import asyncio
import os

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
