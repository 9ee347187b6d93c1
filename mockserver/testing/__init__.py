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
    from mockserver.testing.sessions import TestWorld as TestWorld
    from mockserver.testing.sessions import segmock as segmock

__all__ = ["TestWorld", "segmock"]


def __getattr__(name: str) -> Any:
    """Import what a test holds when it is first asked for."""
    if name in __all__:
        return getattr(import_module("mockserver.testing.sessions"), name)
    raise AttributeError(f"module 'mockserver.testing' has no attribute {name!r}")
