"""Reading a request body: one JSON object in UTF-8, or multipart fields; nothing else (E2)."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

import msgspec

from mockserver.contract.models import Model
from mockserver.contract.requests import coerced
from mockserver.core.content_types import parse_content_type
from mockserver.core.errors import ApiError

MAX_DEPTH = 100
_TOO_DEEP = f"it is nested more than {MAX_DEPTH} levels deep"
_UTF8 = {"", "utf-8", "utf8", "us-ascii", "ascii"}
_decode = msgspec.json.Decoder().decode


def parsed(header: bytes, body: bytes, model: Model) -> tuple[dict[str, Any], bytes]:
    """Return the parameters and the JSON that stands for them.

    Raises:
        ApiError: the body is malformed; the message says how.
    """
    media, charset = parse_content_type(header)
    if media == "multipart/form-data":
        params = _multipart(header, body, model)
        return params, msgspec.json.encode(params)
    if charset not in _UTF8:
        raise _malformed(f"charset '{charset[:40]}' is not UTF-8")
    return json_object(body), body


def _malformed(reason: str) -> ApiError:
    return ApiError("malformed_body", reason=reason)


def json_object(body: bytes) -> dict[str, Any]:
    """Return the one JSON object that a body is.

    Raises:
        ApiError: the body is malformed; the message says how.
    """
    try:
        value = _strict(body)
    except UnicodeDecodeError:
        raise _malformed(f"byte {_first_wrong_byte(body)} is not UTF-8") from None
    except ValueError as error:
        if not body.strip():
            raise _malformed("it is empty; send a JSON object") from None
        raise _malformed(f"it is not valid JSON: {error}") from None
    if not isinstance(value, dict):
        raise _malformed(f"it is {_kind(value)}; send a JSON object")
    return value


def _strict(body: bytes) -> Any:
    """Decode JSON in which no key is doubled and nothing is deep.

    Raises:
        ApiError: a key is doubled, or the nesting is too deep.
        ValueError: it is not JSON.
    """
    try:
        value = _decode(body)
    except RecursionError:
        raise _malformed(_TOO_DEEP) from None
    # Outside of strings each key has one colon and each level one bracket: where the bytes hold
    # no more of them than that, nothing can be doubled or deep, and most bodies are done here.
    if body.count(b"{") + body.count(b"[") > MAX_DEPTH and _depth(value) > MAX_DEPTH:
        raise _malformed(_TOO_DEEP)
    if body.count(b":") != (len(value) if isinstance(value, dict) else 0):
        _refuse_duplicates(body)
    return value


def _first_wrong_byte(body: bytes) -> int:
    try:
        body.decode()
    except UnicodeDecodeError as error:
        return error.start
    raise AssertionError("the JSON decoder and Python disagree on UTF-8")


def _kind(value: object) -> str:
    kinds = {list: "an array", str: "a string", bool: "a boolean", type(None): "null"}
    return kinds.get(type(value), "a number")


def _refuse_duplicates(body: bytes) -> None:
    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            names = [name for name, _ in pairs]
            twice = next(name for name in names if names.count(name) > 1)
            raise _malformed(f"the key '{twice[:80]}' is there more than once")
        return found

    json.loads(body, object_pairs_hook=unique)


def _depth(value: Any) -> int:
    level, depth = [value], 0
    while level:
        depth += 1
        level = [
            child
            for parent in level
            for child in (parent.values() if isinstance(parent, dict) else parent)
            if isinstance(child, dict | list)
        ]
    return depth


def _multipart(header: bytes, body: bytes, model: Model) -> dict[str, Any]:
    """Read form fields by the schema's types; an uploaded file stands as the hash of its bytes."""
    from python_multipart.exceptions import FormParserError

    form = _Form()
    try:
        form.read(header, body)
    except FormParserError as error:
        raise _malformed(f"it is not valid multipart: {error}") from None
    return {**coerced(model, form.fields, _strict), **form.files}


class _Form:
    """The parts of a multipart body, by name."""

    def __init__(self) -> None:
        self.fields: dict[str, str] = {}
        self.files: dict[str, str] = {}
        self._is_whole = False

    def read(self, header: bytes, body: bytes) -> None:
        """Read all parts, in memory."""
        from python_multipart import create_form_parser
        from python_multipart.exceptions import FormParserError

        parser = create_form_parser(
            {"Content-Type": header},
            self._on_field,
            self._on_file,
            config={"MAX_MEMORY_FILE_SIZE": len(body)},
        )
        parser.on_end = self._on_end
        parser.write(body)
        parser.finalize()
        if not self._is_whole:
            raise FormParserError("it ends before its closing boundary")

    def _on_field(self, field: Any) -> None:
        self._keep(self.fields, field.field_name, _text(field.value))

    def _on_file(self, file: Any) -> None:
        file.file_object.seek(0)
        content = sha256(file.file_object.read()).hexdigest()
        self._keep(self.files, file.field_name, f"urn:sha256:{content}")

    def _keep(self, parts: dict[str, str], name: bytes | None, value: str) -> None:
        key = _text(name)
        if key in self.fields or key in self.files:
            raise _malformed(f"the field '{key[:80]}' is there more than once")
        parts[key] = value

    def _on_end(self) -> None:
        self._is_whole = True


def _text(value: bytes | None) -> str:
    try:
        return (value or b"").decode()
    except UnicodeDecodeError:
        raise _malformed("a multipart field is not UTF-8") from None
