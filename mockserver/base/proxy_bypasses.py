"""`NO_PROXY`: which hosts programs ask past the proxies that their environment names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

LOOPBACK = ("127.0.0.1", "localhost", "::1")
"""The names of this machine that a proxy knows nothing of."""

VARIABLES = ("NO_PROXY", "no_proxy")
"""Programs read it in one spelling or the other."""


def read_bypasses(environment: Mapping[str, str]) -> list[str]:
    """Return what an environment has of it in both spellings, without blanks; some may be twice."""
    given = [environment.get(name, "").split(",") for name in VARIABLES]
    return [host.strip() for part in given for host in part if host.strip()]


def render_bypasses(hosts: Iterable[str]) -> dict[str, str]:
    """Return both spellings with the same hosts, each once."""
    return dict.fromkeys(VARIABLES, ",".join(dict.fromkeys(hosts)))


def compute_bypasses(
    environment: Mapping[str, str], hosts: Iterable[str] = LOOPBACK
) -> dict[str, str]:
    """Return `NO_PROXY` with these hosts added to what an environment has of it.

    `*` alone means every host, and stays alone.
    """
    there = read_bypasses(environment)
    return render_bypasses(["*"] if "*" in there else [*there, *hosts])
