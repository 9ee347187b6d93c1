"""Which requests are for the emulator itself, and not for the gateway that it emulates.

Nothing of these is in a journal: neither what is asked of the control plane, nor the first page,
nor what browsers ask of every server without being told to.
"""

from __future__ import annotations

from collections.abc import Mapping

from mockserver.base.accept import prefers_html

CONTROL_PREFIX = "/_mock/"
PAGE_PREFIX = "/_mock/page/"
"""Where the files of the page are."""

_CONTROL_PATHS = frozenset({"/_mock", "/openapi.json"})
_PAGES = frozenset({"/", "/docs"})
_FOR_BROWSERS = frozenset({"/favicon.ico", "/robots.txt"})
_PREFIXES_FOR_BROWSERS = ("/apple-touch-icon", "/.well-known/appspecific/")

OWN_PREFIXES = (CONTROL_PREFIX, *_PREFIXES_FOR_BROWSERS)
OWN_PATHS = _CONTROL_PATHS | _PAGES | _FOR_BROWSERS
"""With these prefixes, where to ask `is_own`: nothing else is the emulator's."""

_OPEN_PREFIXES = (PAGE_PREFIX, *_PREFIXES_FOR_BROWSERS)
_OPEN_PATHS = _PAGES | _FOR_BROWSERS | {"/_mock", "/_mock/", "/_mock/health"}
_READING = frozenset({"GET", "HEAD"})


def is_own(method: str, path: str, headers: Mapping[bytes, bytes]) -> bool:
    """Tell whether a request is for the emulator.

    The gateway has no page (R9), so at `/` and `/docs` a browser gets that of the emulator, and a
    client the gateway's answer.
    """
    if path.startswith(CONTROL_PREFIX) or path in _CONTROL_PATHS:
        return True
    if method not in _READING:
        return False
    if path in _PAGES:
        return prefers_html(headers.get(b"accept", b""))
    return path in _FOR_BROWSERS or path.startswith(_PREFIXES_FOR_BROWSERS)


def is_open(path: str) -> bool:
    """Tell whether everybody is answered here, with what everybody may know."""
    return path in _OPEN_PATHS or path.startswith(_OPEN_PREFIXES)
