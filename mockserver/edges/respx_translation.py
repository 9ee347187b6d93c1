"""A router of respx as clients meet it whose library is not the one that respx is written for."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import httpx
from respx import Router

from mockserver.edges.http_libraries import StreamBase


class TranslatedRouter:
    """A router whose errors are those of another library.

    Args:
        original: Answers with responses of httpx, and raises errors of httpx.
        library: The library of the clients.
    """

    def __init__(self, original: Router, library: ModuleType) -> None:
        self.original = original
        self._library = library

    def handler(self, request: httpx.Request) -> httpx.Response:
        """Answer a sync client."""
        with _translate_errors(self._library):
            return self._translate(self.original.handler(request))

    async def async_handler(self, request: httpx.Request) -> httpx.Response:
        """Answer an async client."""
        with _translate_errors(self._library):
            return self._translate(await self.original.async_handler(request))

    def _translate(self, response: httpx.Response) -> httpx.Response:
        """Return the response with a body that fails as the library's own do."""
        return httpx.Response(
            response.status_code,
            headers=response.headers.raw,
            stream=TranslatedStream(response.stream, self._library),
            extensions=response.extensions,
        )


class TranslatedStream(StreamBase):
    """The body of a response of httpx, which clients of any library may read."""

    def __init__(self, original: Any, library: ModuleType) -> None:
        self._original = original
        self._library = library

    def __iter__(self) -> Iterator[bytes]:
        with _translate_errors(self._library):
            yield from self._original

    async def __aiter__(self) -> AsyncIterator[bytes]:
        pieces = aiter(self._original)
        try:
            with _translate_errors(self._library):
                async for piece in pieces:
                    yield piece
        finally:
            if isinstance(pieces, AsyncGenerator):  # trio warns of one that is left open
                await pieces.aclose()

    def close(self) -> None:
        """Close the original."""
        self._original.close()

    async def aclose(self) -> None:
        """Close the original."""
        await self._original.aclose()


@contextmanager
def _translate_errors(library: ModuleType) -> Iterator[None]:
    """Raise the error of the same name that a library has in place of one of httpx."""
    try:
        yield
    except httpx.RequestError as error:
        raise translate_error(error, library) from error


def translate_error(error: Exception, library: ModuleType) -> Exception:
    """Return the error of the same name that a library has; a test's own is what it is made of."""
    names = (kind.__name__ for kind in type(error).__mro__)
    name = next(name for name in names if name in httpx.__all__)
    translated: Exception = getattr(library, name)(str(error))
    return translated
