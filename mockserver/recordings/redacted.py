"""Exchanges and headers without a secret in them, as types which only redaction makes."""

from __future__ import annotations

from typing import final

import msgspec

from mockserver.facts.observed import Observed
from mockserver.recordings.keep import Keep


@final
class _Proof:
    """Shows that redaction has been done; nobody outside of this module has one."""


_PROOF = _Proof()


class HeaderRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What is true of a whole session.

    Attributes:
        upstream: The address that was asked, without credentials.
        began_utc_s: When it began, in seconds since 1970.
        keep: What was kept of prompts and media.
    """

    upstream: str
    began_utc_s: float
    keep: Keep = Keep()


@final
class RedactedExchange:
    """An exchange in which redaction has found and replaced all that is secret.

    Attributes:
        exchange: What is left; its bodies' sizes and digests are those of what is left.
        replaced: How many secrets of each kind were replaced.
        notes: What was left out, and why, a sentence each.
    """

    __slots__ = ("exchange", "notes", "replaced")

    def __init__(
        self,
        proof: _Proof,
        exchange: Observed,
        replaced: dict[str, int],
        notes: tuple[str, ...] = (),
    ) -> None:
        if proof is not _PROOF:
            raise TypeError(
                "only redaction makes a RedactedExchange: call redact(exchange, session)"
            )
        self.exchange = exchange
        self.replaced = replaced
        self.notes = notes


@final
class RedactedHeader:
    """What is true of a session, without a secret in it."""

    __slots__ = ("record",)

    def __init__(self, proof: _Proof, record: HeaderRecord) -> None:
        if proof is not _PROOF:
            raise TypeError("only redaction makes a RedactedHeader: ask a RedactionSession for it")
        self.record = record
