"""What is asked, as a value: calls that ask for the same are equal, whoever spelled them."""

from __future__ import annotations

from functools import cached_property
from typing import TypeAlias
from urllib.parse import urlsplit

import msgspec

from mockserver.facts.observed import EMPTY, Observed
from mockserver.replay.body_values import NOTHING, BodyValue, read_body, read_query

CallKey: TypeAlias = tuple[str, str, bytes, bytes, bool]


class Call(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """One request. Which key it has never matters, but whether it has one.

    Attributes:
        method: The verb.
        path: The path, percent-decoded; the host never matters.
        query: The parameters of the query, by name.
        body: What the body says.
        media: The media type of a body that is there.
        has_key: Whether it has a key, on routes that want one.
    """

    method: str
    path: str
    query: dict[str, list[str]] = {}
    body: BodyValue = NOTHING
    media: str = ""
    has_key: bool = True

    @cached_property
    def key(self) -> CallKey:
        """The same for calls that are equal."""
        query = msgspec.json.encode(self.query, order="deterministic")
        body = self.media.encode() + b" " + self.body.key
        return self.method, self.path, query, body, self.has_key


def read_call(exchange: Observed) -> Call:
    """Return what an exchange asks."""
    content_type = exchange.find_request_header("content-type") or ""
    has_body = exchange.request_body != EMPTY and exchange.request_body.size > 0
    return Call(
        method=exchange.method,
        path=exchange.path,
        query=read_query(urlsplit(exchange.url).query),
        body=read_body(content_type, exchange.request_body) if has_body else NOTHING,
        has_key=exchange.key_place is not None or not exchange.route.key,
        media=content_type.partition(";")[0].strip().lower() if has_body else "",
    )
