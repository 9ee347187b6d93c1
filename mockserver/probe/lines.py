"""What is written into the folder of an audit while the suite runs: one JSON object a line.

Whoever has accounts of segmock's may add lines, in a file of its own of any name: npm's package
says with `{"type": "account", "test": …, "api_key": …}` whose account that is.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Literal, TypeAlias

import msgspec

from mockserver.edges.realtime import read_monotonic_us

Outcome: TypeAlias = Literal["passed", "failed", "skipped"]

_EXCHANGES, _TESTS = "exchanges", "tests"


class Seen(msgspec.Struct, frozen=True, kw_only=True, tag="exchange"):
    """An exchange that an emulator has seen.

    Attributes:
        run: The number of the run in which it was.
        at_us: When it was answered, in monotonic microseconds of this machine.
        test: The test that ran in the emulator's process, if any.
        owner: The key of the account whose it is.
        ends: How the run will end that it made, if it made one.
        price: What that run will cost, in US dollars.
        exchange: The exchange, as the journal packs it.
    """

    run: int
    at_us: int
    test: str | None
    owner: str | None
    exchange: bytes
    ends: Literal["COMPLETED", "FAILED"] | None = None
    price: str = "0"


class OfAccount(msgspec.Struct, frozen=True, kw_only=True, tag="account"):
    """A test has an account.

    Attributes:
        test: The test that opened it.
        api_key: Its key.
        shared_in: The process whose tests may have it one after the other, as that of a fixture
            that lasts for a session; 0 where it is this test's alone.
    """

    test: str
    api_key: str
    shared_in: int = 0


class Began(msgspec.Struct, frozen=True, kw_only=True, tag="began"):
    """A test begins; `process` is the one that runs it, 0 where that is not told."""

    run: int
    at_us: int
    test: str
    process: int = 0


class Ended(msgspec.Struct, frozen=True, kw_only=True, tag="ended"):
    """A test has ended; `has_verdict` tells whether a rule of segmock's has failed it."""

    run: int
    at_us: int
    test: str
    outcome: Outcome
    has_verdict: bool = False


class Started(msgspec.Struct, frozen=True, kw_only=True, tag="started"):
    """A runner of tests has started, and whether it does the runs of a plan in one process."""

    runner: Literal["pytest", "unittest", "node"]
    takes_plans: bool = False


class Finished(msgspec.Struct, frozen=True, kw_only=True, tag="finished"):
    """A process is through with a run of a plan, or has left it out for want of time."""

    run: int
    at_us: int
    is_left_out: bool = False


Line: TypeAlias = Seen | OfAccount | Began | Ended | Started | Finished

_decode = msgspec.json.Decoder(Line).decode


def prepare_folder(folder: Path) -> None:
    """Make what lines are written into."""
    for name in (_EXCHANGES, _TESTS):
        (folder / name).mkdir()


def write_line(folder: Path, line: Line) -> None:
    """Add a line to the file of this process, so that it is there whatever becomes of it.

    Where the folder is gone the audit is over, and nobody wants to know.
    """
    name = _EXCHANGES if isinstance(line, Seen) else _TESTS
    with (
        suppress(FileNotFoundError),
        (folder / name / f"{os.getpid()}.jsonl").open("ab", buffering=0) as file,
    ):
        file.write(msgspec.json.encode(line) + b"\n")


def read_lines(folder: Path, *, of_tests_alone: bool = False) -> Iterator[Line]:
    """Go through all lines, file by file.

    What a process that was killed left unfinished is skipped, and what is no line of these.

    Args:
        folder: Of the audit.
        of_tests_alone: Whether to leave out exchanges, of which there may be many.
    """
    for name in (_TESTS,) if of_tests_alone else (_TESTS, _EXCHANGES):
        for path in sorted((folder / name).glob("*.jsonl")):
            for data in path.read_bytes().splitlines():
                with suppress(msgspec.DecodeError):
                    yield _decode(data)


def find_size(folder: Path) -> int:
    """Return how much has been heard of tests: while it stays the same, none began or ended."""
    return sum(path.stat().st_size for path in (folder / _TESTS).glob("*.jsonl"))


def read_now_us() -> int:
    """Return what lines are dated with: monotonic microseconds, the same in all processes."""
    return read_monotonic_us()
