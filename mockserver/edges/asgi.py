"""The emulator as an ASGI application: the data plane by hand, the control plane by Starlette.

The data plane's paths are decided by the core, so a router in front of it would only cost time.
"""

from __future__ import annotations

from threading import Lock
from typing import Any

from starlette.types import Message, Receive, Scope, Send

from mockserver.core.control import Control
from mockserver.core.gateway import Gateway
from mockserver.core.wire import Request, Respond
from mockserver.edges import wallclock
from mockserver.edges.control_routes import control_app

CONTROL_PREFIX = "/_mock"
OPENAPI_PATH = "/openapi.json"
_BODILESS = {"GET", "HEAD"}
_END: Message = {"type": "http.response.body", "body": b""}


class App:
    """One emulator, ready to be served or called in process.

    Args:
        gateway: The data plane.
        control: The control plane.
        lock: Held around both, never while waiting.
        max_body_mib: The largest body that is read, in MiB.
    """

    def __init__(self, gateway: Gateway, control: Control, lock: Lock, max_body_mib: int) -> None:
        self.gateway = gateway
        self.lock = lock
        self.max_body = max_body_mib * 1024 * 1024
        self.control = control_app(control, lock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; there is no lifespan and no websocket."""
        path: str = scope.get("path", "")
        if scope["type"] != "http" or path.startswith(CONTROL_PREFIX) or path == OPENAPI_PATH:
            await self.control(scope, receive, send)
            return
        body, oversized = b"", False
        if scope["method"] not in _BODILESS:
            body, oversized = await self._body(receive)
        respond = await self._answer(_request(scope, path, body, oversized=oversized))
        await send(
            {"type": "http.response.start", "status": respond.status, "headers": respond.headers}
        )
        is_head = scope["method"] == "HEAD"
        await send(_END if is_head else {"type": "http.response.body", "body": respond.body})

    async def _answer(self, request: Request) -> Respond:
        """Ask the gateway, and wait where it says so."""
        with self.lock:
            outcome = self.gateway.handle(request)
        while not isinstance(outcome, Respond):
            await wallclock.wait_s(outcome.delay_s)
            with self.lock:
                outcome = self.gateway.resume(outcome.exchange)
        return outcome

    async def _body(self, receive: Receive) -> tuple[bytes, bool]:
        """Read the body; of one over the limit keep nothing, but read it to its end."""
        message = await receive()
        body: bytes = message.get("body", b"")
        if not message.get("more_body") and len(body) <= self.max_body:
            return bytes(body), False
        chunks, size = [body], len(body)
        while message.get("more_body"):
            message = await receive()
            chunk = message.get("body", b"")
            size += len(chunk)
            if size <= self.max_body:
                chunks.append(chunk)
            else:
                chunks.clear()
        return (b"", True) if size > self.max_body else (b"".join(chunks), False)


def _request(scope: dict[str, Any] | Scope, path: str, body: bytes, *, oversized: bool) -> Request:
    headers = dict(scope["headers"])
    if b"host" not in headers:
        host, port = scope.get("server") or ("localhost", None)
        headers[b"host"] = (f"{host}:{port}" if port else host).encode()
    query = scope["query_string"]
    return Request(
        method=scope["method"],
        path=path,
        headers=headers,
        query=query.decode("latin-1") if query else "",
        body=body,
        oversized=oversized,
        scheme=scope["scheme"],
        received_s=wallclock.monotonic_s(),
    )
