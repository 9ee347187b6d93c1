"""Where a client puts its key: into x-api-key, on calls to the gateway, and nowhere else (A1).

The journal shows no key in full; where one stood, it shows a mark made of its last characters.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from client_tests.cases.model import Case
from client_tests.judging.trace import Exchange, Trace
from client_tests.judging.violations import Violation

OWN_HEADER = "x-api-key"

_SHOWN = 4
"""So many characters of a key the journal shows, behind three dots."""

_CREDENTIALS = {"authorization", "proxy-authorization"}
_HANDED_OUT = ("status_url", "response_url", "poll_url")


def check_key_places(case: Case, trace: Trace) -> Iterator[Violation]:
    """The key is in no other header, in no URL, and in no body."""
    told = {
        seq
        for verdict in trace.verdicts
        if verdict["id"].startswith("key-")
        for seq in verdict["requests"]
    }
    given = json.dumps([operation.params for operation in case.operations])
    found: dict[str, list[int]] = {}
    for exchange in trace.exchanges:
        if trace.api_key and exchange.seq not in told:
            for place in _find_places(exchange, trace.api_key, given):
                found.setdefault(place, []).append(exchange.seq)
    for place, numbers in found.items():
        message = f"It sent its key in {place}: the header {OWN_HEADER} alone is the place for it."
        yield Violation("key-elsewhere", "MUST", message, ("A1",), tuple(numbers))


def check_key_hosts(_case: Case, trace: Trace) -> Iterator[Violation]:
    """The key goes to no host that a redirect alone has named."""
    if not trace.origin:
        return
    own, named = {urlsplit(trace.origin).netloc.lower()}, set[str]()
    numbers: dict[str, list[int]] = {}
    for exchange in trace.exchanges:
        host = exchange.request_headers.get("host", "").lower()
        named.add(urlsplit(exchange.response_headers.get("location", "")).netloc.lower())
        if host not in named - own:
            own |= _list_handed_out(exchange)
        elif _holds_key(exchange, trace.api_key):
            numbers.setdefault(host, []).append(exchange.seq)
    for host, seqs in numbers.items():
        message = (
            f"It sent its key to {host}, a host that a redirect named: HTTP libraries take "
            f"Authorization out of a redirected request, and leave {OWN_HEADER} in."
        )
        yield Violation("key-to-other-host", "MUST", message, ("A1", "R7"), tuple(seqs))


def check_key_words(_case: Case, trace: Trace) -> Iterator[Violation]:
    """The key is in no line that the client writes, and in no error that it reports."""
    if not trace.api_key:
        return
    for line in trace.log.splitlines():
        if trace.api_key in line:
            message = f"Its log has the key in full: {_shorten(line, trace.api_key)!r}."
            yield Violation("key-in-log", "MUST", message, ("A1",))
            break
    for reply in trace.replies:
        error = reply.answer.error if reply.answer else None
        if error and trace.api_key in error:
            message = f"Its error has the key in full: {_shorten(error, trace.api_key)!r}."
            yield Violation("key-in-log", "MUST", message, ("A1",))


def _find_places(exchange: Exchange, api_key: str, given: str) -> Iterator[str]:
    """Name the places of a request in which a key stands that it does not belong to."""
    mark = _mark_of(api_key)
    for name, value in exchange.request_headers.items():
        marks = _mark_encoded(api_key) if name in _CREDENTIALS else {mark}
        if name != OWN_HEADER and any(each in value for each in marks):
            yield f"the header {name}"
    if mark in exchange.path:
        yield "the query of a URL" if mark in exchange.path.partition("?")[2] else "a URL's path"
    if mark in _write_body(exchange.sent) and mark not in given:
        yield "a body"


def _holds_key(exchange: Exchange, api_key: str) -> bool:
    return OWN_HEADER in exchange.request_headers or any(_find_places(exchange, api_key, ""))


def _list_handed_out(exchange: Exchange) -> set[str]:
    """Return the hosts in the URLs that a submit was answered with (S1)."""
    urls = (exchange.told.get(name) for name in _HANDED_OUT)
    return {urlsplit(url).netloc.lower() for url in urls if isinstance(url, str)}


def _mark_of(api_key: str) -> str:
    return f"...{api_key[-_SHOWN:]}"


def _mark_encoded(api_key: str) -> set[str]:
    """Return how the journal shows a key in credentials: as it is, or as Basic has it."""
    encoded = {
        b64encode(f"{'u' * user}{api_key}{end}".encode()).decode()
        for user in range(3)
        for end in ("", ":")
    }
    return {_mark_of(each) for each in {api_key, *encoded}}


def _write_body(body: Any) -> str:
    return body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)


def _shorten(text: str, api_key: str, most: int = 120) -> str:
    """Return the part of a text around a key, with the key as the journal shows it."""
    start = max(0, text.index(api_key) - most // 2)
    return text[start : start + most + len(api_key)].replace(api_key, _mark_of(api_key))
