"""How the journal shows an exchange: as JSON, in which no key stands in full."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from mockserver.base.bounds import MAX_DEPTH
from mockserver.base.clock import SECOND, render_iso
from mockserver.base.digests import Whole
from mockserver.base.ids import name_account, parse_key, redact_key
from mockserver.base.nesting import is_nested_deeper
from mockserver.base.redaction import (
    find_secrets,
    hide_keys,
    redact_header,
    redact_query,
    says_secret,
)
from mockserver.base.wire import Headers
from mockserver.state.journal import Exchange
from mockserver.state.journal_bounds import MAX_BODY, split_mark

_OPTIONAL = frozenset(
    {
        *("model", "request_id", "fault_id", "slept_s", "truncated"),
        *("unknown_params", "numbers_as_text", "advice", "hint"),
    }
)
"""Left out of an exchange where there is nothing to tell."""

_USUAL_SECRETS = 256
"""Characters; longer ones are not remembered."""


def render_exchange(
    exchange: Exchange,
    accounts: Collection[str] = (),
    hint: str | None = None,
    owner: str | None = None,
) -> dict[str, Any]:
    """Return an exchange as the control plane shows it.

    Args:
        exchange: The exchange.
        accounts: Keys that are hidden too, wherever they stand as a word of their own.
        hint: What is to be said of it beyond what its client was told.
        owner: The key of the account in whose journal it is.
    """
    hiding = Hiding(exchange, accounts)
    request = exchange.request
    shown = {
        **_render_outline(exchange, hiding, owner),
        "unknown_params": [hiding.hide_text(name) for name in exchange.unknown_params] or None,
        "numbers_as_text": [hiding.hide_text(name) for name in exchange.numbers_as_text] or None,
        "advice": [hiding.hide_text(sentence) for sentence in exchange.advice] or None,
        "hint": hint and hiding.hide_text(hint),
        "received_s": request.received_s,
        "slept_s": None if exchange.slept is None else exchange.slept / SECOND,
        "truncated": list(exchange.truncated) or None,
        "request": hiding.render_message(tuple(request.headers.items()), request.body),
        "response": hiding.render_message(exchange.headers, exchange.body, exchange.whole),
        "behaviours": list(exchange.behaviours),
    }
    return _leave_out_empty(shown)


def outline_exchange(
    exchange: Exchange, accounts: Collection[str] = (), owner: str | None = None
) -> dict[str, Any]:
    """Return what one line can say of an exchange: whose, when, about what, and the status."""
    return _leave_out_empty(_render_outline(exchange, Hiding(exchange, accounts), owner))


def _render_outline(exchange: Exchange, hiding: Hiding, owner: str | None) -> dict[str, Any]:
    return {
        "seq": exchange.seq,
        "at_utc": render_iso(exchange.at),
        "elapsed_ms": (exchange.answered_at - exchange.at) / 1000,
        "api_key": exchange.api_key and redact_key(exchange.api_key),
        "account": owner and name_account(owner),
        "method": hiding.hide(exchange.request.method),
        "path": hiding.render_target(exchange.request.path, exchange.request.query),
        "route": exchange.route,
        "model": exchange.model,
        "request_id": exchange.request_id and hiding.hide_text(exchange.request_id),
        "status": exchange.status,
        "fault_id": exchange.fault_id,
        "delivery": exchange.delivery,
    }


def _leave_out_empty(shown: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value for name, value in shown.items() if value is not None or name not in _OPTIONAL
    }


class Hiding:
    """The keys that one exchange carried, and those of every account, hidden in what it shows."""

    def __init__(self, exchange: Exchange, accounts: Collection[str]) -> None:
        self._accounts = accounts
        self._secrets = _list_secrets(exchange)

    def hide(self, value: Any) -> Any:
        """Return a JSON value without any key."""
        return hide_keys(value, self._secrets, self._accounts)

    def hide_text(self, text: str) -> str:
        """Return a text without any key, nor the beginning of one where the text was cut."""
        start, mark = split_mark(text)
        shown: str = self.hide(self._drop_cut_key(start) if mark else start)
        return shown + mark

    def hide_texts(self, *texts: str) -> list[str]:
        """Return texts without any key: the same as one by one, and quicker."""
        joined = "\n".join(texts)
        if split_mark(joined)[1] or joined.count("\n") >= len(texts) or "...[" in joined:
            return [self.hide_text(text) for text in texts]
        shown: str = self.hide(joined)
        return shown.split("\n")

    def render_target(self, path: str, query: str) -> str:
        """Return a path, with its query if it has one."""
        asked = f"?{self.hide_text(redact_query(query))}" if query else ""
        return self.hide_text(path) + asked

    def render_message(
        self, headers: Headers, body: bytes, whole: Whole | None = None
    ) -> dict[str, Any]:
        """Return headers and body of a request or a response; `whole` is what the body was like."""
        return {
            "headers": {
                self.hide(name): (
                    redact_header(name.lower(), value)
                    if says_secret(name)
                    else self.hide_text(value)
                )
                for name, value in _parse_headers(headers)
            },
            "body": self.hide(self._render_body(body, whole)),
        }

    def _render_body(self, body: bytes, whole: Whole | None) -> Any:
        """Show JSON as JSON unless it is deep, text as text, anything else by its size."""
        if len(body) > MAX_BODY:
            text = self._drop_cut_key(body[:MAX_BODY].decode("utf-8", "replace"))
            kept = {"binary": True} if "\0" in text else {"text": text}
            return {"truncated": True, **kept, **(_render_whole(whole) if whole else {})}
        try:
            value = msgspec.json.decode(body)
            if not is_nested_deeper(value, body, MAX_DEPTH):
                return value
        except (ValueError, RecursionError):
            pass
        try:
            return body.decode()
        except UnicodeDecodeError:
            return {"binary": True, "bytes": len(body), "sha256": sha256(body).hexdigest()}

    def _drop_cut_key(self, text: str) -> str:
        """Drop the beginning of a key at the end of a text that was cut there."""
        starts = (
            secret[:length] for secret in self._secrets for length in range(len(secret) - 1, 3, -1)
        )
        return text.removesuffix(next(filter(text.endswith, starts), ""))


def _render_whole(whole: Whole) -> dict[str, Any]:
    length, digest, json_digest = whole
    return {
        "bytes": length,
        "sha256": digest,
        **({"json_sha256": json_digest} if json_digest else {}),
    }


def _parse_headers(headers: Headers) -> list[tuple[str, str]]:
    return [(name, parse_key(value)) for name, value in _decode_names(headers)]


def _list_secrets(exchange: Exchange) -> tuple[str, ...]:
    """Return every key that this exchange carried; a longer one before one it begins with."""
    request = exchange.request
    fields = tuple(field for field in request.headers.items() if _says_secret(field[0]))
    size = sum(len(value) for _, value in fields) + len(exchange.api_key or "")
    find = _find_usual_secrets if size <= _USUAL_SECRETS and not request.query else _find_secrets
    return find(fields, request.query, exchange.api_key)


def _find_secrets(
    fields: tuple[tuple[bytes, bytes], ...], query: str, api_key: str | None
) -> tuple[str, ...]:
    named = [(name, parse_key(value)) for name, value in _decode_names(fields)]
    if query:
        named += [pair for pair in parse_qsl(query) if says_secret(pair[0])]
    if api_key and all(value != api_key for _, value in named):
        named.append(("key", api_key))
    found = {secret for name, value in named for secret in find_secrets(name, split_mark(value)[0])}
    return tuple(sorted(found, key=len, reverse=True))


_find_usual_secrets = lru_cache(maxsize=256)(_find_secrets)
"""The same, remembered: a client sends the same key again and again."""


@lru_cache(maxsize=256)
def _says_secret(name: bytes) -> bool:
    return says_secret(name.decode("latin-1"))


def _decode_names(headers: Iterable[tuple[bytes, bytes]]) -> Iterator[tuple[str, bytes]]:
    return ((name.decode("latin-1"), value) for name, value in headers)
