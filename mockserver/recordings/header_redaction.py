"""Redaction of headers: those that are secrets, cookies, and whatever else holds one."""

from __future__ import annotations

from mockserver.facts.observed import HeaderPairs
from mockserver.recordings.text_redaction import TextRedaction

_AUTHORIZATION = {"authorization", "proxy-authorization"}


class HeaderRedaction:
    """Hides what is secret in the headers of one session.

    Args:
        texts: What hides it in texts.
    """

    def __init__(self, texts: TextRedaction) -> None:
        self._texts = texts

    def redact_headers(self, headers: HeaderPairs) -> HeaderPairs:
        """Return headers without secrets, in their order; names can hold one, too."""
        return tuple(
            (self._texts.redact_text(name), self._redact_header(name.lower(), value))
            for name, value in headers
        )

    def _redact_header(self, name: str, value: str) -> str:
        if name in _AUTHORIZATION:
            return self._redact_authorization(value)
        return self._texts.redact_named(name, value)

    def _redact_authorization(self, value: str) -> str:
        scheme, space, rest = value.partition(" ")
        if not space:
            return self._texts.redact_secret("key", value)
        if scheme.lower() == "basic":
            return f"{scheme} {self._texts.redact_basic(rest.strip())}"
        return f"{scheme} {self._texts.redact_secret('key', rest)}"
