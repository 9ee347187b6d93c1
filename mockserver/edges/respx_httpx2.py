"""What patches httpx2 for respx, which by itself patches httpx alone.

Routers see requests of httpx and answer with responses of httpx, whichever library asks.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar
from unittest import mock

import httpcore2
import httpx
import httpx2
from respx import Router
from respx.mocks import HTTPCoreMocker, Mocker
from respx.models import PassThrough


class HTTPCore2Mocker(HTTPCoreMocker):
    """Patches httpcore2, through which clients on httpx2 reach the network.

    Without a name it stays out of the registry of respx, where others have one of their own
    called `httpcore2`: a second of that name is an error.
    """

    name = ""
    routers: ClassVar[list[Router]] = []
    _patches: ClassVar[list[mock._patch[Any]]] = []
    targets: ClassVar[list[str]] = [
        target.replace("httpcore.", "httpcore2.") for target in HTTPCoreMocker.targets
    ]

    @classmethod
    def from_sync_httpx_response(
        cls, httpx_response: httpx.Response, *_call: Any, **_more: Any
    ) -> httpcore2.Response:
        """Return the response of httpcore2 that says the same; for async clients too."""
        return httpcore2.Response(
            httpx_response.status_code,
            headers=httpx_response.headers.raw,
            content=httpx_response.stream,
            extensions=httpx_response.extensions,
        )


class HTTPX2Mocker(Mocker):
    """Patches the clients of httpx2 themselves, whatever transport they have."""

    name = ""
    routers: ClassVar[list[Router]] = []
    _patches: ClassVar[list[mock._patch[Any]]] = []
    targets: ClassVar[list[str]] = ["httpx2._client.Client", "httpx2._client.AsyncClient"]
    target_methods: ClassVar[list[str]] = ["_transport_for_url"]

    @classmethod
    def mock(cls, spec: Callable[[Any, httpx2.URL], Any]) -> Callable[[Any, httpx2.URL], Any]:
        """Return what a client asks for its transport in place of its own method."""
        return lambda client, url: _MockedTransport(cls, spec(client, url))


class _MockedTransport(httpx2.BaseTransport, httpx2.AsyncBaseTransport):
    """Asks the routers, and the client's own transport for what they let pass."""

    def __init__(self, routers: Any, way_out: Any) -> None:
        self._routers = routers
        self._way_out = way_out

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Answer a request of a sync client."""
        request.read()
        try:
            response = self._routers.handler(_make_request(request))
        except PassThrough:
            response = self._way_out.handle_request(request)
        return _make_response(response)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Answer a request of an async client."""
        await request.aread()
        try:
            response = await self._routers.async_handler(_make_request(request))
        except PassThrough:
            response = await self._way_out.handle_async_request(request)
        return _make_response(response)


def _make_request(request: httpx2.Request) -> httpx.Request:
    """Return the request of httpx that says the same."""
    made = httpx.Request(
        request.method,
        str(request.url),
        headers=request.headers.raw,
        stream=httpx.ByteStream(request.content),
        extensions=request.extensions,
    )
    made.read()
    return made


def _make_response(response: Any) -> httpx2.Response:
    """Return the response of httpx2 that says the same."""
    return httpx2.Response(
        response.status_code,
        headers=response.headers.raw,
        stream=response.stream,
        extensions=response.extensions,
    )
