"""Redaction: the only way from an exchange as it was seen to one that may be written.

What it makes has types of its own, which nothing else can make.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from threading import RLock
from typing import NamedTuple, final

import msgspec

from mockserver.facts.observed import Body, HeaderPairs, KeyPlace, Observed
from mockserver.recordings.bodies import BodyContext, BodyRedaction
from mockserver.recordings.header_redaction import HeaderRedaction
from mockserver.recordings.keep import Keep
from mockserver.recordings.known_secrets import KnownSecrets
from mockserver.recordings.names import find_kind
from mockserver.recordings.spellings import decode
from mockserver.recordings.text_redaction import TextRedaction, decode_base64

_MAX_ROUNDS = 5
"""How often an exchange is gone through because something new was learnt in the round before."""


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


class RedactionSession:
    """What redaction has learnt in one session: the same secret has the same name all through it.

    Args:
        upstream: The address that is asked.
        began_utc_s: When the session began, in seconds since 1970.
        keep: What is kept of prompts and media; all of it unless it is said.
        secrets: Keys that are known already, as those that the recorder was started with.

    Attributes:
        lock: Held while an exchange is redacted or written.
        known: The secrets, and their names.
        packed: The numbers of exchanges with compressed texts, in which a secret cannot be seen.
    """

    def __init__(
        self,
        *,
        upstream: str,
        began_utc_s: float,
        keep: Keep | None = None,
        secrets: Iterable[str] = (),
    ) -> None:
        self.lock = RLock()
        self.known = KnownSecrets()
        self.packed: set[int] = set()
        self.keep = keep or Keep()
        self.texts = TextRedaction(self.known)
        self.headers = HeaderRedaction(self.texts)
        self.bodies = BodyRedaction(self.texts, self.keep)
        self._upstream = upstream
        self._began_utc_s = began_utc_s
        for secret in secrets:
            self.known.learn("key", secret)

    @property
    def header(self) -> RedactedHeader:
        """What is true of the session as a whole."""
        with self.lock:
            upstream = self.texts.redact_text(self._upstream)
            record = HeaderRecord(upstream=upstream, began_utc_s=self._began_utc_s, keep=self.keep)
            return RedactedHeader(_PROOF, record)


def redact(exchange: Observed, session: RedactionSession) -> RedactedExchange:
    """Return an exchange without its secrets; the session learns those that are new.

    Args:
        exchange: As it was seen, with whole bodies; its `account` and `key_place` are found here.
        session: What is known of the other exchanges.
    """
    with session.lock:
        known = session.known
        before, unpacked = known.count, known.unpacked
        redacted, notes = _redact_once(exchange, session)
        for _ in range(_MAX_ROUNDS):
            if known.count == before:
                break
            before = known.count
            redacted, notes = _redact_once(exchange, session)
        if known.unpacked > unpacked:
            session.packed.add(exchange.number)
        return RedactedExchange(_PROOF, redacted, dict(sorted(known.replaced.items())), notes)


def redact_recorded(exchange: Observed, session: RedactionSession) -> RedactedExchange:
    """Return an exchange that was redacted before, without what the session knows, or finds now."""
    session.known.is_again = True
    try:
        return redact(exchange, session)
    finally:
        session.known.is_again = False


def redact_written(
    exchange: Observed,
    session: RedactionSession,
    *,
    replaced: Mapping[str, int],
    notes: tuple[str, ...],
) -> RedactedExchange:
    """Return the same of an exchange that was written, whose account has its name already.

    Args:
        exchange: As it was read.
        session: What is known of the other exchanges.
        replaced: How many secrets of each kind had been replaced.
        notes: What had been left out, and why.
    """
    again = redact_recorded(exchange, session)
    kept = msgspec.structs.replace(
        again.exchange, account=exchange.account, key_place=exchange.key_place
    )
    counted = Counter(replaced)
    counted.update(again.replaced)
    return RedactedExchange(_PROOF, kept, dict(counted), notes)


def _redact_once(exchange: Observed, session: RedactionSession) -> tuple[Observed, tuple[str, ...]]:
    """Return what is left of an exchange, and what was left out of its bodies and why."""
    session.known.replaced.clear()
    account, key_place = _find_account(exchange, session)
    request = _redact_message(exchange.request_headers, exchange.request_body, session)
    is_speech = exchange.route.starts_job
    answer = _redact_message(
        exchange.headers, exchange.body, session, is_answer=True, is_speech=is_speech
    )
    redacted = Observed(
        number=exchange.number,
        sent_s=exchange.sent_s,
        answered_s=exchange.answered_s,
        method=session.texts.redact_text(exchange.method),
        url=session.texts.redact_url(exchange.url),
        request_headers=request.headers,
        request_body=request.body,
        account=account,
        key_place=key_place,
        known=exchange.known,
        status=exchange.status,
        headers=answer.headers,
        body=answer.body,
    )
    sides = (("the request's body", request.note), ("the answer's body", answer.note))
    return redacted, tuple(f"{side} was not kept: {note}" for side, note in sides if note)


class _Message(NamedTuple):
    headers: HeaderPairs
    body: Body
    note: str


def _redact_message(
    headers: HeaderPairs,
    body: Body,
    session: RedactionSession,
    *,
    is_answer: bool = False,
    is_speech: bool = False,
) -> _Message:
    """Return what is left of a request or of an answer; its headers tell of that."""
    found = {name.lower(): value for name, value in headers}
    encoding = ",".join(value for name, value in headers if name.lower() == "content-encoding")
    context = BodyContext(found.get("content-type", ""), encoding, is_answer, is_speech)
    redacted = session.bodies.redact_body(body, context)
    shown = session.headers.redact_headers(headers)
    if redacted.body is not body and redacted.body.content is not None:
        shown = _describe_body(shown, redacted.body)
    return _Message(shown, redacted.body, redacted.note)


def _describe_body(headers: HeaderPairs, body: Body) -> HeaderPairs:
    """Return headers that are true of a body that has been decoded or changed."""
    return tuple(
        (name, str(body.size) if name.lower() == "content-length" else value)
        for name, value in headers
        if name.lower() != "content-encoding"
    )


def _find_account(
    exchange: Observed, session: RedactionSession
) -> tuple[str | None, KeyPlace | None]:
    """Return the name of the key of a request, and where it was."""
    known = session.known
    key = exchange.find_request_header("x-api-key")
    if key and key.strip():
        return known.learn("key", decode(key.strip())), "x-api-key"
    scheme, _, token = (exchange.find_request_header("authorization") or "").partition(" ")
    if scheme.lower() == "bearer" and token.strip():
        return known.learn("key", decode(token.strip())), "bearer"
    if scheme.lower() == "basic":
        user, _, password = decode_base64(token.strip()).partition(":")
        secret = password or user
        return (known.learn("key", secret), None) if secret else (None, None)
    for pair in exchange.url.partition("?")[2].partition("#")[0].split("&"):
        name, _, value = pair.partition("=")
        if value and find_kind(decode(name))[0] == "key":
            return known.learn("key", decode(value)), "query"
    return None, None
