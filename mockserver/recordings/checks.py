"""What is wrong with a recording: its lines, its bodies, its times, and secrets left in it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from math import inf
from pathlib import Path
from typing import Any

import msgspec

from mockserver.base.errors import ContractError
from mockserver.base.plurals import count
from mockserver.contract.schemas import Schemas
from mockserver.facts.observed import Body
from mockserver.recordings.lines import (
    BODIES,
    BodyLine,
    ExchangeLine,
    make_observed,
    parse_exchange,
)
from mockserver.recordings.reader import find_digests, read_body, read_file, require_sessions
from mockserver.recordings.secret_places import find_secret_places

SCHEMA = "urn:segmock:schema:recording"


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong.

    Attributes:
        path: The file.
        line: Its line, from 1; None for the file as a whole.
        reason: What is wrong, and what to do; no secret is shown in it.
    """

    path: Path
    line: int | None
    reason: str

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line else str(self.path)
        return f"{place}: {self.reason}"


def check_recording(folder: Path, schemas: Schemas) -> Iterator[Problem]:
    """Return all that is wrong with a recording.

    Raises:
        RecordingError: There is none in the folder.
    """
    paths = require_sessions(folder)
    named: set[str] = set()
    for path in paths:
        named |= find_digests(path)
        yield from _check_session(path, schemas)
    yield from _check_bodies(folder, named)


def _check_session(path: Path, schemas: Schemas) -> Iterator[Problem]:
    *lines, rest = read_file(path).split(b"\n")
    if rest:
        reason = "the last line is torn, as after a crash; it is read as if it were not there"
        yield Problem(path, len(lines) + 1, f"{reason}: `segmock recordings prune` removes it")
    if not lines:
        return
    yield from _check_line(path, 1, lines[0], schemas, is_header=True)
    order = _Order(path)
    for number, raw in enumerate(lines[1:], start=2):
        problems = list(_check_line(path, number, raw, schemas, is_header=False))
        yield from problems
        if not problems:
            line = parse_exchange(raw)
            yield from order.check(number, line)
            yield from _check_exchange(path, number, line)


def _check_line(
    path: Path, number: int, raw: bytes, schemas: Schemas, *, is_header: bool
) -> Iterator[Problem]:
    """Check that a line is JSON, and as the schema has it."""
    try:
        document: Any = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        yield Problem(path, number, f"it is no JSON: {error}")
        return
    if (isinstance(document, dict) and "format" in document) != is_header:
        expected = "a header, with `format`" if is_header else "an exchange, with `request`"
        yield Problem(path, number, f"it was expected to be {expected}")
        return
    try:
        schemas.check(path, document, SCHEMA)
    except ContractError as error:
        yield Problem(path, number, f"{error.path}: {error.reason}")


class _Order:
    """Holds the exchanges of a session to numbers and times that can be."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._sent: list[tuple[int, float]] = []  # by number

    def check(self, number: int, line: ExchangeLine) -> Iterator[Problem]:
        """Check a line against those before it."""
        place = bisect_left(self._sent, (line.number, -inf))
        beside = self._sent[max(place - 1, 0) : place + 1]
        if any(other == line.number for other, _ in beside):
            yield Problem(self._path, number, f"there are two exchanges of number {line.number}")
        if line.answered_s is not None and line.answered_s < line.sent_s:
            reason = f"it was answered at {line.answered_s} s, before it was sent at {line.sent_s}"
            yield Problem(self._path, number, reason)
        for other, sent_s in beside:
            if (other - line.number) * (sent_s - line.sent_s) < 0:
                reason = (
                    f"exchange {line.number} was sent at {line.sent_s} s, and {other} at {sent_s}"
                )
                yield Problem(self._path, number, f"{reason}: numbers go by when they were sent")
                break
        self._sent.insert(place, (line.number, line.sent_s))


def _check_exchange(path: Path, number: int, line: ExchangeLine) -> Iterator[Problem]:
    """Check the bodies of an exchange, and that nothing in it looks like a secret."""
    bodies: list[Body] = []
    for side, body in zip(("request", "response"), line.bodies, strict=True):
        try:
            bodies.append(read_body(path.parent, body))
        except OSError as error:
            yield Problem(path, number, f"{side}.body: its file cannot be read: {error.strerror}")
            return
        if body and (reason := _find_mismatch(body, bodies[-1])):
            yield Problem(path, number, f"{side}.body: {reason}")
    for place in find_secret_places(make_observed(line, *bodies)):
        yield Problem(path, number, f"{place}: record it anew, or remove the exchange")


def _find_mismatch(line: BodyLine, body: Body) -> str:
    """Return how what a line says of a body differs from the body; empty if it does not."""
    if body.content is None:
        return ""
    found = Body.of(body.content)
    if found.digest != line.sha256:
        return f"its SHA-256 is {found.digest}, and the line says {line.sha256 or 'none'}"
    return "" if found.size == line.size else f"it has {count(found.size, 'byte')}, not {line.size}"


def _check_bodies(folder: Path, named: set[str]) -> Iterator[Problem]:
    """Check the files of bodies: each is named by a line."""
    for path in sorted((folder / BODIES).glob("*")):
        if path.is_file() and path.name not in named:
            reason = "no exchange names this body: `segmock recordings prune` removes it"
            yield Problem(path, None, reason)
