"""Exchanges as they were seen from outside, and a story of them in their order."""

from __future__ import annotations

from functools import cached_property
from hashlib import sha256
from typing import Any, Literal, TypeAlias
from urllib.parse import unquote, urlsplit

import msgspec

from mockserver.base.ids import normalize_id
from mockserver.contract.routing import Route, find

HeaderPairs: TypeAlias = tuple[tuple[str, str], ...]
"""Names in lower case, in the order in which they came; one may be there several times."""

KeyPlace: TypeAlias = Literal["x-api-key", "bearer", "query"]
"""Where the key of a request was."""

Known: TypeAlias = Literal["key-unknown", "id-unknown", "slug-unknown", "id-expired"]
"""What who sent a request knew of it: nobody has this key, id or slug, or the hour is over."""


class Body(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """The body of a request or of an answer.

    Attributes:
        size: How many bytes it had.
        digest: Its SHA-256 in hexadecimal digits.
        content: The bytes; None where they were not kept.
    """

    size: int
    digest: str
    content: bytes | None = None

    @classmethod
    def of(cls, content: bytes) -> Body:
        """Return the body that these bytes are."""
        return cls(size=len(content), digest=sha256(content).hexdigest(), content=content)

    @cached_property
    def document(self) -> Any:
        """The JSON value that it is; `msgspec.UNSET` where it is none, or was not kept."""
        try:
            return msgspec.json.decode(self.content or b"")
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return msgspec.UNSET


EMPTY = Body.of(b"")


class Observed(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """One exchange.

    Attributes:
        number: Its place in the story, from 1.
        sent_s: When the request was sent, in seconds since the story began.
        answered_s: When the answer was there to its end, on the same clock; None without one.
        method: The verb.
        url: The whole address, as it was asked.
        account: Whose key it bore, by a name that tells keys apart and is no secret; None without.
        key_place: Where the key was.
        known: What who sent it knew; empty where that is nobody's to tell, as in a recording.
        status: The status of the answer; None if none came, or not to its end.
    """

    number: int
    sent_s: float
    answered_s: float | None = None
    method: str
    url: str
    request_headers: HeaderPairs = ()
    request_body: Body = EMPTY
    account: str | None = None
    key_place: KeyPlace | None = None
    known: frozenset[Known] = frozenset()
    status: int | None = None
    headers: HeaderPairs = ()
    body: Body = EMPTY

    @cached_property
    def path(self) -> str:
        """The path, percent-decoded."""
        return unquote(urlsplit(self.url).path)

    @cached_property
    def route(self) -> Route:
        """The route of the data plane that the path belongs to."""
        return find(self.path)[0]

    @cached_property
    def subject(self) -> str:
        """The part of the path that varies, as it was spelled: a slug, a request's id, a file."""
        return find(self.path)[1]

    def find_header(self, name: str) -> str | None:
        """Return the first header of the answer by this name, in lower case."""
        return next((value for each, value in self.headers if each == name), None)

    def find_request_header(self, name: str) -> str | None:
        """Return the first header of the request by this name, in lower case."""
        return next((value for each, value in self.request_headers if each == name), None)


class Story(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """Exchanges in the order in which they were sent.

    Attributes:
        exchanges: All of them.
        began_utc_s: When it began, in seconds since 1970; None where nobody knows.
    """

    exchanges: tuple[Observed, ...]
    began_utc_s: float | None = None

    @cached_property
    def runs(self) -> tuple[Run, ...]:
        """The runs that were queued and answered with an id, and what was asked about them."""
        return find_runs(self.exchanges)


class Run(msgspec.Struct, frozen=True):
    """A queued run: the exchange that submitted it, and those about it after that, in order."""

    submitted: Observed
    asked: tuple[Observed, ...]


def find_runs(exchanges: tuple[Observed, ...]) -> tuple[Run, ...]:
    """Return each run that was submitted among these exchanges, with its polls."""
    asked: dict[str, list[Observed]] = {}
    submitted: dict[str, Observed] = {}
    for each in exchanges:
        if each.route.polls_job:
            asked.setdefault(normalize_id(each.subject), []).append(each)
        elif each.route.starts_job and not each.route.blocks and each.status:
            document = each.body.document
            identifier = document.get("request_id") if isinstance(document, dict) else None
            if isinstance(identifier, str):
                submitted.setdefault(normalize_id(identifier), each)
    return tuple(Run(each, tuple(asked.get(key, ()))) for key, each in submitted.items())
