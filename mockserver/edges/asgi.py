"""The emulator as an ASGI application: the data plane by hand, the control plane by Starlette.

The data plane's paths are decided by the core, so a router in front of it would only cost time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, Self

from mockserver.base.reading import Reading
from mockserver.base.wire import Outcome, Request, Respond, Wait
from mockserver.control.control import Control
from mockserver.edges import realtime
from mockserver.edges.access import AccessCheck
from mockserver.edges.connection_openings import OPENING
from mockserver.edges.control_plane import ControlPlane
from mockserver.edges.data_plane import DataPlane
from mockserver.edges.failures import Reported
from mockserver.edges.own_paths import OWN_PATHS, OWN_PREFIXES, is_own
from mockserver.edges.send import OUTCOME, deliver, send_whole
from mockserver.edges.transactions import Transactions
from mockserver.gateway.body_readers import is_worth_reading_ahead
from mockserver.gateway.context import Services
from mockserver.gateway.gateway import Gateway

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

_BODILESS = {"GET", "HEAD"}
_BODY_HEADERS = {b"content-length", b"transfer-encoding"}


class ClientLeftError(Exception):
    """The client left before it had sent all of its request."""


class Application(Protocol):
    """What is served: an ASGI application that can be told that its server is about to stop."""

    def close(self) -> None:
        """Let nobody wait for news any longer."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""


class App:
    """One emulator, ready to be served or called in process.

    Args:
        gateway: The data plane.
        control: The control plane.
        transactions: Everybody's turn at the state.
        max_body_mib: The largest body that is read, in MiB.
    """

    def __init__(
        self, gateway: Gateway, control: Control, transactions: Transactions, max_body_mib: int
    ) -> None:
        self.data_plane = DataPlane(gateway, transactions.lock)
        self.max_body = max_body_mib * 1024 * 1024
        self.control_plane = ControlPlane(control, transactions, self.max_body)
        self.control: ASGIApp = Reported(self.control_plane, gateway.report)

    def guard(self, host: str, token: str | None = None) -> Self:
        """Return this application, made fit for a socket on this address.

        Raises:
            EmulatorError: the address can be reached from elsewhere, and there is no token.
        """
        self.control = AccessCheck(self.control, host, token)
        return self

    def close(self) -> None:
        """Let nobody wait for news any longer: the server is about to stop."""
        self.control_plane.close()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; there is no lifespan and no websocket."""
        path: str = scope.get("path", "")
        may_be_own = path.startswith(OWN_PREFIXES) or path in OWN_PATHS
        if scope["type"] != "http" or (may_be_own and _is_own(scope, path)):
            await self.control(scope, receive, send)
            return
        decided = scope.get("extensions", {}).get(OUTCOME)
        if isinstance(decided, Exception):
            raise decided
        if decided is not None:
            await self._deliver(decided, scope, receive, send)
            return
        try:
            is_bodiless = scope["method"] in _BODILESS and not _announces_body(scope)
            body = b"" if is_bodiless else await self._read_body(receive)
        except ClientLeftError:
            return
        request = _read_request(scope, path, body)
        data_plane, reading = self.data_plane, None
        if is_worth_reading_ahead(data_plane.services, request):
            reading = await _read_aside(data_plane.services, request)
        outcome = data_plane.handle(request, reading)
        if isinstance(outcome, Respond):
            await send_whole(outcome, scope, send)
        else:
            await self._deliver(outcome, scope, receive, send)

    async def _deliver(self, outcome: Outcome, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the time pass that the gateway names, or render what it needs, and deliver.

        The lock is not held meanwhile.
        """
        while isinstance(outcome, Wait):
            if outcome.artefact is not None:
                from mockserver.edges.offload import render_aside  # kept out of start-up

                outcome = self.data_plane.resume(outcome, await render_aside(outcome.artefact))
                continue
            if await realtime.left_within_s(receive, outcome.delay_s):
                self.data_plane.abandon(outcome)
                return
            outcome = self.data_plane.resume(outcome)
        await deliver(outcome, scope, receive, send)

    async def _read_body(self, receive: Receive) -> bytes | None:
        """Read the body to its end; None stands for one over the limit, of which nothing is kept.

        Raises:
            ClientLeftError: the client left before it had sent all of it.
        """
        message = await receive()
        body: bytes = message.get("body", b"")
        if message["type"] == "http.request" and not message.get("more_body"):
            return bytes(body) if len(body) <= self.max_body else None
        received, size = bytearray(body), len(body)
        while message.get("more_body"):
            message = await receive()
            chunk = message.get("body", b"")
            size += len(chunk)
            if size <= self.max_body:
                received += chunk
            else:
                received.clear()
        if message["type"] != "http.request":
            raise ClientLeftError
        return bytes(received) if size <= self.max_body else None


async def _read_aside(services: Services, request: Request) -> Reading | None:
    from mockserver.edges.offload import read_aside  # kept out of start-up

    return await read_aside(services, request)


def _is_own(scope: Scope, path: str) -> bool:
    return is_own(scope["method"], path, dict(scope["headers"]))


def _announces_body(scope: Scope) -> bool:
    """Tell whether a GET has a body, as some of the SDK's have."""
    return any(name in _BODY_HEADERS for name, _ in scope["headers"])


def _read_request(scope: Scope, path: str, body: bytes | None) -> Request:
    headers = dict(scope["headers"])
    if not headers.get(b"host"):
        headers[b"host"] = _find_authority(scope)
    query, client = scope["query_string"], scope.get("client")
    received_s = realtime.read_monotonic_s()
    connected_s, beside = scope.get("extensions", {}).get(OPENING, (received_s, None))
    return Request(
        method=scope["method"],
        path=path,
        headers=headers,
        query=query.decode("latin-1") if query else "",
        body=body or b"",
        oversized=body is None,
        scheme=scope["scheme"],
        received_s=received_s,
        connection=client[1] if client else 0,
        connected_s=connected_s,
        beside=beside,
    )


def _find_authority(scope: Scope) -> bytes:
    """Return where the client must have connected to, when it does not say."""
    host, port = scope.get("server") or ("localhost", None)
    host = f"[{host}]" if ":" in host else host
    return (f"{host}:{port}" if port else host).encode()
