"""What the demo stands on: the emulator as a process of its own, and the contracts as a judge."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from threading import Timer
from typing import Any

import httpx
from demo_files import describe_picture
from demo_report import Report
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match
from segmind import SegmindClient  # type: ignore[import-untyped]

from mockserver.contract.catalogue import Catalogue

SPEED = 20
START_CREDITS = Decimal(100)
POLL_S = 0.05
PATIENCE_S = 15.0
READY = " ready on "
STATES = ("QUEUED", "PROCESSING", "COMPLETED", "FAILED")
SERVE = (
    *(sys.executable, "-m", "mockserver", "serve"),
    *("--host", "127.0.0.1", "--port", "0", "--log", "off"),
    *("--clock", "real", "--speed", str(SPEED)),
    *("--plan", "unlimited", "--credits", str(START_CREDITS)),
)


class EmulatorSilentError(RuntimeError):
    """The emulator ended, or said nothing, before it was ready; stderr has its own words."""


@contextmanager
def emulator(environment: dict[str, str], report: Report) -> Iterator[str]:
    """Run `segmock serve` on a free port; yield its URL; stop it, and check that it exits 0."""
    process = subprocess.Popen(SERVE, stdout=subprocess.PIPE, encoding="utf-8", env=environment)
    try:
        yield read_url(process)
    finally:
        process.terminate()
        try:
            code = process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            code = process.wait()
    if os.name == "posix":  # Windows ends a process without asking it
        report.check("the emulator stops on SIGTERM with exit code 0", code, 0)


def read_url(process: subprocess.Popen[str]) -> str:
    """Wait for the ready line of a command that serves, and return the URL in it."""
    deadline = Timer(PATIENCE_S, process.kill)
    deadline.start()
    line = process.stdout.readline().strip() if process.stdout else ""
    deadline.cancel()
    if READY not in line:
        raise EmulatorSilentError(f"segmock did not get ready (it said {line!r})")
    return line.partition(READY)[2]


class Contract:
    """The repository's `contracts/`: what every answer is held against."""

    def __init__(self) -> None:
        self._catalogue = Catalogue()

    def fault(self, body: object, name: str) -> str:
        """Return what is wrong with a body by `contracts/bodies/<name>.json`; "" if nothing."""
        validator = Draft202012Validator(self._catalogue.schemas[f"urn:segmock:body:{name}"])
        error = best_match(validator.iter_errors(body))
        return f"{error.json_path}: {error.message}" if error else ""

    def words(self, error: str, **values: object) -> dict[str, str]:
        """Return the body of an error in `contracts/errors.json`."""
        return {"error": self._catalogue.errors[error].message.format(**values)}

    def price(self, slug: str, params: dict[str, Any]) -> Decimal:
        """Return what a run costs, in US dollars: by the run, the second or the picture."""
        terms = self._terms(slug)
        price, output = terms["price"], terms["output"]
        named = price.get("usd_by_value", {})
        usd = Decimal(named.get(find_value(params, price.get("parameter")), price["usd"]))
        if price.get("per") == "second":
            length = output["duration"]
            return usd * money(find_value(params, length.get("parameter")) or length["default_s"])
        if price.get("per") == "picture":
            in_json = terms.get("base64", {}).get("count_parameter")
            return usd * (find_value(params, output.get("count_parameter", in_json)) or 1)
        return usd

    def seconds(self, slug: str) -> Decimal:
        """Return how long a run takes: the model's typical seconds, sped up."""
        return self.typical_seconds(slug) / SPEED

    def typical_seconds(self, slug: str) -> Decimal:
        """Return how long a run of the model takes in life."""
        return money(self._terms(slug)["typical_s"])

    def level(self, slug: str) -> str:
        """Return how much is known of a model: `verified`, `partial` or `listed`."""
        return str(self._terms(slug)["level"])

    def returns(self, slug: str) -> str:
        """Return what v1 answers with: `json` or `image`."""
        return str(self._terms(slug)["v1_returns"])

    def _terms(self, slug: str) -> dict[str, Any]:
        terms: dict[str, Any] = self._catalogue.models[slug].document["x-model"]
        return terms


@dataclass(frozen=True)
class Seen:
    """A state that a client saw for the first time, so long after it submitted."""

    after_s: float
    state: str
    body: dict[str, Any]


