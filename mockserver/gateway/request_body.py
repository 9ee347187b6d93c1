"""Reading a request body: one JSON object in UTF-8, or multipart fields; nothing else (E2)."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any, TypeAlias

import msgspec

from mockserver.base.bounds import MAX_DEPTH, MAX_PAYLOAD_BYTES, MAX_SHOWN_VALUE, MAX_VALUES, cut
from mockserver.base.content_types import parse_content_type
from mockserver.base.errors import make_body_error
from mockserver.base.excerpts import excerpt
from mockserver.base.nesting import is_nested_deeper
from mockserver.base.text_encodings import BYTE_ORDER_MARK, find_compression, find_encoding
from mockserver.base.wire import Request
from mockserver.contract.forms import parse_fields, takes_array
from mockserver.contract.models import Model
from mockserver.gateway.multipart import Form

_TOO_DEEP = f"it is nested more than {MAX_DEPTH} levels deep"
_UTF8 = {"", "utf-8", "utf8", "us-ascii", "ascii"}
_MAX_QUOTES = 4 * MAX_VALUES
"""Two about each value that is a text, and two about its name."""

_LONE_SURROGATE = re.compile(
    rb"(?:[^\\]++"
    rb"|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    rb"|\\u(?![dD][89a-fA-F])[0-9a-fA-F]{4}"
    rb"|\\[^u])*+"
    rb"(?P<lone>\\u[dD][89a-fA-F][0-9a-fA-F]{2})?"
)
"""Everything up to the first escaped surrogate without its other half, and that one."""

_STRETCH, _LONGEST_ESCAPE = 64 * 1024, 12
"""Bytes that are looked at in one go, which no other thread interrupts, and those of a pair."""

_decode = msgspec.json.Decoder().decode
_Scalar: TypeAlias = bool | int | float | str | None
_decode_flat = msgspec.json.Decoder(dict[str, _Scalar | list[_Scalar]]).decode
"""The same of objects that are not deep, which takes no longer and refuses all others."""


def parse_params(request: Request, model: Model) -> tuple[dict[str, Any], bytes]:
    """Return the parameters and what is kept of them, as JSON.

    A language model answers all that it was asked, and a vector is one of all words, so all of that
    is kept.

    Raises:
        ApiError: the body is malformed; the message says how.
    """
    params, payload = _read_params(request, model)
    if len(payload) > MAX_PAYLOAD_BYTES and not model.needs_every_word:
        payload = excerpt(payload)
    return params, payload


def _read_params(request: Request, model: Model) -> tuple[dict[str, Any], bytes]:
    media, charset = parse_content_type(request.headers.get(b"content-type", b""))
    if media == "multipart/form-data":
        params = _read_multipart(request, model)
        return params, msgspec.json.encode(params)
    if charset not in _UTF8:
        raise make_body_error(f"charset '{charset[:40]}' is not UTF-8")
    return read_json(request)


def read_json(request: Request) -> tuple[dict[str, Any], bytes]:
    """Return the one JSON object that a body is, and its bytes without a byte order mark.

    Raises:
        ApiError: the body is malformed; the message says how.
    """
    body = request.body.removeprefix(BYTE_ORDER_MARK)
    try:
        value = _decode_strictly(body)
    except ValueError as error:
        raise make_body_error(_explain_wrong_json(request, body, error)) from None
    if not isinstance(value, dict):
        raise make_body_error(f"it is {_name_kind(value)}; send a JSON object")
    return value, body


def _read_multipart(request: Request, model: Model) -> dict[str, Any]:
    """Read form fields by the schema's types; an uploaded file stands as the hash of its bytes."""
    from python_multipart.exceptions import FormParserError

    form = Form()
    try:
        form.read(request.headers[b"content-type"], request.body)
    except FormParserError as error:
        reason = _explain_compression(request) or f"it is not valid multipart: {error}"
        raise make_body_error(reason) from None
    for name, values in form.values.items():
        if len(values) > 1 and not takes_array(model, name):
            raise make_body_error(f"the field '{name}' is there more than once")
    return parse_fields(model, form.values, _decode_strictly)


