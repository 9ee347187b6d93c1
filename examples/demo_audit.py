"""The demo's audit: whether the tests of a careless client would notice that it pays twice."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from demo_kit import Demo

SUITE = Path(__file__).parent / "audit" / "careless"
AUDIT = (sys.executable, "-m", "mockserver", "audit", "--effects", "answer-lost-after-submit")
PATIENCE_S = 120.0
UNNOTICED = 1


def audited_suite(demo: Demo) -> None:
    """Section 11: a suite that passes, and the answer to a submit that is lost."""
    status, told = audit()
    [finding] = told["findings"]
    report = demo.report
    report.line(f"It passes. With a server on which {finding['title']}, it still does, while")
    for charge in finding["charges"]:
        test = charge["test"].rpartition("::")[2]
        paid = f"pays {charge['credits']} dollars in place of {charge['clean_credits']}"
        report.line(f"  {test} {paid}", dim=True)
    report.line("The test to add, whole but for the call of the client:")
    report.lines((f"  {line}" for line in finding["paste"]["text"].splitlines()[3:]), dim=True)
    report.check("the audit tells first who pays twice", finding["group"], "paid_twice")
    report.check("no test has failed", finding["failing_tests"], [])
    report.check("its exit status says so", status, UNNOTICED)


def audit() -> tuple[int, dict[str, Any]]:
    """Audit the suite, in its folder; return the exit status and the report."""
    suite = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider")
    with TemporaryDirectory() as name:
        report = Path(name) / "report.json"
        finished = subprocess.run(
            [*AUDIT, "--json", str(report), "--", *suite],
            cwd=SUITE,
            env={key: text for key, text in os.environ.items() if not key.startswith("SEGMOCK_")},
            capture_output=True,
            encoding="utf-8",
            timeout=PATIENCE_S,
            check=False,
        )
        told: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
        return finished.returncode, told
