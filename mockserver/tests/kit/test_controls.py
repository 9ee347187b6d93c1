"""The kit finds nothing wrong with clients that are right, whatever their HTTP library does.

Each is run as its users would run it: real processes, over real sockets. Every property and a case
of each family are played here, and all that there is, on all these clients, in `make storm`.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator

import pytest

from client_tests.cases.catalogue import TestCase, load_test_cases
from client_tests.cases.selection import select_test_cases
from mockserver.tests.conftest import PATIENCE_S
from mockserver.tests.kinds import IS_STORM, choose_rows
from mockserver.tests.kit.controls import CONTROLS, ROOT, load, prepare
from mockserver.tests.processes import MODULE, environment

QUICK = ("httpx", "aiohttp", "Node's fetch")
"""Those that start at once, and need no compiler."""

PATTERNS = (
    *("property/*", "run/limits/*", "run/expiry/*", "run/together/*", "run_sync/blocking/*"),
    *("run_sync/together/*", "download/outputs/*", "download/together/*", "credits/balances/*"),
    *("*/reset-before-*", "*/close-after-*"),
)
"""Every operation and every property, calls at the same time, and connections that are lost."""

LOST = ("/reset-before-", "/close-after-")


def find_traits(check: TestCase) -> Iterator[tuple[str, ...]]:
    """Go through what distinguishes checks: properties by themselves, cases by their families."""
    yield (check.id if check.id.startswith("property/") else check.id.rpartition("/")[0],)
    yield from ((check.feature, word) for word in LOST if word in check.id)


CHOSEN = choose_rows(select_test_cases(load_test_cases(), PATTERNS), find_traits)
SOME = [word for check in CHOSEN for word in ("--only", check.id)] + ["--examples", "2"]
ALL: list[str] = []
WORKERS = "2" if IS_STORM else "1"
BUSY = 12
"""Processes beside it."""


def find_complaints(report):
    """Return the checks that did not simply pass, and all advice."""
    checks = [check for check in report["checks"] if check["status"] != "passed"]
    return checks + report["advice"]


def verify(name, tmp_path, *options):
    """Run the kit on a control; return its exit code, its report and what it printed."""
    (tmp_path / "driver").mkdir()
    command = prepare(name, tmp_path / "driver")
    report = tmp_path / "report.json"
    kept = ("--folder", str(tmp_path / "kit"), "--json", str(report), "--workers", WORKERS)
    whole = ("--budget", "none", "--profile", "strict")
    ran = subprocess.run(
        [*MODULE, "verify", "client", "--driver", command, *kept, *whole, *options],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=100 * PATIENCE_S,
    )
    return ran.returncode, json.loads(report.read_bytes()), ran.stdout + ran.stderr


@pytest.mark.parametrize("busy", [0, BUSY] if IS_STORM else [0])
@pytest.mark.parametrize("name", CONTROLS if IS_STORM else QUICK)
def test_the_kit_has_no_complaint_about_a_right_client(name, busy, tmp_path):
    """No MUST and no SHOULD, whichever library it is, and whatever else the machine does."""
    how_much = ALL if IS_STORM and not busy else SOME
    with load(busy):
        code, report, said = verify(name, tmp_path, *how_much)
    assert (code, find_complaints(report)) == (0, []), said
    assert len(report["checks"]) >= (700 if how_much is ALL else len(CHOSEN))
