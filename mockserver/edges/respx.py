"""The emulator at the vendor's own host names, through respx: no base URL to change.

A router answers what goes to the vendor and refuses what goes elsewhere. Routes that a test has
of its own, on this router or on others, come first. Of two emulators the one that was entered
last answers.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

import httpx
from respx import MockRouter, Route, Router
from respx.mocks import Mocker
from respx.models import AllMockedAssertionError, PassThrough
from respx.patterns import Pattern

from mockserver.base.errors import is_misuse
from mockserver.base.hosts import VENDOR, is_vendor
from mockserver.edges.httpx import Transport
from mockserver.edges.respx_patches import find_mocker, list_default_patches
from mockserver.edges.respx_routes import EmulatedRoute
from mockserver.edges.respx_translation import TranslatedRouter

__tracebackhide__ = is_misuse


class EmulatedRouter(MockRouter):
    """A respx router behind which the emulator answers.

    Its records speak of httpx, as all of respx does, and so do functions that a route calls; a
    client on httpx2 is given the responses and errors of its own library.

    Args:
        transport: The emulator.
        pass_through: Let requests to other hosts out, in place of refusing them.
        using: What is patched: `httpcore`, `httpx`, `httpcore2` or `httpx2`, and nothing else;
            None patches httpcore, and httpcore2 where httpx2 is installed.

    Raises:
        EmulatorError: that cannot be patched, or is not installed.
    """

    def __init__(
        self, transport: Transport, *, pass_through: bool = False, using: str | None = None
    ) -> None:
        super().__init__(assert_all_called=False, using=None)
        self._transport = transport
        self._lets_others_out = pass_through
        names = list_default_patches() if using is None else [using]
        self._patched = [self._make_patch(name) for name in names]

    def _make_patch(self, name: str) -> tuple[type[Mocker], Any]:
        """Return what patches a library, and what it is to ask in place of the network."""
        mocker, library = find_mocker(name)
        return mocker, self if library is httpx else TranslatedRouter(self, library)

    def __enter__(self) -> Self:
        """Begin to answer."""
        super().__enter__()
        return self

    def route(self, *patterns: Pattern, name: str | None = None, **lookups: Any) -> Route:
        """Add a route, whose answers may be those of any library."""
        return self.add(EmulatedRoute(*patterns, **lookups), name=name)

    def start(self) -> None:
        """Begin to answer, before any router that answers whatever comes."""
        super().start()
        for mocker, asked in self._patched:
            mocker.routers.insert(0, asked)
            mocker.start()

    def stop(self, clear: bool = True, reset: bool = True, quiet: bool = False) -> None:  # noqa: FBT001, FBT002 (respx's signature)
        """Leave everything as it was."""
        for mocker, asked in self._patched:
            mocker.unregister(asked)
            mocker.stop()
        super().stop(clear, reset, quiet)

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
        found = [router for mocker, _ in self._patched for router in mocker.routers]
        others = [getattr(router, "original", router) for router in found]
        return [router for router in dict.fromkeys([self, *others]) if _has_route(router, request)]

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
