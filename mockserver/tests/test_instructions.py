"""What a request costs stays what it is, in instructions of the server's process.

They are counted by `benchmarks/instructions.py`, whatever else the machine does: figures of runs
differ by less than one in a hundred. A ratio is to an ASGI callable that answers with constants, in
the same run.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from mockserver.tests.patience import PATIENCE_S
from mockserver.tests.processes import environment
from mockserver.tests.tools import find_tool

ROOT = Path(__file__).parents[2]
BENCHMARKS = ROOT / "benchmarks"
NO_PROGRAMS = ""
"""A path on which there is no valgrind."""

REACHED = {
    "GET status": 1.0,
    "POST submit": 0.49,
    "GET result": 1.0,
    "cycle": 2.04,
}
"""The constant over segmock; for a cycle, what it was in 0.1.0 over what it is."""

REACHED_START = 1.48
"""segmock over Starlette."""

SLACK = 0.10


def run(program: str, *flags: str, file: Path, path: str = os.environ["PATH"]) -> tuple[dict, str]:
    """Run a benchmark; return the figures that it wrote, and what it printed on both streams."""
    done = subprocess.run(
        [sys.executable, str(BENCHMARKS / program), "--quick", "--json", str(file), *flags],
        env=environment(PATH=path),
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(file.read_text(encoding="utf-8")), done.stdout + done.stderr


def test_no_request_and_no_start_costs_more_than_it_did(tmp_path):
    """Whoever makes one dearer by a tenth finds out; whoever makes it cheaper raises the bar."""
    find_tool("valgrind")
    told, printed = run("instructions.py", file=tmp_path / "costs.json")
    assert told["unit"] == "instructions"
    figures = {row["name"]: row["figure"] for row in told["rows"]}
    start = figures.pop("start")
    assert set(figures) == set(REACHED)
    too_dear = {
        name: figures[name] for name in REACHED if figures[name] < REACHED[name] * (1 - SLACK)
    }
    assert too_dear == {}, printed
    assert start <= REACHED_START * (1 + SLACK), printed


def test_without_valgrind_cpu_time_is_measured_instead(tmp_path):
    """It says so, and how instructions are had; the rest of the table is the same."""
    flags = "--row", "GET status", "--row", "cycle"
    told, printed = run("instructions.py", *flags, file=tmp_path / "costs.json", path=NO_PROGRAMS)
    assert told["unit"] == "CPU us"
    assert [row["name"] for row in told["rows"]] == ["GET status"]
    assert "apt-get install valgrind" in printed


def test_the_core_of_two_checkouts_is_measured_side_by_side(tmp_path):
    """What a change costs is seen in one run; here both are the same."""
    flags = "--row", "GET status", "--against", str(ROOT)
    told, printed = run("core.py", *flags, file=tmp_path / "core.json", path=NO_PROGRAMS)
    assert min(told["here"]["GET status"] + told["there"]["GET status"]) > 0
    assert "here / there" in printed
