"""The demo's stand-in for the real service: recorded, replayed, and found to have changed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
from demo_kit import PATIENCE_S, POLL_S, STATES, Demo, read_url
from demo_orders import KEY, SMALL

SEGMOCK = (sys.executable, "-m", "mockserver")
DIFFERS, MISSED = 1, 418
FAILED_AS_200 = {
    "on": {"route": "status", "state": "FAILED"},
    "do": {
        "status": 200,
        "body": 'text:{"status": "FAILED", "error": "Out of paint.", "metrics": {}}',
    },
}
"""A server that says with 200 that a run has failed, where T4 has 422."""


@dataclass(frozen=True)
class Told:
    """What a client was told of a run: its states, its result, and the bytes of its picture."""

    states: list[str]
    result: dict[str, Any]
    picture: bytes


def real_service(demo: Demo) -> None:
    """Section 12: what the service said is kept, played again, and held against the facts."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        recorded = record_run(demo, demo.url, folder / "sound")
        replay_run(demo, folder / "sound", recorded)
        judge_sound(demo, folder / "sound")
        judge_changed(demo, folder)


def record_run(demo: Demo, upstream: str, folder: Path) -> Told:
    """Run a model through `segmock record`, with the demo's emulator in place of the service."""
    report = demo.report
    report.line("segmock record --out sound --upstream … --budget 0.12")
    command = ("record", "--out", str(folder), "--upstream", upstream, "--budget", "0.12")
    with run_server((*command, "--port", "0")) as url:
        told = run_model(url)
        over = submit(url)
    report.check("the run completes through the recorder", told.states[-1], "COMPLETED")
    refusal = over.json()["error"]
    report.holds("a second run is over the budget", refusal, "a refusal", ok=over.is_error)
    report.line(f"  {refusal}", dim=True)
    written = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    report.check("the key is nowhere in the recording", KEY.encode() in written, expected=False)
    return told


def replay_run(demo: Demo, folder: Path, recorded: Told) -> None:
    """Run the same against `segmock serve --replay`, where seconds take no time."""
    report = demo.report
    report.line("segmock serve --replay sound --clock auto")
    command = ("serve", "--replay", str(folder), "--clock", "auto", "--log", "off", "--port", "0")
    with run_server(command) as url:
        told = run_model(url)
        missed = submit(url, prompt="Nobody recorded this")
    report.check("the same picture, byte for byte", told.picture, recorded.picture)
    report.check("the same metrics", told.result["metrics"], recorded.result["metrics"])
    report.check("what was not recorded is refused", missed.status_code, MISSED)
    report.line(f"  {missed.json()['error']}", dim=True)


def judge_sound(demo: Demo, folder: Path) -> None:
    """Hold the recording against the facts: all that it speaks about agrees."""
    demo.report.line("segmock drift sound")
    finished = run_command("drift", str(folder))
    demo.report.line(f"  {finished.stdout.strip().splitlines()[-1]}", dim=True)
    demo.report.check("nothing differs", finished.returncode, 0)


def judge_changed(demo: Demo, folder: Path) -> None:
    """Hold a recording of a server that has changed against the facts."""
    report = demo.report
    faults = folder / "changed.json"
    faults.write_text(json.dumps([FAILED_AS_200]), encoding="utf-8")
    report.line(
        "segmock serve --faults changed.json, recorded as well; segmock drift changed --facts T4"
    )
    command = ("serve", "--faults", str(faults), "--speed", "20", "--log", "off", "--port", "0")
    changed = folder / "changed"
    with (
        run_server(command) as upstream,
        run_server(("record", "--out", str(changed), "--upstream", upstream, "--port", "0")) as url,
    ):
        follow(submit(url, prompt="mock:fail=Out of paint.").json())
    finished = run_command(
        "drift", str(changed), "--facts", "T4", "--json", str(folder / "drift.json")
    )
    report.lines((f"  {line}" for line in finished.stdout.splitlines()[:12]), dim=True)
    told = json.loads((folder / "drift.json").read_text(encoding="utf-8"))
    differing = [row["fact"] for row in told["rows"] if row["verdict"] == "differs"]
    report.check("what differs is named by its fact", differing, ["T4"])
    report.check("its exit status says so", finished.returncode, DIFFERS)


def run_model(url: str) -> Told:
    """Submit a run, poll it until it has ended, and fetch its result and picture."""
    submitted = submit(url).json()
    states = follow(submitted)
    result = get(submitted["response_url"]).json()
    return Told(states, result, get(result["output"]).content)


def submit(url: str, prompt: str = "A lighthouse that reads at night") -> httpx.Response:
    """Submit a run, which the answer may refuse."""
    body = SMALL | {"prompt": prompt}
    return httpx.post(
        f"{url}/v2/ideogram-3", json=body, headers={"x-api-key": KEY}, trust_env=False
    )


def follow(submitted: dict[str, Any]) -> list[str]:
    """Poll a run until it has ended, and return the states that were seen."""
    states: list[str] = []
    deadline = time.monotonic() + PATIENCE_S
    while not states or (states[-1] in STATES[:2] and time.monotonic() < deadline):
        states.append(get(submitted["status_url"]).json()["status"])
        time.sleep(POLL_S)
    return states


def get(url: str) -> httpx.Response:
    """Ask for what an answer has named."""
    return httpx.get(url, headers={"x-api-key": KEY}, trust_env=False, timeout=PATIENCE_S)


@contextmanager
def run_server(command: tuple[str, ...]) -> Iterator[str]:
    """Run a command of segmock that serves; yield its address, and end it as Ctrl-C would."""
    process = subprocess.Popen(
        [*SEGMOCK, *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
        env=own_environment(),
    )
    try:
        yield read_url(process)
    finally:
        process.terminate()
        process.wait(PATIENCE_S)


def run_command(*words: str) -> subprocess.CompletedProcess[str]:
    """Run a command of segmock to its end."""
    return subprocess.run(
        [*SEGMOCK, *words],
        capture_output=True,
        encoding="utf-8",
        env=own_environment(),
        timeout=60,
        check=False,
    )


def own_environment() -> dict[str, str]:
    """Return the environment without settings meant for other emulators."""
    return {name: text for name, text in os.environ.items() if not name.startswith("SEGMOCK_")}
