"""Who may steer the emulator: not a web page that happens to be open on the same machine.

Without a token the control plane answers requests whose `Host`, and `Origin` if there is one,
name this machine or the address that the server is bound to. With a token every request needs
it, and any host is fine.
"""

from __future__ import annotations

from hmac import compare_digest
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send

from mockserver.core.bodies import encode
from mockserver.core.errors import EmulatorError

LOOPBACK_NAMES = {"localhost", "127.0.0.1", "::1"}
_UNAUTHORIZED, _FORBIDDEN = 401, 403


def is_loopback(host: str) -> bool:
    """Tell whether a host can only be reached from this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


class Guard:
    """An ASGI application that lets only those through who may steer.

    Args:
        app: The control plane.
        host: The address that the server is bound to.
        token: What a request must bear, or None.

    Raises:
        EmulatorError: others than this machine can reach the address, and there is no token.
    """

    def __init__(self, app: ASGIApp, host: str, token: str | None) -> None:
        if not token and not is_loopback(host):
            raise EmulatorError(
                f"{host} can be reached from elsewhere, and so could the control plane",
                hint="give --admin-token TOKEN, or a loopback --host",
            )
        self.app = app
        self.host = host
        self.token = token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it with an error and a hint."""
        headers = dict(scope.get("headers", ()))
        check = self._without_token if self.token else self._from_elsewhere
        refusal = check(headers) if scope["type"] == "http" else None
        if refusal is None:
            await self.app(scope, receive, send)
            return
        await receive()
        status, error, hint = refusal
        body = encode({"error": error, "hint": hint})
        length = str(len(body)).encode()
        kind = (b"content-type", b"application/json")
        start = {"status": status, "headers": [kind, (b"content-length", length)]}
        await send({"type": "http.response.start", **start})
        await send({"type": "http.response.body", "body": body})

    def _without_token(self, headers: dict[bytes, bytes]) -> tuple[int, str, str] | None:
        borne = headers.get(b"authorization", b"")
        if compare_digest(borne, f"Bearer {self.token}".encode()):
            return None
        return _UNAUTHORIZED, "the admin token is missing or wrong", "send Authorization: Bearer …"

    def _from_elsewhere(self, headers: dict[bytes, bytes]) -> tuple[int, str, str] | None:
        host = headers.get(b"host", b"").decode("latin-1")
        if not self._is_known(f"//{host}"):
            hint = "ask at 127.0.0.1 or localhost, or start with --admin-token"
            return _FORBIDDEN, f"the control plane does not answer for the host {host!r}", hint
        origin = headers.get(b"origin", b"").decode("latin-1")
        if b"origin" in headers and not self._is_known(origin):
            hint = "a page of another origin may not steer the emulator"
            return _FORBIDDEN, f"the control plane does not answer to {origin!r}", hint
        return None

    def _is_known(self, url: str) -> bool:
        try:
            name = urlsplit(url).hostname
        except ValueError:
            return False
        return name in LOOPBACK_NAMES or name == self.host
