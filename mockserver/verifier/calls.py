"""What a verifier sends and is answered, and what it needs from outside to do so."""

from __future__ import annotations

from typing import Literal, Protocol, TypeAlias

import msgspec

from mockserver.facts.observed import HeaderPairs, KeyPlace, Known

Owner: TypeAlias = Literal["own", "nobody", "none"]
"""Whose key a call bears: the user's, one that nobody has, or no key at all."""

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
"""Verbs that change nothing: they may be repeated, and nobody charges for them."""


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """A request that is to be sent.

    Attributes:
        method: The verb.
        target: The path below the service's root, or a whole address.
        owner: Whose key it bears.
        key_place: Where the key is.
        headers: More headers, by names in lower case.
        body: Its body.
        known: What is known of the key, id or slug that it names.
        patience_s: How long its answer may take, in seconds of the service.
    """

    method: str
    target: str
    owner: Owner = "own"
    key_place: KeyPlace = "x-api-key"
    headers: HeaderPairs = ()
    body: bytes = b""
    known: frozenset[Known] = frozenset()
    patience_s: float = 30.0

    @property
    def may_cost(self) -> bool:
        """Whether a server that is broken could take money for it from the user."""
        return self.owner == "own" and self.method not in SAFE_METHODS


class SentRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A request as it goes out."""

    method: str
    url: str
    headers: HeaderPairs
    body: bytes
    patience_s: float


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """An answer that came to its end; names of headers are in lower case."""

    status: int
    headers: HeaderPairs
    body: bytes


class Transport(Protocol):
    """Sends requests."""

    def send(self, request: SentRequest) -> Reply | None:
        """Send a request once; None where no whole answer came, whatever the reason."""

    def explain(self) -> str:
        """Return in words why the last request got no answer."""


class Clock(Protocol):
    """Time as the service has it.

    Attributes:
        leeway_s: By how much an instant may be missed because calls take real time.
    """

    leeway_s: float

    def now_s(self) -> float:
        """Return the seconds since the verifier began."""

    def read_utc_s(self) -> float:
        """Return the seconds since 1970."""

    def sleep(self, seconds: float) -> None:
        """Wait."""