def _decode_strictly(body: bytes) -> Any:
    """Decode JSON in which no key is doubled and nothing is deep.

    Raises:
        ApiError: a key is doubled, the nesting is too deep, or there are too many values.
        ValueError: it is not JSON.
    """
    if len(body) > MAX_VALUES:
        _refuse_many_values(body)
    try:
        value: Any = _decode_flat(body)
    except msgspec.ValidationError:
        value = _decode_deep(body)
    # Outside of strings each key has one colon: where the bytes hold no more of them than that,
    # nothing can be doubled, and most bodies are done here.
    if body.count(b":") != (len(value) if type(value) is dict else 0):
        _refuse_duplicates(body)
    return value


def _decode_deep(body: bytes) -> Any:
    """Decode JSON of any kind, the nesting of which has its limit."""
    try:
        value = _decode(body)
    except RecursionError:
        raise make_body_error(_TOO_DEEP) from None
    if is_nested_deeper(value, body, MAX_DEPTH):
        raise make_body_error(_TOO_DEEP)
    return value


def _refuse_many_values(body: bytes) -> None:
    """Refuse JSON of more values than are read, before any of them is made.

    An array or object of n values has n - 1 commas and one bracket that opens it.
    """
    if body.count(b",") + body.count(b"[") + body.count(b"{") <= MAX_VALUES:
        return
    bare = body.replace(b"\\\\", b"").replace(b'\\"', b"")
    outside = b""
    if bare.count(b'"') <= _MAX_QUOTES:
        outside = b'"'.join(bare.split(b'"')[::2]).translate(None, b" \t\r\n")
        empty = outside.count(b"[]") + outside.count(b"{}")
        opened = outside.count(b"[") + outside.count(b"{")
        if outside.count(b",") + opened - empty <= MAX_VALUES:
            return
    raise make_body_error(f"it has more than {MAX_VALUES:,} values, counted at all levels")


def _explain_wrong_json(request: Request, body: bytes, error: ValueError) -> str:
    """Return why a body cannot be read as JSON: what it is instead, as far as can be told."""
    if not body.strip():
        return "it is empty; send a JSON object"
    if reason := _explain_compression(request):
        return reason
    if encoding := find_encoding(body):
        return f"it is {encoding}; send UTF-8"
    if isinstance(error, UnicodeDecodeError):
        return f"byte {_find_wrong_byte(body)} is not UTF-8"
    return _explain_half_a_character(body) or f"it is not valid JSON: {error}"


def _explain_compression(request: Request) -> str:
    """Return that a body is compressed, and with what; empty where nothing says so."""
    coding = request.headers.get(b"content-encoding", b"").strip().lower()
    if coding not in {b"", b"identity"}:
        shown = cut(coding.decode("latin-1"), 40)
        return f"it came with Content-Encoding '{shown}'; send it uncompressed"
    compression = find_compression(request.body)
    return f"it is compressed with {compression}; send it uncompressed" if compression else ""


def _explain_half_a_character(body: bytes) -> str:
    """Return where a surrogate is escaped without its other half, if nothing else is wrong."""
    at = _find_lone_surrogate(body)
    if at is None:
        return ""
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return ""
    return (
        f"{body[at : at + 6].decode()} at byte {at} is half a character "
        "(a lone surrogate), as JavaScript's slice leaves one; send whole characters"
    )


def _find_lone_surrogate(body: bytes) -> int | None:
    at = 0
    while at < len(body):
        end = min(at + _STRETCH, len(body))
        found: Any = _LONE_SURROGATE.match(body, at, end)  # it matches at least nothing
        is_lone = found["lone"] is not None
        next_at: int = found.start("lone") if is_lone else found.end()
        if is_lone and (end == len(body) or next_at <= end - _LONGEST_ESCAPE):
            return next_at
        if next_at == at:
            return None
        at = next_at
    return None


def _find_wrong_byte(body: bytes) -> int:
    try:
        body.decode()
    except UnicodeDecodeError as error:
        return error.start
    raise AssertionError("the JSON decoder and Python disagree on UTF-8")


def _name_kind(value: object) -> str:
    kinds = {list: "an array", str: "a string", bool: "a boolean", type(None): "null"}
    return kinds.get(type(value), "a number")


def _refuse_duplicates(body: bytes) -> None:
    def make_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            times = Counter(name for name, _ in pairs)
            twice = next(name for name, _ in pairs if times[name] > 1)
            shown = cut(twice, MAX_SHOWN_VALUE)
            raise make_body_error(f"the key '{shown}' is there more than once")
        return found

    json.loads(body, object_pairs_hook=make_object)
