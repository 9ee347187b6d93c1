"""What lets a page of any origin read the answers of the data plane (C1).

The protocol is the Fetch standard's. Nobody recorded the gateway's own headers, so all is allowed
that a browser app may rely on. Only a request with an `Origin`, which browsers send, is answered
with these headers: other clients see what they would see without them.
"""

from __future__ import annotations

import re
from functools import lru_cache

from mockserver.base.wire import Headers, Request

# C1: thirteen public apps call the gateway from the page, so its answers can be read from any
# origin; nobody recorded by which headers. `*` is the least that lets all of them work.
_ALLOW_ORIGIN = (b"access-control-allow-origin", b"*")
_VARY = (b"vary", b"origin")
_PREFLIGHT_VARY = (
    b"vary",
    b"origin, access-control-request-headers, access-control-request-private-network",
)
_NAME = re.compile(rb"[!#$%&'*+\-.^_`|~0-9a-z]+")

# R8: another verb than a route takes is 405 with a page; a preflight must not hide that.
_METHODS = b"DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT"
"""All of them, so that a page gets the 405 of a wrong verb and not the browser's own error."""

# A1, A4: keys come in x-api-key, and on some routes as Authorization: Bearer.
_ALLOWED = [b"authorization", b"content-type", b"x-api-key"]
"""Request headers that are allowed whether or not a preflight names them."""

_MAX_AGE_S = b"600"

_SAFELISTED = {
    *(b"cache-control", b"content-language", b"content-length", b"content-type"),
    *(b"expires", b"last-modified", b"pragma"),
}
"""Response headers that a page may read in any case."""

# V2: what a blocking run cost, what is left and how long it took is told in headers alone; E5: so
# is the reset of a window. A page that may not read them sees less than any other client.
EXPOSED = (
    *(b"x-cost", b"x-remaining-credits", b"x-request-id", b"x-generation-time"),
    *(b"x-seed-value", b"x-rate-limit-reset-at-utc", b"content-range", b"accept-ranges"),
)
"""What every answer exposes; an answer that has other headers exposes them as well."""


def is_preflight(request: Request) -> bool:
    """Tell whether a browser asks if a page may send a request."""
    return request.method == "OPTIONS" and b"access-control-request-method" in request.headers


def allow_request(request: Request) -> Headers:
    """Return the headers that allow the request which a preflight announces, whatever it is."""
    announced = request.headers.get(b"access-control-request-headers", b"").split(b",")
    names = (name.strip(b" \t").lower() for name in announced)
    allowed = dict.fromkeys([*_ALLOWED, *filter(_NAME.fullmatch, names)])
    headers: Headers = (
        _ALLOW_ORIGIN,
        (b"access-control-allow-methods", _METHODS),
        (b"access-control-allow-headers", b", ".join(allowed)),
        (b"access-control-max-age", _MAX_AGE_S),
        _PREFLIGHT_VARY,
    )
    if request.headers.get(b"access-control-request-private-network") == b"true":
        headers += ((b"access-control-allow-private-network", b"true"),)
    return headers


def share_answer(request: Request, headers: Headers) -> Headers:
    """Return the headers of an answer to a page, or of a file, with those that let it be read.

    An answer that says itself who may read it, as a fault can make it, stays as it is. Without an
    origin a file still says that it varies with it: a page may show it as an image first and
    fetch it then, and no cache may give it the first answer for the second.
    """
    if b"origin" not in request.headers:
        return (*headers, _VARY)
    names = tuple(name for name, _ in headers)
    if _ALLOW_ORIGIN[0] in names:
        return headers
    exposed = (b"access-control-expose-headers", _list_exposed(names))
    return (*headers, _ALLOW_ORIGIN, exposed, _VARY)


@lru_cache(maxsize=64)
def _list_exposed(names: tuple[bytes, ...]) -> bytes:
    """List the headers that a page may read of an answer which has those of these names."""
    return b", ".join(dict.fromkeys((*EXPOSED, *(n for n in names if n not in _SAFELISTED))))
