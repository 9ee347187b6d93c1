"""What a program wanted of other hosts: told once each as it happens, and counted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock

from mockserver.base.hosts import VENDOR
from mockserver.base.plurals import count

ONLY_HERE = f"only {VENDOR} and this machine can be reached from here"

_MOST_NAMED = 10

_MOST_TOLD = 50
"""Lines: a program that tries every port of a network is told of by its number of tries alone."""


@dataclass(slots=True)
class RefusedHost:
    """A host that was refused: what was first seen of it, and how often."""

    host: str
    how: str
    count: int = 1

    def to_json(self) -> dict[str, str | int]:
        """Return it as the report has it."""
        return {"host": self.host, "how": self.how, "count": self.count}


def render_refused(hosts: Sequence[RefusedHost]) -> str:
    """Return a clause about hosts that were refused, the first of them by their names."""
    more = len(hosts) - _MOST_NAMED
    names = [each.host for each in hosts[:_MOST_NAMED]]
    named = ", ".join([*names, *([f"{more} more"] if more > 0 else [])])
    return f"refused {count(len(hosts), 'other host')}: {named}"


class RefusedHosts:
    """Whatever was refused to a program; any thread may tell of it.

    Args:
        write: Takes a line for the user.
    """

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write
        self._lock = Lock()
        self._seen: dict[str, RefusedHost] = {}

    def __call__(self, host: str, how: str) -> None:
        """Count a host, and tell of it the first time."""
        with self._lock:
            if (seen := self._seen.get(host)) is not None:
                seen.count += 1
                return
            self._seen[host] = RefusedHost(host, how)
            told = len(self._seen)
        if told <= _MOST_TOLD:
            self._write(f"refused {host} ({how}): {ONLY_HERE}")
        elif told == _MOST_TOLD + 1:
            self._write("more hosts are refused; the report at the end counts them")

    def list(self) -> list[RefusedHost]:
        """Return the hosts that were refused, in the order in which they were first wanted."""
        with self._lock:
            return list(self._seen.values())
