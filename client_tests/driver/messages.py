"""The line protocol between the kit and a driver: one JSON object a line, one call at a time.

The messages are described by `schemas/call.json` and `schemas/answer.json`.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from client_tests.schemas import find_problem

OPERATIONS = ("run", "run_sync", "download", "credits")

OUTCOMES = (
    "completed",
    "failed",
    "not_found",
    "invalid",
    "insufficient_credits",
    "unauthorized",
    "forbidden",
    "rate_limited",
    "server_error",
    "transport_error",
    "timeout",
    "unsupported",
    "client_bug",
)


class DriverBrokenError(Exception):
    """A driver does not keep to the protocol; this says nothing about its client."""


@dataclass(frozen=True, kw_only=True)
class Call:
    """One thing to do, as a driver is told it; seconds are real.

    `url` is there for `download` alone, `model` and `params` for `run` and `run_sync`.
    """

    id: int
    op: str
    base_url: str
    api_key: str
    timeout_s: float
    poll_interval_s: float
    model: str | None = None
    params: dict[str, Any] | None = None
    url: str | None = None

    def line(self) -> str:
        """Return the message, with its line feed."""
        said = {name: value for name, value in asdict(self).items() if value is not None}
        return json.dumps(said) + "\n"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a driver says became of a call."""

    outcome: str
    result: Any = None
    error: str | None = None
    status: int | None = None


def read_answer(line: str, call_id: int) -> Answer:
    """Read a driver's answer to a call.

    Raises:
        DriverBrokenError: it is none; the message says what came and what was expected.
    """
    try:
        document = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise DriverBrokenError(f"{_quote(line)} is not JSON: {error}") from None
    problem = find_problem("answer", document)
    if problem:
        raise DriverBrokenError(f"{_quote(line)}: {problem}")
    if document["id"] != call_id:
        raise DriverBrokenError(f"{_quote(line)} answers call {document['id']}, not {call_id}")
    known = ("outcome", "result", "error", "status")
    return Answer(**{name: document[name] for name in known if name in document})


def _quote(line: str) -> str:
    text = line.strip()
    return repr(text if len(text) <= 200 else text[:200] + "…")
