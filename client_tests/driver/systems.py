"""Where the kit can run clients: on systems with process groups."""

from __future__ import annotations

import os


class UnsupportedSystemError(RuntimeError):
    """The kit cannot run clients on this system."""


def require_posix() -> None:
    """See that a driver can be ended with all that it has started.

    Raises:
        UnsupportedSystemError: this is Windows.
    """
    if os.name != "posix":
        raise UnsupportedSystemError(
            "the conformance kit runs clients on Linux and other POSIX systems, where a driver can "
            "be ended with all that it has started; on Windows run it under WSL"
        )
