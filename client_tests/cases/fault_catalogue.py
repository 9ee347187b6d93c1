"""The faults that are crossed with every operation, each with words for titles and ids."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

When: TypeAlias = Literal["before", "after"]

BOTH: tuple[When, ...] = ("before", "after")
BEFORE: tuple[When, ...] = ("before",)
AFTER: tuple[When, ...] = ("after",)

WORDS = "The worker ran out of memory."
"""What a job says that is made to fail."""


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing that goes wrong with one call.

    Attributes:
        name: Its name in ids.
        words: What the client gets, as a noun.
        do: The effect.
        sides: On which sides of the commit it is played.
        facts: The facts that it brings in, if any.
    """

    name: str
    words: str
    do: dict[str, Any]
    sides: tuple[When, ...] = BOTH
    facts: str = ""


def answer_with(status: int, body: str | None = None) -> Fault:
    """Return the fault that answers with a status, in the gateway's manner unless told how."""
    kind = body or ("html" if status in _PAGES else "json")
    do: dict[str, Any] = {"status": status}
    if body or status in _PAGES:
        do["body"] = "text:upstream connect error" if kind == "text" else kind
    name = f"{status}-{body}" if body else str(status)
    return Fault(name=name, words=f"a {status} with {_SHAPES[kind]}", do=do)


def stall(state: str) -> Fault:
    """Return the fault that leaves a job in a state for good."""
    name = f"stall-{state.lower()}"
    return Fault(name=name, words=f"{state} for ever", do={"stall": state}, sides=BEFORE)


def without(field: str) -> Fault:
    """Return the fault that takes a field out of an answer."""
    words = f"an answer without `{field}`"
    return Fault(name=f"without-{field}", words=words, do={"drop_fields": [field]}, sides=AFTER)


_PAGES = {405, 502, 504}
_SHAPES = {"html": "a page", "json": "JSON", "empty": "no body", "text": "plain text"}

REFUSALS = (400, 401, 402, 403, 404, 405, 406, 410, 413, 422)
"""The statuses that no waiting heals; what a 422 that is no FAILED means, nobody knows (E8)."""

SERVER_ERRORS = tuple(answer_with(status) for status in (500, 502, 503, 504))
STRANGE_ERRORS = (
    answer_with(500, "html"),
    answer_with(500, "empty"),
    answer_with(502, "json"),
    answer_with(502, "empty"),
    answer_with(503, "html"),
    answer_with(503, "text"),
    answer_with(504, "json"),
    answer_with(504, "empty"),
)

GARBLED = (answer_with(200, "html"), answer_with(200, "empty"), answer_with(200, "text"))
"""What calls itself a success and is none; only an answer that is to be JSON shows it."""

MALFORMED = Fault(name="malformed", words="broken JSON", do={"malformed": True}, sides=AFTER)

BROKEN_LINES = (
    Fault(name="reset", words="a reset connection", do={"reset": True}),
    Fault(name="close", words="a closed connection", do={"close": True}),
    Fault(name="truncated", words="half an answer", do={"truncate_bytes": 25}, sides=AFTER),
    Fault(name="bare", words="headers without a body", do={"truncate_bytes": 0}, sides=AFTER),
)
LOSSES = (*BROKEN_LINES, MALFORMED)

SLOW = (
    Fault(name="delay", words="an answer that takes a moment", do={"delay_s": 0.1}),
    Fault(
        name="drip",
        words="an answer that comes in drops",
        do={"drip": {"bytes": 40, "every_s": 0.01}},
        sides=AFTER,
    ),
)
SLOW_FILES = (
    SLOW[0],
    Fault(
        name="drip",
        words="a file that comes in drops",
        do={"drip": {"bytes": 4096, "every_s": 0.01}},
        sides=AFTER,
    ),
)
EXTRA = Fault(
    name="extra-fields",
    words="an answer with fields that nobody has announced",
    do={"extra_fields": {"region": "eu", "queue": {"position": 3}, "warnings": []}},
    sides=AFTER,
)

UNKNOWN_STATE = Fault(
    name="unknown-state",
    words="a state that nobody knows",
    do={"unknown_state": "THROTTLED"},
    sides=AFTER,
    facts="T8b",
)
LINGER = Fault(
    name="linger", words="the same state once more", do={"linger": True}, sides=AFTER, facts="T1"
)
EXPIRE = Fault(name="expire", words="a job that is gone", do={"expire": True})
FAIL = Fault(
    name="failed", words="a job that FAILED", do={"state": "FAILED", "error": WORDS}, sides=BEFORE
)
OPAQUE = Fault(
    name="opaque-urls",
    words="URLs with a token in them",
    do={"opaque_urls": True},
    sides=BEFORE,
    facts="S1b",
)
STALLS = (stall("QUEUED"), stall("PROCESSING"))
