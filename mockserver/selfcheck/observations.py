"""What a client can see of a call and of its consequences, made comparable."""

from __future__ import annotations

import re

import msgspec

_MASKS = (
    (re.compile(r"https?://[^?\"\s]+"), "URL"),
    (re.compile(r"[0-9a-f]{32}"), "ID"),
    (re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z"), "TIME"),
)


class Observation(msgspec.Struct, frozen=True):
    """What a client can see of a call and of its consequences, ids and URLs masked.

    Attributes:
        outcome: `answered`, `reset`, `closed`, `cut short` or `timed out`.
        status: The answer's status.
        content_type: The answer's content type.
        body: The answer's body.
        is_slow: The client had to wait for more than half of the pieces of the body.
        later: What polls say afterwards, one after the other.
        ledger: What was charged in the end, and why.
        delivery: What the journal says of the call.
    """

    outcome: str
    status: int | None
    content_type: str
    body: str
    is_slow: bool
    later: tuple[str, ...]
    ledger: tuple[str, ...]
    delivery: str


def mask(body: bytes) -> str:
    """Return a body with a word in place of each URL, id and time."""
    text = body.decode("latin-1")
    for pattern, word in _MASKS:
        text = pattern.sub(word, text)
    return text


def find_differences(one: Observation, other: Observation) -> list[str]:
    """Name the fields in which two observations differ, with what the second has if it is short."""
    return [
        f"{name} {value}" if name in {"outcome", "status", "delivery"} else name
        for name in Observation.__struct_fields__
        if (value := getattr(other, name)) != getattr(one, name)
    ]
