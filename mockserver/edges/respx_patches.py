"""What can be patched so that clients ask respx in place of the network, and what is by default."""

from __future__ import annotations

from types import ModuleType

import httpx
from respx.mocks import HTTPCoreMocker, Mocker

from mockserver.base.close_names import render_hint
from mockserver.base.errors import EmulatorError, is_misuse
from mockserver.edges.http_libraries import LIBRARIES

__tracebackhide__ = is_misuse

_CORES = {"httpx": "httpcore", "httpx2": "httpcore2"}
"""Through what the clients of each library reach the network."""

_OF_HTTPX2 = ("httpcore2", "httpx2")


def list_default_patches() -> list[str]:
    """Return what is to be patched so that no client of any library gets past."""
    return [_CORES[library.__name__] for library in LIBRARIES]


def find_mocker(using: str) -> tuple[type[Mocker], ModuleType]:
    """Return what patches something, and the library whose clients it serves.

    Args:
        using: `httpcore`, `httpx`, `httpcore2`, `httpx2`, or what else is registered with respx.

    Raises:
        EmulatorError: nothing patches that.
        ModuleNotFoundError: it is not installed.
    """
    if using in _OF_HTTPX2:
        return _find_mocker_of_httpx2(using)
    if using not in Mocker.registry:
        known = [*Mocker.registry, *_OF_HTTPX2]
        raise EmulatorError(
            f"respx cannot patch {using!r}", hint=render_hint(using, known, "using")
        )
    return Mocker.registry[using], httpx


def _find_mocker_of_httpx2(using: str) -> tuple[type[Mocker], ModuleType]:
    """Return ours, or what somebody else has registered to patch httpcore2, as pytest-httpx2 does.

    Of two that patch the same only the first comes to anything.
    """
    import httpx2

    from mockserver.edges.respx_httpx2 import HTTPCore2Mocker, HTTPX2Mocker

    if using == "httpx2":
        return HTTPX2Mocker, httpx2
    registered = Mocker.registry.get(using, HTTPCore2Mocker)
    return registered if issubclass(registered, HTTPCoreMocker) else HTTPCore2Mocker, httpx2
