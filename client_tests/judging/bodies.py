"""What was delivered: JSON as it is, media by what they are like, and long bodies by digests."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

from client_tests.judging.cut_bodies import is_cut
from client_tests.judging.trace import Document, Exchange, Trace
from client_tests.judging.values import describe_difference, is_number, is_same

MEDIA = ("image/", "video/", "audio/", "model/")
"""How the content types of media begin."""

_TOLD = ("sha256", "bytes")
"""What is compared of media, beside their type."""


def read_media_type(exchange: Exchange) -> str:
    """Return the media type of an answer, in lower case and without parameters."""
    return parse_media_type(exchange.response_headers.get("content-type", ""))


def parse_media_type(value: Any) -> str:
    """Return the media type of a `Content-Type`; its case and its parameters mean nothing here."""
    return str(value).partition(";")[0].strip().lower()


def is_media(exchange: Exchange) -> bool:
    """Tell whether an answer says that it is an image, a video, a sound or a mesh."""
    return read_media_type(exchange).startswith(MEDIA)


def read_body(exchange: Exchange) -> Any:
    """Return the body of an answer: JSON or text, and of media what they are like."""
    body = exchange.body
    if isinstance(body, dict) and body.get("binary") is True:
        return {**body, "content_type": read_media_type(exchange)}
    return body


def is_known(body: Any) -> bool:
    """Tell whether a body can be compared: it is there, or a digest of all of it is."""
    if not is_cut(body):
        return True
    return "sha256" in body if is_description(body) else "json_sha256" in body


def digest_json(value: Any) -> str:
    """Return the digest of a JSON value by which the journal tells one that it has cut.

    It is that of `json.dumps(value, sort_keys=True, separators=(",", ":"))`, every number a float.
    """
    spelled = json.dumps(_widen(value), sort_keys=True, separators=(",", ":"))
    return sha256(spelled.encode()).hexdigest()


def _widen(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _widen(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_widen(item) for item in value]
    try:
        return float(value) + 0.0 if is_number(value) else value
    except OverflowError:
        return str(value)


def is_description(body: Any) -> bool:
    """Tell whether a body is media, of which the journal has but what they are like."""
    return isinstance(body, dict) and body.get("binary") is True and "content_type" in body


def is_result_of(result: Any, exchange: Exchange) -> bool:
    """Tell whether a result is what an exchange delivered; also where nobody can know."""
    body = read_body(exchange)
    if not is_known(body):
        return True
    if is_description(body):
        return is_same_media(result, body)
    if is_cut(body):
        return bool(digest_json(result) == body["json_sha256"])
    return is_same(result, body)


def describe_wrong_result(result: Any, exchange: Exchange) -> str:
    """Say how a result differs from what an exchange delivered."""
    body = read_body(exchange)
    if is_description(body):
        given = {name: body[name] for name in (*_TOLD, "content_type") if name in body}
        return describe_difference(_strip_type(result), given, "result")
    if is_cut(body):
        return "its digest is another, and the body too long to be shown"
    return describe_difference(result, body, "result")


def _strip_type(result: Any) -> Any:
    if not isinstance(result, dict) or "content_type" not in result:
        return result
    return {**result, "content_type": parse_media_type(result["content_type"])}


def is_same_media(result: Any, body: Document) -> bool:
    """Tell whether a result describes these media, as far as it is known what they are like."""
    if not isinstance(result, dict):
        return False
    if parse_media_type(result.get("content_type", "")) != body["content_type"]:
        return False
    return all(is_same(result.get(name), body[name]) for name in _TOLD if name in body)


def describe_served(expected: Document, trace: Trace, seq: int | None) -> Document:
    """Return what a file is like that the kit has fetched, with the type that the client saw."""
    seen = (each for each in trace.exchanges if each.seq == seq)
    return next(({**expected, "content_type": read_media_type(each)} for each in seen), expected)
