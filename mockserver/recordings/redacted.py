"""An exchange without a secret in it: a type of its own, which only `redact` can make."""

from __future__ import annotations

from typing import final

from mockserver.facts.observed import Observed


@final
class _Proof:
    """Shows that redaction has been done; nobody outside of this module has one."""


_PROOF = _Proof()


@final
class RedactedExchange:
    """An exchange in which redaction has found and replaced all that is secret.

    Attributes:
        exchange: What is left; its bodies' sizes and digests are those of what is left.
        replaced: How many secrets of each kind were replaced.
    """

    __slots__ = ("exchange", "replaced")

    def __init__(self, proof: _Proof, exchange: Observed, replaced: dict[str, int]) -> None:
        if proof is not _PROOF:
            raise TypeError("only redaction makes a RedactedExchange")
        self.exchange = exchange
        self.replaced = replaced
