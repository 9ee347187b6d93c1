"""What a log tells of an exchange: read off the journal's record, or off the journal's JSON."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, TypeAlias

import msgspec

from client_tests.reports.exchange_lines import read_text
from client_tests.reports.exchange_text import describe_content
from mockserver.base.ids import redact_key
from mockserver.control.journal_views import Hiding
from mockserver.state.journal import Delivery, Exchange
from mockserver.state.journal_bounds import MAX_BODY

DescribeFault: TypeAlias = Callable[[str], str | None]
"""Returns what a rule for faults does, in words, by the rule's id; None if there is none any more.
"""


class LogEntry(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What a log tells of an exchange, without any key in full.

    Attributes:
        seq: Its number in the journal.
        received_s: When it came, in real seconds, on the server's monotonic clock.
        api_key: The last characters of the key, after three dots; None where there was none.
        method: What was asked: the method.
        path: The path, with its query if it has one.
        route: Which route of the gateway that is.
        model: The model's slug.
        request_id: The job that the exchange was about.
        status: That of the answer; None if nothing was sent.
        state: The job's state in the answer.
        error: The error's text in the answer.
        content: What the answer's body is where it is no JSON object: `image/png, 815 bytes`.
        delivery: Whether the client got the answer.
        fault_id: The rule that struck it.
        fault: What that rule does, in words.
        hint: What is to be said of it beyond what its client was told.
    """

    seq: int
    received_s: float
    api_key: str | None
    method: str
    path: str
    route: str
    model: str | None = None
    request_id: str | None = None
    status: int | None = None
    state: str | None = None
    error: str | None = None
    content: str | None = None
    delivery: Delivery = "intact"
    fault_id: str | None = None
    fault: str | None = None
    hint: str | None = None


class _Answer(msgspec.Struct):
    """What a log reads of a JSON answer, of whatever type it came."""

    status: Any = None
    error: Any = None


_read_answer = msgspec.json.Decoder(_Answer).decode


def read_entry(
    exchange: Exchange,
    accounts: Collection[str],
    fault: str | None = None,
    hint: str | None = None,
) -> LogEntry:
    """Read an exchange as it is kept.

    Args:
        exchange: The exchange.
        accounts: Keys that are hidden wherever they stand as a word of their own.
        fault: What the rule does that struck it, in words, as far as is known.
        hint: What is to be said of it beyond what its client was told.
    """
    hiding, request = Hiding(exchange, accounts), exchange.request
    target = hiding.render_target(request.path, request.query) if request.query else request.path
    state, error, content = _read_body(exchange)
    method, path, request_id, state, error = hiding.hide_texts(
        request.method, target, exchange.request_id or "", state or "", error or ""
    )
    return LogEntry(
        seq=exchange.seq,
        received_s=request.received_s,
        api_key=redact_key(exchange.api_key) if exchange.api_key else None,
        method=method,
        path=path,
        route=exchange.route,
        model=exchange.model,
        request_id=request_id or None,
        status=exchange.status,
        state=state or None,
        error=error or None,
        content=content,
        delivery=exchange.delivery,
        fault_id=exchange.fault_id,
        fault=fault,
        hint=hint and hiding.hide_text(hint),
    )


def parse_entry(shown: dict[str, Any], describe_fault: DescribeFault) -> LogEntry:
    """Read an exchange as the control plane shows it.

    Args:
        shown: The JSON object of the journal.
        describe_fault: Says what the rule does that struck it.
    """
    response, fault_id = shown["response"], shown.get("fault_id")
    return LogEntry(
        seq=shown["seq"],
        received_s=shown["received_s"],
        api_key=shown["api_key"],
        method=shown["method"],
        path=shown["path"],
        route=shown["route"],
        model=shown.get("model"),
        request_id=shown.get("request_id"),
        status=shown["status"],
        state=read_text(shown, "status") or None,
        error=read_text(shown, "error") or None,
        content=describe_content(response["headers"], response["body"]) or None,
        delivery=shown["delivery"],
        fault_id=fault_id,
        fault=None if fault_id is None else describe_fault(fault_id),
        hint=shown.get("hint"),
    )


def _read_body(exchange: Exchange) -> tuple[str | None, str | None, str | None]:
    """Return state and error of a JSON answer; of any other what its body is."""
    try:
        answer = _read_answer(exchange.body)
    except (ValueError, RecursionError):
        return None, None, _describe_body(exchange)
    return _take_text(answer.status), _take_text(answer.error), None


def _take_text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _describe_body(exchange: Exchange) -> str | None:
    """Return what the body of an answer is that is no JSON object."""
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in exchange.headers}
    body, shown = exchange.body, "a text" if exchange.body else ""
    if len(body) > MAX_BODY:
        return describe_content(headers, {"truncated": True}) or None
    try:
        body.decode()
    except UnicodeDecodeError:
        return describe_content(headers, {"binary": True, "bytes": len(body)})
    return describe_content(headers, shown)
