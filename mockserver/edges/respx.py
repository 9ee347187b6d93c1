"""The emulator at the vendor's own host names, through respx: no base URL to change.

A router answers what goes to the vendor and refuses what goes elsewhere. Routes that a test has
of its own, on this router or on others, come first. Of two emulators the one that was entered
last answers.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Self

import httpx
from respx import MockRouter, Route, Router
from respx.mocks import Mocker
from respx.models import AllMockedAssertionError, PassThrough

from mockserver.base.close_names import render_hint
from mockserver.base.errors import EmulatorError, is_misuse
from mockserver.base.hosts import VENDOR, is_vendor
from mockserver.edges.httpx import Transport

__tracebackhide__ = is_misuse


class EmulatedRouter(MockRouter):
    """A respx router behind which the emulator answers.

    Args:
        transport: The emulator.
        pass_through: Let requests to other hosts out, in place of refusing them.
        using: What respx patches: `httpcore` or `httpx`.

    Raises:
        EmulatorError: respx cannot patch that.
    """

    def __init__(
        self, transport: Transport, *, pass_through: bool = False, using: str = "httpcore"
    ) -> None:
        if using not in Mocker.registry:
            raise EmulatorError(
                f"respx cannot patch {using!r}", hint=render_hint(using, Mocker.registry, "using")
            )
        super().__init__(assert_all_called=False, using=using)
        self._transport = transport
        self._lets_others_out = pass_through

    def __enter__(self) -> Self:
        """Begin to answer."""
        super().__enter__()
        return self

    def start(self) -> None:
        """Begin to answer, before any router that answers whatever comes."""
        super().start()
        if self.Mocker:
            self.Mocker.unregister(self)
            self.Mocker.routers.insert(0, self)

    def handler(self, request: httpx.Request) -> httpx.Response:
        """Answer a sync client."""
        for router in self._find_routers(request):
            try:
                return MockRouter.handler(router, request)
            except AllMockedAssertionError:  # the route looked at it, and let it go
                continue
        self._refuse_strangers(request)
        with self._record_failure(request):
            return self._record_answer(request, self._transport.handle_request(request))

    async def async_handler(self, request: httpx.Request) -> httpx.Response:
        """Answer an async client; others go on while a fault delays it."""
        for router in self._find_routers(request):
            try:
                return await MockRouter.async_handler(router, request)
            except AllMockedAssertionError:
                continue
        self._refuse_strangers(request)
        with self._record_failure(request):
            return self._record_answer(request, await self._transport.handle_async_request(request))

    def _find_routers(self, request: httpx.Request) -> list[Router]:
        """Return the routers on which a test has a route for this: this one, and others."""
        others = self.Mocker.routers if self.Mocker else []
        routers = [self, *(router for router in others if router is not self)]
        return [router for router in routers if _has_route(router, request)]

    def _record_answer(self, request: httpx.Request, response: httpx.Response) -> httpx.Response:
        self.record(request, response=response)
        return response

    @contextmanager
    def _record_failure(self, request: httpx.Request) -> Iterator[None]:
        """Record a call that gets no answer, as respx does."""
        try:
            yield
        except httpx.HTTPError:
            self.record(request)
            raise

    def _refuse_strangers(self, request: httpx.Request) -> None:
        """Let only what goes to the vendor's hosts pass.

        Raises:
            AllMockedAssertionError: the request goes elsewhere.
            PassThrough: the same, and such requests may leave the machine.
        """
        if is_vendor(request.url.host):
            return
        where = f"{request.method} {request.url}"
        if self._lets_others_out:
            raise PassThrough(f"{where} passes", request=request, origin=Route())
        raise AllMockedAssertionError(
            f"{where}: segmock answers for {VENDOR} and its subdomains only. Give the request a "
            "route of your own (router.get(…), router.post(…)), or let such requests out with "
            "emulator.respx(pass_through=True)."
        )


def _has_route(router: Router, request: httpx.Request) -> bool:
    return any(route.pattern is None or route.pattern.match(request) for route in router.routes)
