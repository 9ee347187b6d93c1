"""The kit finds nothing wrong with the reference client on a server of many workers."""

from __future__ import annotations

import shlex
import sys
from contextlib import ExitStack, closing

import pytest
import redis

from client_tests.cases.catalogue import load_test_cases
from client_tests.cases.selection import select_test_cases
from client_tests.driver.processes import ProcessDriver
from client_tests.running.execution import run
from client_tests.running.kit_server import SPEED
from client_tests.running.limits import Limits
from client_tests.running.testbed import TestBed
from mockserver.tests.kinds import IS_STORM
from mockserver.tests.processes import serving

WORKERS = 4
AT_ONCE = 4
REFERENCE = shlex.join([sys.executable, "-m", "client_tests.clients.reference"])
SOME = ("*/502-after*", "run/status/*-before")
"""Those in which an answer is lost once it was committed, and those in which polls are refused."""


@pytest.fixture
def testbed(redis_url, tmp_path):
    """Play cases on a server of four workers that share a store."""
    flags = ("--store", redis_url, "--workers", str(WORKERS), "--clock", "auto", "--speed", SPEED)
    with serving(*flags, cwd=tmp_path) as served, ExitStack() as drivers:
        made = [drivers.enter_context(closing(ProcessDriver(REFERENCE))) for _ in range(AT_ONCE)]
        with TestBed(made, served.url) as testbed:
            yield testbed


@pytest.mark.parametrize("only", [() if IS_STORM else SOME], ids=["all" if IS_STORM else "some"])
def test_the_reference_client_passes_against_workers_that_share_a_store(redis_url, testbed, only):
    """Each check has a world of its own there, too. One at a time: each begins with a reset."""
    chosen = select_test_cases(load_test_cases(), only)
    limits = Limits(examples=100 if IS_STORM else 2, folder=None)
    failed = [
        result for each in chosen if (result := run(each, testbed, limits)).status != "passed"
    ]
    assert failed == []
    assert len(chosen) >= (700 if IS_STORM else 5)
    with redis.from_url(redis_url) as client:
        assert client.exists("segmock:0:world")
        assert client.info("clients")["connected_clients"] > WORKERS
