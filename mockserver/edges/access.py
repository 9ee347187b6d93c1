"""Who may steer the emulator: not a web page that happens to be open on the same machine.

Without a token the server is bound to this machine alone, and the control plane answers requests
whose `Host` can only be this machine, since a web page cannot point such a name here, and whose
`Origin`, if there is one, is that host: the emulator's own pages. With a token every request needs
it, and any host is fine. Paths that show nothing worth protecting are open to everybody, and are
told why a request may not see more.
"""

from __future__ import annotations

import secrets
from hmac import compare_digest
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from mockserver.base.errors import EmulatorError
from mockserver.base.hosts import is_loopback, parse_authority, parse_host
from mockserver.base.json_encoding import encode
from mockserver.contract.files import read_text
from mockserver.edges.own_paths import is_open

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

UNAUTHORIZED, _FORBIDDEN = 401, 403
_TOKEN_BYTES = 18
"""24 characters."""

_DEFAULT_PORTS = {"http": 80, "https": 443}

REFUSAL = "segmock.refusal"
"""In the scope of a request to an open path: why it may not steer."""


class AccessRefusal(NamedTuple):
    """Why a request may not steer: a status, what is wrong, and what to do."""

    status: int
    error: str
    hint: str


def make_token() -> str:
    """Return an admin token that nobody guesses."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def read_token(file: Path) -> str:
    """Read an admin token from a file, without the line's end.

    Raises:
        EmulatorError: there is none.
    """
    try:
        token = read_text(file).strip()
    except ValueError as error:
        raise EmulatorError(f"{file}: {error}", hint="--admin-token-file takes a file") from None
    if not token:
        raise EmulatorError(f"{file}: it is empty", hint="write the admin token into it")
    return token


class AccessCheck:
    """An ASGI application that lets only those through who may steer.

    Args:
        app: The control plane.
        host: The address that the server is bound to.
        token: What a request must bear, or None.

    Raises:
        EmulatorError: it is no address, or others than this machine can reach it, and there is no
            token.
    """

    def __init__(self, app: ASGIApp, host: str, token: str | None) -> None:
        if not is_loopback(parse_host(host)) and not token:
            raise EmulatorError(
                f"{host} can be reached from elsewhere, and so could the control plane",
                hint="give --admin-token-file FILE, --admin-token-random, or a loopback --host",
            )
        self.app = app
        self.token = token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it with an error and a hint."""
        headers = dict(scope.get("headers", ()))
        check = self._check_token if self.token else self._check_origin
        refusal = check(headers) if scope["type"] == "http" else None
        if refusal is None:
            await self.app(scope, receive, send)
        elif is_open(scope["path"]) and not (self.token and b"authorization" in headers):
            await self.app({**scope, REFUSAL: refusal}, receive, send)
        else:
            await receive()
            await _refuse(refusal, send)

    def _check_token(self, headers: dict[bytes, bytes]) -> AccessRefusal | None:
        borne = headers.get(b"authorization", b"")
        if compare_digest(borne, f"Bearer {self.token}".encode()):
            return None
        error = "the admin token is missing or wrong"
        return AccessRefusal(UNAUTHORIZED, error, "send Authorization: Bearer …")

    def _check_origin(self, headers: dict[bytes, bytes]) -> AccessRefusal | None:
        host = headers.get(b"host", b"").decode("latin-1")
        if not _is_here(host):
            hint = "ask at 127.0.0.1 or localhost, or start with --admin-token"
            error = f"the control plane does not answer for the host {host!r}"
            return AccessRefusal(_FORBIDDEN, error, hint)
        origin = headers.get(b"origin", b"").decode("latin-1")
        if b"origin" in headers and not _is_same(origin, host):
            hint = "a page of another origin may not steer the emulator"
            error = f"the control plane does not answer to {origin!r}"
            return AccessRefusal(_FORBIDDEN, error, hint)
        return None


async def _refuse(refusal: AccessRefusal, send: Send) -> None:
    body = encode({"error": refusal.error, "hint": refusal.hint})
    length = str(len(body)).encode()
    kind = (b"content-type", b"application/json")
    start = {"status": refusal.status, "headers": [kind, (b"content-length", length)]}
    await send({"type": "http.response.start", **start})
    await send({"type": "http.response.body", "body": body})


def _is_same(origin: str, host: str) -> bool:
    """Tell whether a page of this origin came from this host and port (RFC 6454, 4)."""
    scheme, _, authority = origin.partition("://")
    default = _DEFAULT_PORTS.get(scheme)
    page, here = parse_authority(authority), parse_authority(host)
    if default is None or page is None or here is None:
        return False
    ports = (page.port or default, here.port or default)
    return page.host.lower() == here.host.lower() and ports[0] == ports[1]


def _is_here(text: str) -> bool:
    """Tell whether a host, with or without a port, can only be this machine."""
    authority = parse_authority(text)
    return authority is not None and is_loopback(authority.host)
