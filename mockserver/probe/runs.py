"""The run that is going on, as it stands in the folder of an audit, and those that are planned."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import msgspec

_RUN, _PLAN = "mutant.json", "plan.json"


class Run(msgspec.Struct, frozen=True, kw_only=True, rename={"mutant_id": "mutant"}):
    """One time that the suite, or some of its tests, are run.

    Attributes:
        run: Its number, from 1.
        mutant_id: The id of the mutant; None where nothing strikes.
        rules: What arms the mutant, as `POST /_mock/faults` takes rules.
        tests: The ids of the tests to be run; None for all of them.
        estimate_s: How long it may be expected to take.
    """

    run: int
    mutant_id: str | None = None
    rules: tuple[dict[str, Any], ...] = ()
    tests: tuple[str, ...] | None = None
    estimate_s: float = 0.0

    def wants(self, test: str) -> bool:
        """Tell whether a test is to be run."""
        return self.tests is None or test in self.tests


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """Runs to do one after the other, and the instant (monotonic seconds) at which to stop."""

    runs: tuple[Run, ...]
    ends_at_s: float | None = None


NO_RUN = Run(run=0)

_decode_run = msgspec.json.Decoder(Run).decode
_decode_plan = msgspec.json.Decoder(Plan).decode


def write_run(folder: Path, run: Run) -> None:
    """Have this run go on from now, in every process of the suite."""
    _replace(folder / _RUN, msgspec.json.encode(run))


def rearm(folder: Path, run: Run) -> None:
    """Have the mutant of this run strike anew, as a test begins whose account is an old one.

    For those alone who run one test after the other: it would strike twice in the midst of others.
    """
    if run.rules:
        write_run(folder, run)


def write_plan(folder: Path, plan: Plan) -> None:
    """Say which runs a process is to do."""
    _replace(folder / _PLAN, msgspec.json.encode(plan))


def read_plan(folder: Path) -> Plan:
    """Return the runs that a process is to do; none where nothing is planned."""
    try:
        return _decode_plan((folder / _PLAN).read_bytes())
    except FileNotFoundError:
        return Plan(runs=())


def _replace(path: Path, data: bytes) -> None:
    """Write a file so that whoever reads it meanwhile has the former one, or this one."""
    part = path.with_suffix(f".{os.getpid()}")
    part.write_bytes(data)
    part.replace(path)


class CurrentRun:
    """The run that is going on, read again when its file is another one.

    Args:
        folder: Of the audit.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / _RUN
        self._seen: tuple[int, int] | None = None
        self._run = NO_RUN

    def read(self) -> Run:
        """Return the run; `NO_RUN` before the first."""
        try:
            found = self._path.stat()
        except FileNotFoundError:
            return NO_RUN
        seen = (found.st_ino, found.st_mtime_ns)
        if seen != self._seen:
            self._run = _decode_run(self._path.read_bytes())
            self._seen = seen
        return self._run
