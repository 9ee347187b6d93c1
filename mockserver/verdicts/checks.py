"""How each rule for clients is checked against what a journal holds.

A check reads one account's exchanges, in the order of their numbers, and returns the numbers of
those that break its rule. Nothing that an exchange holds makes a check fail: bodies may be cut,
binary or empty.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from mockserver.base.clock import SECOND, parse_iso
from mockserver.base.errors import EmulatorError
from mockserver.base.ids import canonical
from mockserver.contract.routing import find
from mockserver.state.journal import Entry
from mockserver.state.journal_bounds import MAX_BODY

MIN_PAUSE_S = 0.2
"""Two polls of a job that are less than this apart, in real seconds, are too fast."""

MAX_POLLS_AFTER_404 = 10

KEY_PARAMETERS = {"api_key", "apikey", "api-key", "x-api-key", "key", "token"}
"""Query parameters under which clients send a key, though none belongs there."""

_RUNS = {"submit", "sync"}
_POLLS = {"status", "result", "poll"}
_FILES = {"output", "asset", "dataset"}
_KEYLESS = {*_FILES, "unknown"}
_REFUSALS = {400, 401, 403, 405, 406, 410, 413}
_NOT_FOUND = 404
_FAILED = 422
_TOO_MANY = 429
_MEDIA = {b"application/json", b"multipart/form-data"}


class _Told(msgspec.Struct):
    """What the checks read of a JSON answer, of whatever type it came."""

    status: Any = None
    request_id: Any = None
    status_url: Any = None
    response_url: Any = None
    poll_url: Any = None


_read = msgspec.json.Decoder(_Told).decode
_NOTHING = _Told()


# --- Reading an exchange ------------------------------------------------------------------


def _told(entry: Entry) -> _Told:
    """Return what an answer says, if it is a JSON object."""
    try:
        return _read(entry.body)
    except (ValueError, RecursionError):
        return _NOTHING


def _header(entry: Entry, name: bytes) -> bytes:
    return entry.request.headers.get(name, b"")


def _moment_us(entry: Entry) -> float | None:
    """Return the microsecond by which a client's pace is judged; None where it cannot be.

    It is real time on a real clock, and the time slept where the client's sleep is virtual.
    """
    if entry.slept is not None:
        return entry.slept
    return entry.request.received_s * SECOND if entry.clock == "real" else None


def _body(entry: Entry) -> tuple[bytes, bytes]:
    """Return what tells bodies apart: of one that was not kept whole, its length too."""
    request = entry.request
    if request.oversized or len(request.body) > MAX_BODY:
        return request.body, _header(entry, b"content-length")
    return request.body, b""


def _polls(entries: list[Entry]) -> Iterator[tuple[str, Entry]]:
    """Go through the polls, each with the id of its job."""
    for entry in entries:
        if entry.route in _POLLS and entry.request_id and entry.request.method == "GET":
            yield canonical(entry.request_id), entry


def _intact(entry: Entry, status: int) -> bool:
    return entry.status == status and entry.delivery == "intact"


def _completed(entry: Entry) -> bool:
    """Whether the client read COMPLETED."""
    return _intact(entry, 200) and _told(entry).status == "COMPLETED"


# --- MUST ---------------------------------------------------------------------------------


def resubmitted(entries: list[Entry]) -> list[int]:
    """Find runs that were sent again after an answer that did not arrive whole (S2)."""
    lost: dict[tuple[Any, ...], int] = {}
    found: set[int] = set()
    for entry in entries:
        if entry.route not in _RUNS or entry.request.method != "POST":
            continue
        call = (entry.api_key, entry.request.path, _body(entry))
        if call in lost:
            found |= {lost[call], entry.seq}
        elif entry.delivery != "intact":
            lost[call] = entry.seq
    return sorted(found)


def repeated(entries: list[Entry]) -> list[int]:
    """Find calls that had been refused before; another content type makes another call."""
    refused: set[tuple[Any, ...]] = set()
    found = []
    for entry in entries:
        request = entry.request
        sent = (_header(entry, b"content-type"), _header(entry, b"authorization"))
        call = (request.method, request.path, request.query, entry.api_key, *sent, _body(entry))
        if call in refused:
            found.append(entry.seq)
        elif _refused(entry):
            refused.add(call)
    return found


def _refused(entry: Entry) -> bool:
    """Whether the client read a refusal that waiting does not heal; an unknown job may be one."""
    wrong = entry.status in _REFUSALS or (entry.status == _NOT_FOUND and entry.route in _RUNS)
    return wrong and entry.delivery == "intact"


def impatient(entries: list[Entry]) -> list[int]:
    """Find calls before the reset that a 429 named; runs and polls each have their own (E5)."""
    spans: dict[tuple[str | None, bool], tuple[int, int]] = {}
    found = []
    for entry in entries:
        if _moment_us(entry) is None or entry.route not in _RUNS | _POLLS:
            continue
        kind = (entry.api_key, entry.route in _RUNS)
        since, until = spans.get(kind, (0, 0))
        if since <= entry.at < until:
            found.append(entry.seq)
        if _intact(entry, _TOO_MANY):
            spans[kind] = (entry.answered_at, _reset(entry))
    return found


def _reset(entry: Entry) -> int:
    """Return the instant that a 429 names, or one long ago."""
    headers = {name.lower(): value.decode("latin-1") for name, value in entry.headers}
    try:
        return parse_iso(headers.get(b"x-rate-limit-reset-at-utc", ""))
    except EmulatorError:
        return 0


def key_in_query(entries: list[Entry]) -> list[int]:
    """Find queries that hold a key: by the parameter's name, or because it is this account's."""
    keys = {entry.api_key for entry in entries if entry.api_key}
    return [entry.seq for entry in entries if _query_has_key(entry, keys)]


def _query_has_key(entry: Entry, keys: set[str]) -> bool:
    pairs = parse_qsl(entry.request.query)
    return any(name.lower() in KEY_PARAMETERS or value in keys for name, value in pairs)


def key_as_bearer(entries: list[Entry]) -> list[int]:
    """Find runs with a Bearer token (A4)."""
    return [
        entry.seq
        for entry in entries
        if entry.route in _RUNS and _header(entry, b"authorization").lower().startswith(b"bearer ")
    ]


def key_to_output(entries: list[Entry]) -> list[int]:
    """Find downloads with a key, which they do not need (R7)."""
    return [
        entry.seq
        for entry in entries
        if entry.route in _FILES
        and (_header(entry, b"x-api-key") or _header(entry, b"authorization"))
    ]


def no_key(entries: list[Entry]) -> list[int]:
    """Find calls that needed a key and had none, not even in a wrong place (A2)."""
    return [
        entry.seq
        for entry in entries
        if entry.route not in _KEYLESS
        and not entry.api_key
        and not _header(entry, b"authorization")
        and not _query_has_key(entry, set())
    ]


def built_own_url(entries: list[Entry]) -> list[int]:
    """Find polls at a path made of the request id, where other URLs had been handed out."""
    handed: dict[str, tuple[str, ...]] = {}
    found = []
    for entry in entries:
        if entry.route == "submit" and _intact(entry, 200):
            handed |= _opaque(_told(entry))
        elif entry.route in _POLLS:
            request = entry.request
            target = f"{request.path}?{request.query}" if request.query else request.path
            urls = handed.get(canonical(find(request.path)[1]))
            if urls and not any(url.endswith(target) for url in urls):
                found.append(entry.seq)
    return found


def _opaque(told: _Told) -> dict[str, tuple[str, ...]]:
    """Return the URLs of a submit's answer by its id, unless they are the usual ones."""
    name, url = told.request_id, told.status_url
    named = isinstance(name, str) and isinstance(url, str)
    if not named or url.endswith(f"/v2/requests/{name}/status"):
        return {}
    urls = (url, told.response_url, told.poll_url)
    return {canonical(name): tuple(each for each in urls if isinstance(each, str))}


