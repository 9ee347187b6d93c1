"""Redaction: the only way from an exchange as it was seen to one that may be written."""

from __future__ import annotations

from collections.abc import Iterable
from threading import RLock

from mockserver.facts.observed import Body, HeaderPairs, KeyPlace, Observed
from mockserver.recordings.keep import Keep
from mockserver.recordings.redacted import _PROOF, HeaderRecord, RedactedExchange, RedactedHeader


class RedactionSession:
    """What redaction has learnt in one session: the same secret has the same name all through it.

    Args:
        upstream: The address that is asked.
        began_utc_s: When the session began, in seconds since 1970.
        keep: What is kept of prompts and media.
        secrets: Keys that are known already, as those that the recorder was started with.
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
        self.keep = keep or Keep()
        self._labels: dict[str, str] = {}
        self._upstream = upstream
        self._began_utc_s = began_utc_s
        for secret in secrets:
            self.learn("key", secret)

    @property
    def header(self) -> RedactedHeader:
        """What is true of the session as a whole."""
        record = HeaderRecord(
            upstream=self.hide(self._upstream), began_utc_s=self._began_utc_s, keep=self.keep
        )
        return RedactedHeader(_PROOF, record)

    @property
    def known(self) -> int:
        """How many secrets are known; what was written before it rose may hold one."""
        return len(self._labels)

    def learn(self, kind: str, secret: str) -> str:
        """Return the name that stands for a secret from now on."""
        with self.lock:
            count = sum(each.startswith(kind) for each in self._labels.values())
            return self._labels.setdefault(secret, f"{kind}-{count + 1}")

    def hide(self, text: str) -> str:
        """Return a text with names in the places of the secrets in it."""
        for secret in sorted(self._labels, key=len, reverse=True):
            text = text.replace(secret, self._labels[secret])
        return text


def redact(exchange: Observed, session: RedactionSession) -> RedactedExchange:
    """Return an exchange without its secrets; the session learns those that are new.

    Args:
        exchange: As it was seen, with whole bodies; its `account` and `key_place` are found here.
        session: What is known of the other exchanges.
    """
    with session.lock:
        account, key_place = _find_account(exchange, session)
        redacted = Observed(
            number=exchange.number,
            sent_s=exchange.sent_s,
            answered_s=exchange.answered_s,
            method=exchange.method,
            url=session.hide(exchange.url),
            request_headers=_redact_headers(exchange.request_headers, session),
            request_body=_redact_body(exchange.request_body, session),
            account=account,
            key_place=key_place,
            status=exchange.status,
            headers=_redact_headers(exchange.headers, session),
            body=_redact_body(exchange.body, session),
        )
        return RedactedExchange(_PROOF, redacted, {})


def _find_account(
    exchange: Observed, session: RedactionSession
) -> tuple[str | None, KeyPlace | None]:
    key = exchange.find_request_header("x-api-key")
    if key is not None:
        return session.learn("key", key), "x-api-key"
    scheme, _, token = (exchange.find_request_header("authorization") or "").partition(" ")
    if scheme.lower() == "bearer" and token:
        return session.learn("key", token), "bearer"
    return None, None


def _redact_headers(headers: HeaderPairs, session: RedactionSession) -> HeaderPairs:
    return tuple((name, session.hide(value)) for name, value in headers)


def _redact_body(body: Body, session: RedactionSession) -> Body:
    if body.content is None:
        return body
    try:
        return Body.of(session.hide(body.content.decode()).encode())
    except UnicodeDecodeError:
        return body
