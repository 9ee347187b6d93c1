"""Addresses in bodies and headers, replaced by those of the recorder, and back again.

All else of a body stays as it is, byte for byte: no JSON is parsed and written anew.
"""

from __future__ import annotations

import re
from urllib.parse import urljoin

from mockserver.recorder.addresses import Addresses, Target
from mockserver.recorder.decoding import parse_leniently, split_mark
from mockserver.recorder.origins import Origin, find_origin, make_origin
from mockserver.recorder.output_places import find_outputs

_AUTHORITY = rb"[A-Za-z0-9\-.\[\]:]*[A-Za-z0-9\]]"
_ENDS_THERE = rb"(?=[/?#\"'\\\s<>,)\]}|`&]|\Z)"
_SLASHES = rb"(?:\\*(?:/|u002[fF])){2}"
_URL = re.compile(
    rb"(?P<scheme>https?):" + _SLASHES + rb"(?P<host>" + _AUTHORITY + rb")" + _ENDS_THERE,
    re.IGNORECASE,
)
_OWN_URL = re.compile(
    rb"(?P<scheme>https?):" + _SLASHES + rb"(?P<given>" + _AUTHORITY + rb")"
    rb"(?:\\*/-(?P<http>http)?\\*/(?P<named>" + _AUTHORITY + rb"))?" + _ENDS_THERE,
    re.IGNORECASE,
)
_JSON = re.compile(r"application/(?:[\w.+-]+\+)?json\s*(?:;.*)?", re.IGNORECASE | re.DOTALL)


def is_json(content_type: str) -> bool:
    """Tell whether a body of this type is one JSON value."""
    return _JSON.fullmatch(content_type.strip()) is not None


def rewrite_answer(content: bytes, addresses: Addresses, own: Origin) -> bytes:
    """Return the JSON of an answer so that the addresses in it lead to the recorder.

    These are all of the vendor's, the upstream's, and those of outputs, which the session learns
    here. What is no JSON stays as it is.

    Args:
        content: What the upstream has said.
        addresses: What the session knows.
        own: Whom the client takes the recorder for.
    """
    mark, rest, encoding = split_mark(content)
    try:
        text = rest if encoding.startswith("utf-8") else rest.decode(encoding).encode()
        document = parse_leniently(text)
    except (ValueError, RecursionError):
        return content
    addresses.learn(find_outputs(document))
    shown = _lead_here(text, addresses, own)
    if shown == text:
        return content
    return mark + (shown if text is rest else shown.decode().encode(encoding))


def _lead_here(text: bytes, addresses: Addresses, own: Origin) -> bytes:
    def replace(found: re.Match[bytes]) -> bytes:
        origin = make_origin(found["scheme"].decode(), found["host"].decode())
        shown = addresses.find_shown(origin, own) if origin else None
        return found[0] if shown is None else shown.encode()

    return _URL.sub(replace, text)


def rewrite_location(
    value: str, addresses: Addresses, own: Origin, asked: Target | None = None
) -> str:
    """Return where a redirect leads by way of the recorder; the session learns that host.

    Args:
        value: As the service has it.
        addresses: What the session knows.
        own: Whom the client takes the recorder for.
        asked: What was asked, which a relative address is relative to; it would lead a client
            elsewhere that was led there by a path of the recorder's.
    """
    origin = find_origin(value)
    if origin is None and asked and (asked.is_prefixed or value.startswith("//")):
        value = urljoin(asked.url, value)
        origin = find_origin(value)
    if origin is None:
        return value
    if not origin.is_vendors:
        addresses.learn([origin])
    shown = addresses.find_shown(origin, own)
    match = _URL.match(value.encode())
    return value if shown is None or match is None else shown + value[match.end() :]


def rewrite_request(content: bytes, addresses: Addresses, own: Origin) -> bytes:
    """Return the body of a request with the addresses in it that the client was given replaced.

    A client that hands one run's output to the next sends what it was given, which the service
    cannot reach.

    Args:
        content: What the client has sent, of whatever type.
        addresses: What the session knows.
        own: Whom the client takes the recorder for.
    """
    if own.authority.encode() not in content and b"/-" not in content:
        return content

    def restore(found: re.Match[bytes]) -> bytes:
        given = make_origin(found["scheme"].decode(), found["given"].decode())
        if given is None or not addresses.is_own(given, own):
            return found[0]
        named = found["named"]
        scheme = "http" if found["http"] else "https"
        origin = make_origin(scheme, named.decode()) if named else None
        return (addresses.find_original(given, origin) or given.root).encode()

    return _OWN_URL.sub(restore, content)
