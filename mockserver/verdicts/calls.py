"""Rules about calls that should not have been made, or not so."""

from __future__ import annotations

from typing import Any

from mockserver.base.clock import parse_iso
from mockserver.base.errors import EmulatorError
from mockserver.state.journal import Entry
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
_MEDIA = {b"application/json", b"multipart/form-data"}


def find_resubmitted_runs(entries: list[Entry]) -> list[int]:
    """Find runs that were sent again after an answer that did not arrive whole (S2)."""
    lost: dict[tuple[Any, ...], int] = {}
    found: set[int] = set()
    for entry in entries:
        if entry.route not in RUNS or entry.request.method != "POST":
            continue
        call = (entry.api_key, entry.request.path, identify_body(entry))
        if call in lost:
            found |= {lost[call], entry.seq}
        elif entry.delivery != "intact":
            lost[call] = entry.seq
    return sorted(found)


def find_repeated_calls(entries: list[Entry]) -> list[int]:
    """Find calls that had been refused before; another content type makes another call."""
    refused: set[tuple[Any, ...]] = set()
    found = []
    for entry in entries:
        call = _identify_call(entry)
        if call in refused:
            found.append(entry.seq)
        elif _has_been_refused(entry):
            refused.add(call)
    return found


def _identify_call(entry: Entry) -> tuple[Any, ...]:
    request = entry.request
    sent = (read_header(entry, b"content-type"), read_header(entry, b"authorization"))
    target = (request.method, request.path, request.query)
    return (*target, entry.api_key, *sent, identify_body(entry))


def _has_been_refused(entry: Entry) -> bool:
    """Whether the client read a refusal that waiting does not heal; an unknown job may be one."""
    wrong = entry.status in _REFUSALS or (entry.status == _NOT_FOUND and entry.route in RUNS)
    return wrong and entry.delivery == "intact"


def find_calls_before_reset(entries: list[Entry]) -> list[int]:
    """Find calls before the reset that a 429 named; runs and polls each have their own (E5)."""
    spans: dict[tuple[str | None, bool], tuple[int, int]] = {}
    found = []
    for entry in entries:
        if find_moment_us(entry) is None or entry.route not in RUNS | POLLS:
            continue
        kind = (entry.api_key, entry.route in RUNS)
        since, until = spans.get(kind, (0, 0))
        if since <= entry.at < until:
            found.append(entry.seq)
        if has_arrived(entry, _TOO_MANY):
            spans[kind] = (entry.answered_at, _read_reset(entry))
    return found


def _read_reset(entry: Entry) -> int:
    """Return the instant that a 429 names, or one long ago."""
    headers = {name.lower(): value.decode("latin-1") for name, value in entry.headers}
    try:
        return parse_iso(headers.get(b"x-rate-limit-reset-at-utc", ""))
    except EmulatorError:
        return 0


def find_wrong_types(entries: list[Entry]) -> list[int]:
    """Find runs whose body is said to be neither JSON nor multipart (E3)."""
    return [
        entry.seq
        for entry in entries
        if entry.route in RUNS
        and entry.request.method == "POST"
        and read_header(entry, b"content-type").partition(b";")[0].strip().lower() not in _MEDIA
    ]
