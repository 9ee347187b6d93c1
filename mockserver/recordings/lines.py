"""How exchanges are written: a session is lines of JSON, larger bodies are files beside them."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from mockserver.facts.observed import Body, HeaderPairs, KeyPlace, Observed
from mockserver.recordings.keep import Keep
from mockserver.recordings.redaction import HeaderRecord, RedactedExchange, RedactedHeader

FORMAT = "segmock-recording"
VERSION: Literal[1] = 1

BODIES = "bodies"
"""The folder of a recording in which bodies are, each under its SHA-256."""

MAX_INLINE = 4096
"""Bytes. A longer body is a file of its own, and so is one that is no JSON."""


VERSION = 1
"""Of the format."""


class HeaderLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The first line of a session."""

    format: Literal["segmock-recording"]
    version: Literal[1]
    upstream: str
    began_utc_s: float
    keep: Keep


class BodyLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A body: its text if it is short JSON, else the file by its digest, if it was kept."""

    size: int
    sha256: str = ""
    text: str | None = None
    kept: bool = True


class RequestLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was asked."""

    method: str
    url: str
    headers: HeaderPairs = ()
    body: BodyLine | None = None


class ResponseLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was answered; without a status if the answer did not come to its end."""

    status: int | None = None
    headers: HeaderPairs = ()
    body: BodyLine | None = None


class ExchangeLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Any line after the first."""

    number: int
    sent_s: float
    answered_s: float | None = None
    account: str | None = None
    key_place: KeyPlace | None = None
    request: RequestLine
    response: ResponseLine | None = None
    replaced: dict[str, int] = {}
    notes: tuple[str, ...] = ()

    @property
    def bodies(self) -> tuple[BodyLine | None, BodyLine | None]:
        """What it tells of the request's body, and of the answer's."""
        return self.request.body, self.response.body if self.response else None


def render_header(header: RedactedHeader) -> bytes:
    """Return the first line of a session."""
    record = header.record
    line = HeaderLine(
        format="segmock-recording",
        version=VERSION,
        upstream=record.upstream,
        began_utc_s=record.began_utc_s,
        keep=record.keep,
    )
    return msgspec.json.encode(line) + b"\n"


def parse_header(line: bytes) -> HeaderRecord:
    """Return what the first line of a session says.

    Raises:
        msgspec.ValidationError: It is not as the format has it.
        msgspec.DecodeError: It is no JSON.
    """
    read = msgspec.json.decode(line, type=HeaderLine)
    return HeaderRecord(upstream=read.upstream, began_utc_s=read.began_utc_s, keep=read.keep)


def find_version(line: bytes) -> int | None:
    """Return the version of the format that a first line tells; None if it tells none."""
    try:
        header = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    is_ours = isinstance(header, dict) and header.get("format") == "segmock-recording"
    version = header.get("version") if is_ours else None
    return version if isinstance(version, int) else None


def render_exchange(redacted: RedactedExchange) -> bytes:
    """Return the line of an exchange; its larger bodies are not in it (`list_files`)."""
    exchange = redacted.exchange
    response = ResponseLine(
        status=exchange.status,
        headers=exchange.headers,
        body=_make_body_line(exchange.body),
    )
    line = ExchangeLine(
        number=exchange.number,
        sent_s=exchange.sent_s,
        answered_s=exchange.answered_s,
        account=exchange.account,
        key_place=exchange.key_place,
        request=RequestLine(
            method=exchange.method,
            url=exchange.url,
            headers=exchange.request_headers,
            body=_make_body_line(exchange.request_body),
        ),
        response=None if response == ResponseLine() else response,
        replaced=redacted.replaced,
        notes=redacted.notes,
    )
    return msgspec.json.encode(line) + b"\n"


def list_files(redacted: RedactedExchange) -> dict[str, bytes]:
    """Return the bodies that get files of their own, by their names."""
    exchange = redacted.exchange
    return {
        body.digest: body.content
        for body in (exchange.request_body, exchange.body)
        if body.content and not _is_inline(body)
    }


def list_digests(line: ExchangeLine) -> list[str]:
    """Return the names of the files that hold bodies of an exchange."""
    return [each.sha256 for each in line.bodies if each and each.kept and each.text is None]


def parse_exchange(line: bytes) -> ExchangeLine:
    """Return what a line says; raises as `parse_header` does."""
    return msgspec.json.decode(line, type=ExchangeLine)


def make_observed(line: ExchangeLine, request_body: Body, body: Body) -> Observed:
    """Return the exchange that a line is about, with its bodies."""
    response = line.response or ResponseLine()
    return Observed(
        number=line.number,
        sent_s=line.sent_s,
        answered_s=line.answered_s,
        method=line.request.method,
        url=line.request.url,
        request_headers=line.request.headers,
        request_body=request_body,
        account=line.account,
        key_place=line.key_place,
        status=response.status,
        headers=response.headers,
        body=body,
    )


def _make_body_line(body: Body) -> BodyLine | None:
    if not body.size:
        return None
    if body.content is None:
        return BodyLine(size=body.size, sha256=body.digest, kept=False)
    text = body.content.decode() if _is_inline(body) else None
    return BodyLine(size=body.size, sha256=body.digest, text=text)


def _is_inline(body: Body) -> bool:
    document: Any = body.document if body.size <= MAX_INLINE else msgspec.UNSET
    return document is not msgspec.UNSET
