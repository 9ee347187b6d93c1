"""Redaction of texts: what looks like a secret is learnt, and what is known is hidden."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode, urlsafe_b64decode
from binascii import Error
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote, unquote

from mockserver.recordings.known_secrets import KnownSecrets
from mockserver.recordings.names import find_kind, find_parameter_kind
from mockserver.recordings.said_secrets import find_said
from mockserver.recordings.shapes import (
    ALL_STARTS,
    Kind,
    Starts,
    find_emails,
    find_shapes,
    list_starts,
    looks_random,
)
from mockserver.recordings.spellings import decode

_PAIR = re.compile(
    r"(?<=[?&#;])([^\s=&?#;\"'<>/]{1,100})="
    r"((?:[^\s&#;\"'<>]|;(?![^\s=&?#;\"'<>/]{1,100}=))+)"
)
"""A parameter of a query or of a fragment, wherever a URL is."""

_USER_INFORMATION = re.compile(r"(?<=://)([^\s/?#@\"'<>:]{1,256})(:[^\s/?#@\"'<>]{0,256})?@")

_COOKIES = {"cookie", "set-cookie", "set-cookie2", "set_cookie"}
_BASE64 = re.compile(r"[0-9A-Za-z+/_-]{12,}={0,2}")
_MAX_BASE64 = 4096
"""Characters. Something longer is a file, in which metadata is looked for."""


_USUAL_TEXT = 256
"""Characters. That a longer text has nothing secret in it is not remembered."""

_MAX_REMEMBERED = 20_000


class TextRedaction:
    """Hides what is secret in the texts of one session.

    Args:
        known: What the session has learnt, and learns here.
    """

    def __init__(self, known: KnownSecrets) -> None:
        self.known = known
        self._harmless: dict[str, int] = {}
        self._starts = ALL_STARTS

    @contextmanager
    def narrow(self, text: str) -> Iterator[None]:
        """Look for no more for a while than what is in a text that is gone through in pieces."""
        before = self._starts
        self._starts = list_starts(text, decode(text))
        try:
            with self.known.narrow(text):
                yield
        finally:
            self._starts = before

    def redact_text(self, text: str) -> str:
        """Return a text without secrets: those of a shape, those that it names, and known ones."""
        if not text or self.known.is_label(text):
            return text
        if self._harmless.get(text) == self.known.count:
            return text
        shown = self._redact_unknown(text)
        if shown == text and len(text) <= _USUAL_TEXT:
            if len(self._harmless) >= _MAX_REMEMBERED:
                self._harmless.clear()
            self._harmless[text] = self.known.count
        return shown

    def _redact_unknown(self, text: str) -> str:
        for kind, secret in find_secrets(text, self._starts):
            self.known.learn(kind, secret)
        text = _PAIR.sub(self._redact_pair, text) if "=" in text else text
        if "://" in text:
            text = _USER_INFORMATION.sub(self._redact_user, text)
        return self.known.hide(text)

    def redact_secret(self, kind: Kind, value: str) -> str:
        """Return the name of what is a secret as a whole, learning it as it is decoded, too."""
        if not value.strip() or self.known.is_label(value.strip()):
            return value
        plain = decode(value.strip())
        label = self.known.learn(kind, plain)
        if kind == "key" and "," in plain:
            for each in filter(looks_random, map(str.strip, plain.split(","))):
                self.known.learn(kind, each)
        self.known.replaced[kind] += 1
        return label

    def redact_named(self, name: str, value: str) -> str:
        """Return the value of a header, a parameter, a field or a member without secrets."""
        if name.lower() in _COOKIES:
            return self.redact_cookies(value, is_set=name.lower() != "cookie")
        kind, is_proof = find_kind(name)
        if kind and (is_proof or looks_random(decode(value))):
            return self.redact_secret(kind, value)
        return self.redact_text(value)

    def redact_cookies(self, value: str, *, is_set: bool) -> str:
        """Return the value of a header of cookies; of `Set-Cookie` the attributes stay."""
        if is_set:
            first, semicolon, attributes = value.partition(";")
            shown = self.redact_cookies(first, is_set=False)
            return shown + semicolon + self.redact_text(attributes)
        return ";".join(map(self._redact_cookie, value.split(";")))

    def _redact_cookie(self, pair: str) -> str:
        name, equals, value = pair.partition("=")
        if not equals:
            return self.redact_secret("cookie", pair) if looks_random(pair.strip()) else pair
        return f"{self.redact_text(name)}={self.redact_secret('cookie', value)}"

    def redact_url(self, url: str) -> str:
        """Return an address without secrets, in its query, its fragment or its path."""
        rest, hash_sign, fragment = url.partition("#")
        before, mark, query = rest.partition("?")
        shown = self.redact_text(before) + mark + self.redact_query(query)
        return self.redact_text(shown + hash_sign + self.redact_query(fragment))

    def redact_query(self, query: str) -> str:
        """Return a query or a form, which is `name=value` with `&` between, without secrets."""
        return self.redact_text("&".join(map(self._redact_parameter, query.split("&"))))

    def redact_basic(self, token: str) -> str:
        """Return the credentials of the scheme Basic, without user and password."""
        user, colon, password = decode_base64(token).partition(":")
        if not colon:
            return self.redact_secret("key", token)
        shown = [self.redact_secret("key", part) for part in (user, password)]
        return b64encode(":".join(shown).encode()).decode()

    def _redact_parameter(self, pair: str) -> str:
        name, equals, value = pair.partition("=")
        return self.redact_text(name) + equals + self._redact_value(name, value)

    def _redact_pair(self, pair: re.Match[str]) -> str:
        is_shown = self.known.is_label(pair[2])
        return pair[0] if is_shown else f"{pair[1]}={self._redact_value(pair[1], pair[2])}"

    def _redact_value(self, name: str, value: str) -> str:
        """Return a parameter's value: in a URL even a weak name is proof."""
        kind = find_parameter_kind(decode(name), decode(value))
        if kind:
            return self.redact_secret(kind, value)
        plain = unquote(value)
        if plain == value or "=" not in plain:
            return self.redact_text(value)
        shown = self.redact_url(plain)
        return value if shown == plain else quote(shown, safe="")

    def _redact_user(self, found: re.Match[str]) -> str:
        user = self.redact_secret("key", found[1])
        password = f":{self.redact_secret('key', found[2][1:])}" if found[2] else ""
        return f"{user}{password}@"


def find_secrets(text: str, starts: Starts = ALL_STARTS) -> Iterator[tuple[Kind, str]]:
    """Return what in a text looks like a secret, or is said to be one, in any spelling."""
    decoded = decode(text)
    views = [text] if decoded == text else [text, decoded]
    for view in views:
        yield from find_shapes(view, starts)
        yield from find_emails(view)
        yield from find_said(view)
    if decoded != text and "://" in decoded:  # where a URL is as it is, each part of it is replaced
        for found in _USER_INFORMATION.finditer(decoded):
            if found[2]:
                yield "key", found[2][1:]
    for word in _BASE64.findall(decoded):
        plain = decode_base64(word) if len(word) <= _MAX_BASE64 else ""
        if plain:
            yield from find_shapes(plain)
            yield from find_emails(plain)
            yield from find_said(plain)


def decode_base64(word: str) -> str:
    """Return what a word is in base64, of either alphabet; empty if that is no text."""
    word = word.rstrip("=")
    padded = word + "=" * (-len(word) % 4)
    decode_word = urlsafe_b64decode if "-" in word or "_" in word else b64decode
    try:
        return decode_word(padded).decode()
    except (Error, ValueError):
        return ""
