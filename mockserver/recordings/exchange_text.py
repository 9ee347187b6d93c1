"""One recorded exchange, whole, as people read it."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from mockserver.base.json_encoding import encode_pretty
from mockserver.base.plurals import count
from mockserver.facts.observed import Body, HeaderPairs, Observed
from mockserver.recordings.lines import BODIES, ExchangeLine


def render_exchange_text(exchange: Observed, line: ExchangeLine) -> Iterator[str]:
    """Return the lines that show an exchange: what was sent and answered, with both bodies."""
    yield f"{exchange.method} {exchange.url}"
    yield from _render_message(exchange.request_headers, exchange.request_body)
    yield ""
    if exchange.status is None:
        yield "no answer, or none that came to its end"
    else:
        took = (
            ""
            if exchange.answered_s is None
            else f", {exchange.answered_s - exchange.sent_s:.3f} s"
        )
        yield f"{exchange.status}{took}"
    yield from _render_message(exchange.headers, exchange.body)
    for note in line.notes:
        yield f"note: {note}"


def _render_message(headers: HeaderPairs, body: Body) -> Iterator[str]:
    for name, value in headers:
        yield f"{name}: {value}"
    if body.size:
        yield ""
        yield from _render_body(body)


def _render_body(body: Body) -> Iterator[str]:
    if body.content is None:
        digest = f", SHA-256 {body.digest}" if body.digest else ""
        yield f"({count(body.size, 'byte')} not kept{digest})"
    elif body.document is not msgspec.UNSET:
        yield encode_pretty(body.document).decode()
    else:
        yield _render_text(body)


def _render_text(body: Body) -> str:
    try:
        text = (body.content or b"").decode()
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        return f"({count(body.size, 'byte')}, in {BODIES}/{body.digest})"
    return text.rstrip("\n")
