"""What rules for clients read of an exchange in the journal.

Nothing that an exchange holds makes this fail: bodies may be cut, binary or empty.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from mockserver.base.clock import SECOND
from mockserver.base.ids import normalize_id
from mockserver.contract.routing import find_names
from mockserver.state.journal import Entry
from mockserver.state.journal_bounds import MAX_BODY

RUNS = find_names(lambda route: route.runs_model)
POLLS = find_names(lambda route: route.has_state)
FILES = find_names(lambda route: route.serves is not None)


class AnswerFields(msgspec.Struct):
    """What the checks read of a JSON answer, of whatever type it came."""

    status: Any = None
    request_id: Any = None
    status_url: Any = None
    response_url: Any = None
    poll_url: Any = None


_read = msgspec.json.Decoder(AnswerFields).decode
_NO_FIELDS = AnswerFields()


def read_answer(entry: Entry) -> AnswerFields:
    """Return what an answer says, if it is a JSON object."""
    try:
        return _read(entry.body)
    except (ValueError, RecursionError):
        return _NO_FIELDS


def read_header(entry: Entry, name: bytes) -> bytes:
    """Return a field of the request's head; empty where there is none."""
    return entry.request.headers.get(name, b"")


def find_moment_us(entry: Entry) -> float | None:
    """Return the microsecond by which a client's pace is judged; None where it cannot be.

    It is real time on a real clock, and the time slept where the client's sleep is virtual.
    """
    if entry.slept is not None:
        return entry.slept
    return entry.request.received_s * SECOND if entry.clock == "real" else None


def identify_body(entry: Entry) -> tuple[bytes, bytes]:
    """Return what tells bodies apart: of one that was not kept whole, its length too."""
    request = entry.request
    if request.oversized or len(request.body) > MAX_BODY:
        return request.body, read_header(entry, b"content-length")
    return request.body, b""


def find_polls(entries: list[Entry]) -> Iterator[tuple[str, Entry]]:
    """Go through the polls, each with the id of its job."""
    for entry in entries:
        if entry.route in POLLS and entry.request_id and entry.request.method == "GET":
            yield normalize_id(entry.request_id), entry


def has_arrived(entry: Entry, status: int) -> bool:
    """Whether the client read an answer of this status, whole."""
    return entry.status == status and entry.delivery == "intact"


def has_told_completion(entry: Entry) -> bool:
    """Whether the client read COMPLETED."""
    return has_arrived(entry, 200) and read_answer(entry).status == "COMPLETED"
