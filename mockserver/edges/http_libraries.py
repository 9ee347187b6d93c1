"""httpx and httpx2: two libraries with the same names for classes of their own.

A client checks that what it is given is of its own library. What serves both inherits from both,
and takes responses and errors from the library whose request it answers. Either may be missing.
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

NAMES = ("httpx", "httpx2")


def _import_installed() -> tuple[ModuleType, ...]:
    """Import those that are there, each once: `httpx2.alias_httpx()` gives one both names.

    Raises:
        ModuleNotFoundError: none is, or one lacks what it is made of.
    """
    libraries: list[ModuleType] = []
    for name in NAMES:
        try:
            libraries.append(import_module(name))
        except ModuleNotFoundError as error:
            if error.name != name:
                raise
    if not libraries:
        raise ModuleNotFoundError(f"No module named {NAMES[0]!r}", name=NAMES[0])
    return tuple(dict.fromkeys(libraries))


LIBRARIES = _import_installed()
"""The libraries that are installed."""


def find_library(request: Any) -> ModuleType:
    """Return the library whose request this is.

    Raises:
        TypeError: it is of none.
    """
    for library in LIBRARIES:
        if isinstance(request, library.Request):
            return library
    known = " or ".join(library.__name__ for library in LIBRARIES)
    raise TypeError(f"{request!r} is no request of {known}")


def _make_base(*names: str) -> type:
    """Return a class with the bases of these names of every library."""
    bases = [getattr(library, name) for library in LIBRARIES for name in names]
    return type(names[0], tuple(bases), {})


if TYPE_CHECKING:
    import httpx
    import httpx2

    class TransportBase(
        httpx.BaseTransport,
        httpx.AsyncBaseTransport,
        httpx2.BaseTransport,
        httpx2.AsyncBaseTransport,
    ):
        """What each library takes for a transport of sync and async clients."""

        def handle_request(self, request: Any) -> Any:
            """Answer a request of a sync client."""

        async def handle_async_request(self, request: Any) -> Any:
            """Answer a request of an async client."""

    class StreamBase(
        httpx.SyncByteStream,
        httpx.AsyncByteStream,
        httpx2.SyncByteStream,
        httpx2.AsyncByteStream,
    ):
        """What each library takes for the body of a response, read by sync and async clients."""
else:
    TransportBase = _make_base("BaseTransport", "AsyncBaseTransport")
    StreamBase = _make_base("SyncByteStream", "AsyncByteStream")
