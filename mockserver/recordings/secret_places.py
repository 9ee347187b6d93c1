"""Where in an exchange that was recorded something still looks like a secret."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from mockserver.facts.observed import Body, HeaderPairs, Observed
from mockserver.recordings.redaction import RedactedExchange, RedactionSession, redact_recorded

_SHOWN_KINDS = {"email": "an e-mail address", "account": "the id of an account"}


def find_secret_places(exchange: Observed) -> Iterator[str]:
    """Return each place that redaction would change, with what looks secret there, not shown."""
    session = RedactionSession(upstream="", began_utc_s=0)
    redacted = redact_recorded(exchange, session)
    shown = redacted.exchange
    kinds = _render_kinds(redacted)
    if shown.url != exchange.url:
        yield f"request.url: {kinds} is in it"
    sides = (
        ("request", exchange.request_headers, shown.request_headers),
        ("response", exchange.headers, shown.headers),
    )
    for side, before, after in sides:
        for name in _find_headers(before, after):
            yield f"{side}.headers, {name}: {kinds} is in it"
    bodies = (
        ("request", exchange.request_body, shown.request_body),
        ("response", exchange.body, shown.body),
    )
    for side, was, now in bodies:
        if was.digest != now.digest and was.content is not None:
            yield f"{side}.body{_find_place(was, now)}: {kinds} is in it"


def _render_kinds(redacted: RedactedExchange) -> str:
    kinds = sorted(redacted.replaced) or ["secret"]
    return " or ".join(_SHOWN_KINDS.get(kind, f"a {kind}") for kind in kinds)


def _find_headers(before: HeaderPairs, after: HeaderPairs) -> Iterator[str]:
    """Return the names of the headers that redaction changes; of its own, where it changed one."""
    changed = [pair for pair in before if pair not in after]
    for name, _ in changed:
        if name not in {"content-length", "content-encoding"}:
            yield name if any(name == each for each, _ in after) else "the name of a header"


def _find_place(was: Body, now: Body) -> str:
    """Return where in a body the first change is: a path of JSON, or after how many bytes."""
    if was.document is not msgspec.UNSET and now.document is not msgspec.UNSET:
        return _find_path(was.document, now.document)
    pairs = zip(was.content or b"", now.content or b"", strict=False)
    at = next((at for at, (one, other) in enumerate(pairs) if one != other), now.size)
    return f", byte {at}"


def _find_path(was: Any, now: Any) -> str:
    """Return the path to the first value that differs."""
    if isinstance(was, dict) and isinstance(now, dict):
        for name, value in was.items():
            if name not in now:
                return ", the name of a member"
            if now[name] != value:
                return f".{name}{_find_path(value, now[name])}"
    if isinstance(was, list) and isinstance(now, list):
        for at, (one, other) in enumerate(zip(was, now, strict=False)):
            if one != other:
                return f"[{at}]{_find_path(one, other)}"
    return ""
