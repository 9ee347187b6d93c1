"""Which header fields are passed on, and what becomes of those that are about a connection.

RFC 9110 (7.6.1): fields of a connection end with it, and so do those that its field Connection
names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from mockserver.facts.observed import HeaderPairs
from mockserver.recorder.addresses import Target

Fields: TypeAlias = "list[tuple[bytes, bytes]]"

_OF_A_CONNECTION = {
    b"connection",
    b"keep-alive",
    b"proxy-authenticate",
    b"proxy-authorization",
    b"proxy-connection",
    b"te",
    b"trailer",
    b"transfer-encoding",
    b"upgrade",
}
_SAID_ANEW = {b"host", b"content-length", b"accept-encoding", b"expect"}
"""Of a request: the recorder has read the body, and cannot rewrite what is compressed."""

_WITH_KEYS = {b"x-api-key", b"authorization", b"cookie"}
_BODILESS = {204, 304}
_FRAMES_A_BODY = {b"content-length", b"transfer-encoding"}


def make_request_fields(fields: Fields, target: Target, size: int) -> Fields:
    """Return what the upstream is sent, in the client's order.

    Args:
        fields: What the client has sent, names in small letters.
        target: Where to.
        size: How many bytes the body has.
    """
    kept = [
        (name, value)
        for name, value in drop_connection(fields)
        if name not in _SAID_ANEW and (target.bears_key or name not in _WITH_KEYS)
    ]
    has_body = size or any(name in _FRAMES_A_BODY for name, _ in fields)
    return [
        (b"host", target.host.encode("latin-1")),
        *kept,
        (b"accept-encoding", b"identity"),
        *([(b"content-length", b"%d" % size)] if has_body else []),
    ]


def make_answer_fields(status: int, fields: Fields) -> Fields:
    """Return what the client is given of an answer's fields.

    A length that says nothing of what follows is left out: beside a Transfer-Encoding (RFC 9112,
    6.3), and where the status has no body (RFC 9110, 8.6).
    """
    has_length = status not in _BODILESS and not find_field(fields, b"transfer-encoding")
    kept = drop_connection(fields)
    return kept if has_length else drop_named(kept, b"content-length")


def drop_connection(fields: Iterable[tuple[bytes, bytes]]) -> Fields:
    """Return fields without those of a connection."""
    listed = list(fields)
    dropped = _OF_A_CONNECTION | set(_list_named(listed))
    return [(name, value) for name, value in listed if name.lower() not in dropped]


def _list_named(fields: Fields) -> Iterator[bytes]:
    for name, value in fields:
        if name.lower() == b"connection":
            yield from (each.strip().lower() for each in value.split(b","))


def drop_named(fields: Fields, *names: bytes) -> Fields:
    """Return fields without those of some names, in small letters."""
    return [(name, value) for name, value in fields if name.lower() not in names]


def find_field(fields: Fields, name: bytes) -> str:
    """Return the first field of a name, in small letters; empty if there is none."""
    found = (value for each, value in fields if each.lower() == name)
    return next(found, b"").decode("latin-1")


def make_pairs(fields: Fields) -> HeaderPairs:
    """Return fields as an exchange that was seen has them."""
    return tuple(
        (name.lower().decode("latin-1"), value.decode("latin-1")) for name, value in fields
    )
