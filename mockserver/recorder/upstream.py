"""Asking the service: HTTP/1.1 over a connection of its own for each request, bytes as they come.

No connection is used twice, since one that the service has closed meanwhile would lose a request
that the client has every reason to think was sent. No proxy of the environment is asked.
"""

from __future__ import annotations

import os
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Literal, TypeAlias

import httpx

from mockserver.base.errors import EmulatorError
from mockserver.facts.observed import Observed
from mockserver.recorder.addresses import Target
from mockserver.recorder.connection_failures import explain_failure
from mockserver.recorder.exchange import OpenExchange
from mockserver.recorder.fields import Fields

_CONNECT_S = 30.0
_SENDING = "http11.send_request_headers.started"
_TIMEOUTS = {"connect": _CONNECT_S, "read": None, "write": None, "pool": None}
_HIGHEST_STATUS = 599

Failure: TypeAlias = Literal["reset", "close"]
"""How a connection ended before its answer did."""


class UnreachableError(Exception):
    """No connection could be made, so nothing was sent; says why."""


class BrokenError(Exception):
    """The connection ended before the answer did, or what came is no HTTP.

    Args:
        failure: How the client's connection is to end.
        reason: What was wrong with the answer; empty where the connection was reset.
    """

    def __init__(self, failure: Failure, reason: str = "") -> None:
        super().__init__(failure)
        self.failure = failure
        self.reason = reason


def make_tls_context(ca: Path | None) -> ssl.SSLContext:
    """Return what the service's certificate is held against.

    It is the authorities of `SSL_CERT_FILE` or `SSL_CERT_DIR`, where one is set, else those that
    httpx brings; and the one in a file besides.

    Raises:
        EmulatorError: the file cannot be read, or is none.
    """
    import certifi  # which comes with httpx, and whose absence would hide that of httpx

    names_own = os.environ.get("SSL_CERT_FILE") or os.environ.get("SSL_CERT_DIR")
    context = ssl.create_default_context(cafile=None if names_own else certifi.where())
    context.set_alpn_protocols(["http/1.1"])
    if ca is not None:
        try:
            context.load_verify_locations(ca)
        except OSError as error:
            reason = "no certificate in PEM" if isinstance(error, ssl.SSLError) else error.strerror
            raise EmulatorError(
                f"{ca}: {reason}", hint="--ca takes a file of certificates in PEM"
            ) from None
    return context


class Answer:
    """An answer whose head has come.

    Attributes:
        status: Its status.
        fields: Its header fields, as they came.
        codings: How it is compressed, though nobody asked the service to; empty if it is not.
    """

    def __init__(self, response: httpx.Response) -> None:
        self._response = response
        self.status = response.status_code
        self.fields: Fields = response.headers.raw
        self.codings: str = response.headers.get("content-encoding", "")

    async def read_pieces(self) -> AsyncIterator[bytes]:
        """Yield the body as it comes.

        Raises:
            BrokenError: the connection ended before it.
        """
        try:
            async for piece in self._response.aiter_raw():
                if piece:
                    yield piece
        except (httpx.HTTPError, httpx.StreamError) as error:
            raise _make_broken(error) from None


class Upstream:
    """Whatever is asked.

    Args:
        tls: What certificates are held against.
    """

    def __init__(self, tls: ssl.SSLContext) -> None:
        self._tls = tls

    @asynccontextmanager
    async def ask(
        self, target: Target, asked: Observed, fields: Fields, exchange: OpenExchange
    ) -> AsyncIterator[Answer]:
        """Send a request, and give the answer once its head has come.

        Raises:
            UnreachableError: there is no connection.
            BrokenError: it ended before the head of the answer.
        """
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
        async with httpx.AsyncHTTPTransport(
            verify=self._tls, trust_env=False, limits=limits
        ) as transport:
            request = httpx.Request(
                asked.method,
                target.origin.root,
                headers=fields,
                content=asked.request_body.content or None,
                extensions=_make_extensions(target, exchange),
            )
            try:
                response = await transport.handle_async_request(request)
            except httpx.HTTPError as error:
                if not exchange.is_sent:
                    raise UnreachableError(explain_failure(error)) from None
                raise _make_broken(error) from None
            await exchange.mark_sent()
            try:
                if response.status_code > _HIGHEST_STATUS:
                    raise BrokenError("close", f"{response.status_code} is no status")
                yield Answer(response)
            finally:
                await response.aclose()


def _make_extensions(target: Target, exchange: OpenExchange) -> dict[str, Any]:
    async def trace(event: str, _: dict[str, Any]) -> None:
        if event == _SENDING:
            await exchange.mark_sent()

    return {"timeout": _TIMEOUTS, "target": target.path, "trace": trace}


def _make_broken(error: Exception) -> BrokenError:
    """Tell a connection that was reset from one that was closed, which breaks the protocol."""
    if isinstance(error, httpx.NetworkError):
        return BrokenError("reset")
    return BrokenError("close", str(error))
