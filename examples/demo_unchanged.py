"""The demo's programs that nobody can point elsewhere: the vendor's host is built into them."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

from demo_kit import Demo
from demo_orders import KEY

CREDITS_URL = "https://api.segmind.com/v1/get-user-credits"
ELSEWHERE_URL = "https://example.com/"
DOLLARS = "7.5"
PATIENCE_S = 60.0
IN_PYTHON = """
import sys, urllib.request
request = urllib.request.Request(sys.argv[1], headers={"x-api-key": sys.argv[2]})
print(urllib.request.urlopen(request).read().decode())
"""


@dataclass(frozen=True)
class Finished:
    """A program that has ended: its exit status, what it printed, what segmock saw of it."""

    status: int
    output: str
    seen: dict[str, Any]


def unchanged_program(demo: Demo) -> None:
    """Section 10: curl, which knows nothing of segmock, and a host that is not the vendor's."""
    report = demo.report
    finished = execute(demo, CREDITS_URL)
    report.line(f"  {finished.output.strip()}", dim=True)
    body = json.loads(finished.output)
    demo.matches(body, "credits")
    report.check("credits as --credits has them", str(body["credits"]), DOLLARS)
    report.check("the program's own exit status", finished.status, 0)
    report.check("calls that segmock saw", finished.seen["calls"], 1)
    report.line(f"The mode that this machine allows: {finished.seen['mode']}.")
    refused = execute(demo, ELSEWHERE_URL)
    hosts = [each["host"].partition(":")[0] for each in refused.seen["refused"]]
    report.check("another host is refused, and named", hosts, ["example.com"])
    has_failed = refused.status != 0
    report.holds("the program sees an error", refused.status, "not 0", ok=has_failed)


def execute(demo: Demo, url: str) -> Finished:
    """Have a program ask for a URL, with an emulator of its own in place of the vendor."""
    curl = shutil.which("curl")
    program = (
        ["curl", "-sS", url, "-H", f"x-api-key: {KEY}"]
        if curl
        else [sys.executable, "-c", IN_PYTHON, url, KEY]
    )
    shown = shlex.join(program) if curl else f"python ask.py {url}"
    demo.report.line(f"segmock exec --credits {DOLLARS} -- {shown}")
    flags = ("--credits", DOLLARS, "--report", "json")
    finished = subprocess.run(
        [sys.executable, "-m", "mockserver", "exec", *flags, "--", *program],
        env={name: text for name, text in os.environ.items() if not name.startswith("SEGMOCK_")},
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE_S,
        check=False,
    )
    last = finished.stderr.strip().rpartition("\n")[2]
    return Finished(finished.returncode, finished.stdout, json.loads(last))
