"""Rules about calls that should not have been made, or not so."""

from __future__ import annotations

from typing import Any

from mockserver.base.clock import parse_iso
from mockserver.base.errors import EmulatorError
from mockserver.state.journal import Exchange
from mockserver.verdicts.exchanges import (
    POLLS,
    RUNS,
    find_moment_us,
    has_arrived,
    identify_body,
    read_header,
)

_REFUSALS = {400, 401, 403, 405, 406, 410, 413}
_NOT_FOUND = 404
_TOO_MANY = 429
_EARLY = 20_000
"""Microseconds by which timers of clients may go off too early: those of JavaScript start from
when the turn of the loop began."""
_MEDIA = {b"application/json", b"multipart/form-data"}


def find_resubmitted_runs(exchanges: list[Exchange]) -> list[int]:
    """Find runs that were sent again after an answer that did not arrive whole (S2)."""
    lost: dict[tuple[Any, ...], int] = {}
    found: set[int] = set()
    for exchange in exchanges:
        if exchange.route not in RUNS or exchange.request.method != "POST":
            continue
        call = (exchange.api_key, exchange.request.path, identify_body(exchange))
        if call in lost:
            found |= {lost[call], exchange.seq}
        elif exchange.delivery != "intact":
            lost[call] = exchange.seq
    return sorted(found)


def find_repeated_calls(exchanges: list[Exchange]) -> list[int]:
    """Find calls that had been refused before; another content type makes another call."""
    refused: set[tuple[Any, ...]] = set()
    found = []
    for exchange in exchanges:
        call = _identify_call(exchange)
        if call in refused:
            found.append(exchange.seq)
        elif _has_been_refused(exchange):
            refused.add(call)
    return found


def _identify_call(exchange: Exchange) -> tuple[Any, ...]:
    request = exchange.request
    sent = (read_header(exchange, b"content-type"), read_header(exchange, b"authorization"))
    target = (request.method, request.path, request.query)
    return (*target, exchange.api_key, *sent, identify_body(exchange))


def _has_been_refused(exchange: Exchange) -> bool:
    """Whether the client read a refusal that waiting does not heal; an unknown job may be one."""
    wrong = exchange.status in _REFUSALS or (
        exchange.status == _NOT_FOUND and exchange.route in RUNS
    )
    return wrong and exchange.delivery == "intact"


def find_calls_before_reset(exchanges: list[Exchange]) -> list[int]:
    """Find calls before the reset that a 429 named; runs and polls each have their own (E5)."""
    spans: dict[tuple[str | None, bool], tuple[int, int]] = {}
    found = []
    for exchange in exchanges:
        if find_moment_us(exchange) is None or exchange.route not in RUNS | POLLS:
            continue
        kind = (exchange.api_key, exchange.route in RUNS)
        since, until = spans.get(kind, (0, 0))
        if since <= exchange.elapsed < until - _EARLY:
            found.append(exchange.seq)
        if has_arrived(exchange, _TOO_MANY) and exchange.limited is not None:
            answered, skipped = exchange.limited
            spans[kind] = (answered, _read_reset(exchange) + skipped)
    return found


def _read_reset(exchange: Exchange) -> int:
    """Return the instant that a 429 names, or one long ago."""
    headers = {name.lower(): value.decode("latin-1") for name, value in exchange.headers}
    try:
        return parse_iso(headers.get(b"x-rate-limit-reset-at-utc", ""))
    except EmulatorError:
        return 0


def find_wrong_types(exchanges: list[Exchange]) -> list[int]:
    """Find runs whose body is said to be neither JSON nor multipart (E3)."""
    return [
        exchange.seq
        for exchange in exchanges
        if exchange.route in RUNS
        and exchange.request.method == "POST"
        and read_header(exchange, b"content-type").partition(b";")[0].strip().lower() not in _MEDIA
    ]
