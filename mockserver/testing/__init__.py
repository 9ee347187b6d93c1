"""For tests: an account of one's own on a server, and a verdict on the client when it is done.

pytest users get it as the fixture `segmock`, everybody else as a context manager:

    with segmock() as account:
        client = SegmindClient(api_key=account.api_key, base_url=account.base_url)

May use the emulator and all below it. Importing this package imports nothing else, because every
pytest run of whoever has installed segmock does so for the plugin's sake.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mockserver.testing.refusals import RefusedHostError as RefusedHostError
    from mockserver.testing.sessions import TestWorld as TestWorld
    from mockserver.testing.sessions import segmock as segmock
    from mockserver.testing.vendor_guard import guard as guard

__all__ = ["RefusedHostError", "TestWorld", "guard", "segmock"]

FIXTURES = {"segmock", "segmock_respx", "segmock_server"}
"""The pytest plugin's: a test that uses one of them is guarded."""

GUARD_OPTION = "segmock_guard"
"""Where pytest keeps what `--segmock-guard` and `--no-segmock-guard` say: True, False or None."""

_MODULES = {
    "RefusedHostError": "mockserver.testing.refusals",
    "TestWorld": "mockserver.testing.sessions",
    "guard": "mockserver.testing.vendor_guard",
    "segmock": "mockserver.testing.sessions",
}


def __getattr__(name: str) -> Any:
    """Import what a test holds when it is first asked for."""
    if name in _MODULES:
        return getattr(import_module(_MODULES[name]), name)
    raise AttributeError(f"module 'mockserver.testing' has no attribute {name!r}")