@dataclass(frozen=True)
class Run:
    """What section 1 leaves to section 2: what was asked, the seed used, the picture's bytes."""

    params: dict[str, Any]
    seed: int
    picture: bytes


@dataclass
class Demo:
    """What the sections share.

    Attributes:
        http: A plain httpx client without a key.
        spent: Every charge of the main account, in US dollars.
        runs: What section 1 made, by slug.
    """

    url: str
    out: Path
    report: Report
    contract: Contract
    http: httpx.Client
    spent: list[Decimal] = field(default_factory=list)
    runs: dict[str, Run] = field(default_factory=dict)
    files: list[Path] = field(default_factory=list)

    @property
    def balance(self) -> Decimal:
        """What the main account should have left."""
        return START_CREDITS - sum(self.spent)

    def sdk(self, key: str) -> SegmindClient:
        """Return the vendor's client, told where the emulator is; nothing else is special."""
        return SegmindClient(api_key=key, base_url=f"{self.url}/v1")

    def get(self, path: str, key: str | None = None) -> httpx.Response:
        """GET a path of the emulator, or an absolute URL, with this key or none."""
        return self.http.get(path, headers={"x-api-key": key} if key else {})

    def post(self, path: str, body: dict[str, Any], key: str | None = None) -> httpx.Response:
        """POST JSON with this key or none."""
        return self.http.post(path, json=body, headers={"x-api-key": key} if key else {})

    def answer(self, key: str, path: str) -> dict[str, Any]:
        """GET a JSON body with this key."""
        body: dict[str, Any] = self.get(path, key).json()
        return body

    def change_clock(self, key: str, **change: object) -> dict[str, Any]:
        """Set or move the clock of one account, and return what the control plane says."""
        sent = self.http.patch("/_mock/clock", json={"api_key": key, **change})
        answer: dict[str, Any] = sent.raise_for_status().json()
        return answer

    def matches(self, body: object, name: str) -> None:
        """Check a body against `contracts/bodies/<name>.json`."""
        fault = self.contract.fault(body, name)
        expected = f"a body that fits contracts/bodies/{name}.json"
        self.report.holds(f"body fits {name}.json", fault, expected, ok=not fault)

    def refused(self, response: httpx.Response, status: int, body: dict[str, str]) -> None:
        """Check status and words of a refusal, and show it."""
        request = response.request
        self.report.line(f"{request.method} {request.url.path}  →  {response.status_code}")
        self.report.line(f"  {response.text}", dim=True)
        self.report.check(f"status {status}", response.status_code, status)
        self.report.check("words as in errors.json", body_of(response), body)

    def save(self, name: str, data: bytes) -> Path:
        """Write a file to the output folder."""
        path = self.out / name
        path.write_bytes(data)
        self.files.append(path)
        return path


def body_of(response: httpx.Response) -> object:
    """Return a body as JSON, or as text if it is none."""
    try:
        return response.json()
    except ValueError:
        return response.text


def find_value(params: dict[str, Any], names: str | list[str] | None) -> Any:
    """Return the value of the first of these parameters that a run has; None if it has none."""
    listed = [names] if isinstance(names, str) else names or []
    return next((params[name] for name in listed if params.get(name) is not None), None)


def money(value: float | str | Decimal) -> Decimal:
    """Return a number of a JSON body exactly as it was written there."""
    return Decimal(str(value))


def watch(poll: Callable[[], dict[str, Any]], since: float) -> list[Seen]:
    """Poll until the job has ended, and return each state when it was first seen."""
    seen: list[Seen] = []
    while True:
        body = poll()
        state, after_s = body["status"], time.monotonic() - since
        if not seen or state != seen[-1].state:
            seen.append(Seen(after_s, state, body))
        if state in STATES[2:]:
            return seen
        if after_s > PATIENCE_S:
            raise TimeoutError(f"the job is {state} after {PATIENCE_S:g} s")
        time.sleep(POLL_S)


def timeline(seen: list[Seen]) -> str:
    """Return the states in one line."""
    return "   ".join(f"+{each.after_s:.2f} s {each.state}" for each in seen)


def described(path: Path, data: bytes) -> str:
    """Return what to say about a saved picture."""
    return f"saved {path}: {describe_picture(data)}"
