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
from mockserver.state.journal import Exchange
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


def read_answer(exchange: Exchange) -> AnswerFields:
    """Return what an answer says, if it is a JSON object."""
    try:
        return _read(exchange.body)
    except (ValueError, RecursionError):
        return _NO_FIELDS


def read_header(exchange: Exchange, name: bytes) -> bytes:
    """Return a field of the request's head; empty where there is none."""
    return exchange.request.headers.get(name, b"")


def find_moment_us(exchange: Exchange) -> float | None:
    """Return the microsecond by which a client's pace is judged; None where it cannot be.

    It is real time on a real clock, and the time slept where the client's sleep is virtual.
    """
    if exchange.slept is not None:
        return exchange.slept
    return exchange.request.received_s * SECOND if exchange.clock == "real" else None


def identify_body(exchange: Exchange) -> tuple[bytes, bytes]:
    """Return what tells bodies apart: of one that was not kept whole, its length too."""
    request = exchange.request
    if request.oversized or len(request.body) > MAX_BODY:
        return request.body, read_header(exchange, b"content-length")
    return request.body, b""


def find_polls(exchanges: list[Exchange]) -> Iterator[tuple[str, Exchange]]:
    """Go through the polls, each with the id of its job."""
    for exchange in exchanges:
        if exchange.route in POLLS and exchange.request_id and exchange.request.method == "GET":
            yield normalize_id(exchange.request_id), exchange


def has_arrived(exchange: Exchange, status: int) -> bool:
    """Whether the client read an answer of this status, whole."""
    return exchange.status == status and exchange.delivery == "intact"


def has_told_completion(exchange: Exchange) -> bool:
    """Whether the client read COMPLETED."""
    return has_arrived(exchange, 200) and read_answer(exchange).status == "COMPLETED"
