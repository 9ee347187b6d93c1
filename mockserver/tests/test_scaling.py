"""What several processes on one Redis answer is measured by a program that works."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from mockserver.tests.patience import PATIENCE_S
from mockserver.tests.processes import environment
from mockserver.tests.tools import find_tool

PROGRAM = Path(__file__).parents[2] / "benchmarks" / "scaling.py"


def test_scaling_is_measured_and_what_bounds_it_is_told(tmp_path):
    """Each load has a rate and costs on memory and on Redis, and a sentence about more workers."""
    find_tool("redis-server")
    file = tmp_path / "scaling.json"
    done = subprocess.run(
        [sys.executable, PROGRAM, "--seconds", "0.2", "--rounds", "1", "--json", file],
        env=environment(),
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(file.read_text(encoding="utf-8"))
    names = [server["name"] for server in told["servers"]]
    assert names == ["memory, 1 process", "Redis, 1 worker", "Redis, 2 workers"]
    for server in told["servers"]:
        for rounds in server["rounds"].values():
            assert min(rounds[0]["per_second"], rounds[0]["workers_us"]) > 0
            assert (rounds[0]["redis_us"] > 0) == server["name"].startswith("Redis")
    assert done.stdout.count("on paper, a second by workers") == 2
    assert done.stdout.count("is decided again") == 1
