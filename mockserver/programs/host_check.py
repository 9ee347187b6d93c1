"""Answers only for the vendor's hosts and this machine, whatever names a program finds here."""

from __future__ import annotations

from starlette.types import Receive, Scope, Send

from mockserver.base.hosts import VENDOR, is_loopback, is_vendor, parse_authority
from mockserver.base.json_encoding import encode
from mockserver.edges.asgi import Application
from mockserver.programs.modes import Refuse

_MISDIRECTED = 421


class HostCheck:
    """An ASGI application that refuses requests for other hosts (RFC 9110, 15.5.20).

    They come from programs that were told by themselves where such a host is, as with
    `curl --resolve`.

    Args:
        app: What answers for the vendor.
        refuse: What is told of other hosts.
    """

    def __init__(self, app: Application, refuse: Refuse) -> None:
        self._app = app
        self._refuse = refuse

    def close(self) -> None:
        """Let nobody wait for news any longer: the server is about to stop."""
        self._app.close()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        host = _find_host(scope)
        if host is None or is_vendor(host) or is_loopback(host):
            await self._app(scope, receive, send)
            return
        self._refuse(host, f"a request over {scope['scheme'].upper()}")
        await receive()
        await _send_refusal(host, send)


def _find_host(scope: Scope) -> str | None:
    """Return the host that a request is for, in lower case; None if it does not say."""
    text: bytes = dict(scope.get("headers", ())).get(b"host", b"")
    authority = parse_authority(text.decode("latin-1"))
    return authority.host.lower().removesuffix(".") if authority else None


async def _send_refusal(host: str, send: Send) -> None:
    error = f"{host} cannot be reached from here: only {VENDOR} and this machine can"
    body = encode({"error": error})
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": _MISDIRECTED, "headers": headers})
    await send({"type": "http.response.body", "body": body})
