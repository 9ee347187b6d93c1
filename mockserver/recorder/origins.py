"""Origins, which are what an address begins with: a scheme, a host and a port."""

from __future__ import annotations

import re
from typing import NamedTuple

from mockserver.base.errors import EmulatorError
from mockserver.base.hosts import VENDOR, is_vendor, parse_authority, render_authority

_PORTS = {"http": 80, "https": 443}
_URL = re.compile(r"(https?)://([^/?#\\]+)(.*)", re.IGNORECASE | re.DOTALL)
_HOST = re.compile(r"[\w.-]+|[0-9a-f:.]+", re.IGNORECASE | re.ASCII)
"""A name as name servers know them, or an address; not the `reg-name` of RFC 3986 with its `%`."""

_API_NAMES = ("api", "cloud", "workflows-api", "api.spotprod")
_API_HOSTS = frozenset(f"{name}.{VENDOR}" for name in _API_NAMES)


class Origin(NamedTuple):
    """Where an address leads (RFC 6454, 4).

    Attributes:
        scheme: `http` or `https`.
        host: The host in small letters, an IPv6 address without its brackets.
        port: The port.
    """

    scheme: str
    host: str
    port: int

    @property
    def authority(self) -> str:
        """The host, and the port where it is not the scheme's own, as they stand in a URL."""
        is_usual = self.port == _PORTS[self.scheme]
        return render_authority(self.host, None if is_usual else self.port)

    @property
    def root(self) -> str:
        """The address of its root, without a slash at the end."""
        return f"{self.scheme}://{self.authority}"

    @property
    def is_vendors(self) -> bool:
        """Whether it is one of the vendor's, at the usual port."""
        return is_vendor(self.host) and self.port == _PORTS[self.scheme]

    @property
    def is_api(self) -> bool:
        """Whether it is one of the vendor's that ask for keys, and not one that serves files."""
        return self.is_vendors and self.host.removesuffix(".") in _API_HOSTS


def make_origin(scheme: str, authority: str) -> Origin | None:
    """Return the origin of a scheme and a `host[:port]`; None if that is none."""
    parsed, name = parse_authority(authority), scheme.lower()
    if parsed is None or name not in _PORTS or not _HOST.fullmatch(parsed.host):
        return None
    return Origin(name, parsed.host.lower(), parsed.port or _PORTS[name])


def find_origin(url: str) -> Origin | None:
    """Return the origin of an absolute address; None if a text is none."""
    match = _URL.fullmatch(url)
    return make_origin(match[1], match[2]) if match else None


def parse_root(text: str) -> Origin:
    """Read the address of a service's root.

    Raises:
        EmulatorError: it is none.
    """
    match = _URL.fullmatch(text)
    origin = make_origin(match[1], match[2]) if match else None
    if match is None or origin is None:
        raise EmulatorError(
            f"{text!r} is not the address of a service",
            hint="give its root, such as https://api.segmind.com",
        )
    if match[3].strip("/"):
        raise EmulatorError(
            f"{text!r} has a path, {match[3]!r}",
            hint=f"give the root alone: {origin.root}; paths are added to it",
        )
    return origin
