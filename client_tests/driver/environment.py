"""The environments of the processes that the kit starts: the client's drivers, and its server."""

from __future__ import annotations

import os

from client_tests.driver.proxies import compute_bypasses

TIME_ZONE = "Australia/Adelaide"
"""Where drivers are: half an hour off the full hour, with a summer time. Who takes an instant in
UTC for one of theirs is hours off, and not by chance right."""

_SETTINGS = "SEGMOCK_"


def make_driver_environment() -> dict[str, str]:
    """Return this process's environment with the proxies bypassed, in a time zone off UTC."""
    return {**os.environ, **compute_bypasses(os.environ), "TZ": TIME_ZONE}


def make_server_environment() -> dict[str, str]:
    """Return this process's environment with the proxies bypassed, without segmock's settings.

    They are about servers of the user's; the kit's own is the same everywhere.
    """
    given = {name: value for name, value in os.environ.items() if not name.startswith(_SETTINGS)}
    return {**given, **compute_bypasses(os.environ)}
