"""Reaching a server on this machine directly, whatever proxy the environment names."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_BYPASSES = ("NO_PROXY", "no_proxy")


def compute_bypasses(environment: Mapping[str, str]) -> dict[str, str]:
    """Return `NO_PROXY` with this machine's names added to what an environment has of it.

    Programs read it in one spelling or the other, so both have the same value. `*` alone means
    every host, and stays alone.
    """
    given = ",".join(environment.get(name, "") for name in _BYPASSES)
    there = [host.strip() for host in given.split(",")]
    names = ["*"] if "*" in there else dict.fromkeys(filter(None, [*there, *_LOOPBACK]))
    return dict.fromkeys(_BYPASSES, ",".join(names))


@contextmanager
def bypass_proxies() -> Iterator[None]:
    """Let clients in this process reach this machine directly while the context lasts."""
    before = {name: os.environ.get(name) for name in _BYPASSES}
    os.environ.update(compute_bypasses(os.environ))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
