"""Hiding API keys in whatever is shown, however they are spelled there.

A key is known because the exchange carried it, because an account has it, or because it looks like
one (A5). It is found as it is, percent-encoded (twice, too), and in the escapes of JSON and
JavaScript.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import Any
from urllib.parse import unquote_to_bytes

from mockserver.base.ids import parse_key, redact_key

SHORTEST_SECRET = 6
"""A shorter key is a word like any other: nothing is hidden by taking it out of a text."""

MAX_DECODED = 8
"""How often a word is decoded: what is encoded more often than this stays as it is."""

_KEY_START = "SG_"
_LOOKS_LIKE_A_KEY = re.compile(_KEY_START + r"[0-9a-fA-F]{16}")
"""A5."""

_SAYS_SECRET = re.compile(r"key|token|secret|cookie|passw|session|auth(?!enticate|or(?!iz))")
"""In the name of a header or of a query parameter; a challenge or an author is no secret."""

_USUAL_NAME = 64
"""Characters; whether a longer name says so is not remembered."""

_USUAL_VALUE = 256

_WORD = re.compile(r"[^\s\"'<>]+")
_PART = re.compile(rf"[^\s\"'<>&=?;,:/\\(){{}}\[\]|]{{{SHORTEST_SECRET},}}")
_PLAIN_WORD = re.compile(r"[^\d]{,11}")
"""Somebody's key that is short and without a digit is not taken out of what others have said."""

_ESCAPE = re.compile(r"\\+(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2}))")
_SCHEMED = {"authorization", "proxy-authorization"}


def hide_keys(value: Any, secrets: Iterable[str] = (), accounts: Collection[str] = ()) -> Any:
    """Hide every key in the strings of a JSON value, names included.

    Args:
        value: A JSON value.
        secrets: Keys to hide wherever they are; a longer one comes before one it begins with.
        accounts: Keys to hide where they stand as a word of their own.
    """
    if isinstance(value, str):
        return _hide_keys(value, secrets, accounts)
    if isinstance(value, list):
        return [hide_keys(item, secrets, accounts) for item in value]
    if isinstance(value, dict):
        return {
            _hide_keys(name, secrets, accounts): hide_keys(item, secrets, accounts)
            for name, item in value.items()
        }
    return value


def says_secret(name: str) -> bool:
    """Tell whether what goes by this name is to be hidden, whatever it is."""
    return _has_secret_word(name) if len(name) <= _USUAL_NAME else _find_secret_word(name)


def _find_secret_word(name: str) -> bool:
    return _SAYS_SECRET.search(unescape(name).lower()) is not None


_has_secret_word = lru_cache(maxsize=256)(_find_secret_word)
"""The same, remembered: most requests have the same few names."""


def redact_header(name: str, value: str) -> str:
    """Redact the value of a header that holds a secret; keep the scheme of an Authorization."""
    scheme, space, rest = value.partition(" ")
    if name in _SCHEMED and space:
        return f"{scheme} {redact_key(rest)}"
    return redact_key(value)


def redact_query(query: str) -> str:
    """Redact the parameters of a query whose names say that they hold a secret."""
    pairs = (pair.partition("=") for pair in query.split("&"))
    return "&".join(
        name + equals + (redact_key(unescape(value)) if value and says_secret(name) else value)
        for name, equals, value in pairs
    )


def find_secrets(name: str, value: str) -> Iterable[str]:
    """Return the secrets that a header or a query parameter of such a name holds.

    They are its value, the word after a scheme such as Bearer, and the values of cookies.
    """
    is_usual = len(name) <= _USUAL_NAME and len(value) <= _USUAL_VALUE
    return _find_usual_secrets(name, value) if is_usual else _list_secrets(name, value)


def _list_secrets(name: str, value: str) -> tuple[str, ...]:
    decoded = unescape(value)
    values = [value, decoded, decoded.rpartition(" ")[2]]
    if "cookie" in name.lower():
        values += [pair.partition("=")[2].strip() for pair in decoded.split(";")]
    return tuple({each for each in values if len(each) >= SHORTEST_SECRET})


_find_usual_secrets = lru_cache(maxsize=256)(_list_secrets)
"""The same, remembered: a client sends the same key again and again."""


def unescape(text: str) -> str:
    """Take the escapes out of a text: those of URLs, and those of JSON and JavaScript."""
    for _ in range(MAX_DECODED):
        before = text
        if "%" in text:
            text = parse_key(unquote_to_bytes(text.encode("utf-8", "surrogatepass")))
        if "\\" in text:
            text = _ESCAPE.sub(_decode_escape, text)
        if text == before:
            break
    return text


def _decode_escape(escape: re.Match[str]) -> str:
    """Return what an escape stands for; half of a surrogate pair stands for nothing."""
    character = chr(int(escape[1] or escape[2], 16))
    return escape[0] if "\ud800" <= character <= "\udfff" else character


def _hide_keys(text: str, secrets: Iterable[str], accounts: Collection[str]) -> str:
    text = _hide_plain_keys(text, secrets, accounts)
    if "%" not in text and "\\" not in text:
        return text
    decoded = unescape(text)
    if decoded.isascii() and _hide_plain_keys(decoded, secrets, accounts) == decoded:
        return text  # as nearly always: the words one by one take long where they are many

    def hide(part: str) -> str:
        decoded = unescape(part)
        shown = _hide_plain_keys(decoded, secrets, accounts)
        return part if shown == decoded else shown

    return hide(_WORD.sub(lambda word: hide(word[0]), text))


def _hide_plain_keys(text: str, secrets: Iterable[str], accounts: Collection[str]) -> str:
    """Hide the keys in a text that are spelled as they are."""
    for secret in secrets:
        text = text.replace(secret, redact_key(secret))
    if accounts and any(part in accounts for part in _PART.findall(text)):
        text = _PART.sub(lambda part: _hide_account(part[0], accounts), text)
    if _KEY_START in text:
        text = _LOOKS_LIKE_A_KEY.sub(lambda found: redact_key(found[0]), text)
    return text


def _hide_account(part: str, accounts: Collection[str]) -> str:
    is_key = part in accounts and not _PLAIN_WORD.fullmatch(part)
    return redact_key(part) if is_key else part
