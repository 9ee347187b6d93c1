"""Addresses in bodies and headers, replaced by those of the recorder, and back again.

All else of a body stays as it is, byte for byte: no JSON is parsed and written anew.
"""

from __future__ import annotations

import re

import msgspec

from mockserver.recorder.addresses import Addresses
from mockserver.recorder.origins import Origin, find_origin, make_origin
from mockserver.recorder.output_places import find_outputs

_AUTHORITY = rb"[A-Za-z0-9\-.\[\]:]*[A-Za-z0-9\]]"
_ENDS_THERE = rb"(?=[/?#\"'\\\s<>,)\]}|`&]|\Z)"
_SLASHES = rb"(?:\\*/){2}"
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
    try:
        document = msgspec.json.decode(content)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return content
    addresses.learn(find_outputs(document))

    def replace(found: re.Match[bytes]) -> bytes:
        origin = make_origin(found["scheme"].decode(), found["host"].decode())
        shown = addresses.find_shown(origin, own) if origin else None
        return found[0] if shown is None else shown.encode()

    return _URL.sub(replace, content)


def rewrite_location(value: str, addresses: Addresses, own: Origin) -> str:
    """Return where a redirect leads by way of the recorder; the session learns that host."""
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