# --- SHOULD -------------------------------------------------------------------------------


def too_fast(entries: list[Entry]) -> list[int]:
    """Find polls that follow another of the same job and route without a pause."""
    last: dict[tuple[str, str, bool], float] = {}
    found = []
    for job, entry in _polls(entries):
        moment_us = _moment_us(entry)
        if moment_us is None:
            continue
        poll = (entry.route, job, entry.slept is None)  # the two kinds of time have two origins
        if poll in last and moment_us - last[poll] < MIN_PAUSE_S * SECOND:
            found.append(entry.seq)
        last[poll] = moment_us
    return found


def after_result(entries: list[Entry]) -> list[int]:
    """Find polls of jobs whose result, or failure, the client had in hand (T1)."""
    ended: set[str] = set()
    found = []
    for job, entry in _polls(entries):
        if job in ended:
            found.append(entry.seq)
        elif _intact(entry, _FAILED) or (entry.route != "status" and _completed(entry)):
            ended.add(job)
    return found


def unknown_job(entries: list[Entry]) -> list[int]:
    """Find polls of a job that go on and on after the first 404 of its id (T6, T7)."""
    polls: dict[str, int] = {}
    found = []
    for job, entry in _polls(entries):
        if job in polls:
            polls[job] += 1
            if polls[job] > MAX_POLLS_AFTER_404:
                found.append(entry.seq)
        elif _intact(entry, _NOT_FOUND):
            polls[job] = 0
    return found


def fetched_early(entries: list[Entry]) -> list[int]:
    """Find reads of results that were not there yet (T8)."""
    return [
        entry.seq
        for _, entry in _polls(entries)
        if entry.route != "status"
        and entry.status == 200  # noqa: PLR2004
        and _told(entry).status in ("QUEUED", "PROCESSING")  # a list, maybe
    ]


def never_fetched(entries: list[Entry]) -> list[int]:
    """Find statuses that said COMPLETED and were not followed by a read of the result."""
    waiting: dict[str, int] = {}
    fetched: set[str] = set()
    for job, entry in _polls(entries):
        if entry.route != "status":
            waiting.pop(job, None)
            if _completed(entry):
                fetched.add(job)
        elif job not in fetched and _completed(entry):
            waiting.setdefault(job, entry.seq)
    return sorted(waiting.values())


def wrong_type(entries: list[Entry]) -> list[int]:
    """Find runs whose body is said to be neither JSON nor multipart (E3)."""
    return [
        entry.seq
        for entry in entries
        if entry.route in _RUNS
        and entry.request.method == "POST"
        and _header(entry, b"content-type").partition(b";")[0].strip().lower() not in _MEDIA
    ]
