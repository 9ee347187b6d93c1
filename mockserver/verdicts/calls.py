"""Rules about calls that should not have been made, or not so."""

from __future__ import annotations

from typing import Any, NamedTuple

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
from mockserver.verdicts.knowledge import Knowledge

_REFUSALS = {400, 401, 403, 405, 406, 410, 413}
_NOT_FOUND = 404
_TOO_MANY = 429
_EARLY = 20_000
"""Microseconds by which timers of clients may go off too early: those of JavaScript start from
when the turn of the loop began."""
_MEDIA = {b"application/json", b"multipart/form-data"}


def find_resubmitted_runs(exchanges: list[Exchange]) -> list[int]:
    """Find runs that were sent again after an answer that did not arrive whole (S2)."""
    lost: dict[tuple[Any, ...], tuple[int, Knowledge]] = {}
    found: set[int] = set()
    for exchange in exchanges:
        if exchange.route not in RUNS or exchange.request.method != "POST":
            continue
        call = (exchange.api_key, exchange.request.path, identify_body(exchange))
        if call in lost:
            first, loss = lost[call]
            if loss.may_guide(exchange):
                found |= {first, exchange.seq}
            loss.note(exchange)
        elif exchange.delivery != "intact":
            lost[call] = (exchange.seq, Knowledge(exchange))
    return sorted(found)


def find_repeated_calls(exchanges: list[Exchange]) -> list[int]:
    """Find calls that had been refused before; another content type makes another call."""
    refused: dict[tuple[Any, ...], Knowledge] = {}
    found = []
    for exchange in exchanges:
        call = _identify_call(exchange)
        if call in refused:
            if refused[call].may_guide(exchange):
                found.append(exchange.seq)
            refused[call].note(exchange)
        elif _has_been_refused(exchange):
            refused[call] = Knowledge(exchange)
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


class _Pause(NamedTuple):
    """The time in which a client is not to call, in elapsed time, and what it knows of it."""

    since: int
    until: int
    knowledge: Knowledge

    def forbids(self, exchange: Exchange) -> bool:
        """Whether a client that made this call should have waited."""
        is_early = self.since <= exchange.elapsed < self.until - _EARLY
        return is_early and self.knowledge.may_guide(exchange)


def find_calls_before_reset(exchanges: list[Exchange]) -> list[int]:
    """Find calls before the reset that a 429 named; each kind of call has its own (E5)."""
    pauses: dict[tuple[str | None, str], _Pause] = {}
    found = []
    for exchange in exchanges:
        if find_moment_us(exchange) is None:
            continue
        kind = (exchange.api_key, _name_kind(exchange.route))
        pause = pauses.get(kind)
        if pause is not None:
            if pause.forbids(exchange):
                found.append(exchange.seq)
            pause.knowledge.note(exchange)
        told = _read_pause(exchange)
        if told is not None and (pause is None or told.until != pause.until):
            pauses[kind] = told
    return found


def _name_kind(route: str) -> str:
    """Return what is limited together with a route: runs, polls, or the route alone."""
    return "run" if route in RUNS else "poll" if route in POLLS else route


def _read_pause(exchange: Exchange) -> _Pause | None:
    """Return what a 429 that the client read says; None of any other answer."""
    if exchange.limited is None or not has_arrived(exchange, _TOO_MANY):
        return None
    answered, skipped = exchange.limited
    return _Pause(answered, _read_reset(exchange) + skipped, Knowledge(exchange))


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


def find_numbers_as_text(exchanges: list[Exchange]) -> list[int]:
    """Find runs in whose JSON a number or a boolean is a text (P1)."""
    return [exchange.seq for exchange in exchanges if exchange.numbers_as_text]
