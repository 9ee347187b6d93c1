"""The line protocol between the kit and a driver: one JSON object a line, one call at a time.

The messages are described by `schemas/call.json` and `schemas/answer.json`.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

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


_QUOTED = 200
"""Characters of what came, in a message."""


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
    """What a driver says became of a call.

    Attributes:
        outcome: Which of `OUTCOMES`.
        result: The result of a `completed`, any JSON.
        error: The error's words; None if it gave none, or something that is no text.
        status: The HTTP status; None if it gave none, or something that is no integer.
        mistyped: What was wrong with the types of the fields, a sentence for each.
    """

    outcome: str
    result: Any = None
    error: str | None = None
    status: int | None = None
    mistyped: tuple[str, ...] = ()


def read_answer(line: str, call_id: int) -> Answer:
    """Read a driver's answer to a call.

    A field that has another type than the protocol says is left out, and noted in `mistyped`:
    whose fault it is, and of which call, the line tells all the same.

    Raises:
        DriverBrokenError: the line is no JSON object, has another id, or no outcome that there is;
            the message says what came and what was expected.
    """
    document = _read_object(line)
    given_id, outcome = document.get("id"), document.get("outcome")
    if not _is_integer(given_id):
        raise DriverBrokenError(f"{_quote(line)} has no id; {call_id} was expected, an integer")
    if given_id != call_id:
        raise DriverBrokenError(f"{_quote(line)} answers call {given_id}, not {call_id}")
    if "outcome" not in document:
        raise DriverBrokenError(f"{_quote(line)}: 'outcome' is a required property")
    if outcome not in OUTCOMES:
        came = _clip(repr(outcome))
        raise DriverBrokenError(f"{_quote(line)}: {came} is not one of {', '.join(OUTCOMES)}")
    return Answer(outcome=outcome, result=document.get("result"), **_read_typed_fields(document))


def _read_typed_fields(document: dict[str, Any]) -> dict[str, Any]:
    """Return `error` and `status` as far as they have their types, and what is wrong if not."""
    error, status = document.get("error"), document.get("status")
    mistyped = {
        "error": None if error is None or isinstance(error, str) else "a text or null",
        "status": None if status is None or _is_integer(status) else "an integer or null",
    }
    return {
        "error": None if mistyped["error"] else error,
        "status": None if mistyped["status"] or status is None else int(status),
        "mistyped": tuple(
            f"`{name}` is {_describe_type(document[name])}, {_clip(json.dumps(document[name]))}; "
            f"{expected} was expected"
            for name, expected in mistyped.items()
            if expected
        ),
    }


def _read_object(line: str) -> dict[str, Any]:
    try:
        document = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise DriverBrokenError(f"{_quote(line)} is not JSON: {error}") from None
    if not isinstance(document, dict):
        raise DriverBrokenError(f"{_quote(line)} is {_describe_type(document)}, no JSON object")
    return document


def _is_integer(value: Any) -> bool:
    """Tell whether a value is an integer as JSON has them: 7.0 is one, true is none."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and value == value // 1


_TYPES = {
    dict: "an object", list: "an array", str: "a text", bool: "a boolean", type(None): "null",
}  # fmt: skip


def _describe_type(value: Any) -> str:
    return _TYPES.get(type(value), "a number")


def _quote(line: str) -> str:
    return repr(_clip(line.strip()))


def _clip(text: str) -> str:
    return text if len(text) <= _QUOTED else text[:_QUOTED] + "…"
