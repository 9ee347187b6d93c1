"""Running a module of this package in a Python that starts soon: the standard library alone."""

from __future__ import annotations

import sys
from pathlib import Path

_ROOT = Path(__file__).parents[2]
_START = (
    "import sys; sys.path.insert(0, sys.argv[1]); from importlib import import_module; "
    "import_module(sys.argv[2]).main(int(sys.argv[3]))"
)


def make_command(module: str, descriptor: int) -> list[str]:
    """Return what runs a module's `main`, which is given a descriptor that it inherits.

    No packages that are installed are found there, and nothing of the user's is read.
    """
    return [sys.executable, "-I", "-S", "-c", _START, str(_ROOT), module, str(descriptor)]
