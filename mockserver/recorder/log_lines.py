"""A line about an exchange, for users who watch."""

from __future__ import annotations

from urllib.parse import urlsplit

from mockserver.base.plurals import count
from mockserver.recordings.redaction import RedactedExchange

_NO_ANSWER = "no answer"


def render_exchange(redacted: RedactedExchange) -> str:
    """Return a line about an exchange, as it was written: `#3 GET /v2/requests/1 200 0.12 s`."""
    seen = redacted.exchange
    parts = urlsplit(seen.url)
    status = _NO_ANSWER if seen.status is None else str(seen.status)
    took = "" if seen.answered_s is None else f" {seen.answered_s - seen.sent_s:.2f} s"
    size = f", {count(seen.body.size, 'byte')}" if seen.body.size else ""
    return f"#{seen.number} {seen.method} {parts.netloc}{parts.path} {status}{took}{size}"
