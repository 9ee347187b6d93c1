"""segmock: a faithful local emulator of the Segmind generative-media gateway."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mockserver.emulator import Emulator as Emulator
    from mockserver.settings import Settings as Settings

__all__ = ["Emulator", "Settings", "__version__"]

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """Import the emulator when it is first asked for: `import mockserver` stays cheap."""
    if name in {"Emulator", "Settings"}:
        return getattr(import_module(f"mockserver.{name.lower()}"), name)
    raise AttributeError(f"module 'mockserver' has no attribute {name!r}")
