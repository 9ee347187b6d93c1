"""Which addresses are fetched, and by which address of the recorder a client is led to them.

Nobody is led anywhere else: the hosts are the upstream, the vendor's, and those of outputs that an
answer of this session has named.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import NamedTuple

from mockserver.recorder.origins import Origin, make_origin

_PREFIXES = {"https": "/-/", "http": "/-http/"}
_PREFIXED = re.compile(rb"/-(?P<http>http)?/(?P<authority>[^/?#]+)(?P<rest>.*)", re.DOTALL)


class Target(NamedTuple):
    """What a request is passed on to.

    Attributes:
        url: The whole address, as it is recorded.
        origin: Where to connect to.
        path: What the request line has: the path with the query, in the client's own spelling.
        host: What the field Host says.
        bears_key: Whether it may be told the client's key.
        is_prefixed: Whether a path of the recorder's names the host.
    """

    url: str
    origin: Origin
    path: bytes
    host: str
    bears_key: bool
    is_prefixed: bool = False


class Addresses(ABC):
    """The addresses that a session knows.

    Args:
        upstream: The service itself, if all is asked of one.
    """

    def __init__(self, upstream: Origin | None) -> None:
        self.upstream = upstream
        self._outputs: set[Origin] = set()

    def learn(self, origins: Iterable[Origin]) -> None:
        """Remember origins of outputs, which clients may now fetch."""
        self._outputs.update(origins)

    def find_target(self, own: Origin, path: bytes) -> Target | None:
        """Return what a request is for; None if it leads nowhere.

        Args:
            own: Whom the client takes the recorder for.
            path: The path with the query, as it stands in the request line.
        """
        match = _PREFIXED.fullmatch(path)
        if match is None:
            return self._find_main(own, path)
        scheme = "http" if match["http"] else "https"
        origin = make_origin(scheme, match["authority"].decode("latin-1"))
        if origin is None or not self._is_fetched(origin):
            return None
        rest = match["rest"]
        target = self._make_target(origin, rest if rest.startswith(b"/") else b"/" + rest)
        is_safe = origin.scheme == "https" or origin == self.upstream  # nobody reads the key
        return target._replace(bears_key=target.bears_key and is_safe, is_prefixed=True)

    def _is_fetched(self, origin: Origin) -> bool:
        is_safe = origin.is_vendors and origin.scheme == "https"
        return is_safe or origin == self.upstream or origin in self._outputs

    def _make_target(self, origin: Origin, path: bytes, host: Origin | None = None) -> Target:
        asked = host or origin
        return Target(
            url=asked.root + path.decode("latin-1"),
            origin=origin,
            path=path,
            host=asked.authority,
            bears_key=asked.is_api or asked == self.upstream,
        )

    @abstractmethod
    def _find_main(self, own: Origin, path: bytes) -> Target | None:
        """Return what a request is for whose path names no host."""

    @abstractmethod
    def find_shown(self, origin: Origin, own: Origin) -> str | None:
        """Return what clients are given in place of the root of an origin; None: it stays."""

    @abstractmethod
    def is_own(self, origin: Origin, own: Origin) -> bool:
        """Tell whether an origin is the recorder, for a client that takes it for `own`."""

    def find_original(self, own: Origin, prefixed: Origin | None) -> str | None:
        """Return what the root of an origin was before a client was given another for it.

        Args:
            own: Whom the client takes the recorder for.
            prefixed: The origin that a path of the recorder names, if it names one.
        """
        if prefixed is not None:
            return prefixed.root
        main = self._find_main(own, b"/")
        return main.url.removesuffix("/") if main else None


def make_prefixed(own: Origin, origin: Origin) -> str:
    """Return the root of an origin as a path of the recorder's: what follows stays as it is."""
    return f"{own.root}{_PREFIXES[origin.scheme]}{origin.authority}"


class ReverseAddresses(Addresses):
    """The addresses of a reverse proxy, which is one host and stands before one upstream."""

    def __init__(self, upstream: Origin) -> None:
        super().__init__(upstream)
        self._main = upstream

    def _find_main(self, own: Origin, path: bytes) -> Target:  # noqa: ARG002
        return self._make_target(self._main, path)

    def find_shown(self, origin: Origin, own: Origin) -> str | None:
        """Return what clients are given in place of the root of an origin; None: it stays."""
        if origin == self._main:
            return own.root
        is_led_past = origin.is_vendors or origin in self._outputs
        return make_prefixed(own, origin) if is_led_past else None

    def is_own(self, origin: Origin, own: Origin) -> bool:
        """Tell whether an origin is the recorder, for a client that takes it for `own`."""
        return origin == own


class InterceptedAddresses(Addresses):
    """The addresses of a program whose calls to the vendor's hosts end here by themselves.

    Each host is asked itself, unless an upstream is to answer for all of them.
    """

    def _find_main(self, own: Origin, path: bytes) -> Target | None:
        if not own.is_vendors:
            return None
        return self._make_target(self.upstream or own, path, own)

    def find_shown(self, origin: Origin, own: Origin) -> str | None:
        """Return what clients are given in place of the root of an origin; None: it stays."""
        if origin.is_vendors:
            return None
        if origin == self.upstream:
            return own.root
        return make_prefixed(own, origin) if origin in self._outputs else None

    def is_own(self, origin: Origin, own: Origin) -> bool:  # noqa: ARG002
        """Tell whether an origin is the recorder, for a client that takes it for `own`."""
        return origin.is_vendors
