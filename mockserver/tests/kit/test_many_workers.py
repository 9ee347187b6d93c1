"""The kit finds nothing wrong with the reference client on a server of many workers."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
import redis

from mockserver.tests.patience import PATIENCE_S
from mockserver.tests.processes import MODULE, environment

IS_STORM = bool(os.environ.get("SEGMOCK_STORM"))
WORKERS = 4
REFERENCE = f"{sys.executable} -m client_tests.clients.reference"
SOME = ("--only", "*/502-after*", "--only", "run/status/*-before", "--examples", "2")
"""Those in which an answer is lost once it was committed, and those in which polls are refused."""


@pytest.mark.parametrize("only", [() if IS_STORM else SOME], ids=["all" if IS_STORM else "some"])
def test_the_reference_client_passes_against_workers_that_share_a_store(redis_url, tmp_path, only):
    """Each check has a world of its own there, too. One at a time: each begins with a reset."""
    report = tmp_path / "report.json"
    command = [*MODULE, "verify", "client", "--driver", REFERENCE, "--workers", "1", *only]
    command += ["--json", str(report), "--folder", str(tmp_path / "kit")]
    with redis.from_url(redis_url) as client:
        before = client.info("stats")["total_connections_received"]
        ran = subprocess.run(
            command,
            env=environment(SEGMOCK_STORE=redis_url, SEGMOCK_WORKERS=str(WORKERS)),
            capture_output=True,
            text=True,
            check=False,
            timeout=100 * PATIENCE_S,
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr
        assert client.info("stats")["total_connections_received"] - before >= WORKERS
        assert client.exists("segmock:0:world")
    assert len(json.loads(report.read_bytes())["checks"]) >= (700 if IS_STORM else 5)
